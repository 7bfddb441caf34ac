"""Keys for searching Chinese names by their sound."""

from pypinyin import lazy_pinyin, load_phrases_dict

# Place names that the dictionary reads wrongly.
load_phrases_dict(
    {
        "长垣": [["cháng"], ["yuán"]],
        "长葛": [["cháng"], ["gě"]],
        "单县": [["shàn"], ["xiàn"]],
    }
)


def spelled(name: str) -> tuple[str, str]:
    """Return a name's full pinyin and its initials, in lower case without tones."""
    syllables = [each.lower() for each in lazy_pinyin(name)]
    return "".join(syllables), "".join(each[0] for each in syllables if each)
