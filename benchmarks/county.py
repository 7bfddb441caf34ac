"""A county that stands before its committee's confirmation, written straight into the tables.

The shipped preset; every branch applied and was scored by its township, those with three stars
or more by the departments too; every source office has answered; a meeting is recorded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.scoring.applications.tables import ApplicationRow
from services.scoring.cycles.tables import CycleRow, ParticipantRow
from services.scoring.kernel.document import read_policy
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.items import Item
from services.scoring.policies.tables import PolicyRow
from services.scoring.results.tables import DeterminationRow
from services.scoring.reviews.tables import (
    ClearanceRow,
    RecommendationRow,
    StageRow,
    StarReviewRow,
)
from shared import directory
from shared.caller import Caller, Grant, Role
from shared.clients.registry import FakeRegistry
from shared.context import Context
from shared.contracts.registry import (
    FactCode,
    FactRecord,
    OrganizationKind,
    OrganizationRecord,
    Post,
    Sector,
    TermRecord,
    Tier,
)
from shared.tables import new_id

PRESET = Path("services/scoring/policies/presets/five_star_edition_2.yaml")
TOWNSHIP = 25
TODAY, BEFORE = date(2026, 6, 1), date(2025, 1, 1)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
POSTS = (Post.SECRETARY, Post.DIRECTOR, Post.DEPUTY_SECRETARY, Post.MEMBER, Post.COMMITTEE_MEMBER)

Row = dict[str, Any]


@cache
def preset() -> Policy:
    return read_policy(PRESET.read_text("utf-8"))


@dataclass
class County:
    """`size` branches in townships of 25, and the ids that a benchmark needs of it."""

    size: int
    committee: OrganizationRecord = field(init=False)
    townships: list[OrganizationRecord] = field(init=False)
    branches: list[OrganizationRecord] = field(init=False)
    policy_id: UUID = field(default_factory=new_id)
    cycle_id: UUID = field(default_factory=new_id)
    determination_id: UUID = field(default_factory=new_id)

    def __post_init__(self) -> None:
        self.committee = _organization("县委", None, Tier.COUNTY)
        self.townships = [
            _organization(f"第{n}乡党委", self.committee, Tier.TOWNSHIP)
            for n in range(-(-self.size // TOWNSHIP))
        ]
        self.branches = [
            _organization(f"第{n}村党支部", self.townships[n // TOWNSHIP], Tier.VILLAGE)
            for n in range(self.size)
        ]

    @property
    def all(self) -> list[OrganizationRecord]:
        return [self.committee, *self.townships, *self.branches]

    def member(self) -> Caller:
        """A member of the county committee, a new person each time."""
        grant = Grant(Role.COMMITTEE, self.committee.id, None)
        return Caller(new_id(), (grant,), person_id=new_id(), session_id=new_id())


def _organization(name: str, parent: OrganizationRecord | None, tier: Tier) -> OrganizationRecord:
    own = new_id()
    return OrganizationRecord(
        id=own,
        parent_id=parent.id if parent else None,
        county_id=parent.county_id if parent else own,
        path=f"{parent.path if parent else '/'}{own}/",
        kind=OrganizationKind.BRANCH if tier is Tier.VILLAGE else OrganizationKind.COMMITTEE,
        sector=Sector.RURAL,
        tier=tier,
        name=name,
        short_name=name,
        founded_on=BEFORE,
    )


def people(registry: FakeRegistry, county: County) -> None:
    """Give every branch five posts with their pay, its old residents and its income."""
    registry.organizations += county.all
    for branch in county.branches:
        values = {FactCode.RESIDENTS_70: 80, FactCode.COLLECTIVE_INCOME: 20_000_000}
        values |= {FactCode(f"pay.{post}"): 200_000 for post in POSTS}
        registry.all_facts += [
            FactRecord(
                organization_id=branch.id,
                code=code,
                value=value,
                valid_from=BEFORE,
                source="benchmark",
                generated=True,
            )
            for code, value in values.items()
        ]
        registry.all_terms += [
            TermRecord(
                id=new_id(),
                person_id=new_id(),
                organization_id=branch.id,
                post=post,
                starts_on=BEFORE,
                ends_on=None,
            )
            for post in POSTS
        ]


async def write(ctx: Context, county: County) -> None:
    """Insert everything up to the recorded meeting, in one transaction."""
    async with ctx.work() as work:
        await directory.save(work.session, county.all)
        for table, rows in _rows(county):
            await work.session.execute(sa.insert(table), rows)
        await work.session.execute(sa.text("SET LOCAL statement_timeout = 0"))
    async with ctx.sessions() as session:
        await session.execute(sa.text("ANALYZE"))
        await session.commit()


def _rows(county: County) -> Iterator[tuple[type, Sequence[Row]]]:
    policy, dice = preset(), Random(county.size)
    yield PolicyRow, [_policy(county, policy)]
    yield CycleRow, [_cycle(county, policy)]
    yield ParticipantRow, [_participant(county, each) for each in county.branches]
    yield StageRow, list(_stages(county, policy))
    sheets = [_scores(policy, dice) for _ in county.branches]
    applied = [[star.code for star in policy.stars if dice.random() < 0.75] for _ in sheets]
    applications = [
        _application(county, policy, branch, sheet, stars)
        for branch, sheet, stars in zip(county.branches, sheets, applied, strict=True)
    ]
    yield ApplicationRow, applications
    yield (
        RecommendationRow,
        [_recommendation(one, sheet) for one, sheet in zip(applications, sheets, strict=True)],
    )
    yield (
        StarReviewRow,
        [
            row
            for one, sheet, stars in zip(applications, sheets, applied, strict=True)
            if len(stars) >= 3
            for row in _reviews(policy, one, sheet, stars)
        ],
    )
    yield ClearanceRow, list(_clearances(county, policy, dice))
    yield DeterminationRow, [_determination(county)]


def _policy(county: County, policy: Policy) -> Row:
    return {
        "id": county.policy_id,
        "county_id": county.committee.id,
        "code": policy.code,
        "edition": policy.edition,
        "title": policy.title,
        "state": "published",
        "version": 2,
        "text": PRESET.read_text("utf-8"),
        "document": policy.model_dump(mode="json"),
        "hash": policy.hash,
        "preset": PRESET.stem,
        "created_at": NOW,
        "published_at": NOW,
    }


def _cycle(county: County, policy: Policy) -> Row:
    steps = ("apply", "recommend", "review", "clear", "determine")
    return {
        "id": county.cycle_id,
        "county_id": county.committee.id,
        "policy_id": county.policy_id,
        "policy_hash": policy.hash,
        "title": "2026年五星支部创建",
        "year": 2026,
        "state": "determining",
        "version": 5,
        "snapshot_on": BEFORE,
        "seed": "benchmark",
        "created_at": NOW,
        "opened_at": NOW,
        **{f"{step}_until": TODAY for step in steps},
    }


def _participant(county: County, branch: OrganizationRecord) -> Row:
    return {
        "cycle_id": county.cycle_id,
        "organization_id": branch.id,
        "township_id": branch.parent_id,
        "county_id": county.committee.id,
        "path": branch.path,
        "name": branch.name,
        "sector": branch.sector.value,
        "kind": branch.kind.value,
        "standing": "assessed",
    }


def _stages(county: County, policy: Policy) -> Iterator[Row]:
    townships = [("township", str(each.id)) for each in county.townships]
    departments = [("department", each.code) for each in policy.departments]
    for kind, party in townships + departments:
        yield {
            "id": new_id(),
            "cycle_id": county.cycle_id,
            "county_id": county.committee.id,
            "kind": kind,
            "party": party,
            "state": "completed",
            "members": [],
            "closed_on": TODAY,
            "receipt": "sha256:0",
            "version": 2,
        }


def _scores(policy: Policy, dice: Random) -> dict[str, int]:
    return {item.code: _score(item, dice) for star in policy.stars for item in star.items}


def _score(item: Item, dice: Random) -> int:
    most = item.rule.max_points
    if item.block == "base":
        return dice.randint(most * 7 // 10, most)
    return dice.randint(0, most) if dice.random() < 0.3 else 0


def _application(
    county: County,
    policy: Policy,
    branch: OrganizationRecord,
    scores: Row,
    applied: Sequence[str],
) -> Row:
    sheet = {
        star.code: {
            "apply": star.code in applied,
            "items": {
                item.code: {"points": scores[item.code], "reference": "台账2026-01", "files": []}
                for item in star.items
            },
        }
        for star in policy.stars
    }
    return {
        "id": new_id(),
        "cycle_id": county.cycle_id,
        "organization_id": branch.id,
        "township_id": branch.parent_id,
        "county_id": county.committee.id,
        "path": branch.path,
        "state": "closed",
        "version": 3,
        "document": sheet,
        "submitted": sheet,
        "submitted_at": NOW,
        "receipt_hash": "sha256:0",
        "numbers": 1,
        "returns": 0,
    }


def _recommendation(application: Row, scores: dict[str, int]) -> Row:
    return _of(application, "township_id") | {
        "marks": _marks(scores),
        "refusals": {},
        "version": 2,
    }


def _reviews(
    policy: Policy, application: Row, scores: dict[str, int], applied: Sequence[str]
) -> Iterator[Row]:
    for star in policy.stars:
        if star.code in applied:
            yield _of(application) | {
                "kind": "department",
                "star": star.code,
                "department": star.department,
                "scored_by": "department",
                "marks": _marks({item.code: scores[item.code] for item in star.items}),
                "refusal": "",
                "lift": "",
                "version": 1,
            }


def _of(application: Row, *more: str) -> Row:
    names = ("cycle_id", "county_id", "organization_id", *more)
    return {"application_id": application["id"]} | {name: application[name] for name in names}


def _marks(scores: dict[str, int]) -> Row:
    return {code: {"points": points, "reason": ""} for code, points in scores.items()}


def _clearances(county: County, policy: Policy, dice: Random) -> Iterator[Row]:
    lines = [line for star in policy.stars for line in star.bottom_lines]
    for branch in county.branches:
        for line in lines:
            answer: Row = {"reference": "复函2026-01"}
            if line.rule.kind == "reported":
                answer["hit"] = dice.random() < 0.01
            else:
                answer["problems"] = []
            yield {
                "cycle_id": county.cycle_id,
                "organization_id": branch.id,
                "bottom_line": line.code,
                "office": line.source_office,
                "county_id": county.committee.id,
                "answer": answer,
            }


def _determination(county: County) -> Row:
    return {
        "id": county.determination_id,
        "cycle_id": county.cycle_id,
        "county_id": county.committee.id,
        "meeting": {
            "held_on": TODAY.isoformat(),
            "place": "县委常委会会议室",
            "chair": "主持人",
            "attendees": ["甲", "乙", "丙"],
            "reference": "县委常委会会议纪要〔2026〕1号",
        },
        "strikes": [],
        "listing_strikes": [],
        "organization_ids": None,
        "state": "recorded",
        "recorded_by": new_id(),
        "recorded_by_person": new_id(),
        "recorded_at": NOW,
        "version": 1,
    }
