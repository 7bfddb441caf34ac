"""How close verdicts stand to their lines, as it travels."""

from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.scoring.cycles.domain import Cycle
from services.scoring.kernel.grammar import Policy
from services.scoring.simulations.domain.sensitivity import Close, Sensitivity, Tally
from services.scoring.simulations.domain.simulation import Names
from shared.money import DecimalText, decimal_text


class SideCounts(BaseModel):
    """How many verdicts stand below, exactly on and above; how many the line alone decides."""

    below: int
    on: int = Field(description="恰好等于分数线")
    above: int
    deciding: int = Field(description="仅由这条线决定得失的")

    @classmethod
    def shown(cls, tally: Tally) -> dict[str, int]:
        """Return the four numbers by name."""
        return {name: getattr(tally, name) for name in cls.model_fields if name in vars(tally)}


class PlaceSides(SideCounts):
    """The counts of a star, a line or a township."""

    code: str
    name: str


class CloseView(BaseModel):
    """One star of one branch that stands close to a line."""

    organization_id: str
    name: str
    township_id: str
    township_name: str
    star: str
    star_name: str
    line: str
    line_name: str
    clause: str
    operator: str
    points: DecimalText
    value: DecimalText
    distance: DecimalText = Field(description="得分减分数线，负数为差")
    side: Literal["below", "on", "above"]
    met: bool
    awarded: bool
    decides: bool


class SensitivityView(SideCounts):
    """The determined verdicts within `within` points of a line, and the nearest of them."""

    cycle_id: UUID
    policy_hash: str
    within: DecimalText
    verdicts: int = Field(description="申报的星总数")
    close_verdicts: int = Field(description="至少接近一条线的星数")
    organizations: int = Field(description="涉及的支部数")
    stars: list[PlaceSides]
    lines: list[PlaceSides]
    townships: list[PlaceSides]
    nearest: list[CloseView]

    @classmethod
    def of(
        cls, cycle: Cycle, policy: Policy, names: Names, found: Sensitivity, nearest: int
    ) -> Self:
        """Make the view; every star and line of the policy is named, also with none."""
        stars = {star.code: star.name for star in policy.stars}
        lines = {line.code: line.name for line in policy.lines}
        places = dict.fromkeys(each.township_id for each in found.close)
        townships = {each: names.townships.get(each, "") for each in sorted(places)}
        return cls(
            cycle_id=cycle.id,
            policy_hash=policy.hash,
            within=decimal_text(found.within),
            verdicts=found.verdicts,
            close_verdicts=found.close_verdicts,
            organizations=found.organizations,
            stars=_places(found, "star", stars),
            lines=_places(found, "line", lines),
            townships=_places(found, "township_id", townships),
            nearest=[_close(stars, lines, names, each) for each in found.close[:nearest]],
            **SideCounts.shown(found.tally()),
        )


def _places(found: Sensitivity, field: str, known: dict[str, str]) -> list[PlaceSides]:
    return [
        PlaceSides(code=code, name=name, **SideCounts.shown(found.tally(**{field: code})))
        for code, name in known.items()
    ]


def _close(stars: dict[str, str], lines: dict[str, str], names: Names, each: Close) -> CloseView:
    return CloseView(
        organization_id=each.organization_id,
        name=names.organizations.get(each.organization_id, ""),
        township_id=each.township_id,
        township_name=names.townships.get(each.township_id, ""),
        star=each.star,
        star_name=stars[each.star],
        line=each.line,
        line_name=lines.get(each.line, each.line),
        clause=each.clause,
        operator=each.operator,
        points=decimal_text(each.points),
        value=decimal_text(each.value),
        distance=decimal_text(each.distance),
        side=each.side,
        met=each.met,
        awarded=each.awarded,
        decides=each.decides,
    )
