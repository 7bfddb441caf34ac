"""What counts for every item of a county, in `decimal`: stages, places, shared events, gaps."""

from decimal import Decimal

from services.scoring.kernel.grammar import Policy, Stage
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.items import DefaultPoints, Item, Part, PeerAverage
from services.scoring.kernel.measures import Measure
from services.scoring.kernel.rules import Occurring, Ranked
from services.scoring.kernel.said import Occurrences, Said
from tests.scoring.kernel.reference_rules import (
    AWAY,
    Points,
    by_facts_alone,
    decimals,
    in_force,
    leaves_of,
    measured_value,
    rounded,
    worth,
)

Sheet = dict[str, Points]
Leaf = tuple[Item, Item | Part]


def all_leaves(policy: Policy) -> list[Leaf]:
    """Every leaf in the order of the policy, base before bonus before deduction in each star."""
    return [
        (item, leaf)
        for star in policy.stars
        for block in ("base", "bonus", "deduction")
        for item in star.items
        if item.block == block
        for leaf in leaves_of(item)
    ]


def assessed(policy: Policy, one: OrganizationInput) -> bool:
    scope = policy.applies_to
    return one.in_snapshot and one.kind in scope.kinds and one.sector in scope.sectors


def worse(item: Item, new: Decimal, old: Decimal) -> bool:
    return new > old if item.block == "deduction" else new < old


def decide(
    policy: Policy, measures: dict[str, Measure], leaf: Leaf, one: OrganizationInput
) -> tuple[Points, Said | None]:
    """The points that count before anyone is compared with anyone, and the word they come from."""
    item, own = leaf
    assert own.rule.kind != "composite"
    points: Points = None
    word: Said | None = None
    if by_facts_alone(measures, own.rule):
        points = worth(measures, own.rule, None, one)
    for stage in policy.stages:
        said = one.scores.get(stage.code, {}).get(own.code)
        value = None if said is None else worth(measures, own.rule, said, one)
        if value is not None and takes(stage, item, value, points):
            points, word = value, said
    return points, word


def takes(stage: Stage, item: Item, value: Points, points: Points) -> bool:
    if stage.effect == "replaces":
        return True
    if not isinstance(value, Decimal) or not isinstance(points, Decimal):
        return False
    return worse(item, value, points)


def ranked_value(
    policy: Policy, measures: dict[str, Measure], leaf: Leaf, one: OrganizationInput
) -> Decimal | None:
    _, own = leaf
    assert isinstance(own.rule, Ranked)
    value = None
    if measures[own.rule.measure].fact is not None:
        return measured_value(measures, own.rule.measure, None, one)
    for stage in policy.stages:
        word = one.scores.get(stage.code, {}).get(own.code)
        new = measured_value(measures, own.rule.measure, word, one)
        if new is None:
            continue
        if stage.effect == "replaces":
            value = new
        elif value is not None:
            value = min(value, new) if own.rule.better == "higher" else max(value, new)
    return value


def group_of(one: OrganizationInput, within: str) -> tuple[str, ...]:
    return (one.county_id,) if within == "county" else (one.county_id, one.township_id)


def county_points(policy: Policy, organizations: list[OrganizationInput]) -> list[Sheet]:
    """Counted points of every leaf of every organization."""
    measures = {one.code: one for one in policy.measures}
    sheets: list[Sheet] = []
    for one in organizations:
        decided = {
            own.code: decide(policy, measures, (item, own), one) for item, own in all_leaves(policy)
        }
        sheet = {code: points for code, (points, _) in decided.items()}
        sheet |= shared_events(
            policy, {code: word for code, (_, word) in decided.items()}, sheet, one
        )
        sheets.append(sheet)
    for leaf in all_leaves(policy):
        if isinstance(leaf[1].rule, Ranked):
            give_places(policy, measures, leaf, organizations, sheets)
    for item, own in all_leaves(policy):
        for one, sheet in zip(organizations, sheets, strict=True):
            if item.only is not None and not item.only.includes(
                one.kind, one.sector, one.organization_id
            ):
                sheet[own.code] = AWAY
    for leaf in all_leaves(policy):
        fill(policy, leaf, organizations, sheets)
    return sheets


def give_places(
    policy: Policy,
    measures: dict[str, Measure],
    leaf: Leaf,
    organizations: list[OrganizationInput],
    sheets: list[Sheet],
) -> None:
    item, own = leaf
    rule = own.rule
    assert isinstance(rule, Ranked)
    entered: dict[int, Decimal] = {}
    for index, one in enumerate(organizations):
        scope = item.only is None or item.only.includes(one.kind, one.sector, one.organization_id)
        if isinstance(sheets[index][own.code], Decimal) and assessed(policy, one) and scope:
            value = ranked_value(policy, measures, leaf, one)
            assert value is not None
            entered[index] = value if rule.better == "higher" else -value
    for index, value in entered.items():
        mine = group_of(organizations[index], rule.within)
        ahead = [
            other
            for other, better in entered.items()
            if better > value and group_of(organizations[other], rule.within) == mine
        ]
        place = len(ahead) + 1
        points = next((p.points for p in rule.places if place <= p.up_to), rule.otherwise_points)
        sheets[index][own.code] = decimals(points)


def shared_events(
    policy: Policy, words: dict[str, Said | None], sheet: Sheet, one: OrganizationInput
) -> Sheet:
    """Recount the items that share events: each event once, highest first, then first item."""
    rules = {
        own.code: own.rule
        for _, own in all_leaves(policy)
        if isinstance(own.rule, Occurring) and own.rule.across == "policy"
    }
    best: dict[str, tuple[Decimal, str]] = {}
    for code, rule in rules.items():
        word = words[code]
        for each in word.occurrences if isinstance(word, Occurrences) else ():
            points = decimals(rule.occasion(each.event).points)
            if in_force(rule, each, one) and (
                each.reference not in best or points > best[each.reference][0]
            ):
                best[each.reference] = (points, code)
    found: Sheet = {}
    for code, rule in rules.items():
        if isinstance(sheet[code], Decimal):
            own = sum((points for points, where in best.values() if where == code), Decimal(0))
            found[code] = min(own, decimals(rule.max_points))
    return found


def fill(
    policy: Policy, leaf: Leaf, organizations: list[OrganizationInput], sheets: list[Sheet]
) -> None:
    item, own = leaf
    given = [
        (index, sheet[own.code])
        for index, sheet in enumerate(sheets)
        if isinstance(sheet[own.code], Decimal) and assessed(policy, organizations[index])
    ]
    for one, sheet in zip(organizations, sheets, strict=True):
        if sheet[own.code] is not None:
            continue
        if isinstance(item.when_missing, DefaultPoints):
            sheet[own.code] = decimals(item.when_missing.points)
        elif isinstance(item.when_missing, PeerAverage):
            rule = item.when_missing
            peers = [
                points
                for index, points in given
                if isinstance(points, Decimal)
                and group_of(organizations[index], rule.within) == group_of(one, rule.within)
            ]
            if peers:
                average = sum(peers, Decimal(0)) / len(peers)
                sheet[own.code] = rounded(average, rule.rounding)
