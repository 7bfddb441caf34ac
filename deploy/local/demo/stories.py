"""What happens to each village: every level and every trap of the rules occurs somewhere.

A story fixes, for each star, the points the village claims and what later bodies make of
them. Points are hundredths. The stories that must occur go to fixed places in the list of
villages; the others fill the rest by a fixed pattern, so that each run is the same.
"""

from dataclasses import dataclass, field, replace

PARTY, CIVILITY, PEACE, INDUSTRY, BEAUTY = (
    "party_building",
    "civility",
    "peace_harmony",
    "industry",
    "beautiful_village",
)
STARS = (PARTY, CIVILITY, PEACE, INDUSTRY, BEAUTY)


@dataclass(frozen=True)
class Mark:
    """One star's sums: base, bonus and deduction, each spread over the star's items."""

    base: int
    bonus: int = 0
    deduction: int = 0


GOOD = Mark(9350, 400)
SOLID = Mark(8800, 200)
ON_BOTH_LINES = Mark(7500, 1000)  # 75 base, 85 in total: eligible, because "以上" includes both
BELOW_BASE = Mark(7499, 1500)  # 0.01 short of the base line, far above the total line
BELOW_TOTAL = Mark(8500, 0, 1)  # base 85, one hundredth deducted
WEAK = Mark(7000, 300)
NOT_APPLIED = Mark(6400)  # every item is scored, also of stars not applied for


@dataclass(frozen=True)
class Story:
    """One village's year. Later bodies score as the body before where nothing is said."""

    name: str
    label: str
    applied: dict[str, Mark] = field(default_factory=dict)
    township: dict[str, Mark] = field(default_factory=dict)
    department: dict[str, Mark] = field(default_factory=dict)
    spot_check: dict[str, Mark] = field(default_factory=dict)
    # bottom line code → None for a plain hit, or petition problems as event counts
    bottom_lines: dict[str, tuple[dict[str, int], ...] | None] = field(default_factory=dict)
    submits: bool = True
    returned: str = ""  # "resubmits" or "silent"
    refused_by_township: str = ""
    struck_star: str = ""
    struck_listing: bool = False
    combined: bool = True
    poor: bool = False
    objection: str = ""  # "upheld_star", "upheld_award", "dismissed", "anonymous"


def _all(*stars: str, mark: Mark = GOOD) -> dict[str, Mark]:
    return dict.fromkeys(stars, mark)


FIVE = _all(*STARS)
_FOUR = _all(PARTY, CIVILITY, PEACE, INDUSTRY, mark=SOLID)
_THREE = _all(PARTY, CIVILITY, PEACE, mark=SOLID)

ORDINARY = (
    Story("five", "五星", FIVE),
    Story("four", "四星", _FOUR),
    Story("three", "三星", _THREE),
    Story("two", "二星", _all(PARTY, BEAUTY, mark=SOLID)),
    Story("one", "一星", _all(CIVILITY, mark=SOLID)),
    Story("three_strong", "三星，农业农村", _all(PARTY, INDUSTRY, BEAUTY)),
    Story("two_peace", "二星，有平安和谐星", _all(PEACE, CIVILITY, mark=SOLID)),
    Story("one_peace", "一星，有平安和谐星", _all(PEACE, mark=SOLID)),
)

SPECIAL = (
    Story("never_applied", "没有申报", submits=False),
    Story("withdrawn", "申报后撤回", _all(CIVILITY), submits=False),
    Story("on_both_lines", "正好在两条线上", _all(PARTY, CIVILITY, PEACE, mark=ON_BOTH_LINES)),
    Story(
        "below_base",
        "基本分差0.01",
        _all(PARTY, CIVILITY, PEACE, mark=SOLID),
        township={PEACE: BELOW_BASE},
    ),
    Story(
        "below_total",
        "总分差0.01",
        _all(PARTY, CIVILITY, PEACE, mark=SOLID),
        township={CIVILITY: BELOW_TOTAL},
    ),
    Story("no_party_three", "三颗星但没有基层党建星", _all(CIVILITY, PEACE, INDUSTRY)),
    Story("no_party_four", "四颗星但没有基层党建星", _all(CIVILITY, PEACE, INDUSTRY, BEAUTY)),
    Story(
        "lowered_by_township",
        "乡镇从四星降到二星",
        _FOUR,
        township={PEACE: WEAK, INDUSTRY: WEAK},
    ),
    Story("none_left", "申报一星被乡镇降为无星", _all(CIVILITY), township={CIVILITY: WEAK}),
    Story("department_lowers", "部门评审从三星降到二星", _THREE, department={CIVILITY: WEAK}),
    Story(
        "department_raises",
        "部门评审提分",
        _THREE,
        township={PEACE: ON_BOTH_LINES},
        department={PEACE: GOOD},
    ),
    Story("spot_check_lowers", "抽查降星", _all(PARTY, BEAUTY), spot_check={BEAUTY: WEAK}),
    Story("returned", "退回后补正重报", _THREE, returned="resubmits"),
    Story("returned_silent", "退回后没有重报", _THREE, returned="silent"),
    Story("refused", "乡镇不予推荐一颗星", _all(PARTY, CIVILITY), refused_by_township=CIVILITY),
    Story("struck_star", "县委会议去掉一颗星", FIVE, struck_star=BEAUTY),
    Story("struck_listing", "县委会议撤下名单", _THREE, struck_listing=True),
    Story(
        "not_combined",
        "未“一肩挑”",
        FIVE,
        bottom_lines={"posts_not_combined": None},
        combined=False,
    ),
    Story("disciplined", "两委成员受处分", _THREE, bottom_lines={"cadre_disciplined": None}),
    Story("convicted", "两委成员受刑事处罚", _FOUR, bottom_lines={"cadre_convicted": None}),
    Story("public_opinion", "重大舆情", _FOUR, bottom_lines={"major_public_opinion": None}),
    Story("sensitive", "敏感问题被问责", _THREE, bottom_lines={"sensitive_issue": None}),
    Story(
        "petitions_hit",
        "同一问题赴县集访两次",
        _FOUR,
        bottom_lines={"petitions": ({"county_group_visit": 2},)},
    ),
    Story(
        "petitions_apart",
        "两个问题各赴县集访一次，不相加",
        _FOUR,
        bottom_lines={
            "petitions": (
                {"county_group_visit": 1, "city_individual_visit": 1},
                {"county_group_visit": 1, "city_individual_visit": 1},
            )
        },
    ),
    Story(
        "petitions_province",
        "赴省上访",
        FIVE,
        bottom_lines={"petitions": ({"province_or_above_visit": 1},)},
    ),
    Story("crime", "重大刑事案件", _FOUR, bottom_lines={"serious_crime": None}),
    Story("assets", "侵占集体资产", FIVE, bottom_lines={"collective_assets": None}),
    Story("polluting", "散乱污企业被查处", _FOUR, bottom_lines={"polluting_enterprise": None}),
    Story("poverty_check", "脱贫攻坚硬伤", _FOUR, bottom_lines={"poverty_check": None}),
    Story("land", "占耕地建房", FIVE, bottom_lines={"land_use": None}),
    Story("exposed", "环境卫生被曝光", FIVE, bottom_lines={"environment_exposed": None}),
    Story("line_without_star", "没申报的星有底线问题", _THREE, bottom_lines={"land_use": None}),
    Story("poor_five", "五星但集体收入不够", FIVE, poor=True),
    Story("objected_star", "异议成立，去掉一颗星", _FOUR, objection="upheld_star"),
    Story("objected_award", "异议成立（弄虚作假），整体取消", _FOUR, objection="upheld_award"),
    Story("objected_dismissed", "异议不成立", _THREE, objection="dismissed"),
    Story("objected_anonymous", "匿名异议，不成立", FIVE, objection="anonymous"),
)

# How often the ordinary stories come, over the villages that have no special one.
_PATTERN = (3, 2, 2, 1, 4, 0, 3, 6, 2, 5, 1, 2, 7, 3, 2, 4, 1, 3, 5, 2)


def assign(villages: list[str]) -> dict[str, Story]:
    """Return each village's story by its division code; special stories are spread evenly."""
    step = len(villages) // len(SPECIAL)
    if step == 0:
        message = f"at least {len(SPECIAL)} villages are needed"
        raise ValueError(message)
    found = {villages[index * step]: story for index, story in enumerate(SPECIAL)}
    rest = [code for code in villages if code not in found]
    for index, code in enumerate(rest):
        found[code] = _varied(ORDINARY[_PATTERN[index % len(_PATTERN)]], index)
    return found


def _varied(story: Story, index: int) -> Story:
    """The same story a little better or worse, far from every line, so that ranks differ."""
    better = {
        star: replace(mark, base=mark.base + index * (37 + 11 * place) % 400)
        for place, (star, mark) in enumerate(story.applied.items())
    }
    return replace(story, applied=better)


def spread(total: int, maxima: list[int]) -> list[int]:
    """Spread a sum over items in proportion to their maxima, exactly and never above one."""
    room = sum(maxima)
    if not 0 <= total <= room:
        message = f"{total} does not fit into {room}"
        raise ValueError(message)
    shares = [total * maximum // room for maximum in maxima]
    left = total - sum(shares)
    for index, maximum in enumerate(maxima):
        extra = min(left, maximum - shares[index])
        shares[index] += extra
        left -= extra
    return shares
