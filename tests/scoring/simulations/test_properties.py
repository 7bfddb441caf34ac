"""What holds for every what-if, over random policies, counties and changes."""

from collections import Counter

from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from services.scoring.kernel.check import check
from services.scoring.kernel.entitlement import bill_by_payer
from services.scoring.kernel.entitlements import entitlements
from services.scoring.kernel.errors import InputError
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import OrganizationInput, PostHolder
from services.scoring.kernel.plan import compile_policy
from services.scoring.simulations.domain.bills import ledger, ledger_after
from services.scoring.simulations.domain.nearest import nearest
from services.scoring.simulations.domain.outcomes import Counts, Report
from services.scoring.simulations.domain.simulating import Asked, base_of, simulate
from services.scoring.simulations.domain.trials import Trial, try_out, try_variant
from services.scoring.simulations.domain.variants import changed
from shared.money import decimal_text
from tests.scoring.kernel.documents import STARS, branch, preset, preset_plan, star_scores
from tests.scoring.kernel.strategies import counties
from tests.scoring.kernel.strategies_rich import quota_counties, rich_counties
from tests.scoring.simulations.trying import change, county, scored

Judged = tuple[Policy, list[OrganizationInput]]
POSTS = tuple(post.code for post in preset().posts)


def report(judged: Judged, *policies: Policy) -> Report:
    policy, organizations = judged
    base = base_of(compile_policy(policy), organizations, provisional=False)
    made, faults = simulate(base, [(each, "scale") for each in policies], Asked({}, 20))
    assert faults == []
    return made


@given(counties())
def test_a_variant_without_changes_changes_nobody(judged: Judged) -> None:
    policy, faults = changed(judged[0], [])
    assert policy is not None
    assert faults == []
    made = report(judged, policy)
    assert made.variants == (made.base,)


@st.composite
def raised(draw: st.DrawFn) -> tuple[Judged, Policy]:
    """One line of a policy higher than it was; without prerequisites, which may turn a loss
    of a star into a higher level (five stars without the one demanded against four)."""
    policy, organizations = draw(counties())
    policy = policy.model_copy(update={"prerequisites": ()})
    assume(policy.lines)
    line = draw(st.sampled_from(policy.lines))
    higher = line.points + draw(st.integers(1, 500))
    new, faults = changed(policy, [change(f"lines.{line.code}.points", decimal_text(higher))])
    assume(not faults)
    assert new is not None
    return (policy, organizations), new


@given(raised())
def test_raising_a_line_never_raises_a_level_and_wins_no_star(case: tuple[Judged, Policy]) -> None:
    made = report(*case)
    for move in made.variants[0].moves:
        assert move.from_level is not None
        assert move.to_level is not None
        assert move.to_level <= move.from_level
        assert not any(star.won for star in move.stars)
        assert all(star.reasons for star in move.stars)


def level_counts(counts: Counts) -> Counter[int]:
    return Counter({each.level: each.count for each in counts.levels})


@given(raised())
def test_counts_differ_by_exactly_those_who_rose_and_fell(case: tuple[Judged, Policy]) -> None:
    # Read from the end, lowering a line: both directions are covered.
    (policy, organizations), new = case
    for judged, other in ((case[0], new), ((new, organizations), policy)):
        made = report(judged, other)
        [variant] = made.variants
        difference = level_counts(variant.county)
        difference.subtract(level_counts(made.base.county))
        for move in variant.moves:
            assert move.from_level is not None
            assert move.to_level is not None
            difference[move.to_level] -= 1
            difference[move.from_level] += 1
        assert not any(difference.values())
        stars = Counter({each.star: each.count for each in variant.county.stars})
        stars.subtract({each.star: each.count for each in made.base.county.stars})
        for move in variant.moves:
            for star in move.stars:
                stars[star.star] -= 1 if star.won else -1
        assert not any(stars.values())


@given(counties())
def test_townships_add_up_to_the_county(judged: Judged) -> None:
    made = report(judged).base
    total: Counter[int] = Counter()
    for each in made.townships:
        total.update(level_counts(each))
    assert total == level_counts(made.county)
    assert sum(each.assessed for each in made.townships) == made.county.assessed
    assert made.county.assessed + made.county.not_assessed == len(judged[1])


@given(counties(), st.integers(1, 4))
def test_near_misses_are_the_nearest_there_are(judged: Judged, wanted: int) -> None:
    policy, organizations = judged
    trial = try_out(compile_policy(policy), organizations, provisional=False)
    every = nearest(trial, 1_000)
    assert nearest(trial, wanted) == every[:wanted]
    assert [each.short for each in every] == sorted(each.short for each in every)
    assert all(each.short > 0 for each in every)


def given_by_hand(one: OrganizationInput) -> dict[str, int]:
    return {code: said for code, said in one.scores["township"].items() if isinstance(said, int)}


@given(st.integers(0, 200), st.sampled_from(STARS))
def test_the_points_that_are_missing_win_the_star(seed: int, star: str) -> None:
    one = county(1, seed)[0].model_copy(update={"applied": (star,)})
    trial = try_out(preset_plan(), [one], provisional=False)
    missed = nearest(trial, 1)
    assume(missed)
    left, given_points = missed[0].short, given_by_hand(one)
    for room in missed[0].items:
        if room.block == "base":
            more = min(left, room.room)
            given_points[room.item] += more
            left -= more
    assume(left == 0)
    enough = scored(one, **given_points)
    assert star in try_out(preset_plan(), [enough], provisional=False).stars(0)
    item = next(room.item for room in missed[0].items if room.block == "base")
    less = scored(one, **{**given_points, item: given_points[item] - 1})
    assert star not in try_out(preset_plan(), [less], provisional=False).stars(0)


@st.composite
def villages(draw: st.DrawFn) -> list[OrganizationInput]:
    """A county in which persons hold posts in several villages, and some villages are poor."""
    people = draw(st.integers(2, 8))
    made = []
    for number in range(draw(st.integers(2, 6))):
        stars = tuple(draw(st.lists(st.sampled_from(STARS), unique=True)))
        ordered = tuple(star for star in STARS if star in stars)
        points = draw(st.sampled_from([8399, 8400, 8499, 8500, 9000]))
        scores: dict[str, int] = {}
        for star in ordered:
            scores |= star_scores(preset(), star, points)
        holders = draw(
            st.lists(
                st.tuples(st.integers(1, people), st.sampled_from(POSTS)),
                max_size=3,
                unique_by=lambda each: each[0],
            )
        )
        made.append(
            branch(preset(), ordered, f"v{number}").model_copy(
                update={
                    "scores": {"self": scores},
                    "residents_70": draw(st.integers(0, 300)),
                    "collective_income_fen": draw(st.sampled_from([0, 500_000, 10**8])),
                    "posts": tuple(
                        PostHolder(person_id=f"p{person}", post=post, pay_fen=150_000)
                        for person, post in holders
                    ),
                }
            )
        )
    return made


CHANGES = st.lists(
    st.sampled_from(
        [
            change("lines.total_line.points", "84"),
            change("linkages.star_pay.rates.secretary.amount", "450.50"),
            change("payment.months", 6),
            change("prerequisites", []),
            change("linkages.residents_70.amount", "0"),
        ]
    ),
    unique_by=lambda each: each.path,
)


@settings(max_examples=40)
@given(villages(), CHANGES)
def test_the_bill_is_the_sum_of_the_entitlements(
    organizations: list[OrganizationInput], changes: list[object]
) -> None:
    base = try_out(preset_plan(), organizations, provisional=False)
    policy, faults = changed(preset(), changes)  # type: ignore[arg-type]  # hypothesis gives objects
    assert policy is not None, faults
    assert check(policy) == ()
    variant = try_variant(base, policy, "scale")
    for trial, found in (
        (base, ledger(base)),
        (variant, ledger(variant)),
        # Only what may differ is computed anew, with the same sums.
        (variant, ledger_after(base, ledger(base), variant)),
    ):
        sums = found.by_payer(())
        expected = sums_of(trial)
        assert {payer: (owed.total, owed.unfunded) for payer, owed in sums.items()} == expected


def sums_of(trial: Trial) -> dict[str, tuple[int, int]]:
    lines = entitlements(trial.plan, trial.outcome, trial.inputs)
    return {each.payer: (each.total_fen, each.unfunded_fen) for each in bill_by_payer(lines)}


@settings(max_examples=20, suppress_health_check=[HealthCheck.filter_too_much])
@given(rich_counties())
def test_every_kind_of_rule_can_be_tried_out(judged: Judged) -> None:
    policy, faults = changed(judged[0], [change("title", "另一个名称"), change("quotas", [])])
    assert policy is not None, faults
    try:
        trial = try_out(compile_policy(judged[0]), judged[1], provisional=False)
    except InputError:  # a score to be averaged that no peer has
        reject()
    # Measured values, occurrences and what does not apply reach the variant as they were said.
    again = try_variant(trial, policy, "scale")
    assert again.notes == ()
    assert again.inputs.organizations == trial.inputs.organizations
    assert again.outcome.eligible.tolist() == trial.outcome.eligible.tolist()
    for miss in nearest(trial, 1_000):
        assert {each.code for each in miss.reasons} <= {"below_line", "below_group"}
        assert miss.short >= max(each.short for each in miss.reasons)


@settings(max_examples=20)
@given(quota_counties())
def test_without_quotas_nobody_falls_and_who_rises_was_cut(county: Judged) -> None:
    # A policy without quotas has let nobody into a place, so its inputs say nothing of it.
    judged = county[0], [one.model_copy(update={"let_in": {}}) for one in county[1]]
    policy, faults = changed(judged[0], [change("quotas", [])])
    assert policy is not None, faults
    [variant] = report(judged, policy).variants
    [reverse] = report((policy, judged[1]), judged[0]).variants
    assert len(reverse.moves) == len(variant.moves)
    for move, back in zip(variant.moves, reverse.moves, strict=True):
        assert move.organization_id == back.organization_id
        assert (move.from_level, move.to_level) == (back.to_level, back.from_level)
        assert all(star.won for star in move.stars)
        for star in (*move.stars, *back.stars):
            assert {"quota", "requires"} >= {each.code for each in star.reasons} != set()
        assert move.level_clause
        assert back.level_clause
