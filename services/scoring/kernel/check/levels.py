"""Levels: bands without gaps or overlaps, prerequisites, and who settles each level."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from services.scoring.kernel.check.reach import highest_total
from services.scoring.kernel.errors import PolicyFault
from services.scoring.kernel.grammar import LevelBand, Policy
from shared.money import decimal_text


def level_faults(policy: Policy) -> Iterator[PolicyFault]:
    """Yield what is wrong with the level bands and with what refers to them."""
    places = {id(band): f"levels.{n}" for n, band in enumerate(policy.levels)}
    bands = sorted(policy.levels, key=lambda band: band.level)
    if len({band.min_stars is None for band in bands}) > 1:
        zh = "各星级应当统一按星数或统一按分数划分"
        yield PolicyFault("level_mixed", "levels", bands[0].clause, zh)
    else:
        yield from _bands(policy, bands, places)
    yield from _prerequisites(policy)
    yield from _procedure(policy, bands)


def _bands(
    policy: Policy, bands: Sequence[LevelBand], places: dict[int, str]
) -> Iterator[PolicyFault]:
    first = bands[0]
    if first.start != 0:
        what = (
            "没有星的组织"
            if first.from_points is None
            else f"不满{decimal_text(first.start)}分的组织"
        )
        zh = f"{what}没有对应的星级（缺少从0起的一级）"
        yield PolicyFault("level_gap", places[id(first)], first.clause, zh)
    for lower, higher in pairwise(bands):
        if higher.start <= lower.start:
            zh = f"{higher.name}的起点不高于{lower.name}，两级重叠"
            yield PolicyFault("level_overlap", places[id(higher)], higher.clause, zh)
    for band in bands:
        yield from _reach(policy, band, places[id(band)])


def _reach(policy: Policy, band: LevelBand, where: str) -> Iterator[PolicyFault]:
    if band.min_stars is not None and band.min_stars > len(policy.stars):
        zh = f"{band.name}要求{band.min_stars}颗星，方案只有{len(policy.stars)}颗"
        yield PolicyFault("level_unreachable", where, band.clause, zh)
    most = sum(highest_total(policy, star) for star in policy.stars)
    if band.from_points is not None and band.from_points > most:
        zh = f"{band.name}从{decimal_text(band.from_points)}分起，而总分最高{decimal_text(most)}分"
        yield PolicyFault("level_unreachable", where, band.clause, zh)


def _prerequisites(policy: Policy) -> Iterator[PolicyFault]:
    levels = {band.level for band in policy.levels}
    stars = {star.code for star in policy.stars}
    for index, rule in enumerate(policy.prerequisites):
        where = f"prerequisites.{index}"
        if rule.star not in stars:
            yield PolicyFault("unknown_star", where, rule.clause, f"没有声明星“{rule.star}”")
        if not {rule.from_level, rule.otherwise_level} <= levels:
            yield PolicyFault("unknown_level", where, rule.clause, "引用了没有声明的星级")
        if rule.otherwise_level >= rule.from_level:
            zh = "不满足前提时的星级应低于要求前提的星级"
            yield PolicyFault("prerequisite_order", where, rule.clause, zh)


def _procedure(policy: Policy, bands: Sequence[LevelBand]) -> Iterator[PolicyFault]:
    steps = policy.procedure
    if steps.determination.struck_level not in {band.level for band in bands}:
        zh = f"没有星级{steps.determination.struck_level}"
        where = "procedure.determination.struck_level"
        yield PolicyFault("unknown_level", where, steps.determination.clause, zh)
    for band in bands:
        if steps.township.decides_up_to_level < band.level < steps.department.reviews_from_level:
            zh = f"{band.name}既不由乡镇审定，也不由部门评审"
            where = "procedure.department.reviews_from_level"
            yield PolicyFault("level_undecided", where, steps.department.clause, zh)
