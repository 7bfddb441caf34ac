"""A register in memory: plans are applied to it as the store writes them."""

from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from services.registry.organizations.domain import changes, tree
from services.registry.organizations.domain.changes import Plan
from services.registry.organizations.domain.events import Action, Outcome, Part
from services.registry.organizations.domain.timeline import Forest, Period
from services.registry.organizations.domain.tree import Organization
from shared.contracts.registry import OrganizationKind, Sector, Tier
from shared.tables import new_id

FOUNDED = date(2016, 7, 31)


def organization(
    parent: Organization | None, tier: Tier, founded_on: date = FOUNDED, name: str = "某某"
) -> Organization:
    own_id = new_id()
    return Organization(
        id=own_id,
        parent_id=parent.id if parent else None,
        county_id=tree.county_of(parent, tier, own_id),
        path=tree.path_below(parent, own_id),
        kind=OrganizationKind.BRANCH if tier is Tier.VILLAGE else OrganizationKind.COMMITTEE,
        sector=Sector.RURAL,
        tier=tier,
        name=f"中共{name}委员会",
        short_name=name,
        pinyin="moumou",
        initials="mm",
        division_id=None,
        founded_on=founded_on,
    )


@dataclass
class Register:
    organizations: dict[UUID, Organization] = field(default_factory=dict)
    periods: dict[UUID, list[Period]] = field(default_factory=dict)
    last_event: dict[UUID, date] = field(default_factory=dict)

    @property
    def forest(self) -> Forest:
        return Forest(self.organizations, self.periods, self.last_event)

    def found(
        self,
        parent: Organization | None,
        tier: Tier,
        on: date = FOUNDED,
        name: str = "某某",
    ) -> Organization:
        above = None
        if parent is not None:
            above = replace(parent, path=self.periods[parent.id][-1].path)
        made = organization(above, tier, on, name)
        self.apply(changes.found(new_id(), made, parent, self.forest).outcome(made.county_id))
        return made

    def plan(self, action: Action, on: date) -> Plan:
        return Plan(self.forest, new_id(), action, on, "试")

    def apply(self, outcome: Outcome) -> Outcome:
        outcome.require_possible()
        event = outcome.event
        self.organizations |= {each.id: each for each in outcome.made}
        for each in outcome.ended:
            last = self.periods[each][-1]
            assert last.valid_until is None
            assert last.valid_from < event.effective_on
            self.periods[each][-1] = replace(
                last, valid_until=event.effective_on, ended_by=event.id
            )
        for begun in outcome.begun:
            self.periods.setdefault(begun.organization_id, []).append(begun)
        for each, successor in (outcome.dissolved or {}).items():
            self.organizations[each] = replace(
                self.organizations[each], dissolved_on=event.effective_on, successor_id=successor
            )
        for each in event.parts:
            before = self.last_event.get(each, event.effective_on)
            self.last_event[each] = max(before, event.effective_on)
        return outcome

    def on(self, day: date) -> dict[UUID, Period]:
        return {
            each: period
            for each, periods in self.periods.items()
            for period in periods
            if period.covers(day)
        }

    def parts(self, outcome: Outcome, part: Part) -> list[Organization]:
        return [self.organizations[each] for each in outcome.event.of(part)]
