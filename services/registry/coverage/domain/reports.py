"""How many units there are, qualify and are covered; the facts that follow from it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from services.registry.facts.domain.demands import share
from services.registry.facts.domain.ledger import DerivedValue

# By code of the catalogue, what of a tally the fact is.
FACTS = {
    "coverage_units": "units",
    "coverage_qualifying_units": "qualifying",
    "coverage_covered_units": "covered",
    "coverage_missing_units": "missing",
    "coverage_percent": "covered_share",
    "coverage_built_percent": "built_share",
}


@dataclass(frozen=True)
class Tally:
    """Units in a place on a day, and what they add up to.

    `qualifying` have the members for a party organization of their own, `missing` are those of
    them that nothing covers; `own` and `joint` are covered, whether or not they qualify.
    """

    units: int = 0
    enterprises: int = 0
    social_organizations: int = 0
    employees: int = 0
    members: int = 0
    qualifying: int = 0
    own: int = 0
    joint: int = 0
    missing: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        pairs = ((getattr(self, each.name), getattr(other, each.name)) for each in fields(self))
        return Tally(*(mine + theirs for mine, theirs in pairs))

    @property
    def covered(self) -> int:
        """How many units a branch covers."""
        return self.own + self.joint

    @property
    def covered_share(self) -> int | None:
        """The share of all units that is covered, in hundredths of a percent."""
        return share(self.covered, self.units)

    @property
    def built_share(self) -> int | None:
        """The share of the qualifying that is covered (应建已建), in hundredths of a percent."""
        return share(self.qualifying - self.missing, self.qualifying)


def below(tallies: Iterable[tuple[str, Tally]], organization_id: UUID) -> Tally:
    """Add up what stands at and below an organization; each tally is that of a path."""
    step = f"/{organization_id}/"
    return sum((tally for path, tally in tallies if step in path), Tally())


def derived(
    organization_id: UUID, tally: Tally, codes: Collection[str], as_of: date
) -> list[DerivedValue]:
    """Return the facts that follow from what stands at and below an organization on a day.

    A share of nothing is no fact: it stays absent, and absent is not zero.
    """
    source = f"两新组织覆盖明细账 {as_of}"
    values: dict[str, int | None] = {
        code: getattr(tally, FACTS[code]) for code in codes if code in FACTS
    }
    return [
        DerivedValue(organization_id, code, value, as_of, source)
        for code, value in values.items()
        if value is not None
    ]
