"""Four eyes, meetings held, clearances given, strikes that can strike."""

from datetime import date
from uuid import UUID

import pytest

from services.scoring.results.domain.determinations import (
    DETERMINATION,
    Actor,
    Candidate,
    ClearanceMissing,
    DeterminationState,
    ListingStrike,
    MeetingInFuture,
    Missing,
    OwnDetermination,
    Strike,
    StrikeInvalid,
    check_strikes,
    require_cleared,
    require_held,
    require_second_person,
)
from shared.caller import Caller, Grant, Role
from shared.errors import Forbidden
from shared.tables import new_id
from shared.transitions import IllegalTransition
from tests.accounts import caller
from tests.scoring.results.frozen import determination, meeting, village

RECORDER = Actor(UUID(int=71), UUID(int=72))


def account(user: UUID, person: UUID | None) -> Caller:
    return Caller(user, (Grant(Role.COMMITTEE, UUID(int=1)),), person_id=person)


@pytest.mark.parametrize(
    ("user", "person"),
    [
        (RECORDER.user_id, RECORDER.person_id),
        # Another account of the same person is still the same pair of eyes.
        (UUID(int=73), RECORDER.person_id),
        # The same account without a person behind it.
        (RECORDER.user_id, None),
    ],
)
def test_nobody_confirms_the_own_determination(user: UUID, person: UUID | None) -> None:
    with pytest.raises(OwnDetermination) as caught:
        require_second_person(determination(RECORDER), account(user, person))
    assert caught.value.slug == "own-determination"


def test_another_person_may_confirm() -> None:
    require_second_person(determination(RECORDER), account(new_id(), new_id()))


def test_only_the_committee_confirms_and_only_once() -> None:
    state = DeterminationState
    committee = caller(Role.COMMITTEE)
    assert DETERMINATION.fire("confirm", state.RECORDED, committee) is state.CONFIRMED
    with pytest.raises(Forbidden):
        DETERMINATION.fire("confirm", state.RECORDED, caller(Role.ORGANIZATION_DEPARTMENT))
    for gone in (state.CONFIRMED, state.REJECTED, state.SUPERSEDED):
        with pytest.raises(IllegalTransition):
            DETERMINATION.fire("confirm", gone, committee)
        with pytest.raises(IllegalTransition):
            DETERMINATION.fire("reject", gone, committee)


def test_a_meeting_to_come_cannot_be_recorded() -> None:
    require_held(meeting(), date(2026, 5, 11))
    with pytest.raises(MeetingInFuture):
        require_held(meeting(), date(2026, 5, 10))


def test_a_missing_clearance_names_who_owes_what() -> None:
    require_cleared([], {})
    owed = [
        Missing("petition_bureau", village(1), "petitions"),
        Missing("petition_bureau", village(2), "petitions"),
        Missing("ecology_bureau", village(1), "polluting_enterprise"),
    ]
    names = {"petition_bureau": "信访局", "ecology_bureau": "生态环境局"}
    with pytest.raises(ClearanceMissing) as caught:
        require_cleared(owed, names)
    assert "信访局（2项）、生态环境局（1项）" in caught.value.detail.zh
    missing = caught.value.extra["missing"]
    assert isinstance(missing, list)
    assert [(each["office"], each["organization_id"]) for each in missing] == [
        ("petition_bureau", village(1)),
        ("petition_bureau", village(2)),
        ("ecology_bureau", village(1)),
    ]


CANDIDATES = (
    Candidate(village(1), frozenset({"party_building", "civility", "industry"}), 3),
    Candidate(village(2), frozenset({"civility"}), 1),
)


def strike(number: int, star: str) -> Strike:
    return Strike(organization_id=village(number), star=star, reason="会议决定")


def listing(number: int) -> ListingStrike:
    return ListingStrike(organization_id=village(number), reason="会议决定")


def test_strikes_of_what_stands_on_the_list_are_accepted() -> None:
    check_strikes([strike(1, "civility"), strike(2, "civility")], [listing(1)], CANDIDATES, 3)


@pytest.mark.parametrize(
    ("strikes", "listings", "pointer"),
    [
        ([strike(9, "civility")], [], "/body/strikes/0/organization_id"),
        ([strike(2, "industry")], [], "/body/strikes/0/star"),
        ([strike(1, "no_such_star")], [], "/body/strikes/0/star"),
        ([strike(1, "civility"), strike(1, "civility")], [], "/body/strikes/1"),
        ([], [listing(9)], "/body/listing_strikes/0/organization_id"),
        # 一星 is decided by its township and does not stand on the committee's list.
        ([], [listing(2)], "/body/listing_strikes/0/organization_id"),
        ([], [listing(1), listing(1)], "/body/listing_strikes/1"),
    ],
)
def test_a_strike_that_strikes_nothing_is_refused(
    strikes: list[Strike], listings: list[ListingStrike], pointer: str
) -> None:
    with pytest.raises(StrikeInvalid) as caught:
        check_strikes(strikes, listings, CANDIDATES, 3)
    assert [each.pointer for each in caught.value.faults] == [pointer]
