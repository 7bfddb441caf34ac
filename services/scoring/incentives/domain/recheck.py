"""Money is recomputed at night as results are: what is stored must be what its inputs give."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.scoring.incentives.domain.backpay import BackLine
from services.scoring.incentives.domain.registers import (
    RegisterInput,
    RegisterLine,
    compute,
    compute_back,
)
from services.scoring.incentives.domain.settlement import Settlement
from services.scoring.kernel.entitlement import Entitlement
from services.scoring.kernel.plan import Plan
from services.scoring.results.domain.replay import Difference
from services.scoring.results.domain.snapshot import digest
from shared.canonical import canonical_json, content_hash

_OWN = ("organization_id", "linkage", "clause", "recipient", "recipient_id", "amount", "unfunded")


@dataclass(frozen=True)
class StoredSettlement:
    """A settlement that counts, with the hash it was stored under and its stored lines."""

    id: UUID
    organization_id: UUID
    hash: str
    lines: tuple[Entitlement, ...]


@dataclass(frozen=True)
class StoredRegister:
    """A register with what it was computed from and its original entries."""

    id: UUID
    input: bytes
    input_hash: str
    lines: tuple[RegisterLine, ...]


def recheck_settlements(
    made: Sequence[Settlement], stored: Mapping[UUID, StoredSettlement]
) -> Iterator[Difference]:
    """Yield every settlement that is not what results and frozen inputs give.

    Nothing is compared while a branch in effect is still to be settled: its event is on the
    way, and a person with two posts may make the lines of other branches different too.
    """
    if any(each.organization_id not in stored for each in made):
        return
    for each in made:
        held = stored[each.organization_id]
        for found in dict.fromkeys((held.hash, hash_of(held.lines))):
            if found != each.hash:
                yield Difference("settlement", held.id, each.hash, found)


def recheck_register(plan: Plan, stored: StoredRegister) -> Iterator[Difference]:
    """Yield what differs between a register and the computation of its stored input."""
    found = digest(stored.input)
    if found != stored.input_hash:
        yield Difference("register.input", stored.id, stored.input_hash, found)
        return
    given = RegisterInput.model_validate_json(stored.input)
    expected = _digest([*map(_due, compute(plan, given)), *map(_back, compute_back(plan, given))])
    found = _digest([[*_own(each), str(each.for_day)] for each in stored.lines])
    if found != expected:
        yield Difference("register", stored.id, expected, found)


def hash_of(lines: Sequence[Entitlement]) -> str:
    """Return the hash under which a settlement's lines are stored."""
    return content_hash([each.model_dump(mode="json") for each in lines])


def _due(line: Entitlement) -> list[str]:
    return [*_own(line), str(None)]


def _own(line: Entitlement | RegisterLine) -> list[str]:
    return [str(getattr(line, name)) for name in _OWN]


def _back(line: BackLine) -> list[str]:
    said = line.entered.model_copy(update={"amount": line.amount, "unfunded": line.unfunded})
    return [*(str(getattr(said, name)) for name in _OWN), str(line.day)]


def _digest(lines: Sequence[Sequence[str]]) -> str:
    return digest(canonical_json([list(each) for each in lines]))
