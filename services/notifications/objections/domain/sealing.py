"""Statements are sealed: the database alone tells neither who objected nor what they wrote.

Bound to the row they belong to. (A Fernet token would carry the exact time.)
"""

import json
from dataclasses import asdict, dataclass

from shared.sealing.envelope import Place

# Where statements stand, sealed.
STATEMENT = Place("sealed_statements", "sealed")


@dataclass(frozen=True)
class Statement:
    """What an objector said, and who they are if they said so."""

    text: str
    subject: str | None = None  # an omitted branch in the objector's own words
    name: str | None = None
    contact: str | None = None

    @property
    def named(self) -> bool:
        """Whether the objector gave a name and a way to be answered."""
        return self.name is not None and self.contact is not None

    def packed(self) -> str:
        """Return all of it as the one text that is sealed."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def unpacked(cls, text: str) -> "Statement":
        """Return the statement that was packed."""
        return cls(**json.loads(text))
