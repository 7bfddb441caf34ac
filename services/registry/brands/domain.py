"""党建+品牌: one branch, one project, with the stages that it has reached and what came of them.

Clause: 一个支部一个品牌. A project goes on until it is concluded with its outcome; only then may
the branch begin another one. Stages are a ledger that only grows.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.registry.facts.domain.ledger import DerivedValue
from services.registry.organizations.domain.tree import Organization
from shared.caller import Role
from shared.contracts.registry import OrganizationKind
from shared.errors import Conflict, Invalid, NotFound, Text

# The branch tells of its own project; those above may help out.
WRITERS = (
    Role.VILLAGE,
    Role.TOWNSHIP,
    Role.ORGANIZATION_DEPARTMENT,
    Role.SYSTEM_ADMINISTRATOR,
)
STAGES_CODE = "brand_stages_reached"
_BRANCHES = (OrganizationKind.BRANCH, OrganizationKind.JOINT_BRANCH)


class BrandUnknown(NotFound):
    """No such project within the caller's part of the tree."""

    slug = "brand-unknown"
    title = Text("没有这个品牌项目", "No such brand project")


class BrandRuns(Conflict):
    """The branch has a project that is not concluded: one branch, one project."""

    slug = "brand-runs"
    title = Text("支部已有在办的品牌项目", "The branch has a running project")


class BrandConcluded(Conflict):
    """The project was concluded before."""

    slug = "brand-concluded"
    title = Text("品牌项目已经结项", "The project is concluded")


class BrandImpossible(Invalid):
    """The organization keeps no project, or a day does not fit."""

    slug = "brand-impossible"
    title = Text("品牌项目不能这样登记", "The project cannot be registered so")


@dataclass(frozen=True)
class Project:
    """One project; `ended_on` is the day on which it was concluded with its `outcome`."""

    id: UUID
    county_id: UUID
    organization_id: UUID
    name: str
    aim: str
    begun_on: date
    ended_on: date | None = None
    outcome: str | None = None
    generated: bool = False


@dataclass(frozen=True)
class Stage:
    """A stage that a project has reached, and what came of it."""

    id: UUID
    county_id: UUID
    project_id: UUID
    reached_on: date
    title: str
    result: str
    entered_by: UUID | None
    entered_at: datetime


def may_have_one(place: Organization, day: date) -> bool:
    """Whether this is a branch that existed on that day."""
    return place.kind in _BRANCHES and place.exists_on(day)


def check_begin(project: Project, place: Organization, today: date) -> None:
    """Raise BrandImpossible unless this branch existed and the day has come."""
    if place.kind not in _BRANCHES:
        raise BrandImpossible(
            f"“{place.short_name}”不是党支部，品牌项目由党支部登记。",
            "Only branches have projects.",
        )
    if project.begun_on > today or not place.exists_on(project.begun_on):
        raise BrandImpossible(
            "开始日期还没有到，或该支部当日不存在，请改正开始日期。",
            "The first day lies in the future, or the branch did not exist then.",
        )


def check_day(project: Project, day: date, today: date) -> None:
    """Raise BrandConcluded or BrandImpossible unless something of the project fell on this day."""
    if project.ended_on is not None:
        raise BrandConcluded(
            f"该项目已于 {project.ended_on} 结项，请登记新的品牌项目。",
            f"The project was concluded on {project.ended_on}.",
        )
    if not project.begun_on <= day <= today:
        raise BrandImpossible(
            f"日期应在项目开始的 {project.begun_on} 至今天之间，请改正。",
            f"The day must lie between {project.begun_on} and today.",
        )


def derived(organization_id: UUID, stages: int, as_of: date) -> DerivedValue:
    """Return how many stages a branch has reached in the year up to a day, as a fact."""
    first = date(as_of.year, 1, 1)
    source = f"品牌项目台账 {first} 至 {as_of}"
    return DerivedValue(organization_id, STAGES_CODE, stages, first, source)
