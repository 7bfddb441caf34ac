"""Who may see or do something is explained by the grants that allow it, and why others do not."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.identity.domain.access import NAMED, WHY, Standing, standing
from services.registry.identity.domain.grants import GrantState, StoredGrant
from services.registry.identity.store.operations import rules
from shared.caller import Role
from shared.clock import real_now
from shared.tables import new_id
from tests.registry.house import County, Registry, problem
from tests.registry.identity.people import Account, add, first_administrator

TODAY = date(2026, 3, 2)
_DAYS = st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))


async def asked(
    reader: Account, action: str, place: str, user_id: str = "", expect: int = 200
) -> dict[str, Any]:
    more = f"&user_id={user_id}" if user_id else ""
    return await reader.get(f"/access?action={action}&organization_id={place}{more}", expect=expect)


def names(answer: dict[str, Any]) -> list[str]:
    return [each["username"] for each in answer["items"]]


async def test_who_may_is_who_holds_a_role_there_or_above(
    registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    village, other = county.of_tier("village")[:2]
    await add(admin, "sijie", {"role": "village", "organization_id": village["id"]})
    await add(admin, "wujie", {"role": "village", "organization_id": other["id"]})
    await add(admin, "town", {"role": "township", "organization_id": village["parent_id"]})
    await add(
        admin, "office", {"role": "organization_department", "organization_id": str(county.id)}
    )
    over = {"starts_on": "2020-01-01", "ends_on": "2020-12-31"}
    grant = {"role": "committee", "organization_id": str(county.id)}
    await add(admin, "waiting", grant)
    await add(admin, "former", {"role": "township", "organization_id": village["parent_id"]} | over)
    reading = await asked(admin, "application.read", village["id"])
    assert names(reading) == ["sijie", "town", "office"]
    assert {each["why"] for each in reading["items"]} == {WHY[Standing.ALLOWS]}
    assert reading["action"]["rule"].startswith("查看申报：")
    assert names(await asked(admin, "application.fill", village["id"])) == ["sijie"]
    assert names(await asked(admin, "application.fill", other["id"])) == ["wujie"]
    assert names(await asked(admin, "application.read", str(county.id))) == ["office"]
    changing = await asked(admin, "organization.change", village["id"])
    assert names(changing) == ["admin", "office"]


async def test_why_one_account_may_not(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    village, other = county.of_tier("village")[:2]
    person = await add(
        admin,
        "person",
        {"role": "village", "organization_id": village["id"]},
        {"role": "committee", "organization_id": str(county.id)},
        {"role": "judge", "organization_id": str(county.id)},
    )

    async def why(action: str, place: str) -> list[str]:
        items = (await asked(admin, action, place, person.id))["items"]
        return [each["standing"] for each in items]

    assert await why("application.read", village["id"]) == ["allows", "undecided", "other_role"]
    assert await why("application.read", other["id"]) == ["elsewhere", "undecided", "other_role"]
    (first, *_) = (await admin.get(f"/grants?user_id={person.id}"))["items"]
    await admin.post(f"/grants/{first['id']}/revoke", {"reason": "调离"})
    assert (await why("application.read", village["id"]))[0] == "taken_back"


async def test_only_administrators_and_inspectors_ask_and_only_of_their_county(
    registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    place = str(county.id)
    office = await add(
        admin, "office", {"role": "organization_department", "organization_id": place}
    )
    assert problem(await asked(office, "audit.read", place, expect=403)) == "forbidden"
    assert problem(await office.get("/access/actions", expect=403)) == "forbidden"
    township = county.of_tier("township")[0]["id"]
    reader = county.caller(Role.INSPECTOR, township)
    query = {"action": "audit.read", "organization_id": place}
    refused = await registry.get("/access", reader, expect=403, **query)
    assert problem(refused) == "out-of-scope"
    elsewhere = {"user_id": admin.id, "organization_id": township, "action": "audit.read"}
    refused = await registry.get("/access", reader, expect=403, **elsewhere)
    assert problem(refused) == "out-of-scope"
    assert problem(await asked(admin, "everything", place, expect=404)) == "action-unknown"
    unknown = await asked(admin, "audit.read", str(new_id()), expect=404)
    assert problem(unknown) == "organization-unknown"


async def test_the_actions_are_listed_with_their_rules(registry: Registry) -> None:
    admin = await first_administrator(registry)
    items = (await admin.get("/access/actions"))["items"]
    assert [each["action"] for each in items] == list(rules())
    assert [each["action"] for each in items[: len(NAMED)]] == [each.action for each in NAMED]
    assert all(each["rule"].endswith("。") for each in items)
    found = (await admin.get("/access/actions?q=coverage-units"))["items"]
    assert len(found) == 6
    assert {each["operation"].split()[0] for each in found} == {"registry"}


async def test_any_operation_can_be_asked_about(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    village = county.of_tier("village")[0]
    await add(admin, "sijie", {"role": "village", "organization_id": village["id"]})
    await add(admin, "town", {"role": "township", "organization_id": village["parent_id"]})
    keeping = "registry POST /v1/coverage-units"
    assert names(await asked(admin, keeping, village["id"])) == ["admin", "town"]
    life = "registry POST /v1/life-entries"
    assert names(await asked(admin, life, village["id"])) == ["admin", "sijie", "town"]
    inside = "registry POST /v1/recipients/search"
    answer = await asked(admin, inside, village["id"])
    assert (names(answer), answer["action"]["roles"]) == ([], [])


@given(
    st.sampled_from(sorted(rules())),
    st.sampled_from(Role),
    st.sampled_from(GrantState),
    _DAYS,
    st.none() | _DAYS,
    st.booleans(),
    st.booleans(),
)
def test_a_grant_allows_exactly_when_nothing_speaks_against_it(
    action: str,
    role: Role,
    state: GrantState,
    starts_on: date,
    ends_on: date | None,
    covers: bool,  # noqa: FBT001 -- drawn
    disabled: bool,  # noqa: FBT001 -- drawn
) -> None:
    grant = StoredGrant(
        new_id(), new_id(), None, new_id(), role, None, starts_on, ends_on, state, real_now()
    )
    rule = rules()[action]
    found = standing(rule, grant, covers=covers, today=TODAY, disabled=disabled)
    may = role in rule.roles and covers and not disabled and grant.valid_on(TODAY)
    assert (found is Standing.ALLOWS) == may
    assert WHY[found].startswith("允许" if may else "不允许")


@pytest.mark.parametrize("query", ["", "?action=audit.read", "?organization_id=x&action=x"])
async def test_odd_questions(registry: Registry, query: str) -> None:
    admin = await first_administrator(registry)
    assert problem(await admin.get(f"/access{query}", expect=422)) == "invalid-content"
