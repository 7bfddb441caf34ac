"""What registry tells the others: records it serves and events it sends."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.events import Event


class Record(BaseModel):
    """Base of the read models that cross a service border."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class OrganizationKind(StrEnum):
    """党组织类型 as exchange records with upper platforms name them."""

    COMMITTEE = "committee"  # 党委
    GENERAL_BRANCH = "general_branch"  # 党总支
    BRANCH = "branch"  # 党支部
    JOINT_BRANCH = "joint_branch"  # 联合支部
    YOUTH_LEAGUE = "youth_league"  # 团组织


class Tier(StrEnum):
    """Where in the county an organization stands."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class Sector(StrEnum):
    """领域: the six kinds of organization to register."""

    GOVERNMENT = "government"  # 机关
    SCHOOL_HOSPITAL = "school_hospital"  # 学校/医院
    STATE_ENTERPRISE = "state_enterprise"  # 国企
    NEW_GROUPS = "new_groups"  # 两新
    RURAL = "rural"  # 农村
    COMMUNITY = "community"  # 社区


class Post(StrEnum):
    """职务 in the 两委: party branch committee and village committee."""

    SECRETARY = "secretary"  # 书记
    DEPUTY_SECRETARY = "deputy_secretary"  # 副书记
    MEMBER = "member"  # 支委委员
    DIRECTOR = "director"  # 村委会主任
    COMMITTEE_MEMBER = "committee_member"  # 村委委员


class FactCode(StrEnum):
    """基础数据 that scoring itself reads; the catalogue has more. Money in fen, people in persons.

    The pay facts are an organization's existing monthly pay for a holder of that post.
    """

    PAY_SECRETARY = "pay.secretary"
    PAY_DEPUTY_SECRETARY = "pay.deputy_secretary"
    PAY_MEMBER = "pay.member"
    PAY_DIRECTOR = "pay.director"
    PAY_COMMITTEE_MEMBER = "pay.committee_member"
    RESIDENTS_70 = "residents_70"  # aged 70 or more on 31 December
    PARTY_MEMBERS = "party_members"
    COLLECTIVE_INCOME = "collective_income"  # fen per year


class OrganizationRecord(Record):
    """One organization as the others keep it; `path` is `/county/township/village/` by id."""

    id: UUID
    parent_id: UUID | None
    county_id: UUID | None
    path: str
    kind: OrganizationKind
    sector: Sector
    tier: Tier
    name: str
    short_name: str
    division_code: str | None = None
    founded_on: date
    dissolved_on: date | None = None
    successor_id: UUID | None = None  # who takes over when it ends, by merger or by decision
    origin_id: UUID | None = None  # from which it was split off
    sort: int = 0
    deleted: bool = False


class Change(Record):
    """One entry of the change feed, in the order of the feed.

    `former_paths` are where the organization stood before it (or what it belongs to) moved:
    rows that froze a path then are still found below it.
    """

    cursor: str
    changed_at: datetime
    organization: OrganizationRecord
    former_paths: tuple[str, ...] = ()


class ChangePage(Record):
    """`GET /v1/changes?after=cursor`: ask again with `next_cursor` until `items` is empty."""

    items: list[Change]
    next_cursor: str | None


class TermRecord(Record):
    """One person's term in one post; dates are inclusive, `ends_on` null while it lasts."""

    id: UUID
    person_id: UUID
    organization_id: UUID
    post: Post
    starts_on: date
    ends_on: date | None


class FactRecord(Record):
    """The value of a fact that is valid on the asked date; `code` is one of the catalogue."""

    organization_id: UUID
    code: str
    value: int
    valid_from: date
    source: str
    generated: bool


class FactValue(FactRecord):
    """A value with its provenance: an integer of 10^-`decimals` units, filled in or derived.

    `current` says that it need not be asked for again; `entry_id` is null where `derived`.
    """

    unit: str
    decimals: int
    current: bool
    derived: bool
    entry_id: UUID | None
    filled_by: UUID | None
    filled_at: datetime | None


class FactDemand(Record):
    """Which facts somebody needs of which organizations of a county, as of a day.

    `reference` is the demand's own in the county: the same one again changes nothing.
    """

    organization_id: UUID
    organization_ids: tuple[UUID, ...]
    reference: str
    title: str
    codes: tuple[str, ...]
    as_of: date
    due_on: date | None


class Recipient(Record):
    """Someone to tell: asked of registry at fan-out, never copied.

    `department` is the code that the role was granted for, where it was granted for one.
    """

    user_id: UUID
    organization_id: UUID
    role: str
    department: str | None = None
    display_name: str
    email: str | None


class OrganizationChanged(Event):
    """Organizations of a county changed: pull `/v1/changes`. Aggregate: the county."""

    type: ClassVar[str] = "organization.changed"
    consumers: ClassVar[tuple[str, ...]] = ("scoring", "notifications")
    count: int


class TermChanged(Event):
    """A term began, ended or was corrected. Aggregate: the organization."""

    type: ClassVar[str] = "term.changed"
    consumers: ClassVar[tuple[str, ...]] = ("scoring", "notifications")
    organization_id: UUID


class EndingKind(StrEnum):
    """What comes to its end."""

    TERM = "term"  # one person's term
    PERIOD = "period"  # the period for which a committee was elected


class EndingNear(Record):
    """A term or a period of an organization that ends soon.

    `what` is the post or the committee in Chinese; nobody is named. `planned_on` is the day of
    the next election, where one is planned.
    """

    organization_id: UUID
    name: str
    kind: EndingKind
    what: str
    ends_on: date
    planned_on: date | None


class EndingsNear(Event):
    """Terms or periods at and below an organization end soon; each is told once.

    Aggregate: the organization that is told, a township or a county.
    """

    type: ClassVar[str] = "term.ending"
    consumers: ClassVar[tuple[str, ...]] = ("notifications",)
    organization_id: UUID
    items: list[EndingNear]


class PostVacant(Record):
    """A post that must be filled and that nobody has held since a day (inclusive)."""

    organization_id: UUID
    name: str
    post_name: str
    since: date


class PostsVacant(Event):
    """Posts at and below an organization are vacant for more than `months`; each is told once.

    Aggregate: the organization that is told, a township or a county.
    """

    type: ClassVar[str] = "post.vacant"
    consumers: ClassVar[tuple[str, ...]] = ("notifications",)
    organization_id: UUID
    months: int
    items: list[PostVacant]


class GrantChanged(Event):
    """A grant ended early: tokens of the user issued before `not_before` are void."""

    type: ClassVar[str] = "grant.changed"
    consumers: ClassVar[tuple[str, ...]] = ("scoring", "notifications")
    user_id: UUID
    not_before: datetime


class GrantApproved(Event):
    """A grant of inspector or committee was agreed to: inspectors are told. Aggregate: the user."""

    type: ClassVar[str] = "grant.approved"
    consumers: ClassVar[tuple[str, ...]] = ("notifications",)
    grant_id: UUID
    organization_id: UUID
    role: str
    role_name: str
    starts_on: date
    ends_on: date | None


class SessionRevoked(Event):
    """A session (or all sessions, when null) of a user ended. Aggregate: the user."""

    type: ClassVar[str] = "session.revoked"
    consumers: ClassVar[tuple[str, ...]] = ("scoring", "notifications")
    user_id: UUID
    session_id: UUID | None
    not_before: datetime


class SessionAlarm(Event):
    """A refresh token came a second time: it may be stolen. Aggregate: the user.

    The user and the security administrators named are to be told.
    """

    type: ClassVar[str] = "session.alarm"
    consumers: ClassVar[tuple[str, ...]] = ("notifications",)
    user_id: UUID
    display_name: str
    session_id: UUID
    device: str
    security_administrators: list[UUID]


class PersonErased(Event):
    """What tells who a person was is gone: forget names and devices. Ids stay valid.

    To notifications only: scoring keeps ids and nothing that tells a person. One for each
    account, so that it comes after all that was told of the account; aggregate: the user.
    """

    type: ClassVar[str] = "person.erased"
    consumers: ClassVar[tuple[str, ...]] = ("notifications",)
    person_id: UUID
    user_id: UUID


class Token(Record):
    """An access token answer of registry."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 -- the scheme, no secret
    expires_in: int
