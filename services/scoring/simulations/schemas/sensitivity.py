"""How close verdicts stand to their lines, as it travels."""

from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.scoring.cycles.domain import Cycle
from services.scoring.kernel.grammar import Policy
from services.scoring.simulations.domain.sensitivity import Close, Kind, Sensitivity, Tally
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
    """One star of one branch that stands close to a line, or its level (`star` empty)."""

    kind: Kind = Field(description="line分数线，group小组线，level按总得分定级的起始分")
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
    close_levels: int = Field(description="总得分接近某一星级起始分的支部数")
    organizations: int = Field(description="涉及的支部数")
    stars: list[PlaceSides]
    lines: list[PlaceSides]
    groups: list[PlaceSides] = Field(description="小组线")
    levels: list[PlaceSides] = Field(description="按总得分定级时各星级的起始分")
    townships: list[PlaceSides]
    nearest: list[CloseView]

    @classmethod
    def of(
        cls, cycle: Cycle, policy: Policy, names: Names, found: Sensitivity, nearest: int
    ) -> Self:
        """Make the view; every star and line of the policy is named, also with none."""
        stars = {star.code: star.name for star in policy.stars}
        lines = _names(policy)
        places = dict.fromkeys(each.township_id for each in found.close)
        townships = {each: names.townships.get(each, "") for each in sorted(places)}
        return cls(
            cycle_id=cycle.id,
            policy_hash=policy.hash,
            within=decimal_text(found.within),
            verdicts=found.verdicts,
            close_verdicts=found.close_verdicts,
            close_levels=found.close_levels,
            organizations=found.organizations,
            stars=_places(found, "star", stars),
            lines=_places(found, "line", lines["line"], kind="line"),
            groups=_places(found, "line", lines["group"], kind="group"),
            levels=_places(found, "line", lines["level"], kind="level"),
            townships=_places(found, "township_id", townships),
            nearest=[_close(stars, lines, names, each) for each in found.close[:nearest]],
            **SideCounts.shown(found.tally()),
        )


def _names(policy: Policy) -> dict[Kind, dict[str, str]]:
    """Return what lines, groups' lines and levels by points are called, by code."""
    levels = policy.levels if policy.levels_by_points else ()
    return {
        "line": {line.code: line.name for line in policy.lines},
        "group": {group.code: group.name for star in policy.stars for group in star.groups},
        "level": {str(band.level): band.name for band in levels if band.start},
    }


def _places(found: Sensitivity, field: str, known: dict[str, str], **more: str) -> list[PlaceSides]:
    return [
        PlaceSides(code=code, name=name, **SideCounts.shown(found.tally(**more, **{field: code})))
        for code, name in known.items()
    ]


def _close(
    stars: dict[str, str], lines: dict[Kind, dict[str, str]], names: Names, each: Close
) -> CloseView:
    return CloseView(
        kind=each.kind,
        organization_id=each.organization_id,
        name=names.organizations.get(each.organization_id, ""),
        township_id=each.township_id,
        township_name=names.townships.get(each.township_id, ""),
        star=each.star,
        star_name=stars.get(each.star, ""),
        line=each.line,
        line_name=lines[each.kind].get(each.line, each.line),
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
