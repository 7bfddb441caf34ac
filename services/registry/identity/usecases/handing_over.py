"""A person moves on: the account's grants end, the successor is granted them, the rest is named."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.registry.identity.domain import grants as rules
from services.registry.identity.domain import handing
from services.registry.identity.domain.grants import GrantDraft, GrantState, StoredGrant
from services.registry.identity.domain.handing import HandOver, Task, TaskKind
from services.registry.identity.domain.sessions import EndReason
from services.registry.identity.domain.users import User
from services.registry.identity.store import api_keys, grants, invitations, outside
from services.registry.identity.usecases import granting
from services.registry.identity.usecases.ending import end_sessions, void_tokens
from services.registry.organizations.domain.scope import Reach
from services.registry.people import store as people
from services.registry.people.store import TermFilter
from shared.auth import revoke
from shared.caller import Role
from shared.context import Context, Work
from shared.contracts.registry import GrantChanged
from shared.errors import Fault, Text

ADMINISTRATORS = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR)
# A person holds a few posts; more than these are looked up in the list of terms.
_TERMS = 50


async def preview(ctx: Context, user_id: UUID) -> HandOver:
    """Return what a hand-over would end and what it would leave open; changes nothing."""
    ctx.caller.require(*ADMINISTRATORS)
    async with ctx.read() as work:
        user = await granting.administered(work, user_id, *ADMINISTRATORS, lock=False)
        held = await grants.of_users(work.session, [user.id])
        ended = [each for each in held if each.open]
        return HandOver(user.id, ended, [], await _tasks(work, user, ended))


async def hand_over(
    ctx: Context, user_id: UUID, successor_id: UUID | None, reason: str
) -> HandOver:
    """End an account's grants, sessions, keys and links; grant the same to the successor.

    Inspector, committee and administrator roles wait for the security administrator there too.
    """
    ctx.caller.require(Role.SYSTEM_ADMINISTRATOR)
    async with ctx.work() as work:
        await grants.lock_all(work.session)
        user = await granting.administered(work, user_id, Role.SYSTEM_ADMINISTRATOR)
        rules.check_not_oneself(ctx.caller, (user.id, user.person_id))
        held = [each for each in await grants.of_users(work.session, [user.id]) if each.open]
        if not held:
            raise handing.nothing()
        tasks = await _tasks(work, user, held)
        ended = [await _end(work, grant, reason) for grant in held]
        await _leave(work, user)
        drafts = handing.passed_on(held, work.moment.today)
        given = await _pass_on(work, user, successor_id, drafts) if successor_id else []
        await _record(work, user, successor_id, tasks, reason)
    return HandOver(user.id, ended, given, tasks)


async def _end(work: Work, grant: StoredGrant, reason: str) -> StoredGrant:
    state = rules.MACHINE.fire("revoke", grant.state, work.caller)
    taken = replace(grant, state=state, revoked_at=work.moment.real, reason=reason)
    await grants.update(work.session, taken)
    await granting.record(work, "grant.revoke", taken, reason)
    return taken


async def _leave(work: Work, user: User) -> None:
    """Void whatever the account could still be used by: tokens, sessions, keys, links."""
    now = work.moment.real
    await revoke(work.session, user.id, None, now)
    await work.emit(GrantChanged(user_id=user.id, not_before=now), user.id, user.county_id)
    for key in await api_keys.of_user(work.session, user.id):
        if key.usable(now):
            await api_keys.revoke(work.session, key.id, now)
            await void_tokens(work, user, key.id)
    await outside.unlink(work.session, user.id)
    await invitations.withdraw(work.session, user.id, now)
    await end_sessions(work, user, None, EndReason.HANDED_OVER)


async def _pass_on(
    work: Work, user: User, successor_id: UUID, drafts: Sequence[GrantDraft]
) -> list[StoredGrant]:
    successor = await granting.administered(work, successor_id, Role.SYSTEM_ADMINISTRATOR)
    _check_successor(user, successor)
    ground = await granting.ground_of(work, drafts)
    faults = [fault for draft in drafts if (fault := ground.fault_of(draft)) is not None]
    if faults:
        raise rules.GrantInvalid(
            f"{faults[0].zh}。", f"{faults[0].en}.", faults=tuple(_at(each) for each in faults)
        )
    held = await grants.of_users(work.session, [successor.id])
    new = [each for each in drafts if not _has(held, each)]
    for draft in new:
        await granting.check_separate(work, successor, draft.role)
    given = await granting.prepare(work, successor.id, new, ground)
    await grants.add(work.session, given)
    for grant in given:
        await granting.record(work, "grant.request", grant)
    return given


def _check_successor(user: User, successor: User) -> None:
    if successor.id == user.id or successor.disabled:
        fault = Text("接任账号须是另一个未停用的账号", "the successor must be another live account")
        raise rules.GrantInvalid(f"{fault.zh}。", f"{fault.en}.", faults=(_at(fault),))


def _at(fault: Text) -> Fault:
    return Fault("/body/successor_id", fault)


def _has(held: Sequence[StoredGrant], draft: GrantDraft) -> bool:
    """Whether the successor holds, or waits for, the same grant already."""
    return any(
        each.open and each.ends_on is None and each.granted() == draft.granted() for each in held
    )


async def _tasks(work: Work, user: User, held: Sequence[StoredGrant]) -> list[Task]:
    """Name what registry knows to be open; work on applications stays with the organization."""
    now, today = work.moment.real, work.moment.today
    waiting = await grants.waiting(work.session)
    tasks = [
        handing.waiting_task(TaskKind.REQUESTED_GRANT, each)
        for each in waiting
        if each.requested_by == user.id
    ]
    places = {each.organization_id for each in held if each.role is Role.SECURITY_ADMINISTRATOR}
    tasks += [
        handing.waiting_task(TaskKind.DECISION, each)
        for each in waiting
        if each.state is GrantState.REQUESTED and (None in places or each.county_id in places)
    ]
    tasks += [
        Task(TaskKind.INVITATION, each.id, _INVITATION)
        for each in await invitations.sent_by(work.session, user.id, now)
    ]
    tasks += [
        Task(TaskKind.API_KEY, each.id, Text(f"接口密钥“{each.name}”随之失效", "an API key ends"))
        for each in await api_keys.of_user(work.session, user.id)
        if each.usable(now)
    ]
    if user.person_id is not None:
        wanted = TermFilter(Reach(everywhere=True), today, person_id=user.person_id)
        terms = await people.list_terms(work.session, wanted, None, _TERMS)
        tasks += [Task(TaskKind.TERM, each.id, _TERM) for each in terms]
    return tasks


_INVITATION = Text("由其发出的一个邀请还未接受", "an invitation sent is not accepted yet")
_TERM = Text("其任期还未结束，如已离任请办理届满", "a term still runs: end it if the post was left")


async def _record(
    work: Work, user: User, successor_id: UUID | None, tasks: Sequence[Task], reason: str
) -> None:
    after = {
        "successor_id": str(successor_id) if successor_id else None,
        "tasks": [{"kind": each.kind.value, "id": str(each.id)} for each in tasks],
    }
    await work.audit(
        "user.hand_over", "user", user.id, county_id=user.county_id, after=after, reason=reason
    )
