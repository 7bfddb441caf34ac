"""A county tried out without a database: 400 branches by default, in fifteen townships."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.scoring.cycles.domain import Cycle, CycleState
from services.scoring.kernel.inputs import OrganizationInput, PostHolder
from services.scoring.results.domain.snapshot import digest
from services.scoring.simulations.domain.making import make
from services.scoring.simulations.domain.outcomes import Report
from services.scoring.simulations.domain.simulating import Base, base_of
from services.scoring.simulations.domain.simulation import (
    Basis,
    Names,
    NewSimulation,
    Shown,
    Simulation,
    SimulationState,
    Source,
)
from services.scoring.simulations.domain.variants import Change
from services.scoring.simulations.schemas import SimulationView
from tests.scoring.kernel.documents import STARS, clear_answers, preset, preset_plan

NOON = datetime(2026, 5, 11, 4, tzinfo=UTC)
TOWNSHIPS = (
    "城关镇党委",
    "照镜镇党委",
    "黄堤镇党委",
    "亢村镇党委",
    "中和镇党委",
    "徐营镇党委",
    "冯庄镇党委",
    "史庄镇党委",
    "大新庄乡党委",
    "太山镇党委",
    "位庄乡党委",
    "西工区街道党工委",
    "产业集聚区党工委",
    "农场党委",
    "北街街道党工委",
)
POSTS = ("secretary", "director", "deputy_secretary", "member", "committee_member")


def county(size: int = 400, seed: int = 1) -> list[OrganizationInput]:
    """Branches with totals around the line, as a county's are."""
    rng = random.Random(seed)
    policy, answers = preset(), clear_answers(preset())
    return [_branch(rng, number, policy, answers) for number in range(size)]


def _branch(rng: random.Random, number: int, policy: Any, answers: Any) -> OrganizationInput:  # noqa: ANN401 -- the preset and its answers
    applied = tuple(star for star in STARS if rng.random() < 0.8)
    scores: dict[str, int] = {}
    for item in (item for star in policy.stars for item in star.items):
        most = item.rule.max_points
        share = rng.triangular(60, 100, 88) if item.block == "base" else rng.choice([0, 0, 0, 40])
        scores[item.code] = round(most * share) // 100
    return OrganizationInput(
        organization_id=f"v{number:03}",
        county_id="county",
        township_id=f"t{number % len(TOWNSHIPS):02}",
        kind="branch",
        sector="rural",
        submitted=True,
        applied=applied,
        scores={"self": scores, "township": scores},
        answers=answers,
        residents_70=60 + number % 90,
        collective_income_fen=rng.choice([1_000_000, 5_000_000, 20_000_000]),
        posts=tuple(
            PostHolder(person_id=f"v{number:03}-{post}", post=post, pay_fen=160_000)
            for post in POSTS
        ),
    )


def base(organizations: Sequence[OrganizationInput]) -> Base:
    return base_of(preset_plan(), organizations, provisional=False)


def change(path: str, to: Any) -> Change:  # noqa: ANN401 -- any JSON value
    return Change(path=path, to=to)


def asked(*variants: Mapping[str, Any], **others: Any) -> NewSimulation:  # noqa: ANN401 -- JSON
    """A simulation of variants given as `{path: value}`, or as whole variants."""
    specs = [
        dict(each)
        if "name" in each
        else {
            "name": f"方案{number}",
            "changes": [{"path": path, "to": to} for path, to in each.items()],
        }
        for number, each in enumerate(variants, 1)
    ]
    return NewSimulation.model_validate({"title": "测算", "variants": specs, **others})


def tried(organizations: Sequence[OrganizationInput], new: NewSimulation) -> Report:
    return Report.model_validate_json(make(new, base(organizations), {})[1])


def shown(organizations: Sequence[OrganizationInput], new: NewSimulation) -> Shown:
    policies, content = make(new, base(organizations), {})
    simulation = Simulation(
        id=UUID(int=1),
        cycle_id=UUID(int=2),
        county_id=UUID(int=3),
        state=SimulationState.KEPT,
        version=1,
        new=new,
        source=Source(Basis.DETERMINED, "sha256:0"),
        policy_hash=preset().hash,
        policies=policies,
        content=content,
        hash=digest(content),
        made_by=None,
        made_at=NOON,
    )
    names = Names(
        {one.organization_id: f"第{one.organization_id[1:]}村党支部" for one in organizations},
        {f"t{number:02}": name for number, name in enumerate(TOWNSHIPS)},
    )
    return Shown(simulation, cycle(), preset(), simulation.report, names)


def view(organizations: Sequence[OrganizationInput], new: NewSimulation) -> SimulationView:
    return SimulationView.of(shown(organizations, new))


def scored(one: OrganizationInput, **scores: int) -> OrganizationInput:
    """The same branch with some items scored otherwise in every stage."""
    given = {stage: {**own, **scores} for stage, own in one.scores.items()}
    return one.model_copy(update={"scores": given})


def cycle() -> Cycle:
    day = date(2026, 4, 1)
    return Cycle(
        id=UUID(int=2),
        county_id=UUID(int=3),
        policy_id=UUID(int=4),
        policy_hash=preset().hash,
        title="获嘉县2026年五星支部创建",
        year=2026,
        state=CycleState.ANNOUNCING,
        version=1,
        snapshot_on=day,
        apply_until=day,
        recommend_until=day,
        review_until=day,
        clear_until=day,
        determine_until=day,
        seed="1",
        created_at=NOON,
    )
