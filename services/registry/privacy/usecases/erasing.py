"""Erasing a person: preview, request, confirmation by another administrator, or refusal."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.registry.identity.domain.sessions import EndReason
from services.registry.identity.domain.users import User
from services.registry.identity.store import api_keys, grants, invitations, sessions, users
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import Sight, sight_of
from services.registry.people import store as people
from services.registry.people.domain.terms import Person, require_not_erased
from services.registry.privacy.domain import erasures as rules
from services.registry.privacy.domain.erasures import ADMINISTRATORS, Erasure, ErasureState, Preview
from services.registry.privacy.store import erasures, holdings
from shared import outbox
from shared.auth import revoke
from shared.caller import user_of
from shared.context import Context, Work
from shared.contracts.registry import PersonErased, SessionAlarm, SessionRevoked
from shared.errors import Fault
from shared.tables import new_id


async def preview(ctx: Context, person_id: UUID) -> Preview:
    """Return what an erasure would touch and what stands in its way; changes nothing."""
    ctx.caller.require(*ADMINISTRATORS)
    async with ctx.read() as work:
        person = await administered(work, person_id)
        return await _look(work, person, await users.of_person(work.session, person.id))


async def request(ctx: Context, person_id: UUID, reason: str) -> Erasure:
    """Ask for an erasure; refused while anything stands in its way."""
    ctx.caller.require(*ADMINISTRATORS)
    async with ctx.work() as work:
        await erasures.lock_person(work.session, person_id)
        person = await administered(work, person_id)
        rules.check_not_concerned(ctx.caller, person.id)
        require_not_erased(person)
        if await erasures.waits(work.session, person.id):
            raise rules.ErasureWaiting(
                "这名人员已有一项删除申请待另一位管理员确认，请在删除申请列表中办理。",
                "An erasure of this person waits already: decide on it.",
            )
        _raise_for(await _look(work, person, await users.of_person(work.session, person.id)))
        made = Erasure(
            id=new_id(),
            person_id=person.id,
            county_id=person.county_id,
            state=ErasureState.REQUESTED,
            reason=reason,
            requested_by=user_of(ctx.caller),
            requested_person=ctx.caller.person_id,
            requested_at=work.moment.real,
        )
        await erasures.add(work.session, made)
        await _record(work, "erasure.request", made)
    return made


async def confirm(ctx: Context, erasure_id: UUID) -> Erasure:
    """Carry an erasure out as the second administrator: at once, everywhere in registry.

    The services that hold what tells the person are told to forget it.
    """
    ctx.caller.require(*ADMINISTRATORS)
    async with ctx.work() as work:
        # Nothing that would stand in the way begins between the look and the end.
        await grants.lock_all(work.session)
        before = await erasures.lock(work.session, sight(work), erasure_id)
        await erasures.lock_person(work.session, before.person_id)
        await people.lock_terms(work.session)
        state = rules.MACHINE.fire("confirm", before.state, ctx.caller)
        rules.check_second_person(ctx.caller, before)
        person = (await people.people_of(work.session, [before.person_id]))[before.person_id]
        accounts = await users.of_person(work.session, person.id, lock=True)
        _raise_for(await _look(work, person, accounts))
        await _erase(work, person, accounts)
        return await _decided(work, before, state, None)


async def reject(ctx: Context, erasure_id: UUID, refusal: str) -> Erasure:
    """Refuse an erasure, or withdraw it, with the reason."""
    ctx.caller.require(*ADMINISTRATORS)
    async with ctx.work() as work:
        before = await erasures.lock(work.session, sight(work), erasure_id)
        state = rules.MACHINE.fire("reject", before.state, ctx.caller)
        return await _decided(work, before, state, refusal)


async def listing(ctx: Context, after: UUID | None, limit: int) -> list[Erasure]:
    """Return up to `limit + 1` erasures of the caller's counties."""
    ctx.caller.require(*ADMINISTRATORS)
    async with ctx.read() as work:
        return await erasures.listed(work.session, sight(work), after, limit)


def sight(work: Work) -> Sight:
    """What the caller administers."""
    return sight_of(work.caller, *ADMINISTRATORS)


async def administered(work: Work, person_id: UUID) -> Person:
    """Return a person of the counties that the caller administers; PersonUnknown otherwise."""
    seen = sight(work)
    reach = await organizations.reach(work.session, seen)
    return await people.find_person(work.session, reach, seen, person_id)


async def _look(work: Work, person: Person, accounts: Sequence[User]) -> Preview:
    terms = await people.terms_of_person(work.session, person.id)
    held = await grants.of_users(work.session, [each.id for each in accounts])
    career = await holdings.career(work.session, person.id)
    blocks = rules.blocks_of(terms, career, held, work.moment.today)
    said = await erasures.mentions(work.session, person)
    return Preview(person.id, len(accounts), len(terms), blocks, said)


def _raise_for(looked: Preview) -> None:
    if looked.blocks:
        raise rules.ErasureBlocked(
            f"还有 {len(looked.blocks)} 件事须先办理，请按 errors 逐件办理后再来；什么也没有删除。",
            f"{len(looked.blocks)} things stand in the way, listed in errors; nothing was erased.",
            faults=tuple(
                Fault(f"/{each.kind.path}/{each.id}", each.what) for each in looked.blocks
            ),
        )


async def _erase(work: Work, person: Person, accounts: Sequence[User]) -> None:
    session = work.session
    ids = [each.id for each in accounts]
    for account in accounts:
        await _shut(work, account)
    await erasures.erase_accounts(session, ids)
    for each in ids:
        # What was sent of the account: the receivers are told by an event of their own.
        hidden = {"display_name": rules.ERASED_NAME, "device": rules.ERASED_NAME}
        await outbox.redact(session, SessionAlarm.type, each, hidden)
    await erasures.erase_reserve(session, person.id)
    await erasures.erase_imports(session, person.county_id, person.name)
    await erasures.erase_person(session, person.id, work.moment.today)
    events = [(PersonErased(person_id=person.id, user_id=each), each) for each in ids]
    await work.emit_all(events, person.county_id)


async def _shut(work: Work, account: User) -> None:
    """End whatever an account could still be used by, here and in the other services."""
    now = work.moment.real
    await sessions.end(work.session, account.id, None, EndReason.ERASED, now)
    await invitations.withdraw(work.session, account.id, now)
    for key in await api_keys.of_user(work.session, account.id):
        await api_keys.revoke(work.session, key.id, key.revoked_at or now)
    await revoke(work.session, account.id, None, now)
    event = SessionRevoked(user_id=account.id, session_id=None, not_before=now)
    await work.emit(event, account.id, account.county_id)


async def _decided(
    work: Work, before: Erasure, state: ErasureState, refusal: str | None
) -> Erasure:
    done = replace(
        before,
        state=state,
        decided_by=user_of(work.caller),
        decided_person=work.caller.person_id,
        decided_at=work.moment.real,
        refusal=refusal,
    )
    await erasures.update(work.session, done)
    await _record(work, "erasure.confirm" if refusal is None else "erasure.reject", done)
    return done


async def _record(work: Work, action: str, erasure: Erasure) -> None:
    """The trail knows whose erasure by id; the reasons stand in the request alone."""
    await work.audit(
        action,
        "person",
        erasure.person_id,
        county_id=erasure.county_id,
        after={"erasure": str(erasure.id), "state": erasure.state.value},
    )
