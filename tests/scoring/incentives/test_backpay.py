"""What became known late is made good by the next register, to the fen, in any order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.incentives.domain.backpay import Entered, Month, dues, of_payer, reckon
from services.scoring.incentives.domain.registers import (
    RegisterInput,
    compute,
    compute_back,
    require_payable,
)
from services.scoring.incentives.domain.settlement import (
    beginning,
    funds_of,
    pay_window,
    standings_on,
)
from services.scoring.kernel.entitlements import seats
from services.scoring.kernel.inputs import OrganizationInput, PostHolder
from services.scoring.kernel.monthly import remaining_funds
from services.scoring.results.domain.results import Result
from shared.caller import Role
from tests.scoring.incentives.test_months import PAYERS, effective
from tests.scoring.incentives.test_registers import compute as compute_by_api
from tests.scoring.incentives.test_registers import entries, in_june
from tests.scoring.kernel.documents import STARS, preset, preset_plan
from tests.scoring.results.frozen import branch, inputs
from tests.scoring.results.story import CIVILITY, FIVE, Story

MONTHS = [date(2026, month, 1) for month in range(6, 12)]
JUNE, JULY, AUGUST, *_ = MONTHS
MAY = date(2026, 5, 19)
Key = tuple[date, str, str, str]


@dataclass
class Books:
    """One payer's registers of some villages, made as the service makes them."""

    payer: str
    organizations: tuple[OrganizationInput, ...]
    done: list[RegisterInput] = field(default_factory=list)
    entered: dict[date, list[Entered]] = field(default_factory=dict)

    def make(self, results: Sequence[Result], day: date) -> list[tuple[date, Entered]]:
        """Make a month's register with what is known; returns its lines with their months."""
        plan, residents = preset_plan(), residents_of(self.organizations)
        before = sorted(each.day for each in self.done if each.day < day)
        earlier = [month_of(self.organizations, results, each) for each in before]
        earlier_entered = self._merged(before)
        funds = funds_of(self.organizations)
        back, left = reckon(plan, self.payer, earlier, earlier_entered, residents, funds)
        own = month_of(self.organizations, results, day)
        asked = RegisterInput(
            policy_hash=preset().hash,
            payer=self.payer,
            day=day,
            standings=own.standings,
            seats=own.seats,
            funds=left,
            residents_70=residents,
            first=own.first,
            back=back,
            yearly=own.yearly,
        )
        # What is stored is what is computed: through JSON and back nothing changes.
        asked = RegisterInput.model_validate_json(asked.model_dump_json())
        lines = [(day, said(each)) for each in compute(plan, asked)]
        lines += [
            (x.day, x.entered.model_copy(update={"amount": x.amount, "unfunded": x.unfunded}))
            for x in compute_back(plan, asked)
        ]
        self.done.append(asked)
        for month, line in lines:
            self.entered.setdefault(month, []).append(line)
        return lines

    def _merged(self, days: Iterable[date]) -> dict[date, list[Entered]]:
        """The sums by recipient, as the store adds them up."""
        found: dict[date, list[Entered]] = {}
        for day in days:
            sums: dict[tuple[str, str, str], Entered] = {}
            for each in self.entered.get(day, []):
                old = sums.get(each.key)
                amount = each.amount + (old.amount if old else 0)
                unfunded = each.unfunded + (old.unfunded if old else 0)
                both = {"amount": amount, "unfunded": unfunded}
                sums[each.key] = each.model_copy(update=both)
            found[day] = list(sums.values())
        return found

    def sums(self) -> dict[Key, tuple[int, int]]:
        """Everything entered by month and recipient, nothings left out."""
        return added((day, each) for day, own in self.entered.items() for each in own)


def said(line: object) -> Entered:
    return Entered(**{name: getattr(line, name) for name in Entered.model_fields})


def added(lines: Iterable[tuple[date, Entered]]) -> dict[Key, tuple[int, int]]:
    found: dict[Key, tuple[int, int]] = {}
    for day, each in lines:
        key = (day, *each.key)
        amount, unfunded = found.get(key, (0, 0))
        found[key] = (amount + each.amount, unfunded + each.unfunded)
    return {key: value for key, value in found.items() if any(value)}


def residents_of(organizations: Iterable[OrganizationInput]) -> dict[str, int]:
    return {each.organization_id: each.residents_70 or 0 for each in organizations}


def month_of(
    organizations: tuple[OrganizationInput, ...], results: Sequence[Result], day: date
) -> Month:
    standings = standings_on(preset_plan(), results, day)
    first, yearly = beginning(preset_plan(), results, standings, day)
    return Month(
        day=day,
        standings=tuple(standings[key] for key in sorted(standings)),
        seats=tuple(x for x in seats(organizations) if x.organization_id in standings),
        funds={},
        first=first,
        yearly=yearly,
    )


def entitled(
    payer: str,
    organizations: tuple[OrganizationInput, ...],
    results: Sequence[Result],
    days: Iterable[date],
) -> dict[Key, tuple[int, int]]:
    """What everybody is entitled to, had all been known from the start: month by month."""
    plan, left = preset_plan(), funds_of(organizations)
    lines: list[tuple[date, Entered]] = []
    for day in days:
        month = month_of(organizations, results, day).model_copy(update={"funds": dict(left)})
        due = dues(plan, month, residents_of(organizations))
        lines += [(day, said(each)) for each in of_payer(due, payer)]
        left = remaining_funds(plan, left, due)
    return added(lines)


def one_village(income: int) -> OrganizationInput:
    [one] = inputs(branch(1))
    secretary = PostHolder(person_id="p", post="secretary", pay_fen=200_000)
    facts: Mapping[str, object] = {"collective_income_fen": income, "residents_70": 100}
    return one.model_copy(update={**facts, "posts": (secretary,)})


def with_stars(one: OrganizationInput, count: int) -> OrganizationInput:
    return one.model_copy(update={"applied": STARS[:count]})


def test_back_pay_and_claw_back_by_hand_with_funds_that_run_out() -> None:
    """2,000 yuan of income; a 五星 书记 at 1,500 a month who later turns out to be 四星."""
    five = one_village(200_000)
    books = Books("village_collective", (five,))
    # June's register was made while the branch was held; then it took effect as of May.
    assert books.make([], JUNE) == []
    known = effective((five,), MAY)
    lines = books.make(known, JULY)
    said_ = [(f"{day:%m}", x.amount, x.unfunded) for day, x in lines]
    # July: 1,500 due, 500 left. June: 1,500 due and covered.
    assert said_ == [("07", 150_000, 100_000), ("06", 150_000, 0)]
    # An objection is upheld in August: 四星 from the start, 1,200 a month.
    four = effective((with_stars(five, 4),), MAY)
    lines = books.make(four, AUGUST)
    said_ = [(f"{day:%m}", x.amount, x.unfunded) for day, x in lines]
    # August: nothing left. June: 300 back. July: 1,200 due, 800 covered, 500 had been: 300 more.
    assert said_ == [("08", 120_000, 120_000), ("06", -30_000, 0), ("07", -30_000, -60_000)]
    paid = sum(x.amount - x.unfunded for own in books.entered.values() for x in own)
    assert paid == 200_000


def test_yearly_sums_follow_a_fall_to_the_fen() -> None:
    """五星 to 三星 after June: 50,000 becomes 3,000, and the residents keep their 120 + 60."""
    five = one_village(0)
    books = Books("county_finance", (five,))
    june = books.make(effective((five,), MAY), JUNE)
    assert [x.amount for _, x in june] == [5_000_000, 1_200_000, 600_000]
    july = books.make(effective((with_stars(five, 3),), MAY), JULY)
    assert [(day, x.linkage, x.amount) for day, x in july] == [(JUNE, "county_award", -4_700_000)]
    assert books.make(effective((with_stars(five, 3),), MAY), AUGUST) == []


@dataclass(frozen=True)
class Late:
    """One village: stars, when its result takes effect and becomes known, and a later fall."""

    stars: int
    income: int
    effect: int
    known: int
    fallen: int
    falls_in: int
    people: tuple[tuple[int, str, int], ...]


_POSTS = st.sampled_from(["secretary", "director", "member"])
_LATE = st.builds(
    Late,
    st.integers(0, 5),
    st.integers(0, 2_000_000),
    st.integers(5, 8),
    st.integers(0, 4),
    st.integers(0, 5),
    st.integers(0, 6),
    st.lists(
        st.tuples(st.integers(1, 4), _POSTS, st.integers(0, 300_000)),
        max_size=3,
        unique_by=lambda x: x[:2],
    ).map(tuple),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(_LATE, min_size=1, max_size=3), st.sampled_from(PAYERS), st.data())
def test_in_any_order_everybody_is_paid_what_they_are_entitled_to(
    late: list[Late], payer: str, data: st.DataObject
) -> None:
    """Effects, falls and registers in any order: at the end every month comes to its dues."""
    frozen = []
    for number, each in enumerate(late, start=1):
        [one] = inputs(branch(number, STARS[: each.stars]))
        holders = tuple(
            PostHolder(person_id=f"p{person}", post=post, pay_fen=pay)
            for person, post, pay in each.people
        )
        facts = {"collective_income_fen": each.income, "residents_70": 7, "posts": holders}
        frozen.append(one.model_copy(update=facts))
    organizations = tuple(frozen)
    books = Books(payer, organizations)

    def known(at: int) -> list[Result]:
        found = []
        for one, each in zip(organizations, late, strict=True):
            if each.known > at:
                continue
            fell = each.falls_in <= at and each.fallen < each.stars
            now = with_stars(one, each.fallen if fell else each.stars)
            found += effective((now,), date(2026, each.effect, 19))
        return found

    last = len(MONTHS) - 1
    for index, today in enumerate(MONTHS):
        # Now and then nobody makes a register for a month or two.
        if index < last and not data.draw(st.booleans()):
            continue
        results = known(index)
        windows = [pay_window(preset_plan(), each) for each in results]
        begun = sorted({day for own in windows for day in own if day <= today})
        for day in begun:
            made = [each.day for each in books.done]
            if day in made:
                continue
            require_payable(day, today, windows, made)
            books.make(results, day)
    final = known(last)
    days = [each for each in MONTHS if any(each in pay_window(preset_plan(), x) for x in final)]
    assert {each.day for each in books.done} == set(days)
    assert books.sums() == entitled(payer, organizations, final, days)


def test_a_month_that_stands_brings_no_line_and_stays_out_of_the_stored_input() -> None:
    five = one_village(10_000_000)
    books = Books("village_collective", (five,))
    known = effective((five,), MAY)
    books.make(known, JUNE)
    assert [day for day, _ in books.make(known, JULY)] == [JULY]
    assert books.done[-1].back == ()
    assert "back" not in books.done[-1].model_dump()


async def test_an_upheld_objection_after_payment_is_taken_back_by_the_next_register(
    paid: Story,
) -> None:
    await in_june(paid)
    for payer in PAYERS:
        register = await compute_by_api(paid, payer)
        colleague = paid.service.county.caller(Role.FINANCE)
        path = f"/v1/registers/{register['id']}"
        await paid.post(f"{path}/confirm", colleague, None, 200)
        await paid.post(f"{path}/pay", paid.finance, {"voucher": "财凭2026-0612"}, 200)
    determination_id = (await paid.result(FIVE))["determination_id"]
    await paid.upheld(determination_id, FIVE, CIVILITY)
    await paid.service.move_clock("2026-07-02 09:00")
    # Star pay: 1,500 and 1,000 become 1,200 and 800; 500 less in July, and 500 back for June.
    july = await compute_by_api(paid, "village_collective", "2026-07")
    assert july["amount"] == "5000.00"
    back = [each for each in await entries(paid, july) if each["for_month"]]
    assert {(x["for_month"], x["amount"], x["status"]) for x in back} == {
        ("2026-06", "-300.00", "claw_back"),
        ("2026-06", "-200.00", "claw_back"),
    }
    assert {x["organization_id"] for x in back} == {str(paid.branches[FIVE].id)}
    # 四星 brings 30,000 instead of 50,000; performance pay is full from 二星 on.
    july = await compute_by_api(paid, "county_finance", "2026-07")
    assert july["amount"] == "-20000.00"
    assert (await compute_by_api(paid, "performance_pay", "2026-07"))["amount"] == "8100.00"
    # August has nothing left to make good.
    await paid.service.move_clock("2026-08-03 09:00")
    august = await compute_by_api(paid, "village_collective", "2026-08")
    assert august["amount"] == "5500.00"
    assert not [each for each in await entries(paid, august) if each["for_month"]]
