"""Registers through the API: computed, confirmed, paid, corrected, discarded."""

from datetime import date
from typing import Any

from shared.caller import Caller, Grant, Role
from shared.contracts.registry import TermRecord
from shared.tables import new_id
from tests.scoring.county import problem
from tests.scoring.results.story import FIVE, TWO, Story


async def compute(
    story: Story,
    payer: str = "performance_pay",
    month: str = "2026-06",
    expect: int | None = 201,
    who: Caller | None = None,
) -> Any:  # noqa: ANN401 -- JSON, or the answer where a problem is expected
    path = f"/v1/cycles/{story.id}/registers"
    body = {"payer": payer, "month": month}
    answer = await story.post(path, who or story.finance, body, expect)
    return answer.json() if expect == 201 else answer


async def entries(story: Story, register: dict[str, Any]) -> list[dict[str, Any]]:
    found = await story.get(f"/v1/registers/{register['id']}/lines?limit=500", story.finance)
    items: list[dict[str, Any]] = found["items"]
    return items


async def in_june(story: Story) -> None:
    await story.service.move_clock("2026-06-02 09:00")


def colleague(story: Story) -> Caller:
    return story.service.county.caller(Role.FINANCE)


async def test_each_payer_has_its_own_register_of_the_month(paid: Story) -> None:
    await in_june(paid)
    made = [
        await compute(paid, payer)
        for payer in ("performance_pay", "village_collective", "county_finance")
    ]
    # 8,100 performance pay, 6,000 star pay, and the yearly sums with the first month.
    assert [each["amount"] for each in made] == ["8100.00", "6000.00", "175820.00"]
    assert {each["state"] for each in made} == {"computed"}
    assert {each["holders_on"] for each in made} == {"2026-06-01"}
    listed = await paid.get(f"/v1/cycles/{paid.id}/registers?month=2026-06", paid.finance)
    assert {each["id"] for each in listed} == {each["id"] for each in made}


async def test_computing_twice_gives_the_same_register(paid: Story) -> None:
    await in_june(paid)
    first = await compute(paid)
    assert await compute(paid, who=colleague(paid)) == first
    assert len(await paid.get(f"/v1/cycles/{paid.id}/registers", paid.finance)) == 1


async def test_a_register_that_cannot_be_is_refused_with_its_own_problem(paid: Story) -> None:
    assert problem(await compute(paid, month="2026-06", expect=409)) == "register-too-early"
    await in_june(paid)
    for payer, month, slug in (
        ("performance_pay", "2026-05", "register-before-pay"),
        ("performance_pay", "2027-06", "register-after-pay"),
        ("performance_pay", "2026-07", "register-too-early"),
        ("performance_pay", "2026-6", "month-invalid"),
        ("nobody", "2026-06", "unknown-payer"),
    ):
        answer = await compute(paid, payer, month, None)
        assert problem(answer) == slug
    await paid.service.move_clock("2026-07-02 09:00")
    answer = await compute(paid, month="2026-07", expect=409)
    assert (problem(answer), answer.json()["missing"]) == ("register-out-of-order", ["2026-06"])
    village = paid.service.county.village(paid.branches[FIVE])
    assert problem(await compute(paid, expect=403, who=village)) == "forbidden"
    assert await paid.get(f"/v1/cycles/{paid.id}/registers", paid.finance) == []


async def test_before_anything_is_in_effect_there_is_no_register(story: Story) -> None:
    await story.clear()
    await story.determined()
    await in_june(story)
    assert problem(await compute(story, expect=409)) == "nothing-in-effect"


async def test_whoever_computed_it_does_not_confirm_it(paid: Story) -> None:
    await in_june(paid)
    register = await compute(paid)
    path = f"/v1/registers/{register['id']}/confirm"
    assert problem(await paid.post(path, paid.finance)) == "own-register"
    root = paid.service.county.committee.id
    again = Caller(new_id(), (Grant(Role.FINANCE, root),), person_id=paid.finance.person_id)
    assert problem(await paid.post(path, again)) == "own-register"
    assert problem(await paid.post(path, paid.recorder)) == "forbidden"
    confirmed = (await paid.post(path, colleague(paid), None, 200)).json()
    assert confirmed["state"] == "confirmed"


async def test_confirmed_paid_and_corrected_by_a_new_entry(paid: Story) -> None:
    await in_june(paid)
    register = await compute(paid)
    own = f"/v1/registers/{register['id']}"
    before = await entries(paid, register)
    wrong = next(each for each in before if each["amount"] == "600.00")
    fix = {"line_id": wrong["id"], "amount": "450.00", "reason": "现有报酬填写有误"}
    payment = {"voucher": "财凭2026-0612"}
    assert problem(await paid.post(f"{own}/pay", paid.finance, payment)) == "illegal-transition"
    await paid.post(f"{own}/confirm", colleague(paid), None, 200)
    assert problem(await paid.post(f"{own}/corrections", paid.finance, fix)) == "illegal-transition"
    done = (await paid.post(f"{own}/pay", paid.finance, payment, 200)).json()
    assert (done["state"], done["paid_on"]) == ("paid", "2026-06-02")
    entry = (await paid.post(f"{own}/corrections", paid.finance, fix, 201)).json()
    assert (entry["amount"], entry["corrects"], entry["reason"]) == (
        "-150.00",
        wrong["id"],
        "现有报酬填写有误",
    )
    after = await entries(paid, register)
    assert after[:-1] == before
    now = await paid.get(own, paid.finance)
    assert (now["state"], now["amount"]) == ("corrected", "7950.00")
    again = await paid.post(f"{own}/corrections", paid.finance, fix)
    assert problem(again) == "correction-without-change"
    of_entry = await paid.post(f"{own}/corrections", paid.finance, {**fix, "line_id": entry["id"]})
    assert problem(of_entry) == "not-found"
    bad = await paid.post(f"{own}/corrections", paid.finance, {**fix, "amount": "450.005"})
    assert problem(bad) == "invalid-content"
    assert problem(await paid.post(f"{own}/discard", paid.finance, {"reason": "重算"})) == (
        "illegal-transition"
    )


async def test_an_unpaid_register_may_be_discarded_and_computed_again(paid: Story) -> None:
    await in_june(paid)
    register = await compute(paid)
    path = f"/v1/registers/{register['id']}/discard"
    await paid.service.move_clock("2026-07-02 09:00")
    july = await compute(paid, month="2026-07")
    assert problem(await paid.post(path, paid.finance, {"reason": "重算"})) == (
        "register-out-of-order"
    )
    later = f"/v1/registers/{july['id']}/discard"
    await paid.post(later, paid.finance, {"reason": "重算"}, 200)
    await paid.post(path, paid.finance, {"reason": "重算"}, 200)
    again = await compute(paid)
    assert (again["id"] != register["id"], again["amount"]) == (True, "8100.00")


async def test_the_holder_on_the_first_gets_the_month(paid: Story) -> None:
    terms = paid.service.registry.all_terms
    index, old = next(
        (n, x)
        for n, x in enumerate(terms)
        if x.organization_id == paid.branches[TWO].id and x.post == "secretary"
    )
    terms[index] = old.model_copy(update={"ends_on": date(2026, 6, 15)})
    successor = TermRecord(
        id=new_id(),
        person_id=new_id(),
        organization_id=old.organization_id,
        post=old.post,
        starts_on=date(2026, 6, 16),
        ends_on=None,
    )
    terms.append(successor)
    await paid.service.move_clock("2026-07-02 09:00")
    holders = []
    for month in ("2026-06", "2026-07"):
        register = await compute(paid, month=month)
        holders += [
            each["recipient_id"]
            for each in await entries(paid, register)
            if each["organization_id"] == str(old.organization_id)
            and each["operands"]["post"] == "secretary"
        ]
    assert holders == [str(old.person_id), str(successor.person_id)]


async def test_a_year_of_registers_comes_to_the_bill(paid: Story) -> None:
    total = 0
    for number in range(12):
        year, month = divmod(5 + number, 12)
        day = date(2026 + year, month + 1, 2)
        await paid.service.move_clock(f"{day} 09:00")
        register = await compute(paid, "village_collective", f"{day:%Y-%m}")
        total += int(register["amount"].replace(".", ""))
    assert total == 7_200_000
    await paid.service.move_clock("2027-07-02 09:00")
    assert problem(await compute(paid, "village_collective", "2027-06", 409)) == (
        "register-after-pay"
    )


async def test_villages_and_townships_see_their_own_entries(paid: Story) -> None:
    await in_june(paid)
    register = await compute(paid)
    county, own = paid.service.county, paid.branches[FIVE]
    path = f"/v1/registers/{register['id']}"
    mine = await paid.get(f"{path}/lines", county.village(own))
    assert {each["organization_id"] for each in mine["items"]} == {str(own.id)}
    township = await paid.get(f"{path}/lines", county.township(own))
    assert {each["township_id"] for each in township["items"]} == {str(own.parent_id)}
    assert problem(await paid.service.call("GET", path, county.village(own))) == "forbidden"


async def test_a_late_effect_is_made_good_from_the_month_after_it(story: Story) -> None:
    await story.clear()
    determination_id = await story.determined()
    await story.published(determination_id)
    await story.closed(determination_id, FIVE)
    await story.service.move_clock("2026-06-10 09:00")
    june = await compute(story, "village_collective")
    assert june["amount"] == "3500.00"
    # Released on 26 May by the event's own date: from June on, too late for June's register.
    await story.dismissed(determination_id, FIVE)
    await story.service.move_clock("2026-07-02 09:00")
    july = await compute(story, "village_collective", "2026-07")
    # 6,000 for July, and for June the 1,500 and 1,000 that its register could not know.
    assert july["amount"] == "8500.00"
    back = [each for each in await entries(story, july) if each["for_month"]]
    assert {(x["for_month"], x["amount"], x["status"]) for x in back} == {
        ("2026-06", "1500.00", "back_pay"),
        ("2026-06", "1000.00", "back_pay"),
    }
    yearly = await compute(story, "county_finance", "2026-06")
    assert yearly["amount"] == "175820.00"


async def test_yearly_sums_of_a_late_branch_come_with_the_next_register(story: Story) -> None:
    await story.clear()
    determination_id = await story.determined()
    await story.published(determination_id)
    await story.closed(determination_id, FIVE)
    await story.service.move_clock("2026-06-10 09:00")
    # Without 五星: 50,000 and 100 x 180 less.
    assert (await compute(story, "county_finance"))["amount"] == "107820.00"
    await story.dismissed(determination_id, FIVE)
    await story.service.move_clock("2026-07-02 09:00")
    july = await compute(story, "county_finance", "2026-07")
    assert july["amount"] == "68000.00"
    assert {each["for_month"] for each in await entries(story, july)} == {"2026-06"}
