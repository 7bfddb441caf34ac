"""Quotas: places that exist, for a star or level that exists, in an order that decides."""

from collections.abc import Iterator

from services.scoring.kernel.check.codes import repeated
from services.scoring.kernel.errors import PolicyFault
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.quotas import Quota


def quota_faults(policy: Policy) -> Iterator[PolicyFault]:
    """Yield what is wrong with each quota, and quotas for the same places."""
    seen: set[tuple[object, ...]] = set()
    for index, quota in enumerate(policy.quotas):
        where = f"quotas.{index}"
        subject = (quota.star, quota.level, quota.within)
        if subject in seen:
            zh = f"“{quota.name}”与前面的名额限制的是同一对象，请合并"
            yield PolicyFault("duplicate_quota", where, quota.clause, zh)
        seen.add(subject)
        for code, zh in (*_subject(policy, quota), *_places(quota)):
            yield PolicyFault(code, where, quota.clause, f"“{quota.name}”{zh}")


def _subject(policy: Policy, quota: Quota) -> Iterator[tuple[str, str]]:
    if quota.star is not None and quota.star not in {star.code for star in policy.stars}:
        yield "unknown_star", f"：没有声明星“{quota.star}”"
    levels = sorted(band.level for band in policy.levels)
    if quota.level is not None and quota.level not in levels:
        yield "unknown_level", f"：没有声明星级{quota.level}"
    if quota.level == levels[0]:
        yield "quota_on_lowest", "限制的是最低一级，超出的组织没有更低的星级可定"


def _places(quota: Quota) -> Iterator[tuple[str, str]]:
    if not (quota.at_most or quota.percent):
        yield "quota_of_nothing", "的名额为0，没有组织能得"
    if quota.star is not None and "stars" in quota.order:
        yield "quota_order", "限制的是一颗星，不能按星数排序"
    for measure in repeated(quota.order):
        yield "duplicate_code", f"的排序依据“{measure}”重复"
