"""Hand-built parts of a small county for tests of results."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from uuid import UUID

from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.results.domain.corrections import Correction
from services.scoring.results.domain.determinations import (
    Actor,
    Determination,
    DeterminationState,
    Meeting,
)
from services.scoring.results.domain.ranking import Entrant
from services.scoring.results.domain.results import Result, ResultState, Verdict, verdict_fields
from services.scoring.results.domain.snapshot import (
    Branch,
    Parts,
    Snapshot,
    build,
    documents,
    snapshot_hash,
)
from services.scoring.results.domain.verdicts import Judged, judge, verdicts
from shared.contracts.notifications import FallScope
from shared.contracts.registry import FactCode, FactRecord, Post, TermRecord
from tests.scoring.kernel.documents import STARS, clear_answers, preset, preset_plan, star_scores

COUNTY, NORTH, SOUTH = UUID(int=1), UUID(int=2), UUID(int=3)
NOON = datetime(2026, 5, 11, 4, tzinfo=UTC)


def village(number: int) -> UUID:
    return UUID(int=1000 + number)


def branch(number: int, stars: tuple[str, ...] | None = STARS, points: int = 9000) -> Branch:
    """A branch that applies for these stars with so many base points in each."""
    scores: dict[str, int] = {}
    for star in stars or ():
        scores |= star_scores(preset(), star, points)
    return Branch(
        organization_id=village(number),
        county_id=COUNTY,
        township_id=NORTH if number % 2 else SOUTH,
        kind="branch",
        sector="rural",
        in_snapshot=True,
        applied=stars,
        self_scores=dict(scores),
        facts={},
    )


def term(number: int, post: Post = Post.SECRETARY, person: int | None = None) -> TermRecord:
    return TermRecord(
        id=UUID(int=5000 + number * 10 + list(Post).index(post)),
        person_id=UUID(int=person or 3000 + number * 10 + list(Post).index(post)),
        organization_id=village(number),
        post=post,
        starts_on=date(2021, 1, 1),
        ends_on=None,
    )


def fact(number: int, code: FactCode, value: int) -> FactRecord:
    return FactRecord(
        organization_id=village(number),
        code=code,
        value=value,
        valid_from=date(2026, 1, 1),
        source="测试",
        generated=True,
    )


def facts_of(numbers: Iterable[int]) -> list[FactRecord]:
    """2,000 yuan for a secretary, 1,500 for a director, 100 residents, 200,000 yuan income."""
    values = {
        FactCode.PAY_SECRETARY: 200_000,
        FactCode.PAY_DIRECTOR: 150_000,
        FactCode.RESIDENTS_70: 100,
        FactCode.COLLECTIVE_INCOME: 20_000_000,
    }
    return [fact(number, code, value) for number in numbers for code, value in values.items()]


def parts(*branches: Branch) -> Parts:
    numbers = [each.organization_id.int - 1000 for each in branches]
    return Parts(
        branches=branches,
        scores={},
        refusals={},
        answers={each.organization_id: clear_answers(preset()) for each in branches},
        terms=[term(number) for number in numbers],
        facts=facts_of(numbers),
    )


def inputs(*branches: Branch) -> tuple[OrganizationInput, ...]:
    return build(preset(), parts(*branches))


def snapshot(organizations: tuple[OrganizationInput, ...], number: int = 1) -> Snapshot:
    texts = documents(organizations)
    return Snapshot(
        id=UUID(int=700 + number),
        cycle_id=UUID(int=9),
        county_id=COUNTY,
        determination_id=UUID(int=800 + number),
        policy_hash=preset().hash,
        hash=snapshot_hash(texts),
        documents=texts,
    )


def judged(organizations: tuple[OrganizationInput, ...]) -> Judged:
    return judge(preset_plan(), organizations)


def verdicts_of(organizations: tuple[OrganizationInput, ...]) -> Mapping[UUID, Verdict]:
    frozen = snapshot(organizations)
    made = verdicts(judged(organizations), frozen.hash)
    return {each.organization_id: each for each in made}


def entrant(verdict: Verdict) -> Entrant:
    own = result(verdict)
    return Entrant(**{each.name: getattr(own, each.name) for each in fields(Entrant)})


def result(verdict: Verdict, state: ResultState = ResultState.DETERMINED) -> Result:
    township = NORTH if verdict.organization_id.int % 2 else SOUTH
    return Result(
        id=UUID(int=verdict.organization_id.int + 10_000),
        determination_id=UUID(int=801),
        cycle_id=UUID(int=9),
        county_id=COUNTY,
        township_id=township,
        name=f"第{verdict.organization_id.int - 1000}村",
        township_name="某乡镇",
        path=f"/{COUNTY}/{township}/{verdict.organization_id}/",
        state=state,
        version=1,
        snapshot_id=UUID(int=701),
        corrected=0,
        not_applied_confirmed_by=None,
        not_applied_confirmed_at=None,
        closed_on=None,
        effective_on=None,
        **verdict_fields(verdict),
    )


def correction(
    numbers: Iterable[int],
    star: str | None = None,
    scope: FallScope = FallScope.STAR,
    sequence: int = 1,
) -> Correction:
    return Correction(
        id=UUID(int=600 + sequence),
        cycle_id=UUID(int=9),
        county_id=COUNTY,
        snapshot_id=UUID(int=701),
        sequence=sequence,
        determination_id=UUID(int=801),
        objection_id=UUID(int=650 + sequence),
        scope=scope,
        star=star,
        organization_ids=tuple(village(number) for number in numbers),
        decided_on=date(2026, 5, 20),
    )


def determination(recorder: Actor, **changes: object) -> Determination:
    made = Determination(
        id=UUID(int=801),
        cycle_id=UUID(int=9),
        county_id=COUNTY,
        meeting=meeting(),
        strikes=(),
        listing_strikes=(),
        organization_ids=None,
        state=DeterminationState.RECORDED,
        recorded_by=recorder,
        recorded_at=NOON,
        settled_by=None,
        settled_at=None,
        reason=None,
        version=1,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test names what it changes


def meeting() -> Meeting:
    return Meeting(
        held_on=date(2026, 5, 11),
        place="县委常委会议室",
        chair="县委书记",
        attendees=["县委书记", "组织部长"],
        reference="获常纪〔2026〕5号",
    )
