"""Levels and stars of one trial counted, and who differs between two trials by which clause."""

import numpy as np

from services.scoring.kernel.certificate import LevelVerdict, Reason
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.plan import Bools
from services.scoring.simulations.domain.outcomes import (
    Counts,
    Direction,
    LevelCount,
    Move,
    StarCount,
    StarMove,
)
from services.scoring.simulations.domain.trials import Trial


def counts(trial: Trial) -> tuple[Counts, tuple[Counts, ...]]:
    """Return the county's counts and those of each township, in the order of their ids."""
    every = np.ones(trial.inputs.size, dtype=np.bool_)
    townships = np.array([one.township_id for one in trial.inputs.organizations], dtype=object)
    names = sorted(set(townships.tolist()))
    return (
        _counts(trial, None, every),
        tuple(_counts(trial, name, np.equal(townships, name)) for name in names),
    )


def moves(base: Trial, variant: Trial) -> tuple[Move, ...]:
    """Return every organization that differs, in the order of the inputs."""
    clauses = _LevelClauses(variant)
    return tuple(
        _move(base, variant, index, clauses.of(index))
        for index in range(base.inputs.size)
        if base.level(index) != variant.level(index) or base.stars(index) != variant.stars(index)
    )


def _counts(trial: Trial, township_id: str | None, members: Bools) -> Counts:
    judged = members & trial.outcome.assessed
    level = trial.outcome.level[judged]
    bands = sorted(band.level for band in trial.policy.levels)
    stars = trial.outcome.awarded[:, judged].sum(axis=1)
    return Counts(
        township_id=township_id,
        assessed=int(judged.sum()),
        not_assessed=int(members.sum() - judged.sum()),
        levels=tuple(LevelCount(level=each, count=int((level == each).sum())) for each in bands),
        stars=tuple(
            StarCount(star=star.code, count=int(count))
            for star, count in zip(trial.policy.stars, stars, strict=True)
        ),
    )


class _LevelClauses:
    """The clause that settles a level; explained once for all that reach it in the same way."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.known: dict[tuple[frozenset[str], int | None, bool, bytes], str] = {}

    def of(self, index: int) -> str:
        trial = self.trial
        struck = bool(trial.inputs.struck[index])
        hit = trial.outcome.hit[:, index].tobytes()
        way = (trial.stars(index), trial.level(index), struck, hit)
        if way not in self.known:
            self.known[way] = _settling_clause(trial.policy, trial.level_verdict(index))
        return self.known[way]


def _move(base: Trial, variant: Trial, index: int, level_clause: str) -> Move:
    before, after = base.stars(index), variant.stars(index)
    order = [star.code for star in (*base.policy.stars, *variant.policy.stars)]
    changed = sorted(before ^ after, key=order.index)
    one = base.inputs.organizations[index]
    return Move(
        organization_id=one.organization_id,
        township_id=one.township_id,
        direction=_direction(base.level(index), variant.level(index)),
        from_level=base.level(index),
        to_level=variant.level(index),
        stars=tuple(
            StarMove(
                star=star,
                won=star in after,
                # Won: why it was not held before. Lost: why it is not held any more.
                reasons=_reasons(base if star in after else variant, index, star),
            )
            for star in changed
        ),
        level_clause=level_clause,
    )


def _direction(before: int | None, after: int | None) -> Direction:
    if before is None or after is None:
        return "entered" if after is not None else "left"
    if before == after:
        return "stars_changed"
    return "rose" if after > before else "fell"


def _reasons(trial: Trial, index: int, star: str) -> tuple[Reason, ...]:
    """Return why the star is not held; empty where the policy has no such star."""
    if star not in trial.plan.star_index:
        return ()
    return trial.verdict(index, trial.plan.star_index[star]).reasons


def _settling_clause(policy: Policy, verdict: LevelVerdict) -> str:
    """Return the clause that speaks last, in the order in which the kernel settles a level."""
    level, clause = verdict.level_by_stars, verdict.clause
    for check in verdict.prerequisites:
        if check.level != level:
            level, clause = check.level, check.clause
    if verdict.quota is not None:
        return next(each.clause for each in policy.quotas if each.code == verdict.quota)
    meeting = policy.procedure.determination
    if verdict.level == level:
        return clause
    if verdict.listing_struck is not None and verdict.level == meeting.struck_level:
        return meeting.clause
    return verdict.effects[-1].clause
