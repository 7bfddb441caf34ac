"""挂钩: what follows from a result, as policy data. One model a kind.

Shares are percent, money is fen. `payer` names one of the policy's declared payers.
`entitlements` computes from these models; nothing here knows a village.
"""

from typing import Annotated, Literal

from pydantic import Field

from services.scoring.kernel.vocabulary import (
    Clause,
    Code,
    Frozen,
    Level,
    Named,
    Percent,
    Points,
    Rounding,
    Rows,
    Title,
    Yuan,
)


class LinkageBase(Frozen):
    """What every linkage has."""

    code: Code
    name: Title
    clause: Clause

    def levels(self) -> set[int]:
        """Return the levels this linkage names."""
        return set()


class LevelPercent(Frozen):
    """A percentage from a level on; the last row that applies counts."""

    from_level: Level
    percent: Percent


class PerformancePay(LinkageBase):
    """绩效报酬: a share of existing pay, paid out at a percentage by level, each month.

    未参评 loses nothing and is paid `not_assessed_percent`.
    """

    kind: Literal["performance_pay"]
    payer: Code
    share_percent: Percent
    paid: Annotated[Rows[LevelPercent], Field(min_length=1)]
    not_assessed_percent: Percent
    rounding: Rounding

    def levels(self) -> set[int]:
        """Return the levels this linkage names."""
        return {row.from_level for row in self.paid}


class PostRate(Frozen):
    """Yuan per month and star for a holder of one of these posts."""

    posts: Annotated[Rows[Code], Field(min_length=1)]
    amount: Yuan


class StarPay(LinkageBase):
    """星级报酬: per star and month, by post, from a level on.

    `limited_by: collective_income` pays no more than the village's yearly collective income,
    month by month; the rest is `unfunded`. `none` pays in full.
    """

    kind: Literal["star_pay"]
    payer: Code
    from_level: Level
    rates: Annotated[Rows[PostRate], Field(min_length=1)]
    limited_by: Literal["collective_income", "none"]

    def levels(self) -> set[int]:
        """Return the levels this linkage names."""
        return {self.from_level}


class LevelAmount(Frozen):
    """Yuan for exactly this level."""

    level: Level
    amount: Yuan


class CountyAward(LinkageBase):
    """县级奖补: yuan a year to the village by level; a level without a row gets none."""

    kind: Literal["county_award"]
    payer: Code
    amounts: Annotated[Rows[LevelAmount], Field(min_length=1)]

    def levels(self) -> set[int]:
        """Return the levels this linkage names."""
        return {row.level for row in self.amounts}


class PerResident(LinkageBase):
    """Yuan once a year for each resident of 70 or more where a star is held.

    Between `from_level` and `to_level`, both included.
    """

    kind: Literal["per_resident_70"]
    payer: Code
    star: Code
    from_level: Level
    to_level: Level
    amount: Yuan

    def levels(self) -> set[int]:
        """Return the levels this linkage names."""
        return {self.from_level, self.to_level}


class Credits(LinkageBase):
    """幸福积分: credits (not money) to the village from a level on."""

    kind: Literal["credits"]
    from_level: Level
    credits: Annotated[int, Field(ge=0)]

    def levels(self) -> set[int]:
        """Return the levels this linkage names."""
        return {self.from_level}


class Right(Named):
    """Something that a level opens, without an amount."""

    from_level: Level


class Rights(LinkageBase):
    """评先评优, projects first, plaques: what is open from a level on, without an amount."""

    kind: Literal["rights"]
    rights: Annotated[Rows[Right], Field(min_length=1)]

    def levels(self) -> set[int]:
        """Return the levels this linkage names."""
        return {right.from_level for right in self.rights}


class Rectification(LinkageBase):
    """后进整顿: proposed up to a level; a person confirms."""

    kind: Literal["rectification"]
    up_to_level: Level
    measures: Rows[Named]

    def levels(self) -> set[int]:
        """Return the levels this linkage names."""
        return {self.up_to_level}


class LevelPoints(Frozen):
    """Points in the township's own appraisal for a branch of exactly this level."""

    level: Level
    points: Points


class TownshipAppraisal(LinkageBase):
    """乡镇考核: the township's own appraisal counts the outcomes of its branches."""

    kind: Literal["township_appraisal"]
    points: Annotated[Rows[LevelPoints], Field(min_length=1)]

    def levels(self) -> set[int]:
        """Return the levels this linkage names."""
        return {row.level for row in self.points}


Linkage = Annotated[
    PerformancePay
    | StarPay
    | CountyAward
    | PerResident
    | Credits
    | Rights
    | Rectification
    | TownshipAppraisal,
    Field(discriminator="kind"),
]
