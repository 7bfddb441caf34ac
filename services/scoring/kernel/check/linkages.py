"""Linkages: somebody pays, for levels, stars and posts that exist."""

from collections.abc import Iterator

from services.scoring.kernel.check.codes import repeated
from services.scoring.kernel.errors import PolicyFault
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.linkages import (
    CountyAward,
    Linkage,
    PerformancePay,
    PerResident,
    Rectification,
    Rights,
    StarPay,
    TownshipAppraisal,
)

Found = Iterator[tuple[str, str]]


def linkage_faults(policy: Policy) -> Iterator[PolicyFault]:
    """Yield what is wrong with each linkage, in the order of the document."""
    for index, linkage in enumerate(policy.linkages):
        found = (*_references(policy, linkage), *_rows(linkage))
        if isinstance(linkage, StarPay):
            found += (*_rates(policy, linkage),)
        for code, zh in found:
            yield PolicyFault(code, f"linkages.{index}", linkage.clause, f"“{linkage.name}”{zh}")


def _references(policy: Policy, linkage: Linkage) -> Found:
    payer = getattr(linkage, "payer", None)
    if payer is not None and payer not in {one.code for one in policy.payers}:
        yield "unknown_payer", f"没有人支付：没有声明支付方“{payer}”"
    missing = linkage.levels() - {band.level for band in policy.levels}
    if missing:
        numbers = "、".join(str(level) for level in sorted(missing))
        yield "unknown_level", f"：没有声明星级{numbers}"
    if isinstance(linkage, PerResident):
        if linkage.star not in {star.code for star in policy.stars}:
            yield "unknown_star", f"：没有声明星“{linkage.star}”"
        if linkage.from_level > linkage.to_level:
            yield "level_order", "的起始星级高于最高星级"


def _rows(linkage: Linkage) -> Found:
    """Yield rows that say two things of one level or code, or leave the lowest level out."""
    keys: list[object] = []
    if isinstance(linkage, PerformancePay):
        keys = [row.from_level for row in linkage.paid]
        if 0 not in keys:
            yield "level_gap", "没有写明从0级起的发放比例"
    elif isinstance(linkage, CountyAward):
        keys = [row.level for row in linkage.amounts]
    elif isinstance(linkage, TownshipAppraisal):
        keys = [row.level for row in linkage.points]
    elif isinstance(linkage, Rights):
        keys = [right.code for right in linkage.rights]
    elif isinstance(linkage, Rectification):
        keys = [measure.code for measure in linkage.measures]
    for key in repeated(keys):
        yield "duplicate_code", f"对“{key}”写了两次"


def _rates(policy: Policy, linkage: StarPay) -> Found:
    rated = [post for rate in linkage.rates for post in rate.posts]
    declared = {post.code for post in policy.posts}
    for post in repeated(rated):
        yield "duplicate_code", f"：职务“{post}”有两个标准"
    for post in sorted(set(rated) - declared):
        yield "unknown_post", f"：没有声明职务“{post}”"
    for post in sorted(declared - set(rated)):
        yield "post_without_rate", f"：职务“{post}”没有标准"
