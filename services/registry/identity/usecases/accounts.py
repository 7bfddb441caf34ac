"""Making and administering accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.registry.identity.domain import grants as rules
from services.registry.identity.domain import users as accounts
from services.registry.identity.domain.grants import GrantDraft, GrantState, StoredGrant
from services.registry.identity.domain.passwords import Passwords
from services.registry.identity.domain.sessions import EndReason
from services.registry.identity.domain.users import Limits, User
from services.registry.identity.store import grants, users
from services.registry.identity.usecases import emails, granting
from services.registry.identity.usecases.ending import end_sessions
from services.registry.identity.usecases.granting import Ground
from services.registry.organizations.domain.scope import sight_of
from services.registry.people import store as people
from shared.caller import Role
from shared.context import Context, Work
from shared.errors import Conflict, Fault, Text, require_version
from shared.tables import new_id

ADMINISTRATORS = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR)


@dataclass(frozen=True)
class UserDraft:
    """An account to be made, with its grants."""

    username: str
    password: str | None  # none: the person is invited and sets it
    display_name: str
    email: str | None = None
    person_id: UUID | None = None
    grants: tuple[GrantDraft, ...] = ()


@dataclass(frozen=True)
class Account:
    """An account with its grants; `email` is as the caller may see it, in full or masked."""

    user: User
    grants: list[StoredGrant]
    email: str | None = None


class AdministratorExists(Conflict):
    """The first administrator was made before."""

    slug = "administrator-exists"
    title = Text("已有系统管理员", "There is a system administrator already")


async def create_users(
    ctx: Context, drafts: Sequence[UserDraft], pointer: str = "/body/items/{}"
) -> list[Account]:
    """Make accounts with their grants, all or none; every fault is named at once."""
    ctx.caller.require(Role.SYSTEM_ADMINISTRATOR)
    _raise_for(_own_faults(drafts, ctx.port(Limits), pointer))
    hashes = await _hashes(ctx, drafts)
    async with ctx.work() as work:
        asked = [grant for draft in drafts for grant in draft.grants]
        ground = await granting.ground_of(work, asked)
        await grants.lock_all(work.session)
        _raise_for(await _stored_faults(work, drafts, ground, pointer))
        made = [
            await _account(work, ctx, draft, hashed, ground)
            for draft, hashed in zip(drafts, hashes, strict=True)
        ]
        await users.add(work.session, [account.user for account in made])
        await grants.add(work.session, [grant for account in made for grant in account.grants])
        for account in made:
            await _record(work, account)
    return made


async def _hashes(ctx: Context, drafts: Sequence[UserDraft]) -> list[str | None]:
    given = [draft.password for draft in drafts if draft.password is not None]
    hashed = iter(await ctx.port(Passwords).hash(given))
    return [None if draft.password is None else next(hashed) for draft in drafts]


async def _account(
    work: Work, ctx: Context, draft: UserDraft, hashed: str | None, ground: Ground
) -> Account:
    user_id = new_id()
    made = await granting.prepare(work, user_id, draft.grants, ground)
    user = User(
        id=user_id,
        username=draft.username,
        display_name=draft.display_name,
        password_hash=hashed,
        created_at=work.moment.real,
        county_id=next((grant.county_id for grant in made if grant.county_id), ground.home),
        sealed_email=emails.sealed(ctx, user_id, draft.email),
        person_id=draft.person_id,
    )
    return Account(user, made, draft.email)


async def _record(work: Work, account: Account) -> None:
    user = account.user
    held = [
        {
            "role": grant.role.value,
            "organization_id": str(grant.organization_id) if grant.organization_id else None,
            "department": grant.department,
            "state": grant.state.value,
        }
        for grant in account.grants
    ]
    after = {"person_id": str(user.person_id) if user.person_id else None, "grants": held}
    await work.audit("user.create", "user", user.id, county_id=user.county_id, after=after)


def _own_faults(drafts: Sequence[UserDraft], limits: Limits, pointer: str) -> list[Fault]:
    faults = []
    first: dict[str, int] = {}
    for index, draft in enumerate(drafts):
        place = pointer.format(index)
        weak = _password_fault(draft, limits)
        if weak is not None:
            faults.append(Fault(f"{place}/password", weak))
        if draft.username in first:
            zh = f"用户名与第 {first[draft.username] + 1} 条重复"
            faults.append(Fault(f"{place}/username", Text(zh, "used twice")))
        first.setdefault(draft.username, index)
    return faults


def _password_fault(draft: UserDraft, limits: Limits) -> Text | None:
    if draft.password is None:
        return None
    return accounts.password_fault(draft.password, draft.username, limits)


async def _stored_faults(
    work: Work, drafts: Sequence[UserDraft], ground: Ground, pointer: str
) -> list[Fault]:
    taken = await users.taken(work.session, [draft.username for draft in drafts])
    persons = {draft.person_id for draft in drafts if draft.person_id is not None}
    present = await people.counties(work.session, persons)
    held = await grants.open_roles_of_people(work.session, persons)
    faults: list[Fault] = []
    for index, draft in enumerate(drafts):
        place = pointer.format(index)
        if draft.username in taken:
            text = Text("用户名已被使用，请换一个", "the user name is taken")
            faults.append(Fault(f"{place}/username", text))
        if draft.person_id is not None and draft.person_id not in present:
            faults.append(Fault(f"{place}/person_id", Text("没有这个人员", "no such person")))
        found = [ground.fault_of(grant) for grant in draft.grants]
        faults += [Fault(f"{place}/grants/{n}", text) for n, text in enumerate(found) if text]
        faults += _separation_faults(draft, held, place)
    return faults


def _separation_faults(draft: UserDraft, held: dict[UUID, set[Role]], place: str) -> list[Fault]:
    roles = {grant.role for grant in draft.grants}
    if draft.person_id is not None:
        # Accounts later in the same request count as well.
        held.setdefault(draft.person_id, set()).update(roles)
        roles = held[draft.person_id]
    try:
        rules.check_separate(roles)
    except rules.AdministratorsSeparate as problem:
        return [Fault(f"{place}/grants", problem.detail)]
    return []


def _raise_for(faults: list[Fault]) -> None:
    if faults:
        raise accounts.UsersRejected(
            f"有 {len(faults)} 处不能办理，请按 errors 逐处改正后重新提交；本次没有建立任何账号。",
            f"There are {len(faults)} faults, listed in errors; no account was made.",
            faults=tuple(faults),
        )


async def create_first_administrator(
    ctx: Context, username: str, password: str, display_name: str, *, force: bool
) -> User:
    """Make a system administrator of the whole tree; refused when there is one, unless forced."""
    accounts.check_password(password, username, ctx.port(Limits))
    hashed = (await ctx.port(Passwords).hash([password]))[0]
    async with ctx.work() as work:
        await grants.lock_all(work.session)
        exists = await grants.holder_exists(work.session, Role.SYSTEM_ADMINISTRATOR)
        if exists and not force:
            raise AdministratorExists(
                "已有系统管理员。确需再建一个（例如管理员失联）时，请使用 --force。",
                "There is a system administrator: use --force to make another one.",
            )
        if await users.taken(work.session, [username]):
            text = Text("用户名已被使用，请换一个", "the user name is taken")
            _raise_for([Fault("/body/username", text)])
        draft = UserDraft(username, password, display_name)
        ground = await granting.ground_of(work, [])
        user = (await _account(work, ctx, draft, hashed, ground)).user
        grant = StoredGrant(
            id=new_id(),
            user_id=user.id,
            county_id=None,
            organization_id=None,
            role=Role.SYSTEM_ADMINISTRATOR,
            department=None,
            starts_on=work.moment.today,
            ends_on=None,
            state=GrantState.ACTIVE,
            requested_at=work.moment.real,
        )
        await users.add(work.session, [user])
        await grants.add(work.session, [grant])
        await _record(work, Account(user, [grant]))
    return user


async def list_users(
    ctx: Context, text: str | None, after: str | None, limit: int
) -> list[Account]:
    """Return up to `limit + 1` accounts that the caller administers, with their grants."""
    ctx.caller.require(*ADMINISTRATORS)
    async with ctx.read() as work:
        sight = sight_of(ctx.caller, *ADMINISTRATORS)
        found = await users.listed(work.session, sight, text, after, limit)
        held = await grants.of_users(work.session, [user.id for user in found])
    by_user: dict[UUID, list[StoredGrant]] = {}
    for grant in held:
        by_user.setdefault(grant.user_id, []).append(grant)
    return [Account(user, by_user.get(user.id, []), emails.shown(ctx, user)) for user in found]


async def read_user(ctx: Context, user_id: UUID) -> Account:
    """Return one account that the caller administers."""
    ctx.caller.require(*ADMINISTRATORS)
    async with ctx.read() as work:
        user = await granting.administered(work, user_id, *ADMINISTRATORS, lock=False)
        held = await grants.of_users(work.session, [user.id])
        return Account(user, held, emails.shown(ctx, user))


async def correct_user(
    ctx: Context, user_id: UUID, version: int, changes: dict[str, Any]
) -> Account:
    """Change an account; one that is disabled loses its sessions at once."""
    ctx.caller.require(Role.SYSTEM_ADMINISTRATOR)
    async with ctx.work() as work:
        before = await granting.administered(work, user_id, Role.SYSTEM_ADMINISTRATOR)
        require_version(version, before.version)
        values = {name: value for name, value in changes.items() if name != "email"}
        if "email" in changes:
            values["sealed_email"] = emails.sealed(ctx, user_id, changes["email"])
        await users.update(work.session, user_id, **values, version=version + 1)
        if changes.get("disabled"):
            await end_sessions(work, before, None, EndReason.DISABLED)
        # Names and addresses are personal: the trail says which fields changed, not to what.
        await work.audit(
            "user.correct",
            "user",
            user_id,
            county_id=before.county_id,
            after={"fields": sorted(changes), "disabled": changes.get("disabled")},
        )
        after = await users.find(work.session, user_id)
        held = await grants.of_users(work.session, [user_id])
        return Account(after, held, emails.shown(ctx, after))


async def unlock_user(ctx: Context, user_id: UUID) -> None:
    """Lift a lock before its time."""
    ctx.caller.require(Role.SYSTEM_ADMINISTRATOR)
    async with ctx.work() as work:
        user = await granting.administered(work, user_id, Role.SYSTEM_ADMINISTRATOR)
        await users.update(work.session, user_id, failures=0, locked_until=None)
        await work.audit("user.unlock", "user", user_id, county_id=user.county_id)


async def reset_password(ctx: Context, user_id: UUID, password: str) -> None:
    """Set another's password; all of the account's sessions end.

    Who may do so to whom: see `granting.check_may_set_password`.
    """
    ctx.caller.require(*ADMINISTRATORS)
    hashed = (await ctx.port(Passwords).hash([password]))[0]
    async with ctx.work() as work:
        user = await granting.administered(work, user_id, *ADMINISTRATORS)
        await granting.check_may_set_password(work, user)
        accounts.check_password(password, user.username, ctx.port(Limits))
        await users.update(
            work.session, user_id, password_hash=hashed, failures=0, locked_until=None
        )
        await end_sessions(work, user, None, EndReason.PASSWORD_CHANGED)
        await work.audit("user.reset_password", "user", user_id, county_id=user.county_id)
