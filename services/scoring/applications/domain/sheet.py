"""The sheet a village fills in: per star whether it applies, per item points and evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from services.scoring.kernel.said import Said

_SAID: TypeAdapter[Said] = TypeAdapter(Said)


@dataclass(frozen=True)
class FileMark:
    """A file that backs an item, by the hash of its bytes."""

    id: UUID
    name: str
    sha256: str


@dataclass(frozen=True)
class Entry:
    """One item: what was said (null = not scored yet), reference text, files."""

    word: Said | None = None
    reference: str = ""
    files: tuple[FileMark, ...] = ()


@dataclass(frozen=True)
class StarSheet:
    """One star: whether it is applied for, and its items by code."""

    apply: bool = False
    items: Mapping[str, Entry] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """All stars by code; what is absent has not been filled in."""

    stars: Mapping[str, StarSheet] = field(default_factory=dict)

    @property
    def applied(self) -> tuple[str, ...]:
        """The stars applied for, in the order of their codes."""
        return tuple(sorted(code for code, star in self.stars.items() if star.apply))

    @property
    def words(self) -> dict[str, Said]:
        """Item → what was said, for every item that was scored."""
        return {
            code: entry.word
            for star in self.stars.values()
            for code, entry in star.items.items()
            if entry.word is not None
        }

    @property
    def files(self) -> frozenset[UUID]:
        """The ids of all files that back an item."""
        entries = (entry for star in self.stars.values() for entry in star.items.values())
        return frozenset(mark.id for entry in entries for mark in entry.files)

    def star(self, code: str) -> StarSheet:
        """Return a star's part, empty where nothing was filled in."""
        return self.stars.get(code, StarSheet())

    def entry(self, star: str, item: str) -> Entry:
        """Return an item's entry, empty where nothing was filled in."""
        return self.star(star).items.get(item, Entry())

    def with_star(self, code: str, star: StarSheet) -> "Sheet":
        """Return the sheet with one star replaced; files stay with their items."""
        old = self.star(code).items
        kept = {item: Entry(files=entry.files) for item, entry in old.items() if entry.files}
        items = {
            item: replace(entry, files=old.get(item, Entry()).files)
            for item, entry in star.items.items()
        }
        return Sheet({**self.stars, code: StarSheet(star.apply, kept | items)})

    def with_entry(self, star: str, item: str, entry: Entry) -> "Sheet":
        """Return the sheet with one item replaced as given, files included."""
        part = self.star(star)
        changed = StarSheet(part.apply, {**part.items, item: entry})
        return Sheet({**self.stars, star: changed})


@dataclass(frozen=True)
class Claim:
    """What counts of a sheet: the stars applied for, and item → what was said."""

    applied: tuple[str, ...]
    words: Mapping[str, Said]


def claim_of(document: Mapping[str, Any]) -> Claim:
    """Read what counts from a stored sheet; whole counties are read at once."""
    applied = tuple(sorted(code for code, part in document.items() if part["apply"]))
    entries = (entry for part in document.values() for entry in part["items"].items())
    return Claim(
        applied, {item: word for item, one in entries if (word := word_of(one)) is not None}
    )


def sheet_of(document: Mapping[str, Any]) -> Sheet:
    """Read a sheet back from its stored document."""
    return Sheet(
        {
            code: StarSheet(
                part["apply"], {item: entry_of(one) for item, one in part["items"].items()}
            )
            for code, part in document.items()
        }
    )


def entry_of(document: Mapping[str, Any]) -> Entry:
    """Read an entry back from its stored document."""
    marks = (FileMark(UUID(one["id"]), one["name"], one["sha256"]) for one in document["files"])
    return Entry(word_of(document), document["reference"], tuple(marks))


def document_of(sheet: Sheet) -> dict[str, Any]:
    """Return the document that stores a sheet: JSON values only, points in hundredths."""
    return {code: star_document(star) for code, star in sheet.stars.items()}


def star_document(star: StarSheet) -> dict[str, Any]:
    """Return the document that stores a star."""
    items = {item: entry_document(entry) for item, entry in star.items.items()}
    return {"apply": star.apply, "items": items}


def entry_document(entry: Entry) -> dict[str, Any]:
    """Return the document that stores an entry."""
    files = [{"id": str(one.id), "name": one.name, "sha256": one.sha256} for one in entry.files]
    return {**word_document(entry.word), "reference": entry.reference, "files": files}


def word_document(word: Said | None) -> dict[str, Any]:
    """Return the document that stores a word: points as they are, other forms whole."""
    if word is None or isinstance(word, int):
        return {"points": word}
    return {"said": word.model_dump(mode="json")}


def word_of(document: Mapping[str, Any]) -> Said | None:
    """Read a word back from its stored document."""
    if "said" in document:
        return _SAID.validate_python(document["said"])
    points: int | None = document["points"]
    return points
