"""How one value is written in a cell and read from it."""

from collections.abc import Mapping
from typing import Any, Protocol

from services.scoring.kernel.annex.names import Names, is_code
from services.scoring.kernel.annex.signs import (
    ENTRY,
    LIST,
    UnreadableError,
    number,
    plain,
    quoted,
    shortest,
    split,
)


class Codec(Protocol):
    """Writes a value of the canonical document and reads it back."""

    def write(self, value: Any, names: Names) -> str:  # noqa: ANN401 -- any JSON value
        """Return the cell's text."""

    def read(self, raw: str, names: Names) -> object:
        """Return the value; UnreadableError says what to write. Ranges are for the grammar."""


class Text:
    """Text as it is."""

    def write(self, value: Any, names: Names) -> str:  # noqa: ANN401, ARG002 -- one face for all
        """Return it."""
        return str(value)

    def read(self, raw: str, names: Names) -> object:  # noqa: ARG002 -- one face for all
        """Return it without the spaces around it."""
        return raw.strip()


class Decimal:
    """Points, yuan and measures: decimal text, with or without its unit."""

    def write(self, value: Any, names: Names) -> str:  # noqa: ANN401, ARG002 -- one face for all
        """Return it as short as it can be."""
        return shortest(value)

    def read(self, raw: str, names: Names) -> object:  # noqa: ARG002 -- one face for all
        """Return the number's text; what is no number is refused by the grammar."""
        return number(raw)


class Whole:
    """Counts, levels and percentages."""

    def write(self, value: Any, names: Names) -> str:  # noqa: ANN401, ARG002 -- one face for all
        """Return its digits."""
        return str(value)

    def read(self, raw: str, names: Names) -> object:  # noqa: ARG002 -- one face for all
        """Return the int."""
        text = number(raw).removesuffix(".0")
        if not text.removeprefix("-").isdecimal() or not text.isascii() or len(text) > 18:  # noqa: PLR2004 -- so many digits fit int64
            raise UnreadableError(f"“{raw.strip()}”应为整数")
        return int(text)


class Choice:
    """One of a few words that stand for codes (or for true and false)."""

    def __init__(self, words: Mapping[Any, str]) -> None:
        """Take the words by code."""
        self.words = dict(words)

    def write(self, value: Any, names: Names) -> str:  # noqa: ANN401, ARG002 -- one face for all
        """Return the word."""
        word: str = self.words[value]
        return word

    def read(self, raw: str, names: Names) -> object:  # noqa: ARG002 -- one face for all
        """Return the code."""
        for code, word in self.words.items():
            if raw.strip() == word:
                return code
        raise UnreadableError(f"“{raw.strip()}”只能是：{'、'.join(self.words.values())}")


class Word:
    """A code that may have a word of its own; other codes are written as they are."""

    def __init__(self, words: Mapping[str, str]) -> None:
        """Take the words by code."""
        self._words = dict(words)
        self._codes = {word: code for code, word in words.items()}

    def write(self, value: Any, names: Names) -> str:  # noqa: ANN401, ARG002 -- one face for all
        """Return the word, or the code."""
        word: str = self._words.get(value, value)
        return word

    def read(self, raw: str, names: Names) -> object:  # noqa: ARG002 -- one face for all
        """Return the code."""
        text = raw.strip()
        if text not in self._codes and not is_code(text):
            raise UnreadableError(f"“{text}”只能是：{'、'.join(self._codes)}，或代码")
        return self._codes.get(text, text)


class Reference:
    """Something that the policy declares, by name or code; quoted inside parameters."""

    def __init__(self, kind: str, *, inside: bool = False) -> None:
        """Take what kind of thing it is."""
        self.kind, self._inside = kind, inside

    def write(self, value: Any, names: Names) -> str:  # noqa: ANN401 -- one face for all
        """Return its name."""
        name = names.named(self.kind, value)
        return quoted(name) if self._inside else name

    def read(self, raw: str, names: Names) -> object:
        """Return its code."""
        return names.code(self.kind, plain(raw) if self._inside else raw.strip())


class Listed:
    """Several values in one cell, separated by 、"""

    def __init__(self, of: Codec) -> None:
        """Take what each of them is."""
        self.of = of

    def write(self, value: Any, names: Names) -> str:  # noqa: ANN401 -- one face for all
        """Return them one after the other."""
        return LIST.join(self.of.write(one, names) for one in value)

    def read(self, raw: str, names: Names) -> object:
        """Return them as a list."""
        return [self.of.read(one, names) for one in split(raw, LIST)]


class Quoted:
    """Free text among signs."""

    def write(self, value: Any, names: Names) -> str:  # noqa: ANN401, ARG002 -- one face for all
        """Return it with its signs made literal."""
        return quoted(str(value))

    def read(self, raw: str, names: Names) -> object:  # noqa: ARG002 -- one face for all
        """Return it as it is."""
        return plain(raw)


class Lines:
    """Free texts, one a line (or separated by ；)."""

    def write(self, value: Any, names: Names) -> str:  # noqa: ANN401, ARG002 -- one face for all
        """Return one line each."""
        return "\n".join(
            one.replace("\\", "\\\\").replace("；", "\\；").replace(";", "\\;") for one in value
        )

    def read(self, raw: str, names: Names) -> object:  # noqa: ARG002 -- one face for all
        """Return them as a list."""
        return [plain(one) for one in split(raw, ENTRY)]


TEXT, DECIMAL, WHOLE, QUOTED, LINES = Text(), Decimal(), Whole(), Quoted(), Lines()
