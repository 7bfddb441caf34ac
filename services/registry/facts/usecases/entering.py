"""Entering facts: all or none, and only what the catalogue knows and the caller fills in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.facts.domain import ledger
from services.registry.facts.domain.catalogue import FILLERS, KEEPERS, Catalogue
from services.registry.facts.domain.ledger import Fact
from services.registry.facts.store import catalogue
from services.registry.facts.store import ledger as store
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.organizations.domain.tree import Organization
from shared.caller import ROLE_NAMES, Caller
from shared.context import Context, Work
from shared.errors import Fault, Forbidden, Text
from shared.tables import new_id

_UNKNOWN_PLACE = Text("没有这个组织，或不在您的管辖范围内", "no such organization")
_UNKNOWN_CODE = Text("目录中没有这个代码，请先查询基础数据目录", "not in the catalogue")
_TWICE = Text("同一组织、同一项目、同一日期在本批中出现了两次", "occurs twice in this batch")


@dataclass(frozen=True)
class FactDraft:
    """A value to be entered, valid from a day on, with where it comes from."""

    organization_id: UUID
    code: str
    value: int
    valid_from: date
    source: str
    generated: bool = False


async def enter(
    ctx: Context, drafts: Sequence[FactDraft], pointer: str = "/body/items/{}"
) -> list[Fact]:
    """Enter values, all or none; a correction is entered like any other value."""
    ctx.caller.require(*KEEPERS, *FILLERS)
    async with ctx.work() as work:
        ids = {draft.organization_id for draft in drafts}
        places = await organizations.find_all(work.session, ids)
        counties = {each.county_id for each in places.values()}
        known = await catalogue.catalogue(work.session, counties)
        _require_filler(ctx.caller, drafts, places, known)
        faults = await _faults(work, drafts, places, known, pointer)
        if faults:
            raise ledger.rejected(faults)
        facts = [_fact(work, draft, places[draft.organization_id]) for draft in drafts]
        await store.add(work.session, facts)
        await _record(work, facts)
    return facts


def _require_filler(
    caller: Caller,
    drafts: Sequence[FactDraft],
    places: dict[UUID, Organization],
    known: Catalogue,
) -> None:
    """Raise Forbidden naming the facts that others fill in; unknown ones are faults elsewhere."""
    others = {}
    for draft in drafts:
        place = places.get(draft.organization_id)
        definition = known.find(draft.code, place.county_id if place else None)
        if definition is not None and not definition.fills(caller):
            others[definition.name] = definition.filled_by
    if others:
        said = "、".join(
            f"“{name}”由{ROLE_NAMES[role] if role else '组织部'}填报"
            for name, role in others.items()
        )
        raise Forbidden(
            f"{said}，请交由其填报，或从本批中删去；本次没有保存。",
            "These facts are filled in by others; nothing was saved.",
        )


async def _faults(
    work: Work,
    drafts: Sequence[FactDraft],
    places: dict[UUID, Organization],
    known: Catalogue,
    pointer: str,
) -> list[Fault]:
    reach = await organizations.reach(work.session, sight_of(work.caller, *KEEPERS, *FILLERS))
    faults = []
    for index, draft in enumerate(drafts):
        where, place = pointer.format(index), places.get(draft.organization_id)
        if place is None or not reach.covers(place.path):
            faults.append(Fault(f"{where}/organization_id", _UNKNOWN_PLACE))
            continue
        definition = known.find(draft.code, place.county_id)
        if definition is None:
            faults.append(Fault(f"{where}/code", _UNKNOWN_CODE))
        elif fault := definition.fault(draft.value, draft.valid_from):
            faults.append(Fault(f"{where}/{fault[0]}", fault[1]))
    keys = [(draft.organization_id, draft.code, draft.valid_from) for draft in drafts]
    return faults + [Fault(pointer.format(index), _TWICE) for index in ledger.repeated(keys)]


def _fact(work: Work, draft: FactDraft, place: Organization) -> Fact:
    return Fact(
        id=new_id(),
        county_id=place.county_id or place.id,
        filled_by=work.caller.user_id,
        filled_at=work.moment.real,
        **vars(draft),
    )


async def _record(work: Work, facts: Sequence[Fact]) -> None:
    """Record one entry a county: the facts themselves are a ledger that says who filled them."""
    by_county: dict[UUID, list[str]] = {}
    for fact in facts:
        by_county.setdefault(fact.county_id, []).append(str(fact.id))
    for county_id, ids in by_county.items():
        await work.audit(
            "fact.enter", "organization", county_id, county_id=county_id, after={"facts": ids}
        )
