"""Who sees what of an application: a draft is its writer's, submissions open step by step."""

from services.scoring.applications.domain.application import (
    Application,
    DraftNotVisible,
    NotYetVisible,
)
from services.scoring.applications.domain.sheet import Sheet
from services.scoring.cycles.domain import Cycle, CycleState, lies_within
from shared.caller import Caller, Role

# Whoever may read what was submitted; departments only once their own step has begun.
READERS = (
    Role.VILLAGE,
    Role.TOWNSHIP,
    Role.ORGANIZATION_DEPARTMENT,
    Role.COMMITTEE,
    Role.INSPECTOR,
)
# Whoever reads what is being written: the branch itself, and the inspector.
WRITERS = (Role.VILLAGE, Role.INSPECTOR)
_BEFORE_REVIEW = frozenset({CycleState.DRAFT, CycleState.APPLYING, CycleState.RECOMMENDING})


def is_writer(application: Application, caller: Caller) -> bool:
    """Whether the caller is the branch itself, or its inspector, who reads everything."""
    return lies_within(application.path, caller.organizations(*WRITERS))


def readers_in(cycle: Cycle, caller: Caller) -> tuple[Role, ...]:
    """Return the roles that read submissions in the cycle's step.

    Raises NotYetVisible for a caller whose only reading role is a department's too early.
    """
    if cycle.state not in _BEFORE_REVIEW:
        return (*READERS, Role.DEPARTMENT)
    if caller.has(Role.DEPARTMENT) and not caller.has(*READERS):
        raise NotYetVisible(
            "部门评审尚未开始，申报内容届时开放查看。",
            "Departments see applications once their reviews have begun.",
        )
    return READERS


def sheet_for(application: Application, *, writer: bool) -> Sheet:
    """Return the sheet a reader may see; DraftNotVisible where nothing was submitted."""
    if writer:
        return application.sheet
    if not application.counts or application.submitted is None:
        raise draft_hidden()
    return application.submitted


def draft_hidden() -> DraftNotVisible:
    """The problem for whoever asks for another unit's draft."""
    return DraftNotVisible(
        "这份申报尚未提交，只有填写单位可以查看，请待其提交后再看；截止时仍未提交的，按未申报处理。",
        "This is another unit's draft, which only its writer may read: wait until it is submitted."
        " What is not submitted in time counts as no application.",
    )
