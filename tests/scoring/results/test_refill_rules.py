"""Proposals follow the chain: made, taken back, recorded as empty, and never twice."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import Vacancy
from services.scoring.kernel.quotas import Quota
from services.scoring.results.domain.chains import Chain
from services.scoring.results.domain.determinations import ListingStrike
from services.scoring.results.domain.refills import (
    Refill,
    RefillNotNext,
    RefillState,
    RefillTooEarly,
    barred,
    before_effect,
    declined,
    lapsed,
    let_in,
    let_in_candidates,
    moved,
    renewed,
    require_next,
)
from services.scoring.results.domain.results import Result, ResultState, succession
from shared.transitions import IllegalTransition
from tests.scoring.kernel.documents import preset
from tests.scoring.results.frozen import (
    COUNTY,
    NOON,
    branch,
    determination,
    inputs,
    meeting,
    result,
    verdicts_of,
    village,
)
from tests.scoring.results.test_determinations import RECORDER

S = RefillState
A, B, C, D = (village(n) for n in range(1, 5))
STANDING = inputs(*(branch(n) for n in range(1, 5)))
VERDICTS = verdicts_of(STANDING)


def vacancy(own: UUID) -> Vacancy:
    return Vacancy(organization_id=str(own), name="某村", objection="异议")


def chain(left: tuple[UUID, ...], come: tuple[UUID, ...]) -> Chain:
    return Chain("places", COUNTY, tuple(map(vacancy, left)), come)


def make(of: Chain, organization_id: UUID | None, left: tuple[Vacancy, ...]) -> Refill:
    return Refill(
        id=UUID(int=len(str(organization_id)) * 1000 + (organization_id or COUNTY).int),
        cycle_id=UUID(int=9),
        county_id=COUNTY,
        quota=of.quota,
        scope_id=of.scope_id,
        organization_id=organization_id,
        left=left,
        state=S.LEFT_EMPTY if organization_id is None else S.PROPOSED,
        determination_id=None,
        proposed_at=NOON,
    )


def after(known: list[Refill], *found: Chain) -> list[Refill]:
    """All refills after the chains were looked at again."""
    changed = {each.id: each for each in renewed(known, found, make)}
    return [*({each.id: each for each in known} | changed).values()]


def said(refills: list[Refill]) -> list[tuple[UUID | None, RefillState, list[str]]]:
    return [
        (x.organization_id, x.state, [each.organization_id for each in x.left]) for x in refills
    ]


def of(own: UUID, state: ResultState = ResultState.EFFECTIVE) -> Result:
    return replace(result(VERDICTS[own], state), effective_on=NOON.date())


def test_each_place_gets_the_one_who_is_next_and_looking_again_changes_nothing() -> None:
    first = after([], chain((A,), (C,)))
    assert said(first) == [(C, S.PROPOSED, [str(A)])]
    assert renewed(first, [chain((A,), (C,))], make) == []
    second = after(first, chain((A, B), (C, D)))
    assert said(second) == [(C, S.PROPOSED, [str(A)]), (D, S.PROPOSED, [str(B)])]
    assert renewed(second, [chain((A, B), (C, D))], make) == []


def test_who_is_next_no_more_is_taken_back_and_the_place_goes_to_another() -> None:
    first = after([], chain((A,), (C,)))
    second = after(first, chain((A,), (D,)))
    assert said(second) == [(C, S.WITHDRAWN, [str(A)]), (D, S.PROPOSED, [str(A)])]


def test_a_place_for_nobody_is_recorded_as_empty_until_somebody_is_next() -> None:
    first = after([], chain((A,), ()))
    assert said(first) == [(None, S.LEFT_EMPTY, [str(A)])]
    assert renewed(first, [chain((A,), ())], make) == []
    second = after(first, chain((A, B), (C, D)))
    assert said(second) == [
        (None, S.WITHDRAWN, [str(A)]),
        (C, S.PROPOSED, [str(A), str(B)]),
        (D, S.PROPOSED, [str(A), str(B)]),
    ]


def test_a_determined_refill_keeps_its_place_unless_it_holds_it_no_more() -> None:
    [proposed] = after([], chain((A,), (C,)))
    determined = replace(proposed, state=S.DETERMINED, determination_id=UUID(int=5))
    assert renewed([determined], [chain((A,), ())], make) == []
    assert lapsed([determined], {("places", C)}) == []
    [gone] = lapsed([determined], set())
    assert said(after([gone], chain((A,), (D,)))) == [
        (C, S.LAPSED, [str(A)]),
        (D, S.PROPOSED, [str(A)]),
    ]


@pytest.mark.parametrize("state", [S.EFFECTIVE, S.LAPSED, S.WITHDRAWN])
def test_what_is_over_moves_no_more(state: RefillState) -> None:
    [proposed] = after([], chain((A,), (C,)))
    for verb in ("withdraw", "lapse", "take_effect"):
        with pytest.raises(IllegalTransition):
            moved(replace(proposed, state=state), verb)


def test_open_cases_struck_listings_and_ended_pay_bar() -> None:
    struck = STANDING[2].model_copy(update={"listing_struck": {"by": "committee", "reference": ""}})
    current = [of(A, ResultState.HELD), of(B, ResultState.VOID), of(C), of(D)]
    assert barred(current, [*STANDING[:2], struck], [D]) == {A, B, C, D}
    assert barred([of(A), of(B)], STANDING, []) == frozenset()


def test_only_the_next_one_is_let_in_and_only_once_its_own_result_is_in_effect() -> None:
    known = after([], chain((A,), (C,)))
    require_next([C], known, [of(C), of(D)], ())
    with pytest.raises(RefillNotNext):
        require_next([D], known, [of(C), of(D)], ())
    for state in (ResultState.ANNOUNCED, ResultState.DETERMINED):
        with pytest.raises(RefillTooEarly):
            require_next([C], known, [of(C, state)], ())
    with pytest.raises(RefillTooEarly):
        require_next([C], known, [of(C)], {C})


def test_the_decision_stands_in_the_inputs_and_lists_do_without_it_until_it_has_effect() -> None:
    known = after([], chain((A,), (C,)))
    decided = determination(RECORDER, organization_ids=(C,))
    [come] = let_in(preset(), STANDING, known, decided)
    [told] = come.let_in.items()
    assert told[0] == "places"
    assert (told[1].reference, told[1].left) == (meeting().reference, (vacancy(A),))
    assert come.model_copy(update={"let_in": {}}) == STANDING[2]
    [waiting] = before_effect([come], {decided.id})
    assert waiting == STANDING[2]
    [in_effect] = before_effect([come], set())
    assert in_effect == come


def test_a_successor_goes_on_where_the_first_of_them_began() -> None:
    first = of(A)
    later = replace(of(A), id=UUID(int=77), succeeds=first.id, effective_on=NOON.date())
    gone, second = succession(first, later)
    assert (gone.state, gone.succeeded_on) == (ResultState.SUCCEEDED, later.effective_on)
    assert second.in_force_since == first.effective_on
    third = replace(later, id=UUID(int=78), succeeds=second.id)
    assert succession(second, third)[1].in_force_since == first.effective_on


def test_a_meeting_may_strike_what_the_place_would_bring_and_nothing_else() -> None:
    policy = with_places()
    pair = after([], chain((A, B), (C, D)))
    star, level = (replace(each, quota=code) for each, code in zip(pair, CODES, strict=True))
    by_star, by_level = let_in_candidates(policy, [star, level])
    assert (by_star.organization_id, by_star.level) == (C, 0)
    assert by_star.stars == frozenset({"civility"})
    assert (by_level.organization_id, by_level.stars, by_level.level) == (D, frozenset(), 5)
    listing = ListingStrike(organization_id=D, reason="群众不满")
    decided = determination(RECORDER, organization_ids=(C, D), listing_strikes=(listing,))
    first, second = let_in(policy, STANDING, [star, level], decided)
    assert ([*first.let_in], [*second.let_in]) == ([CODES[0]], [])
    assert second == STANDING[3]
    gone = [replace(each, state=S.LAPSED) for each in (star, level)]
    assert declined(policy, gone) == {D}


CODES = ("civility_places", "level_places")


def with_places() -> Policy:
    of: list[dict[str, object]] = [{"star": "civility"}, {"level": 3}]
    common: dict[str, object] = {
        "name": "名额",
        "clause": "名额",
        "within": "county",
        "at_most": 1,
        "rounding": "floor",
        "order": ("total",),
        "tied": "none",
        "refill": "next",
    }
    quotas = [
        Quota.model_validate(common | each | {"code": code})
        for each, code in zip(of, CODES, strict=True)
    ]
    return preset().model_copy(update={"quotas": tuple(quotas)})
