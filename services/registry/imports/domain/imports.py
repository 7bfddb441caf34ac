"""An import: a file that has passed its trial run, waits for its sender's word, and is carried out.

What has faults is never kept: its sender is told all of them and sends a better one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.registry.imports.domain.kinds import ALL_SENDERS, Kind
from services.registry.imports.domain.summary import Options
from shared.caller import Caller, Grant, Role
from shared.errors import NotFound, Text
from shared.transitions import Machine, Transition

# Who does not confirm for so long has forgotten it; what was done is shown for as long.
FORGOTTEN_AFTER = timedelta(days=7)
# A run that fails this often (or whose worker dies this often) is given up.
MOST_ATTEMPTS = 5


class ImportUnknown(NotFound):
    """No such import, or one of somebody else."""

    slug = "import-unknown"
    title = Text("没有这次导入", "No such import")


class State(StrEnum):
    """Where an import stands."""

    CHECKED = "checked"
    CONFIRMED = "confirmed"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"


STATE_NAMES = {
    State.CHECKED: "检查通过，待确认",
    State.CONFIRMED: "已确认，正在办理",
    State.DONE: "已完成",
    State.REFUSED: "未能办理",
    State.CANCELLED: "已取消",
}
_WORKER = frozenset({Role.SYSTEM})
MACHINE: Machine[State] = Machine(
    Text("导入", "import"),
    STATE_NAMES,
    [
        Transition(
            "confirm",
            frozenset(ALL_SENDERS),
            frozenset({State.CHECKED}),
            State.CONFIRMED,
            effect="the worker carries it out",
        ),
        Transition(
            "cancel",
            frozenset({*ALL_SENDERS, Role.SYSTEM}),
            frozenset({State.CHECKED}),
            State.CANCELLED,
            effect="by itself after seven days",
        ),
        Transition("finish", _WORKER, frozenset({State.CONFIRMED}), State.DONE),
        Transition(
            "refuse",
            _WORKER,
            frozenset({State.CONFIRMED}),
            State.REFUSED,
            guard="the register has changed since the trial run, or it failed too often",
        ),
    ],
)


@dataclass(frozen=True)
class Import:
    """One file on its way into the register; `done` of `rows` rows are written at this moment.

    Until it is finished nobody else sees a written row; `faults` say why it was refused.
    """

    id: UUID
    kind: Kind
    state: State
    file_name: str
    file_hash: str
    county_id: UUID | None
    options: Options
    rows: int
    created: int
    changed: int
    unchanged: int
    sent_by: UUID | None
    sent_at: datetime
    done: int = 0
    attempts: int = 0
    actor: Mapping[str, Any] | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    faults: tuple[dict[str, str], ...] = ()
    fault_count: int = 0


def actor_of(caller: Caller) -> dict[str, Any]:
    """Return who confirms, to act with the rights of that moment when the worker comes to it."""
    grants = [
        {
            "role": grant.role.value,
            "organization_id": str(grant.organization_id) if grant.organization_id else None,
            "department": grant.department,
        }
        for grant in caller.grants
    ]
    ids = {"user_id": caller.user_id, "person_id": caller.person_id}
    return {"grants": grants} | {key: str(each) if each else None for key, each in ids.items()}


def caller_of(actor: Mapping[str, Any]) -> Caller:
    """Return the caller whose confirmation this was."""

    def id_of(text: str | None) -> UUID | None:
        return UUID(text) if text else None

    grants = tuple(
        Grant(Role(each["role"]), id_of(each["organization_id"]), each["department"])
        for each in actor["grants"]
    )
    return Caller(id_of(actor["user_id"]), grants, id_of(actor["person_id"]))
