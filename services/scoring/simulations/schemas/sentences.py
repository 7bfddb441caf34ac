"""What a report means, in Chinese: names and clauses from the policy it was made by."""

from services.scoring.kernel.certificate import Reason
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.items import leaves_of
from services.scoring.kernel.render_stars import reason_sentence
from services.scoring.simulations.domain.adapting import Note
from services.scoring.simulations.domain.outcomes import Move, NearMiss, Room, StarMove
from shared.money import decimal_text

NOT_ASSESSED = "未参评"
DIRECTIONS = {
    "rose": "上升",
    "fell": "下降",
    "stars_changed": "星级不变，所得星有变化",
    "entered": "转为参评",
    "left": "转为未参评",
}
_NOTES = {
    "scores_scaled": "评分项“{name}”满分改变，{count}个支部的得分按比例折算（四舍五入到0.01分）。",
    "scores_capped": "评分项“{name}”满分改变，{count}个支部的得分超出新满分的部分不计。",
    "item_left_out": "模拟方案没有评分项“{name}”，{count}个支部的这项得分不计。",
    "stage_left_out": "模拟方案没有环节“{name}”，{count}个支部在该环节的得分不计。",
    "star_left_out": "模拟方案没有“{name}”，{count}个支部对它的申报不计。",
    "answer_left_out": "联审对“{name}”的答复不适用于模拟方案，{count}个支部的这条答复不计。",
    "post_left_out": "模拟方案没有职务“{name}”，{count}个支部的这一职务不计报酬。",
    "refill_left_out": "模拟方案没有可递补的名额“{name}”，{count}个支部的递补不计入。",
    "bottom_line_open": "底线标准“{name}”还没有部门答复，{count}个支部暂按未触碰计算。",
}


class Words:
    """The names of one policy; a code that it does not have stays a code."""

    def __init__(self, policy: Policy) -> None:
        """Collect the names."""
        self.policy = policy
        stars = policy.stars
        self.stars = {star.code: star.name for star in stars}
        self.items = {item.code: item.name for star in stars for item in star.items}
        items = (item for star in stars for item in star.items)
        self.items |= {leaf.code: leaf.name for item in items for leaf in leaves_of(item)}
        self.bottom_lines = {x.code: x.name for star in stars for x in star.bottom_lines}
        self.lines = {line.code: line.name for line in policy.lines}
        self.payers = {payer.code: payer.name for payer in policy.payers}
        self.levels = {band.level: band.name for band in policy.levels}
        self.others = {stage.code: stage.name for stage in policy.stages}
        self.others |= {post.code: post.name for post in policy.posts}

    def level(self, level: int | None) -> str:
        """Return a level's name; 未参评 for none."""
        return NOT_ASSESSED if level is None else self.levels.get(level, f"{level}级")

    def star(self, code: str) -> str:
        """Return a star's name."""
        return self.stars.get(code, code)

    def any(self, code: str) -> str:
        """Return the name of an item, star, bottom line, stage or post."""
        known: dict[str, str] = {**self.others, **self.bottom_lines, **self.stars, **self.items}
        return known.get(code, code)


def note_sentence(base: Words, variant: Words, note: Note) -> str:
    """Say what was done to the inputs."""
    name = variant.any(note.subject)
    name = base.any(note.subject) if name == note.subject else name
    return _NOTES[note.code].format(name=name, count=note.organizations)


def star_sentence(base: Words, variant: Words, move: StarMove) -> str:
    """Say which star was won or lost, and by which clause."""
    if not move.won:
        name = base.star(move.star)
        if move.star not in variant.stars:
            return f"失去{name}：模拟方案没有这颗星。"
        return f"失去{name}：{reasons_text(variant, move.star, move.reasons)}"
    name = variant.star(move.star)
    if move.star not in base.stars:
        return f"得到{name}：现行方案没有这颗星。"
    return f"得到{name}：现行方案下{reasons_text(base, move.star, move.reasons)}"


def move_sentence(base: Words, variant: Words, move: Move) -> str:
    """Say how one organization differs and by which clauses."""
    if move.from_level is None or move.to_level is None:
        return (
            f"由{base.level(move.from_level)}变为{variant.level(move.to_level)}（适用范围不同）。"
        )
    stars = "".join(star_sentence(base, variant, each) for each in move.stars)
    level = ""
    if move.from_level != move.to_level:
        before, after = base.level(move.from_level), variant.level(move.to_level)
        level = f"由{before}变为{after}（{move.level_clause}）。"
    return stars + level


def near_miss_sentence(words: Words, miss: NearMiss) -> str:
    """Say how many points are missing for which star, and where they could come from."""
    items = "、".join(
        f"{words.any(each.item)}（{_room(each.block)}{decimal_text(each.room)}分{_gain(each)}）"
        for each in miss.items
    )
    lines = reasons_text(words, miss.star, miss.reasons)
    end = f"可争取的评分项：{items}。" if items else ""
    return f"再得{decimal_text(miss.short)}分即达{words.star(miss.star)}：{lines}{end}"


def reasons_text(words: Words, star: str, reasons: tuple[Reason, ...]) -> str:
    """Return the reasons one after the other."""
    return "".join(reason_sentence(words.policy, star, each) for each in reasons)


def _room(block: str) -> str:
    return {"base": "还可得", "bonus": "加分还可得", "deduction": "已扣"}[block]


def _gain(room: Room) -> str:
    return "" if room.worth is None else f"，折合{decimal_text(room.worth)}分"
