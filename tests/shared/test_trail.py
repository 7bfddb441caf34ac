"""Searching the audit trail: every condition alone and together, and never another county's."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from shared.audit import audit_log
from shared.caller import Caller, Grant, Role
from shared.clock import real_now
from shared.context import Context
from shared.errors import Forbidden
from shared.tables import new_id
from shared.trail import Wanted, read_trail
from tests.accounts import caller
from tests.shared.conftest import ContextFactory

NOW = real_now()
HOME, OTHER, ACTOR, PERSON, THING = (new_id() for _ in range(5))


@dataclass(frozen=True)
class Trail:
    """A service with six entries, the oldest first."""

    context: Context
    ids: list[UUID]

    async def read(self, reader: Caller, **wanted: Any) -> list[int]:  # noqa: ANN401 -- conditions
        rows = await read_trail(self.context.acting_as(reader), Wanted(**wanted), None, 10)
        return [self.ids.index(row["id"]) for row in rows]


def entry(index: int, **values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any column
    base = {
        "id": new_id(),
        "at": NOW - timedelta(days=10 - index),
        "county_id": HOME,
        "actor_id": new_id(),
        "actor_person_id": None,
        "actor_roles": [],
        "action": "grant.request",
        "entity": "grant",
        "entity_id": new_id(),
        "reason": None,
        "request_id": None,
        "address": None,
    }
    return base | values


@pytest.fixture
async def trail(context: ContextFactory) -> Trail:
    rows = [
        entry(0, county_id=None, action="division.import", entity="division"),
        entry(1, county_id=OTHER, reason="调离岗位"),
        entry(2, actor_id=ACTOR, actor_person_id=PERSON, request_id="r-2", address="10.0.0.8"),
        entry(3, actor_person_id=PERSON, entity_id=THING, action="grant.revoke", reason="调离岗位"),
        entry(4, action="grant_100%.x", entity="user", reason="100% 属实"),
        entry(5, entity_id=THING, action="grant.approve"),
    ]
    ctx = await context("things")
    async with ctx.work() as work:
        await work.session.execute(sa.insert(audit_log), rows)
    return Trail(ctx, [row["id"] for row in rows])


EVERYWHERE = Caller(new_id(), (Grant(Role.AUDIT_ADMINISTRATOR),))
AUDITOR = caller(Role.AUDIT_ADMINISTRATOR, HOME)
INSPECTOR = caller(Role.INSPECTOR, HOME)


async def test_a_county_reads_its_own_and_above_it_all_is_read(trail: Trail) -> None:
    assert await trail.read(EVERYWHERE) == [5, 4, 3, 2, 1, 0]
    assert await trail.read(AUDITOR) == await trail.read(INSPECTOR) == [5, 4, 3, 2]
    assert await trail.read(caller(Role.AUDIT_ADMINISTRATOR, OTHER)) == [1]
    # An inspector's grant never opens everything, not even one that names no county.
    assert await trail.read(Caller(new_id(), (Grant(Role.INSPECTOR),))) == []


@pytest.mark.parametrize(
    "role", sorted(set(Role) - {Role.AUDIT_ADMINISTRATOR, Role.INSPECTOR}, key=str)
)
async def test_nobody_else_reads_it(trail: Trail, role: Role) -> None:
    with pytest.raises(Forbidden):
        await trail.read(caller(role, HOME))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"actor_id": ACTOR}, [2]),
        ({"actor_person_id": PERSON}, [3, 2]),
        ({"entity": "user"}, [4]),
        ({"entity_id": THING}, [5, 3]),
        ({"entity_id": THING, "action": "grant.revoke"}, [3]),
        ({"action": "grant."}, [5, 3, 2]),
        ({"action": "grant_"}, [4]),
        ({"action": "%"}, []),
        ({"q": "调离"}, [3]),
        ({"q": "0%"}, [4]),
        ({"request_id": "r-2"}, [2]),
        ({"address": "10.0.0.8"}, [2]),
        ({"since": NOW - timedelta(days=6)}, [5, 4]),
        ({"until": NOW - timedelta(days=6)}, [3, 2]),
        ({"since": NOW - timedelta(days=7), "until": NOW - timedelta(days=5)}, [4, 3]),
    ],
)
async def test_conditions_hold_together(
    trail: Trail, wanted: dict[str, Any], found: list[int]
) -> None:
    assert await trail.read(AUDITOR, **wanted) == found
