"""What travels when a person is given what is held about them."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.identity.schemas.api_keys import ApiKeyView
from services.registry.identity.schemas.outside import IdentityView
from services.registry.identity.schemas.users import GrantView
from services.registry.people.domain.elections import Body, ElectionState
from services.registry.people.schemas.people import PersonView
from services.registry.people.schemas.reserve import ReserveView
from services.registry.people.schemas.terms import TermView
from services.registry.privacy.domain.holdings import AccountHoldings, Holdings, Trail
from services.registry.privacy.schemas.erasures import ErasureView
from shared.contracts.registry import Post
from shared.trail import AuditView


class SessionExport(BaseModel):
    """一次登录，包括已结束的。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    device: str
    method: str
    second_factor: bool
    started_at: datetime
    used_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    end_reason: str | None


class InvitationExport(BaseModel):
    """一次邀请。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    invited_by: UUID
    invited_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class AccountExport(BaseModel):
    """一个账号及其全部内容；密码、密钥和恢复码只存散列或已加密，任何人都不能导出。"""

    id: UUID
    username: str
    display_name: str
    email: str | None
    disabled: bool
    created_at: datetime
    second_factor_enrolled_at: datetime | None
    recovery_codes_left: int
    grants: list[GrantView]
    sessions: list[SessionExport]
    identities: list[IdentityView]
    api_keys: list[ApiKeyView]
    invitations: list[InvitationExport]

    @classmethod
    def of(cls, held: AccountHoldings) -> Self:
        """Show one account."""
        own = ("id", "username", "display_name", "disabled", "created_at")
        return cls(
            **{name: getattr(held.user, name) for name in own},
            email=held.email,
            second_factor_enrolled_at=held.factor_enrolled_at,
            recovery_codes_left=held.recovery_codes,
            grants=[GrantView.model_validate(each) for each in held.grants],
            sessions=[SessionExport.model_validate(each) for each in held.sessions],
            identities=[IdentityView.model_validate(each) for each in held.identities],
            api_keys=[
                ApiKeyView.model_validate(each, from_attributes=True) for each in held.api_keys
            ],
            invitations=[InvitationExport.model_validate(each) for each in held.invitations],
        )


class TrainedExport(BaseModel):
    """一次参训。"""

    model_config = ConfigDict(from_attributes=True)

    course_id: UUID
    title: str = Field(description="班次名称")
    starts_on: date
    ends_on: date = Field(description="最后一日；学时计入该日所在的年度")
    hours: int = Field(description="本人学时；缺席为 0")
    completed: bool = Field(description="是否结业")


class ElectedExport(BaseModel):
    """一次当选。"""

    model_config = ConfigDict(from_attributes=True)

    election_id: UUID
    organization_id: UUID
    body: Body = Field(description="选举产生的班子：党支部委员会、村民委员会，或两委同时")
    post: Post = Field(description="当选的职务")
    state: ElectionState = Field(description="已选举待确认或已确认")
    held_on: date | None = Field(description="选举日期")
    term_id: UUID | None = Field(description="确认后形成的任期；确认前为空")


class TrailExport(BaseModel):
    """审计记录，新的在前；过多时只列最近的。"""

    total: int = Field(description="一共有多少条")
    items: list[AuditView]

    @classmethod
    def of(cls, trail: Trail) -> Self:
        """Show entries of the trail."""
        entries = [AuditView.model_validate(each) for each in trail.entries]
        return cls(total=trail.total, items=entries)


class PersonExport(BaseModel):
    """组织库存有的一名人员的全部信息；其他服务只存编号。"""

    person: PersonView
    terms: list[TermView]
    trained: list[TrainedExport] = Field(description="参训情况")
    elected: list[ElectedExport] = Field(description="选举中当选的职务")
    reserve: list[ReserveView] = Field(description="后备干部记录，包括已任用和已出库的")
    accounts: list[AccountExport]
    erasures: list[ErasureView]
    facts_entered: int = Field(description="经这些账号填报的基础数据条数")
    life_entries_entered: int = Field(description="经这些账号登记的组织生活条数")
    acted: TrailExport = Field(description="本人经办的记录")
    about: TrailExport = Field(description="涉及本人及其账号的记录")

    @classmethod
    def of(cls, held: Holdings) -> Self:
        """Show all that is held."""
        return cls(
            person=PersonView.model_validate(held.person),
            terms=[TermView.model_validate(each) for each in held.terms],
            trained=[TrainedExport.model_validate(each) for each in held.career.trained],
            elected=[ElectedExport.model_validate(each) for each in held.career.elected],
            reserve=[ReserveView.model_validate(each) for each in held.career.reserve],
            accounts=[AccountExport.of(each) for each in held.accounts],
            erasures=[ErasureView.model_validate(each) for each in held.erasures],
            facts_entered=held.entered["facts"],
            life_entries_entered=held.entered["life_entries"],
            acted=TrailExport.of(held.acted),
            about=TrailExport.of(held.about),
        )
