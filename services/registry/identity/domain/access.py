"""Who may see or do what, and by which rule, for every operation of every service.

The roles are no second opinion: they are those that the running services let in when the access
matrix is asked of them, operation by operation (`data/operations.json`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.registry.identity.domain.grants import ADMINISTRATORS, GrantState, StoredGrant
from shared.caller import ROLE_NAMES, Role
from shared.errors import NotFound, Text


class ActionUnknown(NotFound):
    """No such action in the table."""

    slug = "action-unknown"
    title = Text("没有这个事项", "No such action")


@dataclass(frozen=True)
class Rule:
    """One thing that can be seen or done: by which operation, in which roles, on what condition.

    A role counts for the organization of its grant and everything below.
    """

    action: str
    name: Text
    operation: str
    roles: frozenset[Role]
    condition: Text | None = None

    @property
    def sentence(self) -> str:
        """The rule in words."""
        names = "、".join(ROLE_NAMES[role] for role in sorted(self.roles)) or "无（只供系统内部）"
        more = f"；{self.condition.zh}" if self.condition else ""
        return f"{self.name.zh}：由对该组织或其上级组织持有以下角色的账号办理：{names}{more}。"


_OWN = Text("只限本账号自己的", "one's own only")
_SECOND = Text("须由另一人办理，同一人的两个账号不算两人", "by a second person")
_LEAD = Text("部门只办理方案中由其牵头的星", "a department for the stars that it leads")
_OWN_LINES = Text("联审单位只答复由其负责的底线", "an office for its own bottom lines")
_STAGE = Text(
    "参与打分的各方在本环节结束前看不到他人的分数", "scorers see others' scores after their stage"
)


@dataclass(frozen=True)
class Operation:
    """One operation of a service, as `<service> <METHOD> <path>`, and the roles it lets in.

    `own` is what everybody does with the own account, sessions and messages, and no one else's.
    """

    operation: str
    name: str
    roles: frozenset[Role]
    own: bool = False

    @property
    def rule(self) -> Rule:
        """The rule under the operation's address."""
        name = Text(self.name, self.operation)
        condition = _OWN if self.own else None
        return Rule(self.operation, name, self.operation, self.roles, condition)


@dataclass(frozen=True)
class Named:
    """What people ask about most, under a name of its own, with what more the rules demand."""

    action: str
    name: Text
    operation: str
    condition: Text | None = None


NAMED = (
    Named(
        "organization.change",
        Text("变动组织（更名、改隶、分设、合并、撤销）", "change an organization"),
        "registry POST /v1/organizations/{organization_id}/rename",
    ),
    Named(
        "election.confirm",
        Text("确认选举结果，任期随之变动", "confirm an election"),
        "registry POST /v1/elections/{election_id}/confirm",
        _SECOND,
    ),
    Named(
        "reserve.read",
        Text("查看后备干部名单", "read the reserve list"),
        "registry GET /v1/reserve",
    ),
    Named(
        "fact.enter",
        Text("录入基础数据", "enter facts"),
        "registry POST /v1/facts",
        Text("财政只录入目录中由其填报的数据", "finance for what it fills in"),
    ),
    Named(
        "account.administer",
        Text("建立账号、申请授权、离任移交", "administer accounts"),
        "registry POST /v1/users",
    ),
    Named(
        "grant.approve",
        Text("批准授权", "agree to grants"),
        "registry POST /v1/grants/{grant_id}/approve",
        _SECOND,
    ),
    Named(
        "person.export",
        Text("导出一名人员的个人信息", "export what is held about a person"),
        "registry GET /v1/people/{person_id}/export",
        Text("本人可以随时导出自己的", "people themselves at any time"),
    ),
    Named(
        "person.erase",
        Text("确认删除一名人员的个人信息", "confirm an erasure"),
        "registry POST /v1/erasures/{erasure_id}/confirm",
        _SECOND,
    ),
    Named(
        "audit.read",
        Text("查阅审计记录", "read the audit trail"),
        "registry GET /v1/audit",
    ),
    Named(
        "application.fill",
        Text("填写和提交申报", "fill in an application"),
        "scoring PUT /v1/applications/{application_id}/stars/{star}",
    ),
    Named(
        "application.read",
        Text("查看申报", "read an application"),
        "scoring GET /v1/applications/{application_id}",
        _STAGE,
    ),
    Named(
        "recommendation.score",
        Text("乡镇推荐打分", "score a recommendation"),
        "scoring PUT /v1/applications/{application_id}/recommendation",
    ),
    Named(
        "review.score",
        Text("部门评审打分", "score a department's review"),
        "scoring PUT /v1/applications/{application_id}/reviews/{star}",
        _LEAD,
    ),
    Named(
        "clearance.answer",
        Text("答复联审", "answer a clearance"),
        "scoring PUT /v1/cycles/{cycle_id}/clearances/{office}",
        _OWN_LINES,
    ),
    Named(
        "determination.confirm",
        Text("确认县委确定的结果", "confirm a determination"),
        "scoring POST /v1/determinations/{determination_id}/confirm",
        _SECOND,
    ),
    Named(
        "result.read",
        Text("查看结果", "read a result"),
        "scoring GET /v1/results/{result_id}",
        _STAGE,
    ),
    Named(
        "ranking.read",
        Text("查看排名", "read rankings"),
        "scoring GET /v1/cycles/{cycle_id}/rankings",
        _STAGE,
    ),
    Named(
        "register.pay",
        Text("确认和发放台账", "pay a register"),
        "scoring POST /v1/registers/{register_id}/pay",
    ),
    Named(
        "simulation.make",
        Text("模拟其他方案", "try another policy out"),
        "scoring POST /v1/cycles/{cycle_id}/simulations",
    ),
    Named(
        "inspection.open",
        Text("提出监督意见、暂停环节", "open an inspection"),
        "scoring POST /v1/cycles/{cycle_id}/inspections",
    ),
    Named(
        "announcement.publish",
        Text("发布公示", "publish a notice"),
        "notifications POST /v1/announcements/{announcement_id}/publish",
    ),
    Named(
        "objection.read",
        Text("查看异议和提出人", "read objections and who objected"),
        "notifications GET /v1/objections/{objection_id}",
    ),
)


def rules_of(operations: Iterable[Operation]) -> dict[str, Rule]:
    """Return a rule for every operation: those with a name first, the others by their address."""
    known = {each.operation: each for each in operations}
    named = {
        each.action: Rule(
            each.action,
            each.name,
            each.operation,
            known.pop(each.operation).roles,
            each.condition,
        )
        for each in NAMED
    }
    return named | {each.operation: each.rule for each in known.values()}


class Standing(StrEnum):
    """Whether a grant allows an action at a place, or why not."""

    ALLOWS = "allows"
    OTHER_ROLE = "other_role"
    ELSEWHERE = "elsewhere"
    UNDECIDED = "undecided"
    TAKEN_BACK = "taken_back"
    NOT_YET = "not_yet"
    OVER = "over"
    DISABLED = "account_disabled"


WHY = {
    Standing.ALLOWS: "允许：角色相符，组织在授权范围内，今天在有效期内",
    Standing.OTHER_ROLE: "不允许：这个角色不办理此事项",
    Standing.ELSEWHERE: "不允许：该组织不在这项授权的范围内",
    Standing.UNDECIDED: "不允许：授权还未批准",
    Standing.TAKEN_BACK: "不允许：授权已收回或未获批准",
    Standing.NOT_YET: "不允许：授权还未开始",
    Standing.OVER: "不允许：授权已过最后一日",
    Standing.DISABLED: "不允许：账号已停用",
}


def rule_of(rules: Mapping[str, Rule], action: str) -> Rule:
    """Return the rule of an action; ActionUnknown otherwise."""
    rule = rules.get(action)
    if rule is None:
        raise ActionUnknown(
            "没有这个事项，请在“可查询的事项”中选择。", "No such action: choose one of the list."
        )
    return rule


def standing(
    rule: Rule, grant: StoredGrant, *, covers: bool, today: date, disabled: bool
) -> Standing:
    """Judge a grant; `covers` is whether its organization is the place, or above it."""
    taken_back = grant.state not in {GrantState.REQUESTED, GrantState.ACTIVE}
    faults = (
        (grant.role not in rule.roles, Standing.OTHER_ROLE),
        (not covers, Standing.ELSEWHERE),
        (grant.state is GrantState.REQUESTED, Standing.UNDECIDED),
        (taken_back, Standing.TAKEN_BACK),
        (disabled, Standing.DISABLED),
        (today < grant.starts_on, Standing.NOT_YET),
        (grant.ended(today), Standing.OVER),
    )
    return next((why for found, why in faults if found), Standing.ALLOWS)


def needs_code(grant: StoredGrant, *, required: bool) -> bool:
    """Whether the grant works only in sessions that have given a one-time code."""
    return required and grant.role in ADMINISTRATORS
