"""Values as people say them: with their unit, by name, in quotation marks where they are text."""

from typing import Any

from services.scoring.kernel.annex.cells import (
    Choice,
    Codec,
    Decimal,
    Lines,
    Listed,
    Reference,
    Text,
    Whole,
    Word,
)
from services.scoring.kernel.annex.signs import plain, shortest
from services.scoring.kernel.annex.writing import names_of
from services.scoring.kernel.compare.statements import Statement

Content = dict[str, Any]

_UNITS = {
    "working_days": "天",
    "max_working_days": "天",
    "return_extension_working_days": "天",
    "return_limit": "次",
    "limit": "次",
    "per_stage": "次",
    "months": "个月",
    "holder_on_day": "号",
    "min_stars": "颗",
    "decimals": "位",
    "share_percent": "%",
    "not_assessed_percent": "%",
    "percent": "%",
    "credits": "分",
}
# Words that say themselves what they are.
_SPEAKING = {"block", "measure", "list"}


def cited(text: str) -> str:
    """Return text in quotation marks; those inside it become the inner ones."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”"


class Wording:
    """The words of one policy: the names of what it declares, of its levels, its units."""

    def __init__(self, content: Content) -> None:
        """Take the policy's canonical document."""
        self.names = names_of(content)
        self._levels = {one["level"]: one["name"] for one in content["levels"]}
        self._units = {one["code"]: one["unit"] for one in content.get("measures", ())}

    def level(self, level: int) -> str:
        """Return a level by its name."""
        return str(self._levels.get(level, f"{level}级"))

    def named(self, kind: str, code: str) -> str:
        """Return what a code stands for, as it is called."""
        return self.names.named(kind, code)

    def measured(self, number: str, measure: str) -> str:
        """Return a number with the unit of its measure."""
        return f"{shortest(number)}{self._units.get(measure, '')}"

    def statement(self, label: str, key: str, codec: Codec, entry: Content) -> Statement:
        """Return what an entry says under a key."""
        value = entry[key]
        return Statement(
            key=key,
            label=label,
            value=value,
            text=self._text(key, codec, value, entry),
            listed=self._listed(codec, value),
            code=value if isinstance(value, str) else "",
            plain=key in _SPEAKING,
            joint="为" if isinstance(codec, Choice) else "",
        )

    def _text(self, key: str, codec: Codec, value: Any, entry: Content) -> str:  # noqa: ANN401 -- any JSON value
        if isinstance(codec, Listed | Lines):
            return "、".join(self._listed(codec, value) or ()) or "（空）"
        if isinstance(codec, Text):
            return cited(value)
        if isinstance(codec, Decimal | Whole):
            return self._number(key, value, entry)
        text = plain(codec.write(value, self.names)).replace("\n", "，")
        return cited(text) if isinstance(codec, Reference) else text

    def _listed(self, codec: Codec, value: Any) -> tuple[str, ...] | None:  # noqa: ANN401 -- any JSON value
        if not isinstance(codec, Listed | Lines):
            return None
        texts = (plain(codec.write([one], self.names)) for one in value)
        words = isinstance(codec, Listed) and isinstance(codec.of, Choice | Word)
        return tuple(texts if words else map(cited, texts))

    def _number(self, key: str, value: Any, entry: Content) -> str:  # noqa: ANN401 -- any JSON value
        if key == "level" or key.endswith("_level"):
            return self.level(value)
        if key == "target":
            return self.measured(value, entry["measure"])
        if key in {"minimum", "maximum"}:
            return f"{shortest(value)}{entry['unit']}"
        unit = "分" if "points" in key else _UNITS.get(key, "")
        return f"{shortest(value)}{unit}"
