"""What registry keeps sealed: no column tells it, and it survives the change of keys."""

from pathlib import Path
from uuid import UUID

import pyotp
import pytest
import sqlalchemy as sa

from services.registry import factory
from services.registry.identity.domain.factors import SECRET as FACTOR
from services.registry.identity.domain.outside import Linked
from services.registry.identity.store import factors, outside
from services.registry.identity.tables import UserRow
from shared.audit import audit_log
from shared.clock import real_now
from shared.queue import MemoryQueue
from shared.sealing import folder, rewrapping
from shared.sealing.envelope import Seal, SealingKeyMissingError
from shared.sealing.folder import NoSealingKeyError
from shared.sealing.rewrapping import in_use, rewrap_sealed
from shared.tables import new_id
from tests.columns import plain_text, telling
from tests.registry.conftest import running
from tests.registry.house import ADMIN, Registry
from tests.registry.identity.people import PASSWORD, add, first_administrator, sign_in

EMAIL = "zhangjianguo@huojia.test"
SUBJECT = "410724-subject-00017"
ISSUER = "https://idp.example.gov.cn"
FIRST_KEY = "20260101T000000000000"


@pytest.fixture
async def lived_in(registry: Registry) -> dict[str, str]:
    """Accounts with everything that is sealed; gives the secrets by what they are."""
    body = {"username": "zhang", "password": PASSWORD, "display_name": "张建国", "email": EMAIL}
    headers = registry.headers(ADMIN) | {"Idempotency-Key": str(new_id())}
    made = await registry.http.post("/v1/users", json=body, headers=headers)
    assert made.status_code == 201, made.text
    again = await registry.http.post("/v1/users", json=body, headers=headers)
    assert again.json() == made.json(), "the kept answer is the answer"
    zhang = await sign_in(registry, "zhang")
    enrolled = await zhang.post("/me/second-factor", {"password": PASSWORD}, expect=201)
    code = pyotp.TOTP(enrolled["secret"]).now()
    await zhang.post("/me/second-factor/confirm", {"code": code})
    ctx = registry.context
    async with ctx.work() as work:
        linked = Linked(ISSUER, SUBJECT, UUID(made.json()["id"]), real_now())
        assert await outside.link(work.session, ctx.port(Seal), linked) is None
    return {"id": made.json()["id"], "secret": enrolled["secret"]}


async def test_no_column_tells_what_is_sealed(registry: Registry, lived_in: dict[str, str]) -> None:
    async with registry.context.read() as work:
        found = await plain_text(work.session)
    assert telling(found, "zhang") >= {"users"}, "the search finds what is in plain"
    assert telling(found, EMAIL, SUBJECT, lived_in["secret"], PASSWORD) == set()


async def test_every_sealed_column_is_known_to_rotation() -> None:
    known = {(each.place.table, each.place.column) for each in factory.SEALED}
    metadata = UserRow.metadata
    sealed = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.startswith("sealed")
    }
    assert sealed == known


async def reads_all(registry: Registry, expected: dict[str, str]) -> None:
    """The account's address, second factor and outside identity are read and found."""
    found = await registry.get(f"/users/{expected['id']}")
    assert found["email"] == EMAIL
    ctx = registry.context
    async with ctx.work() as work:
        linked = await outside.of_user(work.session, ctx.port(Seal), UUID(found["id"]))
        assert [each.subject for each in linked] == [SUBJECT]
        taken = Linked(ISSUER, SUBJECT, new_id(), real_now())
        assert str(await outside.link(work.session, ctx.port(Seal), taken)) == found["id"]
        factor = await factors.find(work.session, UUID(found["id"]))
        assert factor is not None
        assert ctx.port(Seal).open(factor.sealed, FACTOR, factor.user_id) == expected["secret"]


async def test_a_rotation_killed_half_way_goes_on_and_the_old_key_may_go(
    registry: Registry, lived_in: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory, ctx = registry.settings.sealing_directory, registry.context
    new = folder.write_new_key(directory, real_now())
    monkeypatch.setattr(rewrapping, "BATCH", 1)
    steps = iter(range(2))
    kept = rewrapping._rewrap_some

    async def killed(*given: object) -> int:
        if next(steps, None) is None:
            raise KeyboardInterrupt
        return await kept(*given)  # type: ignore[arg-type]  # passed on as given

    with monkeypatch.context() as patch:
        patch.setattr(rewrapping, "_rewrap_some", killed)
        with pytest.raises(KeyboardInterrupt):
            await rewrap_sealed(ctx)
    async with ctx.read() as work:
        assert set(await in_use(work.session, factory.SEALED)) == {FIRST_KEY, new.stem}
    await reads_all(registry, lived_in)
    assert await rewrapping.idle(ctx) == []

    assert await rewrap_sealed(ctx) == 2
    assert await rewrap_sealed(ctx) == 0, "nothing is left to do"
    async with ctx.read() as work:
        assert await in_use(work.session, factory.SEALED) == {new.stem: 3}
        trail = await work.session.execute(
            sa.select(audit_log.c.after).where(audit_log.c.action == "sealing.rewrap")
        )
        assert trail.scalars().all() == [{"kid": new.stem, "values": 2}]
    assert await rewrapping.idle(ctx) == [FIRST_KEY]
    (directory / f"{FIRST_KEY}.key").unlink()
    async with running(registry.settings) as restarted:
        await reads_all(restarted, lived_in)


@pytest.mark.usefixtures("lived_in")
async def test_a_process_without_its_keys_does_not_start(
    registry: Registry, tmp_path: Path
) -> None:
    empty = registry.settings.model_copy(update={"sealing_directory": tmp_path / "empty"})
    with pytest.raises(NoSealingKeyError, match="wuxing keys seal"):
        await factory.build(empty, MemoryQueue())
    folder.write_new_key(tmp_path / "other", real_now())
    other = registry.settings.model_copy(update={"sealing_directory": tmp_path / "other"})
    with pytest.raises(SealingKeyMissingError, match=FIRST_KEY):
        await factory.build(other, MemoryQueue())


async def test_addresses_are_masked_but_for_those_who_need_them(registry: Registry) -> None:
    admin = await first_administrator(registry)
    security = await add(admin, "security", {"role": "security_administrator"})
    body = {"username": "li", "password": PASSWORD, "display_name": "李秀英", "email": EMAIL}
    user_id = (await admin.post("/users", body, expect=201))["id"]
    own = await sign_in(registry, "li")
    assert (await own.get("/me"))["email"] == EMAIL
    assert (await admin.get(f"/users/{user_id}"))["email"] == EMAIL
    seen = [(await security.get(f"/users/{user_id}"))["email"]]
    seen += [each["email"] for each in (await security.get("/users?q=li"))["items"]]
    assert {each for each in seen if each} == {"z***@huojia.test"}
