"""Receipt numbers: unguessable, readable over the telephone, and checked for slips.

公示-2026-XXXX-XXXX-XXXX: eleven random characters (54 bits) and one check character of an
alphabet without I, L, O, U and Z. Only the hash of a number is stored.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.errors import Invalid, NotFound, Text

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"
_SIZE = len(_ALPHABET)  # 31, a prime: see `_check`
_RANDOM = 11
_SLIPS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "Z": "2"})
_YEAR = 4


class ReceiptKind(StrEnum):
    """What a receipt stands for."""

    OBJECTION = "objection"
    CLUE = "clue"


PREFIXES = {ReceiptKind.OBJECTION: "公示", ReceiptKind.CLUE: "线索"}


class ReceiptInvalid(Invalid):
    """The number cannot be one of ours: a character is wrong or missing."""

    slug = "receipt-number-invalid"
    title = Text("回执号有误", "Invalid receipt number")


class ReceiptUnknown(NotFound):
    """No objection or clue has this number."""

    slug = "receipt-unknown"
    title = Text("没有这个回执号", "Unknown receipt number")


def new_number(kind: ReceiptKind, day: date) -> str:
    """Return a fresh random number."""
    return _number(kind, day, secrets.token_bytes(16))


def number_for(kind: ReceiptKind, day: date, key: bytes, form: str) -> str:
    """Return the number of a web form sent once or several times: always the same."""
    return _number(kind, day, hmac.digest(key, form.encode(), "sha256"))


def fingerprint(number: str) -> str:
    """Return the stored hash of a number as people type it; ReceiptInvalid for a slip."""
    return hashlib.sha256(_body(number).encode()).hexdigest()


def dated_id(day: date) -> UUID:
    """Return a UUIDv7 that knows the day and nothing more exact."""
    midnight = (day.toordinal() - date(1970, 1, 1).toordinal()) * 86_400_000
    rest = secrets.randbits(74)
    high, low = rest >> 62, rest & ((1 << 62) - 1)
    return UUID(int=(midnight << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)


def _number(kind: ReceiptKind, day: date, entropy: bytes) -> str:
    value = int.from_bytes(entropy)
    random = "".join(_ALPHABET[value // _SIZE**place % _SIZE] for place in range(_RANDOM))
    body = random + _check(f"{day.year}{random}")
    return f"{PREFIXES[kind]}-{day.year}-{body[:4]}-{body[4:8]}-{body[8:]}"


def _check(text: str) -> str:
    """Weighted sum modulo a prime: finds every single slip and swap of neighbours."""
    total = sum((place + 1) * _ALPHABET.index(letter) for place, letter in enumerate(text))
    return _ALPHABET[total % _SIZE]


def _body(number: str) -> str:
    plain = unicodedata.normalize("NFKC", number).upper()
    for prefix in PREFIXES.values():
        plain = plain.replace(prefix, "")
    plain = re.sub(r"[\s\-‐-―_.·]", "", plain).translate(_SLIPS)
    wanted = _YEAR + _RANDOM + 1
    if len(plain) != wanted or any(each not in _ALPHABET for each in plain):
        raise _slip()
    if _check(plain[:-1]) != plain[-1]:
        raise _slip()
    return plain


def _slip() -> ReceiptInvalid:
    return ReceiptInvalid(
        "回执号有误，请对照回执逐字核对，例如 公示-2026-7KQ2-M4XD-9RTA。",
        "The receipt number contains a slip: compare it with your receipt.",
    )
