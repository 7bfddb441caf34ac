"""敏感性: how many verdicts stand close to a line, on which side, or exactly on it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from services.scoring.kernel.certificate import LineCheck, StarVerdict
from services.scoring.simulations.domain.trials import Trial

Side = Literal["below", "on", "above"]
SIDES: tuple[Side, ...] = ("below", "on", "above")


@dataclass(frozen=True)
class Close:
    """One star of one organization close to one line; points are hundredths.

    `distance` is value minus line. `decides` says whether this line alone decides the star:
    it holds the star and would lose it, or nothing but this line keeps it away.
    """

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

    `verdicts` counts stars applied for, `close_verdicts` those close to any line at all.
    """

    within: int
    verdicts: int
    close_verdicts: int
    organizations: int
    close: tuple[Close, ...]

    def tally(self, **wanted: str) -> Tally:
        """Count those whose named fields (star, line, township_id) have these values."""
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
        key=lambda each: (abs(each.distance), each.organization_id, each.star, each.line),
    )
    return Sensitivity(
        within=within,
        verdicts=int(trial.outcome.applied.sum()),
        close_verdicts=len({(each.organization_id, each.star) for each in close}),
        organizations=len({each.organization_id for each in close}),
        close=tuple(close),
    )


def _all_close(trial: Trial, within: int) -> Iterator[Close]:
    for index, one in enumerate(trial.inputs.organizations):
        for star in np.flatnonzero(trial.outcome.applied[:, index]).tolist():
            verdict = trial.verdict(index, star)
            for line in verdict.lines:
                if abs(line.value - line.points) <= within:
                    yield _close(one.organization_id, one.township_id, verdict, line)


def _close(organization_id: str, township_id: str, verdict: StarVerdict, line: LineCheck) -> Close:
    return Close(
        organization_id=organization_id,
        township_id=township_id,
        star=verdict.star,
        line=line.line,
        clause=line.clause,
        operator=line.operator,
        points=line.points,
        value=line.value,
        met=line.met,
        awarded=verdict.awarded,
        decides=verdict.awarded if line.met else _only_reason(verdict, line.line),
    )


def _only_reason(verdict: StarVerdict, line: str) -> bool:
    reasons: Sequence[str] = [reason.subject for reason in verdict.reasons]
    return list(reasons) == [line]
