"""Monthly pay against the decimal reference; no person twice, no fund overdrawn."""

from collections import defaultdict
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.scoring.kernel.entitlement import Entitlement, Seat, Standing
from services.scoring.kernel.linkages import PerformancePay, StarPay
from services.scoring.kernel.monthly import month_lines, remaining_funds
from tests.scoring.kernel.documents import STARS, preset, preset_plan
from tests.scoring.kernel.reference import Verdict, performance_pay, star_pay

VILLAGES = ("a", "b", "c")
POSTS = tuple(post.code for post in preset().posts)


@st.composite
def standings(draw: st.DrawFn) -> dict[str, Standing]:
    found = {}
    for village in VILLAGES:
        stars = draw(st.integers(0, 5))
        assessed = draw(st.booleans())
        found[village] = Standing(
            organization_id=village,
            township_id="t",
            assessed=assessed,
            level=stars if assessed else 0,
            stars=STARS[:stars] if assessed else (),
        )
    return found


seats = st.lists(
    st.builds(
        Seat,
        organization_id=st.sampled_from(VILLAGES),
        person_id=st.sampled_from(["p", "q", "r", "s"]),
        post=st.sampled_from(POSTS),
        pay_fen=st.integers(0, 500_000),
    ),
    max_size=8,
)
funds = st.fixed_dictionaries({village: st.integers(0, 600_000) for village in VILLAGES})


def expected(standing: Standing, seat: Seat) -> dict[str, Decimal]:
    result = Verdict(
        assessed=standing.assessed, stars={}, held=list(standing.stars), level=standing.level
    )
    found = {}
    for rule in preset().linkages:
        if isinstance(rule, PerformancePay):
            found[rule.code] = performance_pay(rule, result, seat.pay_fen)
        elif isinstance(rule, StarPay):
            found[rule.code] = star_pay(rule, result, seat.post)
    return found


def due(lines: tuple[Entitlement, ...]) -> dict[str, dict[tuple[str, str], int]]:
    """Return person → (organization, linkage) → amount of what is due."""
    found: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for line in lines:
        if line.status == "due":
            found[line.recipient_id][line.organization_id, line.linkage] = line.amount
    return found


@given(standings(), seats, funds)
def test_each_person_is_paid_for_the_one_seat_that_brings_most(
    results: dict[str, Standing], taken: list[Seat], income: dict[str, int]
) -> None:
    paid = due(month_lines(preset_plan(), results, taken, income))
    assert set(paid) == {seat.person_id for seat in taken}
    for person, amounts in paid.items():
        worth = max(
            sum(expected(results[seat.organization_id], seat).values())
            for seat in taken
            if seat.person_id == person
        )
        assert Decimal(sum(amounts.values())) / 100 == worth
        assert len({organization for organization, _ in amounts}) == 1


@given(standings(), seats, funds, st.integers(1, 12))
def test_funds_are_used_up_to_the_last_fen_and_never_beyond(
    results: dict[str, Standing], taken: list[Seat], income: dict[str, int], months: int
) -> None:
    lines = month_lines(preset_plan(), results, taken, income, months)
    left = remaining_funds(preset_plan(), income, lines)
    for village in VILLAGES:
        own = [x for x in lines if x.organization_id == village and x.linkage == "star_pay"]
        asked = sum(line.total for line in own)
        assert left[village] == max(income[village] - asked, 0)
        assert sum(line.unfunded for line in own) == max(asked - income[village], 0)


@given(standings(), seats, funds)
def test_the_order_of_seats_does_not_matter(
    results: dict[str, Standing], taken: list[Seat], income: dict[str, int]
) -> None:
    forward = month_lines(preset_plan(), results, taken, income)
    assert month_lines(preset_plan(), results, taken[::-1], income) == forward
