"""敏感性: how many verdicts stand close to a line, on which side, or exactly on it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from services.scoring.kernel.certificate import GroupCheck, LineCheck, StarVerdict
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.simulations.domain.trials import Trial

Side = Literal["below", "on", "above"]
Kind = Literal["line", "group", "level"]
SIDES: tuple[Side, ...] = ("below", "on", "above")


@dataclass(frozen=True)
class Close:
    """One star of one organization close to one line; points are hundredths.

    The line is one of the policy, of a group of the star's items, or (`star` empty, `line` the
    level) where a level by points begins. `distance` is value minus line. `decides` says whether
    this line alone decides the star or level: it is held and would be lost, or nothing but this
    line keeps it away.
    """

    kind: Kind
    organization_id: str
    township_id: str
    star: str
    line: str
    clause: str
    operator: str
    points: int
    value: int
    met: bool
    awarded: bool
    decides: bool

    @property
    def distance(self) -> int:
        """Hundredths above the line; negative below it."""
        return self.value - self.points

    @property
    def side(self) -> Side:
        """Below the line, exactly on it, or above."""
        return "on" if self.distance == 0 else ("above" if self.distance > 0 else "below")


@dataclass(frozen=True)
class Tally:
    """How many stand on each side, and for how many the line alone decides."""

    below: int
    on: int
    above: int
    deciding: int


@dataclass(frozen=True)
class Sensitivity:
    """All that stand within `within` hundredths of a line, nearest first.

    `verdicts` counts stars applied for, `close_verdicts` those close to any line at all;
    `close_levels` organizations whose total is close to where a level begins.
    """

    within: int
    verdicts: int
    close_verdicts: int
    close_levels: int
    organizations: int
    close: tuple[Close, ...]

    def tally(self, **wanted: str) -> Tally:
        """Count those whose named fields (kind, star, line, township_id) have these values."""
        mine = [
            each
            for each in self.close
            if all(getattr(each, name) == value for name, value in wanted.items())
        ]
        sides = Counter(each.side for each in mine)
        return Tally(
            sides["below"], sides["on"], sides["above"], sum(each.decides for each in mine)
        )


def sensitivity(trial: Trial, within: int) -> Sensitivity:
    """Return every verdict that stands within so many hundredths of one of its lines."""
    close = sorted(
        _all_close(trial, within),
        key=lambda each: (
            abs(each.distance),
            each.organization_id,
            each.star,
            each.kind,
            each.line,
        ),
    )
    return Sensitivity(
        within=within,
        verdicts=int(trial.outcome.applied.sum()),
        close_verdicts=len({(each.organization_id, each.star) for each in close if each.star}),
        close_levels=len({each.organization_id for each in close if each.kind == "level"}),
        organizations=len({each.organization_id for each in close}),
        close=tuple(close),
    )


def _all_close(trial: Trial, within: int) -> Iterator[Close]:
    for index, one in enumerate(trial.inputs.organizations):
        for star in np.flatnonzero(trial.outcome.applied[:, index]).tolist():
            verdict = trial.verdict(index, star)
            for line in verdict.lines:
                if abs(line.value - line.points) <= within:
                    yield _close(one, verdict, line, "line", line.line)
            for group in verdict.groups:
                if abs(group.value - group.points) <= within:
                    yield _close(one, verdict, group, "group", group.group)
        if trial.policy.levels_by_points and trial.outcome.assessed[index]:
            yield from _levels(trial, one, index, within)


def _close(
    one: OrganizationInput,
    verdict: StarVerdict,
    check: LineCheck | GroupCheck,
    kind: Kind,
    code: str,
) -> Close:
    return Close(
        kind=kind,
        organization_id=one.organization_id,
        township_id=one.township_id,
        star=verdict.star,
        line=code,
        clause=check.clause,
        operator=check.operator,
        points=check.points,
        value=check.value,
        met=check.met,
        awarded=verdict.awarded,
        decides=verdict.awarded if check.met else _only_reason(verdict, code),
    )


def _only_reason(verdict: StarVerdict, line: str) -> bool:
    reasons: Sequence[str] = [reason.subject for reason in verdict.reasons]
    return list(reasons) == [line]


def _levels(trial: Trial, one: OrganizationInput, index: int, within: int) -> Iterator[Close]:
    """Yield the beginnings of levels that an organization's total stands close to."""
    verdict = trial.level_verdict(index)
    total = verdict.total or 0
    bands = sorted(trial.policy.levels, key=lambda band: band.start)
    # Whether the total alone makes the level: no prerequisite, bottom line or quota moved it.
    plain = verdict.level == verdict.level_by_stars
    for lower, band in pairwise(bands):
        if abs(total - band.start) <= within:
            met = total >= band.start
            beside = band if met else lower
            yield Close(
                kind="level",
                organization_id=one.organization_id,
                township_id=one.township_id,
                star="",
                line=str(band.level),
                clause=band.clause,
                operator=">=",
                points=band.start,
                value=total,
                met=met,
                awarded=verdict.level >= band.level,
                decides=plain and verdict.level_by_stars == beside.level,
            )
