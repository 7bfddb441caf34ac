"""State machines as one table of named rules: who may move what from where to where.

A state is never assigned elsewhere than through `Machine.fire`, so the table is the whole
truth about a thing's life. Guards that need more than the state are checked by the use
case before it fires; the table names them in `guard` for readers and documents.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from shared.caller import ROLE_NAMES, Caller, Role
from shared.errors import Conflict, Text

S = TypeVar("S", bound=StrEnum)


class IllegalTransition(Conflict):
    """The thing is in a state from which this verb does not lead anywhere."""

    slug = "illegal-transition"
    title = Text("当前状态不能这样操作", "Not possible in the current state")


@dataclass(frozen=True)
class Transition(Generic[S]):
    """One named rule: `verb` moves from one of `sources` to `target` when `who` asks."""

    verb: str
    who: frozenset[Role]
    sources: frozenset[S]
    target: S
    guard: str = ""
    effect: str = ""


class Machine(Generic[S]):
    """All transitions of one kind of thing; `labels` are the Chinese names of its states."""

    def __init__(
        self, name: Text, labels: dict[S, str], transitions: Iterable[Transition[S]]
    ) -> None:
        """Index the rules by verb and source; a verb may have several rules."""
        self.name = name
        self.labels = labels
        self.transitions = tuple(transitions)

    def rule(self, verb: str, state: S) -> Transition[S] | None:
        """The rule that this verb follows in this state, or None."""
        return next((t for t in self.transitions if t.verb == verb and state in t.sources), None)

    def fire(self, verb: str, state: S, caller: Caller) -> S:
        """Return the next state; Forbidden for the wrong role, IllegalTransition otherwise."""
        possible = [t for t in self.transitions if t.verb == verb]
        who = sorted({role for t in possible for role in t.who})
        caller.require(*who)
        rule = next((t for t in possible if state in t.sources and caller.has(*t.who)), None)
        if rule is None:
            label = self.labels[state]
            raise IllegalTransition(
                f"{self.name.zh}现为“{label}”，不能进行此操作。{self._hint(state, caller)}",
                f"The {self.name.en} is {state.value}; {verb} is not possible now.",
                state=state.value,
                verb=verb,
            )
        return rule.target

    def verbs(self, state: S, caller: Caller) -> list[str]:
        """The verbs this caller may use in this state, for documents and front ends."""
        found = (t.verb for t in self.transitions if state in t.sources and caller.has(*t.who))
        return sorted(set(found))

    def _hint(self, state: S, caller: Caller) -> str:
        if self.verbs(state, caller):
            return "请刷新后查看当前可办理的事项。"
        next_roles = {role for t in self.transitions if state in t.sources for role in t.who}
        names = "、".join(ROLE_NAMES[role] for role in sorted(next_roles) if role != Role.SYSTEM)
        return f"现在应由{names}办理。" if names else "该事项已经办结。"
