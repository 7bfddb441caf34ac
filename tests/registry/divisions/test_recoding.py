"""Which division of 2016 is which of 2023: on published lists, on odd ones, over HTTP."""

from collections import Counter
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.registry.divisions import domain
from services.registry.divisions.domain import Division, Level, Line, recoding
from services.registry.divisions.domain.recoding import Sign, Vintage
from shared.tables import new_id
from tests.registry.house import ADMIN, HUOJIA, Registry

HENAN = HUOJIA.with_name("divisions_henan_41.csv")
NEWER = HUOJIA.with_name("divisions_henan_41_to_town_2023.csv")
BEGIN = date(2023, 6, 30)
LISTED = date(2016, 7, 31)


@cache
def henan() -> tuple[dict[UUID, Division], Vintage]:
    """All of 河南省 in 2016 by id, and what the list of 2023 makes of it."""
    old, _ = domain.compare(domain.read_lines(HENAN.read_bytes()), {}, LISTED, "", new_id)
    upper = {each.id: each for each in old if each.level is not Level.VILLAGE}
    villages = [each for each in old if each.level is Level.VILLAGE]
    matches = recoding.match(upper.values(), domain.read_lines(NEWER.read_bytes()))
    laid = recoding.lay_over(upper, villages, matches, frozenset(), BEGIN, "2023", new_id)
    return {each.id: each for each in old}, laid


def told(code: str) -> tuple[str | None, str | None, Sign | None]:
    found = next(each for each in henan()[1].report if each.old_code == code)
    return found.new_code, found.new_name, found.sign


def test_the_known_cases_of_henan_are_found() -> None:
    assert told("410728000000") == ("410783000000", "长垣市", Sign.NAME)
    assert told("410327204000") == ("410327112000", "高村镇", Sign.NAME)
    assert told("411023000000") == ("411003000000", "建安区", Sign.CHILDREN)
    assert told("410728102000")[1:] == ("樊相镇", Sign.NAME)
    assert told("410311103000") == ("410304100000", "白马寺镇", Sign.NAME_NEARBY)
    assert told("410101000000") == (None, None, None)


def test_villages_take_on_the_codes_of_their_towns() -> None:
    before, laid = henan()
    moved = [each for each in laid.changed if each.level is Level.VILLAGE]
    towns = {each.id: each for each in laid.changed if each.level is Level.TOWN}
    assert len(moved) > 3_000
    for each in moved:
        assert each.code[:9] == towns[each.parent_id].code[:9]  # type: ignore[index]  # a village has a town
        assert each.code[9:] == before[each.id].code[9:]
        assert each.name == before[each.id].name


def test_afterwards_no_code_stands_twice_and_nobody_lost_a_parent() -> None:
    before, laid = henan()
    ended = {each.id for each in laid.ended}
    after = {key: each for key, each in before.items() if key not in ended}
    after |= {each.id: each for each in (*laid.changed, *laid.created)}
    assert max(Counter(each.code for each in after.values()).values()) == 1
    assert {each.parent_id for each in after.values()} - {None} <= after.keys()
    assert len(after) == len(before) + len(laid.created) - len(laid.ended)


names = st.sampled_from(["甲乡", "甲镇", "乙乡", "乙镇", "丙街道", "丙街道办事处", "丁镇"])
towns = st.dictionaries(st.integers(1, 9), names, max_size=8)


def lines_of(found: dict[int, str]) -> list[Line]:
    head = [("41", "某省", "province", ""), ("4101", "某市", "city", "41")]
    head.append(("410101", "某县", "county", "4101"))
    rows = [*head, *((f"410101{n:03}", name, "town", "410101") for n, name in found.items())]
    return [
        Line(at, code.ljust(12, "0"), name, level, above.ljust(12, "0") if above else "")
        for at, (code, name, level, above) in enumerate(rows, 2)
    ]


@given(towns, towns)
def test_every_division_of_both_lists_is_accounted_for_once(
    before: dict[int, str], after: dict[int, str]
) -> None:
    old, _ = domain.compare(lines_of(before), {}, LISTED, "", new_id)
    new = lines_of(after)
    found = recoding.match(old, new)
    ids = [match.old.id for match in found.same] + [each.id for each in found.gone]
    codes = [match.new.code for match in found.same] + [line.code for line in found.new]
    assert sorted(ids) == sorted(each.id for each in old)
    assert sorted(codes) == sorted(line.code for line in new)
    assert all(match.old.level == match.new.level for match in found.same)


@given(towns)
def test_the_same_list_again_changes_nothing(found: dict[int, str]) -> None:
    old, _ = domain.compare(lines_of(found), {}, LISTED, "", new_id)
    matches = recoding.match(old, lines_of(found))
    by_id = {each.id: each for each in old}
    laid = recoding.lay_over(by_id, [], matches, frozenset(), BEGIN, "", new_id)
    assert (laid.created, laid.changed, laid.ended, laid.report) == ([], [], [], [])


def of_xinxiang(content: bytes) -> bytes:
    head, *rows = content.decode("utf-8-sig").splitlines()
    return "\n".join([head, *(r for r in rows if r[:4] in {"4107", "4100"})]).encode()


async def adopt(registry: Registry, verb: str = "") -> dict[str, Any]:
    answer = await registry.http.post(
        f"/v1/divisions/vintages{verb}",
        content=of_xinxiang(NEWER.read_bytes()),
        params={"valid_from": "2023-06-30", "source": "统计用区划代码 2023"},
        headers=registry.headers(ADMIN) | {"Content-Type": "text/csv"},
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_organizations_follow_changyuan_to_its_new_code(registry: Registry) -> None:
    await registry.load_csv(of_xinxiang(HENAN.read_bytes()))
    body = {"county_code": "410728000000", "founded_on": "2016-07-31"}
    made = await registry.post("/organizations/from-divisions", body, expect=201)
    tried = await adopt(registry, "/preview")
    assert (await registry.get("/divisions", code_prefix="410783"))["items"] == []
    done = await adopt(registry)
    assert done["changed"] == tried["changed"] > 600
    county = next(each for each in done["items"] if each["old_code"] == "410728000000")
    assert (county["new_code"], county["new_name"], county["sign"]) == (
        "410783000000",
        "长垣市",
        "name",
    )
    now = await registry.get(f"/organizations/{made['county_id']}")
    then = await registry.get(f"/organizations/{made['county_id']}", as_of="2020-01-01")
    assert (then["division_code"], then["division_id"]) == ("410728000000", now["division_id"])
    changes = await registry.get("/changes", limit=500)
    told = {each["organization"]["id"]: each["organization"] for each in changes["items"]}
    assert told[made["county_id"]]["division_code"] == "410783000000"
    villages = await registry.get("/organizations", under=made["county_id"], tier="village")
    assert {each["division_code"][:6] for each in villages["items"]} == {"410783"}
    report = await registry.get("/divisions/recodings", since="2016-07-31", limit=500)
    by_code = {each["old_code"]: each for each in report["items"]}
    assert by_code["410728000000"]["new_code"] == "410783000000"
    assert (await adopt(registry))["items"] == []
