"""Where each part of a policy stands in what people handed in: a row of text, or of a sheet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.phrases import sentence

# The path of a part in the document: ("stars", 0, "items", 3).
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Spot:
    """A row from 1 (0: the whole), its column from 1 (0: the whole row), the sheet if any."""

    row: int
    column: int = 0
    sheet: str = ""


WHOLE = Spot(0)


@dataclass(frozen=True)
class DocumentFault:
    """One mistake in what was handed in: where it stands, its path in the document, a sentence."""

    spot: Spot
    where: str
    zh: str

    @property
    def row(self) -> int:
        """The row, from 1; 0 is the whole text."""
        return self.spot.row


class DocumentError(ValueError):
    """What was handed in is no policy; `faults` names every reason with its place."""

    def __init__(self, faults: tuple[DocumentFault, ...]) -> None:
        """Take the faults in the order of the document."""
        super().__init__("; ".join(f"{f.spot.sheet} {f.row} {f.where}: {f.zh}" for f in faults))
        self.faults = faults


@dataclass(frozen=True)
class Written:
    """A policy with the spot of each of its parts, by dotted path."""

    policy: Policy
    spots: Mapping[str, Spot]

    def spot(self, where: str) -> Spot:
        """Return the spot of a path, or of the nearest part around it."""
        return nearest(where, self.spots)


def nearest(where: str, spots: Mapping[str, Spot]) -> Spot:
    """Return the spot of a dotted path, or of the nearest part around it that has one."""
    while where and where not in spots:
        where = where.rpartition(".")[0]
    return spots.get(where, WHOLE)


def dotted(place: Place) -> str:
    """Return a path as one text: `stars.0.items.3`."""
    return ".".join(str(part) for part in place)


def understood(content: object, spots: Mapping[Place, Spot]) -> Policy:
    """Return the policy that plain values describe; `DocumentError` names every mistake."""
    try:
        return Policy.model_validate(content)
    except ValidationError as error:
        raise DocumentError(tuple(_faults(error, content, spots))) from None


def _faults(
    error: ValidationError, content: object, spots: Mapping[Place, Spot]
) -> Iterator[DocumentFault]:
    found = error.errors(include_url=False, include_input=False)
    for fault in found:
        if fault["type"] == "too_short" and _only_follows(fault["loc"], found):
            continue
        place = _untagged(fault["loc"], content)
        where = place
        while where and where not in spots:
            where = where[:-1]
        yield DocumentFault(spots.get(where, WHOLE), dotted(place), sentence(fault))


def _only_follows(loc: Place, found: Sequence[ErrorDetails]) -> bool:
    """Whether a list only lacks entries because those it has are wrong themselves."""
    return any(len(one["loc"]) > len(loc) and one["loc"][: len(loc)] == loc for one in found)


def _untagged(loc: Place, content: object) -> Place:
    """Return the path without the kinds that pydantic puts where a union was decided."""
    place: list[str | int] = []
    decided = False
    for part in loc:
        if isinstance(content, dict) and not decided and content.get("kind") == part:
            decided = True
            continue
        place.append(part)
        content, decided = _inside(content, part), False
    return tuple(place)


def _inside(content: object, part: str | int) -> object:
    if isinstance(content, dict):
        return content.get(part)
    if isinstance(content, list | tuple) and isinstance(part, int) and part < len(content):
        return content[part]
    return None
