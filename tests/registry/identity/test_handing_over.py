"""A person moves on: nothing of the account works any more, the successor takes over."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from services.registry.identity.domain.grants import GrantState, StoredGrant
from services.registry.identity.domain.handing import passed_on
from shared.audit import audit_log
from shared.caller import Role
from shared.clock import real_now
from shared.outbox import outbox
from shared.tables import new_id
from tests.registry.house import County, Registry, problem
from tests.registry.identity.people import (
    Account,
    add,
    draft,
    first_administrator,
    forget_revocations,
    sign_in,
)

TODAY = date(2026, 3, 2)


async def moved_on(
    admin: Account, leaver: Account, successor: str | None, expect: int = 200
) -> dict[str, Any]:
    body = {"successor_id": successor, "reason": "调任照镜镇"}
    return await admin.post(f"/users/{leaver.id}/hand-over", body, expect=expect)


async def test_the_grants_end_and_the_successor_is_given_them(
    registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    place = str(county.id)
    office = {"role": "organization_department", "organization_id": place}
    finance = {"role": "finance", "organization_id": place, "ends_on": "2099-12-31"}
    leaver = await add(admin, "leaver", office, finance)
    successor = await add(admin, "successor", office)
    done = await moved_on(admin, leaver, successor.id)
    assert [each["state"] for each in done["ended"]] == ["revoked", "revoked"]
    # What the successor had already is not given twice; an end stays an end.
    ((role, ends_on, state),) = [
        (each["role"], each["ends_on"], each["state"]) for each in done["given"]
    ]
    assert (role, ends_on, state) == ("finance", "2099-12-31", "active")
    forget_revocations(registry)
    await leaver.get("/me", expect=401)
    answer = await registry.http.post(
        "/v1/sessions/refresh", json={"refresh_token": leaver.refresh}
    )
    assert problem(answer.json()) == "session-ended"
    again = await sign_in(registry, "leaver")
    held = (await again.get("/me"))["grants"]
    assert {each["state"] for each in held} == {"revoked"}
    refreshed = await sign_in(registry, "successor")
    assert {each["role"] for each in (await refreshed.get("/me"))["grants"]} == {
        "organization_department",
        "finance",
    }
    assert problem(await moved_on(admin, leaver, None, 409)) == "nothing-to-hand-over"


async def test_the_other_services_are_told_and_the_trail_says_why(registry: Registry) -> None:
    admin = await first_administrator(registry)
    leaver = await add(admin, "leaver", {"role": "audit_administrator"})
    await moved_on(admin, leaver, None)
    async with registry.context.read() as work:
        told = sa.select(outbox.c.type, outbox.c.consumer).where(
            outbox.c.aggregate_id == sa.cast(leaver.id, sa.Uuid)
        )
        events = {tuple(row) for row in await work.session.execute(told)}
        said = sa.select(audit_log.c.reason, audit_log.c.after).where(
            audit_log.c.action == "user.hand_over"
        )
        (reason, after) = (await work.session.execute(said)).one()
    assert {
        (kind, consumer)
        for kind in ("grant.changed", "session.revoked")
        for consumer in ("scoring", "notifications")
    } <= events
    assert (reason, after["successor_id"]) == ("调任照镜镇", None)


async def test_a_preview_names_what_is_open_and_changes_nothing(
    registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    security = await add(admin, "security", {"role": "security_administrator"})
    person = await registry.post(
        "/people", {"county_id": str(county.id), "name": "张三"}, expect=201
    )
    village = county.of_tier("village")[0]["id"]
    term = {"person_id": person["id"], "organization_id": village, "post": "secretary"}
    held = await registry.post("/terms", term | {"starts_on": "2024-01-01"}, expect=201)
    leaver = await add(admin, "leaver", {"role": "system_administrator"}, person_id=person["id"])
    (asked,) = (await security.get("/grants?state=requested"))["items"]
    await security.post(f"/grants/{asked['id']}/approve")
    leaver = await sign_in(registry, "leaver")
    invited = await leaver.post("/users", draft("guest") | {"password": None}, expect=201)
    invitation = await leaver.post(f"/users/{invited['id']}/invitations", expect=201)
    inspector = {"role": "inspector", "organization_id": str(county.id)}
    waiting = await leaver.post("/users", draft("watch", inspector), expect=201)
    before = await admin.get(f"/users/{leaver.id}/hand-over")
    assert {(each["kind"], each["id"]) for each in before["tasks"]} == {
        ("term", held["id"]),
        ("invitation", invitation["id"]),
        ("requested_grant", waiting["grants"][0]["id"]),
    }
    assert [each["state"] for each in before["ended"]] == ["active"]
    await leaver.get("/users")
    watched = (await admin.get(f"/users/{security.id}/hand-over"))["tasks"]
    assert [(each["kind"], each["id"]) for each in watched] == [
        ("decision", waiting["grants"][0]["id"])
    ]
    done = await moved_on(admin, leaver, None)
    assert done["tasks"] == before["tasks"]


async def test_guarded_roles_wait_for_the_security_administrator_again(
    registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    security = await add(admin, "security", {"role": "security_administrator"})
    grant = {"role": "inspector", "organization_id": str(county.id)}
    made = await admin.post("/users", draft("leaver", grant), expect=201)
    await security.post(f"/grants/{made['grants'][0]['id']}/approve")
    successor = await add(admin, "successor")
    done = await moved_on(admin, await sign_in(registry, "leaver"), successor.id)
    assert [each["state"] for each in done["given"]] == ["requested"]


async def test_a_key_of_a_platform_goes_too(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    platform = await add(admin, "city", {"role": "platform", "organization_id": str(county.id)})
    last_day = (real_now().date() + timedelta(days=30)).isoformat()
    body = {"name": "市平台", "scopes": ["registry:read"], "last_day": last_day}
    key = await admin.post(f"/users/{platform.id}/api-keys", body, expect=201)
    done = await moved_on(admin, platform, None)
    assert ("api_key", key["id"]) in {(each["kind"], each["id"]) for each in done["tasks"]}
    (ended,) = (await admin.get(f"/users/{platform.id}/api-keys"))["items"]
    assert ended["revoked_at"] is not None


async def test_who_cannot_hand_over(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    security = await add(admin, "security", {"role": "security_administrator"})
    office = {"role": "organization_department", "organization_id": str(county.id)}
    leaver = await add(admin, "leaver", office)
    assert problem(await moved_on(security, leaver, None, 403)) == "forbidden"
    assert problem(await moved_on(admin, admin, None, 403)) == "grant-needs-second-person"
    assert problem(await moved_on(admin, leaver, leaver.id, 422)) == "grant-invalid"
    assert problem(await moved_on(admin, leaver, str(new_id()), 404)) == "user-unknown"
    # The security administrator cannot also become a system administrator by succeeding one.
    second = await add(admin, "second", {"role": "audit_administrator"})
    (asked,) = (await security.get("/grants?state=requested"))["items"]
    await security.post(f"/grants/{asked['id']}/approve")
    assert problem(await moved_on(admin, second, security.id, 409)) == "administrators-separate"
    # Nothing was changed by any of this.
    held = (await leaver.get("/me"))["grants"]
    assert [each["state"] for each in held] == ["active"]


_DAYS = st.integers(-400, 400).map(lambda days: TODAY + timedelta(days=days))


@given(st.sampled_from(GrantState), _DAYS, st.none() | _DAYS, st.sampled_from(Role))
def test_only_what_is_in_use_passes_on_and_never_for_longer(
    state: GrantState, starts_on: date, ends_on: date | None, role: Role
) -> None:
    grant = StoredGrant(
        new_id(), new_id(), None, new_id(), role, None, starts_on, ends_on, state, real_now()
    )
    drafts = passed_on([grant], TODAY)
    assert bool(drafts) == grant.valid_on(TODAY)
    for draft_ in drafts:
        assert draft_.granted() == grant.granted()
        assert (draft_.starts_on, draft_.ends_on) == (TODAY, ends_on)


@pytest.mark.parametrize("body", [{}, {"reason": "x"}, {"reason": "调任", "more": 1}])
async def test_odd_bodies(registry: Registry, body: dict[str, Any]) -> None:
    admin = await first_administrator(registry)
    refused = await admin.post(f"/users/{new_id()}/hand-over", body, expect=422)
    assert problem(refused) == "invalid-content"
