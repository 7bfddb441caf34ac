"""Bottom lines: who answers, what hits them, and what they take."""

from collections.abc import Iterator

from services.scoring.kernel.check.codes import repeated
from services.scoring.kernel.errors import PolicyFault
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.rules import CountsPerProblem, InInfluence
from services.scoring.kernel.rules.influence import faults as period_faults
from services.scoring.kernel.stars import BottomLine, CapsLevel


def bottom_line_faults(policy: Policy) -> Iterator[PolicyFault]:
    """Yield what is wrong with each bottom line, in the order of the document."""
    offices = {one.code for one in policy.source_offices}
    levels = {band.level for band in policy.levels}
    for s, star in enumerate(policy.stars):
        for n, line in enumerate(star.bottom_lines):
            where = f"stars.{s}.bottom_lines.{n}"
            if line.source_office not in offices:
                zh = f"没有声明部门“{line.source_office}”"
                yield PolicyFault("unknown_source_office", where, line.clause, zh)
            if isinstance(line.effect, CapsLevel) and line.effect.level not in levels:
                zh = f"没有声明星级{line.effect.level}"
                yield PolicyFault("unknown_level", where, line.clause, zh)
            yield from _rule(line, where)


def _rule(line: BottomLine, where: str) -> Iterator[PolicyFault]:
    if isinstance(line.rule, CountsPerProblem):
        for event in repeated(limit.event for limit in line.rule.limits):
            yield PolicyFault("duplicate_code", where, line.clause, f"事项“{event}”重复")
        for limit in line.rule.limits:
            if limit.minimum == 0:
                zh = f"“{limit.name}”0次也会触碰底线"
                yield PolicyFault("limit_always_hit", where, line.clause, zh)
    elif isinstance(line.rule, InInfluence):
        for sanction in repeated(one.sanction for one in line.rule.sanctions):
            yield PolicyFault("duplicate_code", where, line.clause, f"处分“{sanction}”重复")
        for one in line.rule.sanctions:
            for fault in period_faults(one.periods, one.name):
                yield PolicyFault(fault.code, where, line.clause, fault.zh)
