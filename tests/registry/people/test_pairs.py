"""Pairs of a strong and a weak branch."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.people.domain.pairs import Pair, PairStands, check_apart
from shared.caller import Role
from shared.tables import new_id
from tests.registry.house import County, Registry, problem

NOBODY = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a01"
START = date(2026, 1, 1)
ONE, OTHER, THIRD = new_id(), new_id(), new_id()


def spans(begin: int, days: int | None) -> Pair:
    first = START + timedelta(days=begin)
    last = None if days is None else first + timedelta(days=days)
    return Pair(new_id(), ONE, ONE, OTHER, first, last, "产业", "相邻")


pairs = st.builds(spans, st.integers(0, 20), st.none() | st.integers(0, 20))


@given(pairs, pairs)
def test_the_same_two_are_paired_once_on_a_day(one: Pair, other: Pair) -> None:
    shared = any(
        each.starts_on <= START + timedelta(days=n) <= (each.ends_on or date.max)
        and one.starts_on <= START + timedelta(days=n) <= (one.ends_on or date.max)
        for n in range(60)
        for each in (other,)
    )
    for stored in (other, replace(other, strong_id=OTHER, weak_id=ONE)):
        if shared:
            with pytest.raises(PairStands):
                check_apart(one, [stored])
        else:
            check_apart(one, [stored])
    check_apart(one, [replace(other, weak_id=THIRD)])


def pair(strong: dict[str, Any], weak: dict[str, Any], **more: object) -> dict[str, Any]:
    base: dict[str, Any] = {"strong_id": strong["id"], "weak_id": weak["id"]}
    base |= {"starts_on": "2026-03-01", "purpose": "带动发展大棚", "reason": "两村相邻"}
    return base | more


async def test_a_pair_begins_and_ends(registry: Registry, county: County) -> None:
    strong, weak = county.named("四街村党支部"), county.named("照镜村党支部")
    made = await registry.post("/pairs", pair(strong, weak), expect=201)
    again = await registry.post("/pairs", pair(weak, strong), expect=409)
    assert problem(again) == "pair-stands"
    path = f"/pairs/{made['id']}"
    early = {"ends_on": "2026-02-28", "reason": "弱村已达三星"}
    assert problem(await registry.post(f"{path}/end", early, expect=422)) == "dates-invalid"
    body = early | {"ends_on": "2026-12-31"}
    ended = await registry.post(f"{path}/end", body)
    assert (ended["ends_on"], ended["end_reason"]) == ("2026-12-31", "弱村已达三星")
    assert problem(await registry.post(f"{path}/end", body, expect=409)) == "pair-ended"
    next_one = pair(weak, strong, starts_on="2027-01-01")
    await registry.post("/pairs", next_one, expect=201)
    for day, count in (("2026-02-28", 0), ("2026-12-31", 1), ("2027-01-01", 1)):
        assert len((await registry.get("/pairs", as_of=day))["items"]) == count
    assert len((await registry.get("/pairs", under=weak["id"]))["items"]) == 2


@pytest.mark.parametrize(
    ("changes", "status", "kind"),
    [
        ({"weak_id": "same"}, 422, "pair-unfit"),
        ({"weak_id": NOBODY}, 404, "organization-unknown"),
        ({"ends_on": "2026-02-28"}, 422, "dates-invalid"),
        ({"starts_on": "1999-01-01"}, 422, "dates-invalid"),
        ({"purpose": " "}, 422, "invalid-content"),
    ],
)
async def test_odd_pairs(
    registry: Registry, county: County, changes: dict[str, Any], status: int, kind: str
) -> None:
    strong, weak = county.named("四街村党支部"), county.named("照镜村党支部")
    body = pair(strong, weak) | changes
    body["weak_id"] = strong["id"] if body["weak_id"] == "same" else body["weak_id"]
    assert problem(await registry.post("/pairs", body, expect=status)) == kind
    assert (await registry.get("/pairs"))["items"] == []


async def test_both_sides_see_it_and_who_keeps_both_enters_it(
    registry: Registry, county: County
) -> None:
    strong, weak = county.named("四街村党支部"), county.named("照镜村党支部")
    township = county.caller(Role.TOWNSHIP, strong["parent_id"])
    refused = await registry.post("/pairs", pair(strong, weak), township, expect=403)
    assert problem(refused) == "out-of-scope"
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    made = await registry.post("/pairs", pair(strong, weak), office, expect=201)
    for place in (strong, weak):
        village = county.caller(Role.VILLAGE, place["id"])
        assert (await registry.get(f"/pairs/{made['id']}", village))["id"] == made["id"]
    third = county.of_tier("village")[-1]
    assert third["id"] not in {strong["id"], weak["id"]}
    stranger = county.caller(Role.VILLAGE, third["id"])
    assert (await registry.get("/pairs", stranger))["items"] == []
    hidden = await registry.get(f"/pairs/{made['id']}", stranger, expect=404)
    assert problem(hidden) == "pair-unknown"
    body = {"ends_on": "2026-12-31", "reason": "弱村已达三星"}
    denied = await registry.post(f"/pairs/{made['id']}/end", body, stranger, 403)
    assert problem(denied) == "forbidden"
