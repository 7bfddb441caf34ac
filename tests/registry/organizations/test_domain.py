"""Rules of the tree, credit codes and spelling, without a database."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.organizations.domain import codes, tree
from services.registry.organizations.domain.scope import Reach, sight_of
from services.registry.organizations.domain.tree import Organization
from shared.caller import Caller, Grant, Role
from shared.contracts.registry import OrganizationKind, Sector, Tier
from shared.pinyin import spelled
from shared.tables import new_id

FOUNDED = date(2016, 7, 31)


def organization(parent: Organization | None, tier: Tier) -> Organization:
    own_id = new_id()
    return Organization(
        id=own_id,
        parent_id=parent.id if parent else None,
        county_id=tree.county_of(parent, tier, own_id),
        path=tree.path_below(parent, own_id),
        kind=OrganizationKind.COMMITTEE,
        sector=Sector.RURAL,
        tier=tier,
        name="中共某某委员会",
        short_name="某某",
        pinyin="moumou",
        initials="mm",
        division_id=None,
        founded_on=FOUNDED,
    )


COUNTY = organization(None, Tier.COUNTY)
TOWN = organization(COUNTY, Tier.TOWNSHIP)
VILLAGE = organization(TOWN, Tier.VILLAGE)


@pytest.mark.parametrize(
    "code",
    ["91350100M000100Y43", "9144030071526726XG", "91410724MA3X00000"],
)
def test_codes_of_real_bodies(code: str) -> None:
    if len(code) == 17:
        code += codes.check_character(code)
    codes.check_credit_code(code)


def test_remainder_zero_gives_the_sign_zero() -> None:
    bodies = (f"52410724MJ{number:07d}" for number in range(100_000))
    body = next(each for each in bodies if codes.check_character(each) == "0")
    weights = [pow(3, place, 31) for place in range(17)]
    total = sum(codes.ALPHABET.index(s) * w for s, w in zip(body, weights, strict=True))
    assert total % 31 == 0
    codes.check_credit_code(body + "0")


@given(st.text(codes.ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.data())
def test_one_wrong_sign_is_always_noticed(body: str, place: int, data: st.DataObject) -> None:
    other = data.draw(st.sampled_from(codes.ALPHABET.replace(body[place], "")))
    wrong = body[:place] + other + body[place + 1 :]
    assert codes.check_character(wrong) != codes.check_character(body)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "91350100M000100Y44",
        "91350100M000100Y4",
        "9１350100M000100Y43",
        "91350100m000100y43",
        "91350100MO00100Y43",
    ],
)
def test_wrong_codes_are_refused(code: str) -> None:
    with pytest.raises(codes.CreditCodeInvalid):
        codes.check_credit_code(code)


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("９1350100M000100Y43", "半角"),
        ("91350100M000100Y4", "现为 17 位"),
        ("91350100MO00100Y43", "第 10 位是“O”，代码中不用这个字母，疑为数字 0"),
        ("9135O100M000100Y43", "第 5 位是“O”"),
        ("91A50100M000100Y43", "第 3 位“A”有误，应为数字"),
        ("91350100m000100y43", "大写字母"),
        ("91350100M000100Y44", "末位校验不符"),
    ],
)
def test_the_sentence_says_what_to_correct(code: str, hint: str) -> None:
    with pytest.raises(codes.CreditCodeInvalid) as refused:
        codes.check_credit_code(code)
    assert hint in str(refused.value.detail.zh)
    assert refused.value.faults[0].pointer == "/body/credit_code"


@given(st.lists(st.sampled_from(list(Tier)[1:]), max_size=6))
def test_paths_end_in_the_own_id_and_begin_with_the_parents(tiers: list[Tier]) -> None:
    above = COUNTY
    for tier in tiers:
        below = organization(above, tier)
        assert below.path == f"{above.path}{below.id}/"
        assert below.county_id == COUNTY.id
        assert Reach(everywhere=False, paths=(above.path,)).covers(below.path)
        assert not Reach(everywhere=False, paths=(below.path,)).covers(above.path)
        above = below


@pytest.mark.parametrize(
    ("parent", "tier"),
    [(None, Tier.VILLAGE), (VILLAGE, Tier.TOWNSHIP), (COUNTY, Tier.COUNTY), (None, Tier.TOWNSHIP)],
)
def test_nobody_stands_above_their_parent(parent: Organization | None, tier: Tier) -> None:
    with pytest.raises(tree.TierMismatch):
        tree.check_parent(parent, tier)


@pytest.mark.parametrize("parent", [TOWN, VILLAGE, COUNTY])
def test_a_branch_stands_below_anyone(parent: Organization) -> None:
    tree.check_parent(parent, Tier.VILLAGE)


def test_nothing_is_set_up_below_an_ended_organization() -> None:
    with pytest.raises(tree.AlreadyDissolved):
        tree.check_parent(replace(TOWN, dissolved_on=date(2026, 1, 1)), Tier.VILLAGE)


DAY = date(2026, 7, 1)


def test_an_organization_exists_from_its_first_day_until_before_its_end() -> None:
    ended = replace(VILLAGE, dissolved_on=DAY)
    assert not ended.exists_on(date(2016, 7, 30))
    assert ended.exists_on(FOUNDED)
    assert ended.exists_on(date(2026, 6, 30))
    assert not ended.exists_on(DAY)


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("获嘉县委", "huojiaxianwei", "hjxw"),
        ("长垣", "changyuan", "cy"),
        ("四街村", "sijiecun", "sjc"),
        ("A区1组", "aqu1zu", "aq1z"),
    ],
)
def test_names_are_spelled(name: str, full: str, initials: str) -> None:
    assert spelled(name) == (full, initials)


def test_only_some_roles_reach_everywhere() -> None:
    def reach(role: Role, organization_id: UUID | None) -> bool:
        return sight_of(Caller(new_id(), (Grant(role, organization_id),))).everywhere

    assert reach(Role.SERVICE, None)
    assert reach(Role.SYSTEM_ADMINISTRATOR, None)
    assert not reach(Role.SYSTEM_ADMINISTRATOR, COUNTY.id)
    assert not reach(Role.ORGANIZATION_DEPARTMENT, None)
    assert not reach(Role.VILLAGE, None)
