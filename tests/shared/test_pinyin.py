"""Names are spelled as the library spells them, however they are taken apart for speed."""

from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from shared.pinyin import spelled

chinese = st.text(
    st.sampled_from("中共获嘉县长垣单重行大夫人民朝阳区后寺村党支部委员会第"), min_size=1
)
others = st.text(st.sampled_from("0129AZaz()-.·（）〇㙍 "), min_size=1, max_size=3)


@given(st.lists(chinese | others, max_size=6).map("".join))
def test_a_name_is_spelled_as_the_library_does(name: str) -> None:
    syllables = [each.lower() for each in lazy_pinyin(name)]
    assert spelled(name) == ("".join(syllables), "".join(each[0] for each in syllables if each))


def test_digits_stand_where_they_stand() -> None:
    assert spelled("第12村党支部") == ("di12cundangzhibu", "d1cdzb")
