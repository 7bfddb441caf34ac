"""Who is calling: roles, grants and the caller they make (pure, so that domain may use it)."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from shared.errors import Forbidden


class Role(StrEnum):
    """What a grant lets its holder do within its subtree."""

    VILLAGE = "village"  # 村级申报
    TOWNSHIP = "township"  # 镇级评审组
    DEPARTMENT = "department"  # 牵头部门
    ORGANIZATION_DEPARTMENT = "organization_department"  # 组织部
    SOURCE_OFFICE = "source_office"  # 联审单位
    COMMITTEE = "committee"  # 县委
    FINANCE = "finance"  # 财政
    JUDGE = "judge"  # 评委
    INSPECTOR = "inspector"  # 纪委监委
    PLATFORM = "platform"  # 外部平台
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDIT_ADMINISTRATOR = "audit_administrator"
    SERVICE = "service"  # another Wuxing service, by machine token
    SYSTEM = "system"  # the clock and the workers: sweeps and event handlers
    PUBLIC = "public"  # anyone, not signed in


@dataclass(frozen=True)
class Grant:
    """One role for one subtree; `department` is a department or source-office code."""

    role: Role
    organization_id: UUID | None = None
    department: str | None = None


@dataclass(frozen=True)
class Caller:
    """Whoever asks: a person's account, a machine, the system itself or the public.

    `person_id` is the natural person behind the account: four eyes means two persons.
    `scopes` narrows a platform's token to `<service>:read` or `<service>:write`; None is for
    everyone else.
    """

    user_id: UUID | None
    grants: tuple[Grant, ...]
    person_id: UUID | None = None
    session_id: UUID | None = None
    scopes: frozenset[str] | None = None

    def has(self, *roles: Role) -> bool:
        """Whether the caller holds any of the roles anywhere."""
        return any(grant.role in roles for grant in self.grants)

    def require(self, *roles: Role) -> None:
        """Raise Forbidden unless the caller holds one of the roles."""
        if not self.has(*roles):
            names = "、".join(ROLE_NAMES[role] for role in roles)
            raise Forbidden(
                f"此操作只能由{names}办理，请换用有相应授权的账号。",
                f"Only these roles may do this: {', '.join(roles)}.",
            )

    def require_scope(self, service: str, *, writes: bool) -> None:
        """Raise Forbidden unless this token may be used so at this service."""
        needed = f"{service}:{'write' if writes else 'read'}"
        if self.scopes is not None and needed not in self.scopes:
            raise Forbidden(
                f"这个接口密钥没有“{needed}”权限，请系统管理员另发一个含此权限的密钥。",
                f"This API key lacks the scope {needed}: ask for a key that has it.",
                scope=needed,
            )

    def organizations(self, *roles: Role) -> frozenset[UUID]:
        """The roots of the subtrees for which the caller holds one of the roles."""
        return frozenset(
            grant.organization_id
            for grant in self.grants
            if grant.role in roles and grant.organization_id is not None
        )

    def departments(self, *roles: Role) -> frozenset[str]:
        """The department or source-office codes granted together with one of the roles."""
        return frozenset(
            grant.department
            for grant in self.grants
            if grant.role in roles and grant.department is not None
        )


def user_of(caller: Caller) -> UUID:
    """Return the caller's account; Forbidden for the public and the system itself."""
    if caller.user_id is None:
        raise Forbidden("此操作只供个人账号使用。", "Only a person's account can do this.")
    return caller.user_id


def same_person(first: Caller, second_user: UUID, second_person: UUID | None) -> bool:
    """Whether an earlier actor is the same natural person (two accounts of one person count)."""
    if first.person_id is not None and first.person_id == second_person:
        return True
    return first.user_id == second_user


ROLE_NAMES: dict[Role, str] = {
    Role.VILLAGE: "村级申报人",
    Role.TOWNSHIP: "镇级评审组",
    Role.DEPARTMENT: "牵头部门",
    Role.ORGANIZATION_DEPARTMENT: "组织部",
    Role.SOURCE_OFFICE: "联审单位",
    Role.COMMITTEE: "县委",
    Role.FINANCE: "财政",
    Role.JUDGE: "评委",
    Role.INSPECTOR: "纪委监委",
    Role.PLATFORM: "外部平台",
    Role.SYSTEM_ADMINISTRATOR: "系统管理员",
    Role.SECURITY_ADMINISTRATOR: "安全管理员",
    Role.AUDIT_ADMINISTRATOR: "审计管理员",
    Role.SERVICE: "系统服务",
    Role.SYSTEM: "系统",
    Role.PUBLIC: "公众",
}

SYSTEM = Caller(user_id=None, grants=(Grant(Role.SYSTEM),))
PUBLIC = Caller(user_id=None, grants=(Grant(Role.PUBLIC),))
