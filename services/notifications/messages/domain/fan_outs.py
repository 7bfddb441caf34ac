"""From an event to who is told what: every branch its own outcome, nobody another's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.notifications.messages.domain.delivery import Schedule
from shared.caller import Role
from shared.contracts.notifications import AnnouncementPublished, FindingDue
from shared.contracts.registry import (
    EndingsNear,
    GrantApproved,
    PostsVacant,
    Recipient,
    SessionAlarm,
)
from shared.contracts.scoring import (
    ApplicationReturned,
    CycleOpened,
    DeadlineNear,
    RefillProposed,
    ResultsCorrected,
    ResultsEffective,
    StageCompleted,
    StarName,
    StepOverdue,
)

# Asked of registry and written at a time.
CHUNK = 100
LEVELS = ("无星", "一星", "二星", "三星", "四星", "五星")
LEVELS_EN = ("no star", "one star", "two stars", "three stars", "four stars", "five stars")
# While registry is away a fan-out waits, and never gives up.
WAITING = Schedule(timedelta(seconds=2), 2, timedelta(minutes=5), attempts=1)

_VILLAGE = (Role.VILLAGE,)
_LEADING = (Role.INSPECTOR, Role.COMMITTEE, Role.ORGANIZATION_DEPARTMENT)
# Who looks after posts: a township for its villages, 组织部 for the county.
_KEEPING_POSTS = (Role.TOWNSHIP, Role.ORGANIZATION_DEPARTMENT)
_EVERYONE = (Role.VILLAGE, Role.TOWNSHIP, Role.ORGANIZATION_DEPARTMENT)


@dataclass(frozen=True)
class Addressee:
    """One organization to tell, or one account, and what only it is told.

    A user is told once about each `about_id`: the branch's own matter, or one for all. A matter
    of an account belongs to no organization, and is told in the app alone.
    """

    organization_id: UUID | None
    about_id: UUID
    facts: dict[str, Any]
    user_id: UUID | None = None


@dataclass(frozen=True)
class Plan:
    """Whom one event is told to: the kind chooses the text, `facts` are the same for all.

    With `department` only those are told whose role was granted for it.
    """

    kind: str
    roles: tuple[Role, ...]
    facts: dict[str, Any]
    addressees: tuple[Addressee, ...]
    department: str | None = None

    def concerns(self, person: Recipient) -> bool:
        """Whether somebody with one of the roles is told."""
        return self.department is None or person.department == self.department


@dataclass(frozen=True)
class FanOut:
    """A stored plan; the addressees before `position` have been told."""

    id: UUID
    county_id: UUID | None
    plan: Plan
    position: int
    attempts: int

    @property
    def chunk(self) -> Sequence[Addressee]:
        """The next addressees to tell."""
        return self.plan.addressees[self.position : self.position + CHUNK]


def cycle_opened(event: CycleOpened) -> Plan:
    """Tell every village of the cycle that it may apply, and until when."""
    facts = {
        "cycle_id": str(event.cycle_id),
        "title": event.title,
        "year": event.year,
        "apply_until": event.apply_until.isoformat(),
    }
    return Plan(event.type, _VILLAGE, facts, _own((each, {}) for each in event.organization_ids))


def application_returned(event: ApplicationReturned) -> Plan:
    """Tell the village why its application came back and until when it may resubmit."""
    facts = {
        "cycle_id": str(event.cycle_id),
        "application_id": str(event.application_id),
        "reason": event.reason,
        "due_on": event.due_on.isoformat(),
    }
    return Plan(event.type, _VILLAGE, facts, _own([(event.organization_id, {})]))


def stage_completed(event: StageCompleted) -> Plan:
    """Tell every village what the stage brought it."""
    facts = {
        "cycle_id": str(event.cycle_id),
        "stage": event.stage,
        "stage_name": event.stage_name,
    }
    own = ((each.organization_id, _outcome(each.level, each.stars)) for each in event.outcomes)
    return Plan(event.type, _VILLAGE, facts, _own(own))


def deadline_near(event: DeadlineNear) -> Plan:
    """Tell those who still owe something what it is, until when, and what comes after."""
    facts = {
        "cycle_id": str(event.cycle_id),
        "title": event.title,
        "duty": event.duty,
        "duty_name": event.duty_name,
        "duty_name_en": event.duty_name_en,
        "afterwards": event.afterwards,
        "afterwards_en": event.afterwards_en,
        "due_on": event.due_on.isoformat(),
    }
    own = _own((each, {}) for each in event.organization_ids)
    return Plan(event.type, (Role(event.role),), facts, own, event.department)


def step_overdue(event: StepOverdue) -> Plan:
    """Tell the inspector, the committee and 组织部 which step is late and who owes what."""
    facts = {
        "cycle_id": str(event.cycle_id),
        "inspection_id": str(event.inspection_id),
        "title": event.title,
        "step_name": event.step_name,
        "due_on": event.due_on.isoformat(),
        "until": event.until.isoformat(),
        "waiting": event.waiting,
    }
    return Plan(event.type, _LEADING, facts, (Addressee(event.county_id, event.inspection_id, {}),))


def refill_proposed(event: RefillProposed) -> Plan:
    """Tell the committee, 组织部 and the inspector whom a meeting may let into a free place."""
    facts = {
        "cycle_id": str(event.cycle_id),
        "refill_id": str(event.refill_id),
        "title": event.title,
        "quota_name": event.quota_name,
        "name": event.name,
        "left": event.left,
    }
    return Plan(event.type, _LEADING, facts, (Addressee(event.county_id, event.refill_id, {}),))


def results_effective(event: ResultsEffective) -> Plan:
    """Tell every village its effective result."""
    facts = {
        "cycle_id": str(event.cycle_id),
        "effective_on": event.effective_on.isoformat(),
    }
    own = ((each.organization_id, _outcome(each.level, each.stars)) for each in event.entries)
    return Plan(event.type, _VILLAGE, facts, _own(own))


def results_corrected(event: ResultsCorrected) -> Plan:
    """Tell the village that an upheld objection changed its result; never who objected."""
    entry = event.entry
    facts = {"cycle_id": str(event.cycle_id)}
    own = [(entry.organization_id, _outcome(entry.level, entry.stars))]
    return Plan(event.type, _VILLAGE, facts, _own(own))


def grant_approved(event: GrantApproved) -> Plan:
    """Tell every inspector of the county who watches or decides from now on."""
    facts = {
        "grant_id": str(event.grant_id),
        "role": event.role,
        "role_name": event.role_name,
        "starts_on": event.starts_on.isoformat(),
        "ends_on": event.ends_on.isoformat() if event.ends_on else None,
    }
    addressees = (Addressee(event.organization_id, event.grant_id, {}),)
    return Plan(event.type, (Role.INSPECTOR,), facts, addressees)


def endings_near(event: EndingsNear) -> Plan:
    """Tell a township, or 组织部, which terms and periods end soon; nobody is named."""
    facts = {"items": [item.model_dump(mode="json") for item in event.items]}
    return Plan(event.type, _KEEPING_POSTS, facts, _own([(event.organization_id, {})]))


def posts_vacant(event: PostsVacant) -> Plan:
    """Tell a township, or 组织部, which posts have been vacant for long."""
    facts = {
        "months": event.months,
        "items": [item.model_dump(mode="json") for item in event.items],
    }
    return Plan(event.type, _KEEPING_POSTS, facts, _own([(event.organization_id, {})]))


def finding_due(event: FindingDue) -> Plan:
    """Tell every inspector of the county which case waits, and for what; nobody else."""
    facts = {
        "objection_id": str(event.objection_id),
        "announcement_id": str(event.announcement_id),
        "wait": event.wait,
        "received_on": event.received_on.isoformat(),
    }
    addressees = (Addressee(event.county_id, event.objection_id, {}),)
    return Plan(event.type, (Role.INSPECTOR,), facts, addressees)


# What is told of an account whose person was erased.
ERASED = {"device": "已删除", "display_name": "已删除"}


def session_alarm(event: SessionAlarm) -> Plan:
    """Tell the user, and the security administrators, that a token may be stolen."""
    facts = {"device": event.device, "display_name": event.display_name}
    own = Addressee(None, event.session_id, {"own": True}, event.user_id)
    watching = (
        Addressee(None, event.session_id, {"own": False}, each)
        for each in event.security_administrators
        if each != event.user_id
    )
    return Plan(event.type, (), facts, (own, *watching))


def announcement_published(
    event: AnnouncementPublished, title: str, organization_ids: Iterable[UUID]
) -> Plan:
    """Tell everyone of the county once that the notice is out, and until when it runs."""
    facts = {
        "announcement_id": str(event.announcement_id),
        "cycle_id": str(event.cycle_id),
        "title": title,
        "first_day": event.first_day.isoformat(),
        "last_day": event.last_day.isoformat(),
        "provisional": event.provisional,
    }
    addressees = tuple(Addressee(each, event.announcement_id, {}) for each in organization_ids)
    return Plan(event.type, _EVERYONE, facts, addressees)


def _own(entries: Iterable[tuple[UUID, dict[str, Any]]]) -> tuple[Addressee, ...]:
    return tuple(Addressee(each, each, facts) for each, facts in entries)


def _outcome(level: int, stars: Sequence[StarName]) -> dict[str, Any]:
    return {
        "level": level,
        "level_name": LEVELS[level],
        "level_name_en": LEVELS_EN[level],
        "stars": [star.model_dump() for star in stars],
    }
