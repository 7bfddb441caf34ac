"""Grants: role × subtree (× department) × dates, and who must agree to one.

Clause: 等保2.0 level 3, three separate administrators (三员分立); grants of inspector and
committee need two administrators who are two persons.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.registry.organizations.domain.scope import WHOLE_TREE
from services.registry.organizations.domain.tree import Organization
from shared.caller import ROLE_NAMES, Caller, Grant, Role, same_person
from shared.contracts.registry import Tier
from shared.errors import Conflict, Forbidden, Invalid, NotFound, Text
from shared.transitions import Machine, Transition

ADMINISTRATORS = frozenset(
    {Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR}
)
# A second administrator must agree to these, always.
FOUR_EYES = frozenset({Role.INSPECTOR, Role.COMMITTEE})
NEVER_GRANTED = frozenset({Role.SERVICE, Role.SYSTEM, Role.PUBLIC})
_WITH_DEPARTMENT = frozenset({Role.DEPARTMENT, Role.SOURCE_OFFICE})
_TIERS = {Role.VILLAGE: Tier.VILLAGE, Role.TOWNSHIP: Tier.TOWNSHIP}
_ANY_TIER = frozenset({Role.JUDGE, Role.PLATFORM}) | WHOLE_TREE


class GrantState(StrEnum):
    """Where a grant stands."""

    REQUESTED = "requested"
    ACTIVE = "active"
    REJECTED = "rejected"
    REVOKED = "revoked"


class GrantUnknown(NotFound):
    """No such grant within the caller's part of the tree."""

    slug = "grant-unknown"
    title = Text("没有这项授权", "No such grant")


class GrantInvalid(Invalid):
    """Role, organization, department and dates do not fit together."""

    slug = "grant-invalid"
    title = Text("授权内容不合适", "The grant does not fit")


class AdministratorsSeparate(Conflict):
    """One person would hold two of the three administrator roles."""

    slug = "administrators-separate"
    title = Text("三员须分立", "Administrators must be separate persons")


class SecondPersonNeeded(Forbidden):
    """The approver is the requester, or the one who receives the grant."""

    slug = "grant-needs-second-person"
    title = Text("须由另一人批准", "A second person must decide")


_SECURITY = frozenset({Role.SECURITY_ADMINISTRATOR})
_BOTH = frozenset({Role.SECURITY_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR})

MACHINE = Machine(
    Text("授权", "grant"),
    {
        GrantState.REQUESTED: "待批准",
        GrantState.ACTIVE: "有效",
        GrantState.REJECTED: "未批准",
        GrantState.REVOKED: "已收回",
    },
    [
        Transition(
            "approve",
            _SECURITY,
            frozenset({GrantState.REQUESTED}),
            GrantState.ACTIVE,
            guard="another person than the requester and the receiver",
        ),
        Transition("reject", _SECURITY, frozenset({GrantState.REQUESTED}), GrantState.REJECTED),
        Transition(
            "revoke",
            _BOTH,
            frozenset({GrantState.REQUESTED, GrantState.ACTIVE}),
            GrantState.REVOKED,
            effect="the user's tokens issued before are void",
        ),
    ],
)


@dataclass(frozen=True)
class GrantDraft:
    """What is asked for: dates are inclusive business dates; no end means until revoked."""

    role: Role
    organization_id: UUID | None = None
    department: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None

    def granted(self) -> Grant:
        """Return the grant as tokens would carry it."""
        return Grant(self.role, self.organization_id, self.department)


@dataclass(frozen=True)
class StoredGrant:
    """One grant with its history."""

    id: UUID
    user_id: UUID
    county_id: UUID | None
    organization_id: UUID | None
    role: Role
    department: str | None
    starts_on: date
    ends_on: date | None
    state: GrantState
    requested_at: datetime
    requested_by: UUID | None = None
    requested_person: UUID | None = None
    decided_by: UUID | None = None
    decided_at: datetime | None = None
    revoked_at: datetime | None = None
    reason: str = ""

    @property
    def open(self) -> bool:
        """Whether the grant is held, or asked for."""
        return self.state in (GrantState.ACTIVE, GrantState.REQUESTED)

    def valid_on(self, day: date) -> bool:
        """Whether the grant may be used on that business date."""
        begun = self.starts_on <= day
        return self.state is GrantState.ACTIVE and begun and not self.ended(day)

    def ended(self, day: date) -> bool:
        """Whether the grant's last day is over."""
        return self.ends_on is not None and self.ends_on < day

    def granted(self) -> Grant:
        """Return the grant as tokens carry it."""
        return Grant(self.role, self.organization_id, self.department)


def grant_fault(draft: GrantDraft, organization: Organization | None) -> Text | None:
    """Return why role, organization, department and dates do not fit, or None."""
    name = ROLE_NAMES[draft.role]
    if draft.role in NEVER_GRANTED:
        return Text(f"“{name}”不能授予账号", f"{draft.role} cannot be granted")
    if draft.organization_id is None and draft.role not in WHOLE_TREE:
        return Text(f"“{name}”的授权须指明组织", f"{draft.role} needs an organization")
    if (draft.department is not None) != (draft.role in _WITH_DEPARTMENT):
        return Text(
            f"“{name}”的授权{'须' if draft.department is None else '不应'}填写部门代码",
            f"department is {'needed' if draft.department is None else 'not used'} here",
        )
    if draft.starts_on and draft.ends_on and draft.ends_on < draft.starts_on:
        return Text("结束日期早于开始日期", "it would end before it begins")
    return _tier_fault(draft.role, organization)


def _tier_fault(role: Role, organization: Organization | None) -> Text | None:
    if organization is None or role in _ANY_TIER:
        return None
    wanted = _TIERS.get(role, Tier.COUNTY)
    if organization.tier is wanted:
        return None
    level = {"county": "县级", "township": "乡镇级", "village": "村级"}[wanted]
    return Text(
        f"“{ROLE_NAMES[role]}”须授予{level}组织，而“{organization.name}”不是",
        f"{role} is granted for a {wanted} organization",
    )


def first_state(role: Role, *, security_administrator_exists: bool) -> GrantState:
    """Return the state a new grant begins in.

    Inspector and committee always wait for a second administrator; administrator roles do
    as soon as there is a security administrator who can agree.
    """
    waits = role in FOUR_EYES or (role in ADMINISTRATORS and security_administrator_exists)
    return GrantState.REQUESTED if waits else GrantState.ACTIVE


def check_separate(roles: Iterable[Role]) -> None:
    """Raise AdministratorsSeparate if one person's roles hold two administrators."""
    held = sorted(set(roles) & ADMINISTRATORS)
    if len(held) > 1:
        names = "、".join(ROLE_NAMES[role] for role in held)
        raise AdministratorsSeparate(
            f"同一人不能兼任{names}，请授予另一人的账号。",
            "System, security and audit administrator must be three persons.",
        )


def check_not_oneself(caller: Caller, person: tuple[UUID, UUID | None]) -> None:
    """Raise SecondPersonNeeded where somebody would act on an account of their own."""
    if same_person(caller, *person):
        raise SecondPersonNeeded(
            "不能对自己的账号办理此事，请转交另一位安全管理员。",
            "Nobody does this to an account of their own: another administrator must.",
        )


def check_second_person(
    caller: Caller, grant: StoredGrant, receiver: tuple[UUID, UUID | None]
) -> None:
    """Raise SecondPersonNeeded unless the caller is neither requester nor receiver."""
    asked = grant.requested_by is not None and same_person(
        caller, grant.requested_by, grant.requested_person
    )
    if asked or same_person(caller, *receiver):
        raise SecondPersonNeeded(
            "授权须由申请人和被授权人以外的另一位管理员决定，请转交另一位安全管理员。",
            "Neither the requester nor the receiver may decide: another person must.",
        )
