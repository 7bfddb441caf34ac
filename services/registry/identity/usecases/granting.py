"""Asking for grants, agreeing to them, taking them back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.registry.identity.domain import grants as rules
from services.registry.identity.domain.grants import GrantDraft, GrantState, StoredGrant
from services.registry.identity.domain.users import User
from services.registry.identity.store import grants, users
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import WHOLE_TREE, Reach, Sight, sight_of
from services.registry.organizations.domain.tree import Organization
from shared.auth import revoke
from shared.caller import ROLE_NAMES, Role
from shared.context import Context, Work
from shared.contracts.registry import GrantApproved, GrantChanged
from shared.errors import Fault, OutOfScope, Text
from shared.tables import new_id

READERS = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.INSPECTOR)
# What an inspector is told of: who watches and who decides.
_SEEN_BY_INSPECTORS = rules.FOUR_EYES


async def request_grant(ctx: Context, user_id: UUID, draft: GrantDraft) -> StoredGrant:
    """Give an account a grant, or ask for it where a second administrator must agree."""
    ctx.caller.require(Role.SYSTEM_ADMINISTRATOR)
    async with ctx.work() as work:
        user = await administered(work, user_id, Role.SYSTEM_ADMINISTRATOR)
        ground = await ground_of(work, [draft])
        fault = ground.fault_of(draft)
        if fault is not None:
            raise rules.GrantInvalid(f"{fault.zh}。", f"{fault.en}.", faults=(_at(fault),))
        await grants.lock_all(work.session)
        await check_separate(work, user, draft.role)
        made = (await prepare(work, user.id, [draft], ground))[0]
        await grants.add(work.session, [made])
        if user.county_id is None and made.county_id is not None:
            await users.update(work.session, user.id, county_id=made.county_id)
        await record(work, "grant.request", made)
    return made


def _at(fault: Text) -> Fault:
    return Fault("/body", fault)


@dataclass(frozen=True)
class Ground:
    """What is known before grants are judged: the organizations named, and the caller's reach."""

    organizations: dict[UUID, Organization]
    reach: Reach
    # The county of an account without any grant: that of the administrator who makes it.
    home: UUID | None

    def fault_of(self, draft: GrantDraft) -> Text | None:
        """Return why this caller cannot give this grant, or None."""
        outside = Text("不在您的管辖范围内，不能授权", "this is outside your part of the tree")
        if draft.organization_id is None:
            wide = draft.role in WHOLE_TREE and not self.reach.everywhere
            return outside if wide else rules.grant_fault(draft, None)
        organization = self.organizations.get(draft.organization_id)
        if organization is None:
            return Text("没有这个组织，请核对编号", "no such organization")
        if not self.reach.covers(organization.path):
            return outside
        return rules.grant_fault(draft, organization)

    def county_of(self, draft: GrantDraft) -> UUID | None:
        """Return the county that a grant belongs to; None for the whole tree."""
        if draft.organization_id is None:
            return None
        return self.organizations[draft.organization_id].county_id


async def ground_of(work: Work, drafts: Iterable[GrantDraft]) -> Ground:
    """Look up what is needed to judge these drafts, however many they are."""
    ids = {draft.organization_id for draft in drafts if draft.organization_id is not None}
    sight = sight_of(work.caller, Role.SYSTEM_ADMINISTRATOR)
    return Ground(
        await organizations.find_all(work.session, ids),
        await organizations.reach(work.session, sight),
        None if sight.everywhere else min(sight.roots, default=None),
    )


async def prepare(
    work: Work, user_id: UUID, drafts: Sequence[GrantDraft], ground: Ground
) -> list[StoredGrant]:
    """Return the grants that these drafts make, each in the state it begins in."""
    needed = any(draft.role in rules.ADMINISTRATORS for draft in drafts)
    second = needed and await grants.security_administrator_exists(work.session)
    return [
        StoredGrant(
            id=new_id(),
            user_id=user_id,
            county_id=ground.county_of(draft),
            organization_id=draft.organization_id,
            role=draft.role,
            department=draft.department,
            starts_on=draft.starts_on or work.moment.today,
            ends_on=draft.ends_on,
            state=rules.first_state(draft.role, security_administrator_exists=second),
            requested_at=work.moment.real,
            requested_by=work.caller.user_id,
            requested_person=work.caller.person_id,
        )
        for draft in drafts
    ]


async def check_separate(work: Work, user: User, role: Role) -> None:
    """Raise AdministratorsSeparate if this person would be two of the three administrators."""
    held = await grants.of_users(work.session, [user.id])
    roles = {each.role for each in held if each.open}
    if user.person_id is not None:
        of_person = await grants.open_roles_of_people(work.session, [user.person_id])
        roles |= of_person.get(user.person_id, set())
    rules.check_separate({*roles, role})


async def record(work: Work, action: str, grant: StoredGrant, reason: str | None = None) -> None:
    """Write what happened to a grant into the audit trail."""
    await work.audit(
        action,
        "grant",
        grant.id,
        county_id=grant.county_id,
        after={
            "user_id": str(grant.user_id),
            "role": grant.role.value,
            "organization_id": str(grant.organization_id) if grant.organization_id else None,
            "department": grant.department,
            "state": grant.state.value,
        },
        reason=reason,
    )


async def approve(ctx: Context, grant_id: UUID) -> StoredGrant:
    """Agree to a requested grant as the second administrator; another person than the first."""
    return await _decide(ctx, grant_id, "approve", "")


async def reject(ctx: Context, grant_id: UUID, reason: str) -> StoredGrant:
    """Refuse a requested grant, with the reason."""
    return await _decide(ctx, grant_id, "reject", reason)


async def _decide(ctx: Context, grant_id: UUID, verb: str, reason: str) -> StoredGrant:
    async with ctx.work() as work:
        grant, receiver = await _to_change(work, grant_id, Role.SECURITY_ADMINISTRATOR)
        state = rules.MACHINE.fire(verb, grant.state, ctx.caller)
        rules.check_second_person(ctx.caller, grant, (receiver.id, receiver.person_id))
        decided = replace(
            grant,
            state=state,
            decided_by=ctx.caller.user_id,
            decided_at=work.moment.real,
            reason=reason,
        )
        await grants.update(work.session, decided)
        if state is GrantState.ACTIVE and decided.role in _SEEN_BY_INSPECTORS:
            await _tell_inspectors(work, decided)
        await record(work, f"grant.{verb}", decided, reason or None)
    return decided


async def _tell_inspectors(work: Work, grant: StoredGrant) -> None:
    assert grant.organization_id is not None  # noqa: S101 -- both roles name their county
    event = GrantApproved(
        grant_id=grant.id,
        organization_id=grant.organization_id,
        role=grant.role.value,
        role_name=ROLE_NAMES[grant.role],
        starts_on=grant.starts_on,
        ends_on=grant.ends_on,
    )
    await work.emit(event, grant.user_id, grant.county_id)


async def revoke_grant(ctx: Context, grant_id: UUID, reason: str) -> StoredGrant:
    """Take a grant back: the account's tokens issued before are void in every service."""
    roles = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR)
    async with ctx.work() as work:
        grant, receiver = await _to_change(work, grant_id, *roles)
        state = rules.MACHINE.fire("revoke", grant.state, ctx.caller)
        now = work.moment.real
        taken = replace(grant, state=state, revoked_at=now, reason=reason)
        await grants.update(work.session, taken)
        await revoke(work.session, grant.user_id, None, now)
        event = GrantChanged(user_id=receiver.id, not_before=now)
        await work.emit(event, receiver.id, receiver.county_id)
        await record(work, "grant.revoke", taken, reason)
    return taken


async def _to_change(work: Work, grant_id: UUID, *roles: Role) -> tuple[StoredGrant, User]:
    work.caller.require(*roles)
    grant = await grants.lock(work.session, grant_id)
    if not _covers(sight_of(work.caller, *roles), grant.county_id):
        raise grants.unknown()
    return grant, await users.find(work.session, grant.user_id)


def _covers(sight: Sight, county_id: UUID | None) -> bool:
    return sight.everywhere or county_id in sight.roots


async def administered(work: Work, user_id: UUID, *roles: Role, lock: bool = True) -> User:
    """Return an account that the caller administers by one of the roles.

    An account with a grant elsewhere is administered above: who may set its password could
    act there.
    """
    user = await users.find(work.session, user_id, lock=lock)
    held = await grants.of_users(work.session, [user_id])
    places = {user.county_id} | {grant.county_id for grant in held if grant.open}
    sight = sight_of(work.caller, *roles)
    if not all(_covers(sight, place) for place in places):
        raise OutOfScope(
            "这个账号不在您的管辖范围内，请由该县或上级的系统管理员办理。",
            "This user is administered by another county or by the administrator above.",
        )
    return user


async def check_may_set_password(work: Work, user: User) -> None:
    """Raise Forbidden unless the caller may let somebody into this account.

    Accounts of administrators, inspectors and committees are the security administrator's
    alone, so that who makes accounts cannot take these over.
    """
    held = {grant.role for grant in await grants.of_users(work.session, [user.id])}
    guarded = held & (rules.ADMINISTRATORS | rules.FOUR_EYES)
    work.caller.require(Role.SECURITY_ADMINISTRATOR if guarded else Role.SYSTEM_ADMINISTRATOR)


async def list_grants(
    ctx: Context,
    role: Role | None,
    state: GrantState | None,
    user_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[StoredGrant]:
    """Return up to `limit + 1` grants; inspectors see those of inspectors and committees."""
    ctx.caller.require(*READERS)
    roles = frozenset({role}) if role is not None else None
    if not ctx.caller.has(Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR):
        roles = (roles or _SEEN_BY_INSPECTORS) & _SEEN_BY_INSPECTORS
    async with ctx.read() as work:
        sight = sight_of(ctx.caller, *READERS)
        return await grants.listed(work.session, sight, roles, state, user_id, after, limit)
