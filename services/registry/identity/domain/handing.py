"""Hand-over: what a person leaves behind who moves on, and what passes to the successor."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.registry.identity.domain.grants import GrantDraft, StoredGrant
from shared.caller import ROLE_NAMES
from shared.errors import Conflict, Text


class TaskKind(StrEnum):
    """What kind of thing somebody must still see to."""

    TERM = "term"
    REQUESTED_GRANT = "requested_grant"
    DECISION = "decision"
    INVITATION = "invitation"
    API_KEY = "api_key"


@dataclass(frozen=True)
class Task:
    """One open thing; `id` is the term, grant, invitation or key that it is about."""

    kind: TaskKind
    id: UUID
    what: Text


@dataclass(frozen=True)
class HandOver:
    """What ends, what the successor got (some of it still waiting), and what stays to be done."""

    user_id: UUID
    ended: list[StoredGrant]
    given: list[StoredGrant]
    tasks: list[Task]


class NothingToHandOver(Conflict):
    """The account holds nothing that a hand-over would end."""

    slug = "nothing-to-hand-over"
    title = Text("没有可移交的授权", "There is nothing to hand over")


def passed_on(held: Iterable[StoredGrant], today: date) -> list[GrantDraft]:
    """Return what the successor is given: every grant in use, from today to its old end."""
    return [
        GrantDraft(each.role, each.organization_id, each.department, today, each.ends_on)
        for each in held
        if each.valid_on(today)
    ]


def waiting_task(kind: TaskKind, grant: StoredGrant) -> Task:
    """Return the task that a requested grant is: to follow up, or to decide on."""
    name = ROLE_NAMES[grant.role]
    if kind is TaskKind.DECISION:
        said = Text(
            f"一项“{name}”授权申请等待安全管理员批准", f"a requested grant of {grant.role} waits"
        )
    else:
        said = Text(
            f"由其申请的一项“{name}”授权还未批准", f"a grant of {grant.role} asked for is undecided"
        )
    return Task(kind, grant.id, said)


def nothing() -> NothingToHandOver:
    """Return the answer where an account holds nothing."""
    return NothingToHandOver(
        "这个账号没有有效或待批准的授权，无需移交；如须停用账号，请修改账号。",
        "The account holds no grant: there is nothing to hand over. Disable it if it must go.",
    )
