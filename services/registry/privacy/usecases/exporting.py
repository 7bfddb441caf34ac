"""Giving a person what registry holds about them; that it was given is recorded."""

import asyncio
from typing import IO
from uuid import UUID

from services.registry.identity.domain.users import EMAIL, User
from services.registry.identity.store import api_keys, factors, grants, outside, users
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import Reach, Sight, sight_of
from services.registry.people import store as people
from services.registry.people.domain.terms import Person, require_not_erased
from services.registry.privacy.domain import holdings as rules
from services.registry.privacy.domain import sheets
from services.registry.privacy.domain.holdings import AccountHoldings, Holdings
from services.registry.privacy.store import erasures, holdings
from shared.caller import Role
from shared.clock import SHANGHAI
from shared.context import Context, Work
from shared.sealing.envelope import Seal
from shared.sheets.spool import spool

_EVERYWHERE = (Reach(everywhere=True), Sight(everywhere=True))


async def export(ctx: Context, person_id: UUID) -> Holdings:
    """Return everything held about a person, to themself or to a security administrator."""
    return await _export(ctx, person_id, "json")


async def workbook(ctx: Context, person_id: UUID) -> IO[bytes]:
    """Return the same as a workbook; whoever sends it closes it."""
    held = await _export(ctx, person_id, "xlsx")
    file = spool()
    await asyncio.to_thread(sheets.write, file, held, SHANGHAI)
    file.seek(0)
    return file


async def _export(ctx: Context, person_id: UUID, form: str) -> Holdings:
    rules.require_may_export(ctx.caller, person_id)
    async with ctx.work() as work:
        person = await _person(work, person_id)
        require_not_erased(person)
        held = await _held(work, ctx.port(Seal), person)
        own = rules.is_own(ctx.caller, person_id)
        await work.audit(
            "person.export",
            "person",
            person.id,
            county_id=person.county_id,
            after={"form": form, "own": own},
        )
    return held


async def _person(work: Work, person_id: UUID) -> Person:
    if rules.is_own(work.caller, person_id):
        reach, seen = _EVERYWHERE
    else:
        seen = sight_of(work.caller, Role.SECURITY_ADMINISTRATOR)
        reach = await organizations.reach(work.session, seen)
    return await people.find_person(work.session, reach, seen, person_id)


async def _held(work: Work, seal: Seal, person: Person) -> Holdings:
    session = work.session
    terms = await people.terms_of_person(session, person.id)
    accounts = [
        await _account(work, seal, each) for each in await users.of_person(session, person.id)
    ]
    ids = [each.user.id for each in accounts]
    career = await holdings.career(session, person.id)
    places = await organizations.find_all(session, rules.places_of(terms, career, accounts))
    return Holdings(
        person=person,
        terms=terms,
        career=career,
        accounts=accounts,
        erasures=await erasures.of_person(session, person.id),
        entered=await holdings.entered(session, ids),
        acted=await holdings.acted(session, person.id, ids),
        about=await holdings.about(session, person.id, ids),
        places={each.id: each.name for each in places.values()},
    )


async def _account(work: Work, seal: Seal, user: User) -> AccountHoldings:
    session = work.session
    factor = await factors.find(session, user.id)
    sealed = user.sealed_email
    return AccountHoldings(
        user=user,
        email=None if sealed is None else seal.open(sealed, EMAIL, user.id),
        factor_enrolled_at=None if factor is None else factor.enrolled_at,
        recovery_codes=await factors.codes_left(session, user.id),
        grants=await grants.of_users(session, [user.id]),
        sessions=await holdings.sessions(session, user.id),
        identities=await outside.of_user(session, seal, user.id),
        api_keys=await api_keys.of_user(session, user.id),
        invitations=await holdings.invitations(session, user.id),
    )
