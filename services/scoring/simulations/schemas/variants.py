"""One policy's outcome as it travels: numbers, names and sentences."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.scoring.kernel.grammar import Policy
from services.scoring.simulations.domain.outcomes import (
    Counts,
    Direction,
    LevelCount,
    MissingFact,
    Move,
    NearMiss,
    PayerBill,
    StarCount,
    VariantOutcome,
)
from services.scoring.simulations.domain.simulation import MARK, Names, Shown
from services.scoring.simulations.domain.variants import Change, ScoreRule, VariantSpec
from services.scoring.simulations.schemas.sentences import (
    DIRECTIONS,
    Words,
    move_sentence,
    near_miss_sentence,
    note_sentence,
)
from shared.money import DecimalText, decimal_text

BASE_NAME = "现行方案"


class Marked(BaseModel):
    """Base of everything shown of a simulation: it is none of the results."""

    simulation: Literal[True] = True
    mark: str = MARK


class NamedCount(BaseModel):
    """How many branches hold a level or star; `change` against the policy in force."""

    code: str
    name: str
    count: int
    change: int


class PlaceCounts(BaseModel):
    """The counts of the county or of one township."""

    township_id: str | None
    name: str
    assessed: int
    not_assessed: int
    levels: list[NamedCount]
    stars: list[NamedCount]
    rose: int
    fell: int


class MoveView(BaseModel):
    """One branch that differs from the policy in force, and by which clauses."""

    organization_id: str
    name: str
    township_id: str
    township_name: str
    direction: Direction
    direction_name: str
    from_level: int | None
    from_level_name: str
    to_level: int | None
    to_level_name: str
    won: list[str]
    lost: list[str]
    clauses: list[str]
    sentence: str


class RoomView(BaseModel):
    """An item or sub-item with the points it could still bring."""

    item: str
    name: str
    block: Literal["base", "bonus", "deduction"]
    room: DecimalText = Field(description="该项按自己的分值还可得（或已扣）的分")
    gain: DecimalText = Field(description="折算到这颗星的得分；有不适用的项或到了上限时与前者不同")


class NearMissView(BaseModel):
    """A star missed by points alone, nearest first."""

    organization_id: str
    name: str
    township_id: str
    township_name: str
    star: str
    star_name: str
    short: DecimalText
    lines: list[str]
    clauses: list[str]
    items: list[RoomView]
    sentence: str


class BillLine(BaseModel):
    """One payer's year in yuan."""

    payer: str
    name: str
    total: DecimalText
    payable: DecimalText
    unfunded: DecimalText = Field(description="村集体收入不足、没有资金来源的部分")
    ceiling: DecimalText | None
    over: DecimalText = Field(description="应付金额超过上限的部分")
    change: DecimalText | None = Field(description="应付金额与现行方案之差")


class MissingFactView(BaseModel):
    """A fact that the bill lacks."""

    organization_id: str
    name: str
    fact: str
    sentence: str


class VariantView(Marked):
    """What came out for one policy."""

    name: str
    policy_hash: str
    policy_title: str
    edition: str
    source: Literal["in_force", "changes", "policy", "text"]
    policy_id: UUID | None
    changes: list[Change]
    scores: ScoreRule | None
    provisional: bool = Field(description="有底线标准尚未答复，暂按未触碰计算")
    notes: list[str]
    county: PlaceCounts
    townships: list[PlaceCounts]
    moves: list[MoveView]
    nearest: list[NearMissView]
    months: int = Field(description="账单包含的发放月数，最多十二个月")
    bill: list[BillLine] | None = Field(description="缺少数据、不能计算时为空")
    missing_facts: list[MissingFactView]


class Compared:
    """The words and the outcome of one policy beside those of the policy in force."""

    def __init__(self, shown: Shown, policy: Policy, outcome: VariantOutcome) -> None:
        """Take the outcome with the policy that it was made by."""
        self.names: Names = shown.names
        self.base = Words(shown.base)
        self.words = Words(policy)
        self.before = shown.report.base
        self.outcome = outcome

    def counts(self) -> list[PlaceCounts]:
        """Return the county's counts and then those of each township."""
        before = [self.before.county, *self.before.townships]
        after = [self.outcome.county, *self.outcome.townships]
        return [self._place(one, other) for one, other in zip(before, after, strict=True)]

    def _place(self, before: Counts, after: Counts) -> PlaceCounts:
        own = after.township_id
        mine = [m.direction for m in self.outcome.moves if own in {None, m.township_id}]
        return PlaceCounts(
            township_id=own,
            name="全县" if own is None else self.names.townships.get(own, ""),
            assessed=after.assessed,
            not_assessed=after.not_assessed,
            levels=_levels(self.words, before.levels, after.levels),
            stars=_stars(self.words, before.stars, after.stars),
            rose=mine.count("rose"),
            fell=mine.count("fell"),
        )

    def move(self, move: Move) -> MoveView:
        """Return one branch that differs."""
        reasons = [reason.clause for star in move.stars for reason in star.reasons]
        levels = [move.level_clause] if move.from_level != move.to_level else []
        return MoveView(
            organization_id=move.organization_id,
            name=self.names.organizations.get(move.organization_id, ""),
            township_id=move.township_id,
            township_name=self.names.townships.get(move.township_id, ""),
            direction=move.direction,
            direction_name=DIRECTIONS[move.direction],
            from_level=move.from_level,
            from_level_name=self.base.level(move.from_level),
            to_level=move.to_level,
            to_level_name=self.words.level(move.to_level),
            won=[self.words.star(each.star) for each in move.stars if each.won],
            lost=[self.base.star(each.star) for each in move.stars if not each.won],
            clauses=list(dict.fromkeys([*reasons, *levels])),
            sentence=move_sentence(self.base, self.words, move),
        )

    def near_miss(self, miss: NearMiss) -> NearMissView:
        """Return one star missed by points alone."""
        words = self.words
        return NearMissView(
            organization_id=miss.organization_id,
            name=self.names.organizations.get(miss.organization_id, ""),
            township_id=miss.township_id,
            township_name=self.names.townships.get(miss.township_id, ""),
            star=miss.star,
            star_name=words.star(miss.star),
            short=decimal_text(miss.short),
            lines=[words.lines.get(each.subject, each.subject) for each in miss.reasons],
            clauses=[each.clause for each in miss.reasons],
            items=[
                RoomView(
                    item=each.item,
                    name=words.any(each.item),
                    block=each.block,
                    room=decimal_text(each.room),
                    gain=decimal_text(each.gain),
                )
                for each in miss.items
            ],
            sentence=near_miss_sentence(words, miss),
        )

    def bill(self) -> list[BillLine] | None:
        """Return the bill by payer, or None where facts are missing."""
        if self.outcome.bill is None:
            return None
        before = {each.payer: each.payable for each in self.before.bill or ()}
        known = self.before.bill is not None
        return [
            _bill_line(self.words, each, before.get(each.payer, 0) if known else None)
            for each in self.outcome.bill
        ]

    def missing(self, fact: MissingFact) -> MissingFactView:
        """Return one fact that the bill lacks."""
        return MissingFactView(
            organization_id=fact.organization_id,
            name=self.names.organizations.get(fact.organization_id, ""),
            fact=fact.fact,
            sentence=fact.zh,
        )


def variant_views(shown: Shown) -> tuple[VariantView, list[VariantView]]:
    """Return the policy in force and the variants, in their order."""
    one, report = shown.simulation, shown.report
    base = _view(Compared(shown, shown.base, report.base), None)
    made = zip(one.new.variants, one.policies, report.variants, strict=True)
    return base, [_view(Compared(shown, policy, out), spec) for spec, policy, out in made]


def _view(one: Compared, spec: VariantSpec | None) -> VariantView:
    county, *townships = one.counts()
    policy, outcome = one.words.policy, one.outcome
    return VariantView(
        name=spec.name if spec else BASE_NAME,
        policy_hash=outcome.policy_hash,
        policy_title=policy.title,
        edition=policy.edition,
        source=_source(spec),
        policy_id=spec.policy_id if spec else None,
        changes=spec.changes if spec else [],
        scores=spec.scores if spec else None,
        provisional=outcome.provisional,
        notes=[note_sentence(one.base, one.words, each) for each in outcome.notes],
        county=county,
        townships=townships,
        moves=[one.move(each) for each in outcome.moves],
        nearest=[one.near_miss(each) for each in outcome.nearest],
        months=outcome.months,
        bill=one.bill(),
        missing_facts=[one.missing(each) for each in outcome.missing_facts],
    )


def _source(spec: VariantSpec | None) -> Literal["in_force", "changes", "policy", "text"]:
    if spec is None:
        return "in_force"
    if spec.text is not None:
        return "text"
    return "policy" if spec.policy_id is not None else "changes"


def _levels(
    words: Words, before: Sequence[LevelCount], after: Sequence[LevelCount]
) -> list[NamedCount]:
    known = {each.level: each.count for each in before}
    return [
        NamedCount(
            code=str(each.level),
            name=words.level(each.level),
            count=each.count,
            change=each.count - known.get(each.level, 0),
        )
        for each in after
    ]


def _stars(
    words: Words, before: Sequence[StarCount], after: Sequence[StarCount]
) -> list[NamedCount]:
    known = {each.star: each.count for each in before}
    return [
        NamedCount(
            code=each.star,
            name=words.star(each.star),
            count=each.count,
            change=each.count - known.get(each.star, 0),
        )
        for each in after
    ]


def _bill_line(words: Words, one: PayerBill, before: int | None) -> BillLine:
    return BillLine(
        payer=one.payer,
        name=words.payers.get(one.payer, one.payer),
        total=decimal_text(one.total),
        payable=decimal_text(one.payable),
        unfunded=decimal_text(one.unfunded),
        ceiling=None if one.ceiling is None else decimal_text(one.ceiling),
        over=decimal_text(one.over),
        change=None if before is None else decimal_text(one.payable - before),
    )
