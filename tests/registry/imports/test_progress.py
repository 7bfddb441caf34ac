"""Progress can be read while the rows are written, though nobody sees a row before the end."""

import asyncio
from datetime import timedelta

import pytest

from services.registry.imports.jobs import carry_out_imports, forget_old_imports
from services.registry.imports.usecases import organizations, running
from tests.registry.house import Registry
from tests.registry.imports.clerk import send, sheet

VILLAGES = 400


def county() -> bytes:
    when = ("2016-07-31", "", "", "")
    rows = [("X", "", "中共某县委员会", "某县委", "党委", "机关", "县级", *when)]
    rows += [
        (f"V{n}", "X", f"中共某县{n}村支部委员会", f"{n}村党支部", "党支部", "农村", "村级", *when)
        for n in range(VILLAGES)
    ]
    return sheet("organizations", rows)


async def test_progress_is_told_while_nothing_is_seen(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_SHOWN_EVERY_SECONDS", 0)
    monkeypatch.setattr(organizations, "CHUNK", 10)
    sent = await send(registry, "organizations", county())
    await registry.post(f"/imports/{sent['id']}/confirm", expect=202)
    work = asyncio.create_task(carry_out_imports(registry.context))
    told = []
    while not work.done():
        seen = (await registry.get("/organizations", total=True))["total"]
        now = await registry.get(f"/imports/{sent['id']}")
        if now["state"] == "confirmed":
            assert seen == 0
            told.append(now["done"])
    await work
    assert told == sorted(told)
    assert any(0 < done < VILLAGES for done in told)
    assert (await registry.get("/organizations", total=True))["total"] == VILLAGES + 1


async def test_what_nobody_confirms_is_forgotten(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = await send(registry, "organizations", county())
    await forget_old_imports(registry.context)
    assert (await registry.get(f"/imports/{sent['id']}"))["state"] == "checked"
    monkeypatch.setattr(running, "FORGOTTEN_AFTER", timedelta(0))
    await forget_old_imports(registry.context)
    assert (await registry.get(f"/imports/{sent['id']}"))["state"] == "cancelled"


async def test_what_fails_again_and_again_is_given_up(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError

    sent = await send(registry, "organizations", county())
    await registry.post(f"/imports/{sent['id']}/confirm", expect=202)
    monkeypatch.setattr(organizations, "_found", broken)
    for _ in range(5):
        with pytest.raises(RuntimeError):
            await carry_out_imports(registry.context)
    await carry_out_imports(registry.context)
    ended = await registry.get(f"/imports/{sent['id']}")
    assert (ended["state"], ended["attempts"]) == ("refused", 5)
    assert "中断" in ended["errors"][0]["detail"]
    assert (await registry.get("/organizations"))["items"] == []
