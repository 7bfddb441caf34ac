"""Keys for searching Chinese names by their sound."""

from pypinyin import Style, lazy_pinyin

# Place names that the dictionary reads wrongly.
_READINGS = {"长垣": "changyuan", "长葛": "changge", "单县": "shanxian"}


def spelled(name: str) -> tuple[str, str]:
    """Return a name's full pinyin and its initials, in lower case without tones."""
    full, initials = "", ""
    rest = name
    while rest:
        known = next((each for each in _READINGS if rest.startswith(each)), None)
        part, rest = (known, rest[len(known) :]) if known else (rest[0], rest[1:])
        full += _READINGS.get(part) or "".join(lazy_pinyin(part))
        initials += "".join(lazy_pinyin(part, style=Style.FIRST_LETTER))
    return full.lower(), initials.lower()
