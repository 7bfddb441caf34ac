"""Who may score and who may see: scope by the path of ids, and what stays hidden till when.

What others scored is hidden from scorers until that stage closes. The inspector reads
everything at any time. Clause: 五星创建 第二版 · 纪委监委监督.
"""

from collections.abc import Iterable
from uuid import UUID

from services.scoring.reviews.domain.stages import Stage, StageKind, StageState
from shared.caller import Caller, Role
from shared.errors import Forbidden, OutOfScope, Text

# The roles that ever see a branch's scores within their part of the tree.
READERS = (
    Role.VILLAGE,
    Role.TOWNSHIP,
    Role.DEPARTMENT,
    Role.ORGANIZATION_DEPARTMENT,
    Role.COMMITTEE,
    Role.INSPECTOR,
)


class ScoresHidden(Forbidden):
    """Another body's scores stay hidden until its stage closes."""

    slug = "scores-hidden"
    title = Text("该环节尚未办结，得分不公开", "Hidden until the stage closes")


class ConflictOfInterest(Forbidden):
    """The caller also acts for the village that is to be scored."""

    slug = "conflict-of-interest"
    title = Text("应当回避", "Conflict of interest")


def roots(caller: Caller, role: Role, department: str | None = None) -> frozenset[UUID]:
    """Return where the caller holds the role; with a department's or office's code, that one's."""
    return frozenset(
        grant.organization_id
        for grant in caller.grants
        if grant.role is role and grant.organization_id is not None
        if department is None or grant.department == department
    )


def covers(granted: Iterable[UUID], path: str) -> bool:
    """Whether one of the organizations stands on the path."""
    return not {str(each) for each in granted}.isdisjoint(path.split("/"))


def require_covered(granted: Iterable[UUID], path: str) -> None:
    """Raise OutOfScope unless one of the organizations stands on the path."""
    if not covers(granted, path):
        raise OutOfScope(
            "该村不在您的管辖范围内，请换用有相应授权的账号办理。",
            "This branch is outside the part of the tree you are responsible for.",
        )


def competent_roots(caller: Caller, stage: Stage) -> frozenset[UUID]:
    """Return where the caller belongs to the body that is competent for this part now."""
    if stage.state is StageState.SUBSTITUTED:
        return roots(caller, Role.ORGANIZATION_DEPARTMENT)
    if stage.kind is StageKind.DEPARTMENT:
        return roots(caller, Role.DEPARTMENT, stage.party)
    return roots(caller, Role.TOWNSHIP)


def require_impartial(caller: Caller, path: str) -> None:
    """Raise when the caller fills in the application of the village with this path."""
    if covers(roots(caller, Role.VILLAGE), path):
        raise ConflictOfInterest(
            "您同时是该村的申报人，应当回避，请由评审组其他成员评分。",
            "You also apply for this village: another member of the group must score it.",
        )


def sees(caller: Caller, path: str, stage: Stage, *, closed: bool) -> bool:
    """Whether the caller may read what this part scored for the branch with this path."""
    if covers(roots(caller, Role.INSPECTOR), path):
        return True
    if closed:
        return covers(caller.organizations(*READERS), path)
    return covers(competent_roots(caller, stage), path)


def require_sight(caller: Caller, path: str, stage: Stage, *, closed: bool) -> None:
    """Raise OutOfScope for strangers and ScoresHidden for those who must wait."""
    require_covered(caller.organizations(*READERS), path)
    if not sees(caller, path, stage, closed=closed):
        raise ScoresHidden(
            "其他单位的评分在该环节办结之前不公开，请在办结后查看。",
            "What others score stays hidden until their stage closes.",
        )
