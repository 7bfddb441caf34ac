"""Registers month by month: order, holders, funds, corrections; pure rules."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.incentives.domain.proposals import (
    PROPOSAL,
    Decision,
    Proposal,
    ProposalState,
    UnknownMeasure,
    confirm,
    decline,
)
from services.scoring.incentives.domain.registers import (
    REGISTER,
    CorrectionEmpty,
    MonthInvalid,
    NothingInEffect,
    RegisterAfterPay,
    RegisterBeforePay,
    RegisterInput,
    RegisterLine,
    RegisterOutOfOrder,
    RegisterState,
    RegisterTooEarly,
    UnknownPayer,
    compute,
    difference,
    read_month,
    require_payable,
    require_payer,
)
from services.scoring.incentives.domain.settlement import (
    funds_of,
    in_force,
    pay_window,
    settle,
    standings_on,
)
from services.scoring.kernel.entitlement import Entitlement, Seat
from services.scoring.kernel.entitlements import seats
from services.scoring.kernel.inputs import OrganizationInput, PostHolder
from services.scoring.kernel.monthly import remaining_funds
from services.scoring.kernel.plan import compile_policy
from services.scoring.results.domain.determinations import Actor
from services.scoring.results.domain.results import Result, ResultState, at_close, at_release
from shared.caller import Role
from shared.errors import Forbidden
from shared.transitions import IllegalTransition
from tests.accounts import caller
from tests.scoring.kernel.documents import STARS, preset, preset_plan
from tests.scoring.results.frozen import branch, inputs, result, verdicts_of, village

CLOSED = date(2026, 5, 19)
JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
PAYERS = ("county_finance", "village_collective", "performance_pay")


def effective(organizations: tuple[OrganizationInput, ...], on: date = CLOSED) -> list[Result]:
    return [
        at_close(result(each, ResultState.ANNOUNCED), on, held=False)
        for each in verdicts_of(organizations).values()
    ]


@pytest.mark.parametrize("month", ["2026-6", "2026-13", "2026/06", "June", "", "2026-06-01"])
def test_a_month_is_written_in_one_way(month: str) -> None:
    assert read_month("2026-06", preset()) == JUNE
    with pytest.raises(MonthInvalid):
        read_month(month, preset())


def test_a_payer_is_one_of_the_policy() -> None:
    require_payer("county_finance", preset())
    with pytest.raises(UnknownPayer, match="county_finance"):
        require_payer("the_village_head", preset())


def test_pay_begins_in_the_month_after_effect_and_ends_after_twelve() -> None:
    [one] = effective(inputs(branch(1)))
    window = pay_window(preset_plan(), one)
    assert (window[0], window[-1], len(window)) == (JUNE, date(2027, 5, 1), 12)


def test_months_are_computed_from_the_first_one_by_one_when_they_have_begun() -> None:
    window = [date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)]
    today = date(2026, 7, 15)
    require_payable(JUNE, today, [window], [])
    require_payable(JULY, today, [window], [JUNE])
    for day, done, problem in (
        (date(2026, 5, 1), [], RegisterBeforePay),
        (date(2026, 9, 1), [], RegisterAfterPay),
        (date(2026, 8, 1), [JUNE, JULY], RegisterTooEarly),
        (JULY, [], RegisterOutOfOrder),
    ):
        with pytest.raises(problem):
            require_payable(day, today, [window], done)
    with pytest.raises(NothingInEffect):
        require_payable(JUNE, today, [], [])


def test_nothing_follows_from_what_is_not_in_effect() -> None:
    made = list(verdicts_of(inputs(branch(1), branch(2))).values())
    held = at_close(result(made[0], ResultState.ANNOUNCED), CLOSED, held=True)
    released = at_release(held, date(2026, 7, 2))
    assert in_force([held, result(made[1])]) == []
    assert in_force([released]) == [released]
    # Released in July: paid from August on, and not for the months before.
    assert pay_window(preset_plan(), released)[0] == date(2026, 8, 1)
    assert standings_on(preset_plan(), [released], JULY) == {}
    assert set(standings_on(preset_plan(), [released], date(2026, 8, 1))) == {str(village(1))}


def given_for(
    results: list[Result], organizations: tuple[OrganizationInput, ...], payer: str, day: date
) -> RegisterInput:
    standings = standings_on(preset_plan(), results, day)
    return RegisterInput(
        policy_hash=preset().hash,
        payer=payer,
        day=day,
        standings=tuple(standings.values()),
        seats=seats(organizations),
        funds=funds_of(organizations),
        residents_70={x.organization_id: x.residents_70 or 0 for x in organizations},
        first=tuple(sorted(standings)) if day == JUNE else (),
    )


def all_months(
    results: list[Result], organizations: tuple[OrganizationInput, ...]
) -> list[Entitlement]:
    """Every line of every register of the year; funds are used up month by month."""
    plan = preset_plan()
    made: list[Entitlement] = []
    for payer in PAYERS:
        funds = funds_of(organizations)
        for day in pay_window(plan, results[0]):
            asked = given_for(results, organizations, payer, day)
            lines = compute(plan, asked.model_copy(update={"funds": funds}))
            funds = remaining_funds(plan, funds, lines)
            made += lines
    return made


def added(lines: list[Entitlement]) -> dict[tuple[str, str, str], tuple[int, int]]:
    sums: dict[tuple[str, str, str], tuple[int, int]] = {}
    for line in lines:
        if line.unit == "fen":
            key = (line.organization_id, line.linkage, line.recipient_id)
            total, unfunded = sums.get(key, (0, 0))
            sums[key] = (total + line.total, unfunded + line.unfunded)
    return sums


_POSTS = st.sampled_from(["secretary", "director", "deputy_secretary", "member"])
_VILLAGES = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 4_000_000),
        st.integers(0, 300),
        st.lists(
            st.tuples(st.integers(1, 6), _POSTS, st.integers(0, 300_000)), max_size=3, unique=True
        ),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=25)
@given(_VILLAGES)
def test_twelve_registers_come_to_what_was_promised_when_nobody_changes(
    villages: list[tuple[int, int, int, list[tuple[int, str, int]]]],
) -> None:
    frozen = []
    for number, (stars, income, residents, posts) in enumerate(villages, start=1):
        [one] = inputs(branch(number, STARS[:stars]))
        holders = {
            (person, post): PostHolder(person_id=f"p{person}", post=post, pay_fen=pay)
            for person, post, pay in posts
        }
        facts = {"collective_income_fen": income, "residents_70": residents}
        frozen.append(one.model_copy(update={**facts, "posts": tuple(holders.values())}))
    organizations = tuple(frozen)
    results = effective(organizations)
    promised = settle(preset_plan(), results, {x.organization_id: x for x in organizations})
    lines = [line for each in promised for line in each.lines]
    assert added(all_months(results, organizations)) == added(lines)


def test_a_person_with_two_posts_is_paid_once_for_the_higher() -> None:
    plan = preset_plan()
    frozen = inputs(branch(1), branch(2, STARS[:2]))
    both = [
        Seat(organization_id=x.organization_id, person_id="p", post="secretary", pay_fen=200_000)
        for x in frozen
    ]
    asked = given_for(effective(frozen), frozen, "performance_pay", JUNE)
    lines = compute(plan, asked.model_copy(update={"seats": tuple(both)}))
    # 五星: 600 performance and 1,500 star pay; 二星: 600 and nothing more.
    paid = {line.organization_id: (line.amount, line.status) for line in lines}
    assert paid == {str(village(1)): (60_000, "due"), str(village(2)): (0, "other_post")}


def test_yearly_sums_come_with_the_first_month_only() -> None:
    plan = preset_plan()
    frozen = inputs(branch(1))
    results = effective(frozen)
    june = compute(plan, given_for(results, frozen, "county_finance", JUNE))
    assert [(line.linkage, line.amount) for line in june] == [
        ("county_award", 5_000_000),
        ("residents_70", 1_200_000),
        ("residents_70_more", 600_000),
    ]
    assert compute(plan, given_for(results, frozen, "county_finance", JULY)) == ()


def test_a_register_is_a_pure_function_of_its_stored_input() -> None:
    frozen = inputs(branch(1), branch(2, STARS[:1]))
    asked = given_for(effective(frozen), frozen, "performance_pay", JUNE)
    again = RegisterInput.model_validate_json(asked.model_dump_json())
    assert compute(compile_policy(preset()), again) == compute(preset_plan(), asked)


NOON = datetime(2026, 6, 5, 4, tzinfo=UTC)


def entry(amount: int, corrects: UUID | None = None) -> RegisterLine:
    return RegisterLine(
        id=UUID(int=1),
        register_id=UUID(int=2),
        cycle_id=UUID(int=3),
        county_id=UUID(int=4),
        township_id=UUID(int=5),
        organization_id=UUID(int=6),
        path="/",
        position=0,
        linkage="performance",
        clause="挂钩·报酬·绩效",
        recipient="person",
        recipient_id="p",
        amount=amount,
        unfunded=0,
        status="due",
        operands={},
        for_day=None,
        corrects=corrects,
        reason=None,
        entered_by=None,
        entered_at=NOON,
    )


def test_a_correction_enters_the_difference_to_what_stands() -> None:
    line = entry(60_000)
    assert difference(line, [], 30_000) == -30_000
    earlier = [entry(-30_000, line.id)]
    assert difference(line, earlier, 45_000) == 15_000
    with pytest.raises(CorrectionEmpty):
        difference(line, earlier, 30_000)


def test_only_finance_moves_a_register_and_only_along_its_path() -> None:
    state, finance = RegisterState, caller(Role.FINANCE)
    assert REGISTER.fire("confirm", state.COMPUTED, finance) is state.CONFIRMED
    assert REGISTER.fire("pay", state.CONFIRMED, finance) is state.PAID
    assert REGISTER.fire("correct", state.PAID, finance) is state.CORRECTED
    assert REGISTER.fire("discard", state.CONFIRMED, finance) is state.DISCARDED
    for verb, wrong in (
        ("pay", state.COMPUTED),
        ("discard", state.PAID),
        ("correct", state.COMPUTED),
    ):
        with pytest.raises(IllegalTransition):
            REGISTER.fire(verb, wrong, finance)
    with pytest.raises(Forbidden):
        REGISTER.fire("confirm", state.COMPUTED, caller(Role.ORGANIZATION_DEPARTMENT))


PROPOSED = Proposal(
    id=UUID(int=1),
    cycle_id=UUID(int=2),
    county_id=UUID(int=3),
    township_id=UUID(int=4),
    organization_id=UUID(int=5),
    path="/",
    name="某村",
    result_id=UUID(int=6),
    result_version=1,
    level=1,
    linkage="rectification",
    clause="挂钩·整顿",
    measures=("list", "adjust"),
    state=ProposalState.PROPOSED,
    decided_by=None,
    decided_at=None,
    reason=None,
    version=1,
)
DECISION = Decision(Actor(UUID(int=7), None), NOON, "连续两年靠后")


def test_a_person_decides_on_rectification_with_all_measures_or_some() -> None:
    office = caller(Role.ORGANIZATION_DEPARTMENT)
    assert confirm(PROPOSED, office, DECISION, None).measures == ("list", "adjust")
    chosen = confirm(PROPOSED, office, DECISION, ["list"])
    assert (chosen.measures, chosen.state, chosen.reason) == (
        ("list",),
        ProposalState.CONFIRMED,
        "连续两年靠后",
    )
    for wrong in ([], ["fire_everybody"]):
        with pytest.raises(UnknownMeasure):
            confirm(PROPOSED, office, DECISION, wrong)
    declined = decline(PROPOSED, office, DECISION)
    assert declined.state is ProposalState.DECLINED
    with pytest.raises(IllegalTransition):
        confirm(declined, office, DECISION, None)
    with pytest.raises(Forbidden):
        PROPOSAL.fire("confirm", PROPOSED.state, caller(Role.TOWNSHIP))


def test_a_settlement_says_when_pay_begins_and_has_a_hash() -> None:
    frozen = inputs(branch(1))
    [made] = settle(preset_plan(), effective(frozen), {x.organization_id: x for x in frozen})
    assert (made.effective_on, made.pay_from, made.result_version) == (CLOSED, JUNE, 1)
    assert made.hash.startswith("sha256:")
    later = [replace(each, level=4, stars=STARS[:4]) for each in effective(frozen)]
    [other] = settle(preset_plan(), later, {x.organization_id: x for x in frozen})
    assert other.hash != made.hash
