"""Who is meant: tables name departments, stars and measures in words, the policy by code."""

import re
from collections import Counter

from pypinyin import lazy_pinyin

from services.scoring.kernel.annex.signs import UnreadableError

_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LONGEST = 60


def is_code(text: str) -> bool:
    """Whether a text can be a code."""
    return _CODE.fullmatch(text) is not None


class Names:
    """What a policy declares, by kind: codes with their names."""

    def __init__(self) -> None:
        """Start without any."""
        self._codes: dict[str, dict[str, str]] = {}
        # The lowest value of each measure, where a table leaves it out.
        self.lowest: dict[str, str] = {}

    def add(self, kind: str, code: str, name: str) -> None:
        """Take one declared thing."""
        self._codes.setdefault(kind, {})[code] = name

    def forget(self, kind: str) -> None:
        """Forget all things of a kind, such as the parts of the item before."""
        self._codes.pop(kind, None)

    def named(self, kind: str, code: str) -> str:
        """Return how a thing is written: by its name where that is unmistakable."""
        own = self._codes.get(kind, {})
        name = own.get(code, code)
        return name if name not in own and Counter(own.values())[name] == 1 else code

    def written(self, kind: str) -> tuple[str, ...]:
        """Return all things of a kind as they are written."""
        return tuple(self.named(kind, code) for code in self._codes.get(kind, {}))

    def code(self, kind: str, text: str) -> str:
        """Return who is meant; a code that is not declared stays for the checks to find."""
        own = self._codes.get(kind, {})
        found = [code for code, name in own.items() if name == text]
        if text in own or (not found and is_code(text)):
            return text
        if len(found) == 1:
            return found[0]
        if found:
            raise UnreadableError(f"“{text}”有{len(found)}个，请改写代码：{'、'.join(found)}")
        known = "、".join(own.values()) or "（没有声明）"
        raise UnreadableError(f"没有“{text}”，可以是：{known}")


def code_of(name: str, taken: set[str]) -> str:
    """Return a code made from how a name is spoken, different from those taken."""
    spoken = re.sub(r"[^a-z0-9]+", "_", "_".join(lazy_pinyin(name)).lower()).strip("_")
    start = spoken if spoken[:1].isalpha() else f"x_{spoken}".rstrip("_")
    code, count = start[:_LONGEST], 1
    while code in taken:
        count += 1
        code = f"{start[: _LONGEST - 4]}_{count}"
    return code
