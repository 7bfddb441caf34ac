"""Explaining who may see or do something at an organization, and why others may not."""

from dataclasses import dataclass
from uuid import UUID

from services.registry.identity.domain import access
from services.registry.identity.domain.access import Rule, Standing
from services.registry.identity.domain.factors import FactorRules
from services.registry.identity.domain.grants import StoredGrant
from services.registry.identity.domain.users import User
from services.registry.identity.store import grants, operations
from services.registry.identity.usecases import granting
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.organizations.domain.tree import Organization
from shared.caller import Role
from shared.context import Context, Work
from shared.errors import OutOfScope

READERS = (
    Role.SYSTEM_ADMINISTRATOR,
    Role.SECURITY_ADMINISTRATOR,
    Role.AUDIT_ADMINISTRATOR,
    Role.INSPECTOR,
)


@dataclass(frozen=True)
class Judged:
    """One grant of one account, and whether it allows the action."""

    user: User
    grant: StoredGrant
    standing: Standing
    needs_code: bool


@dataclass(frozen=True)
class Explanation:
    """Whom the rule lets in at the organization."""

    rule: Rule
    organization: Organization
    grants: list[Judged]


async def explain(
    ctx: Context, action: str, organization_id: UUID, user_id: UUID | None
) -> Explanation:
    """Return every grant that allows the action, or all grants of one account, each judged."""
    ctx.caller.require(*READERS)
    rule = access.rule_of(operations.rules(), action)
    async with ctx.read() as work:
        place = await _place(work, organization_id)
        if user_id is None:
            held = await grants.on_line(work.session, _line(place), rule.roles, work.moment.today)
        else:
            held = await _of_account(work, user_id)
        required = ctx.port(FactorRules).required
        judged = [_judged(work, rule, place, each, required=required) for each in held]
    return Explanation(rule, place, judged)


async def _place(work: Work, organization_id: UUID) -> Organization:
    seen = await organizations.reach(work.session, sight_of(work.caller, *READERS))
    place = await organizations.find(work.session, organization_id)
    if not seen.covers(place.path):
        raise OutOfScope(
            "这个组织不在您的管辖范围内，请换用有相应授权的账号查询。",
            "This organization is outside your part of the tree.",
        )
    return place


async def _of_account(work: Work, user_id: UUID) -> list[tuple[User, StoredGrant]]:
    user = await granting.administered(work, user_id, *READERS, lock=False)
    return [(user, grant) for grant in await grants.of_users(work.session, [user_id])]


def _line(place: Organization) -> list[UUID]:
    """The organization and all above it, from its path of ids."""
    return [UUID(each) for each in place.path.strip("/").split("/")]


def _judged(
    work: Work,
    rule: Rule,
    place: Organization,
    held: tuple[User, StoredGrant],
    *,
    required: bool,
) -> Judged:
    user, grant = held
    covers = grant.organization_id is None or grant.organization_id in _line(place)
    found = access.standing(
        rule, grant, covers=covers, today=work.moment.today, disabled=user.disabled
    )
    return Judged(user, grant, found, access.needs_code(grant, required=required))


def actions(ctx: Context, text: str) -> list[Rule]:
    """Return what can be asked about, by a part of its name or of the operation's address."""
    ctx.caller.require(*READERS)
    found = operations.rules().values()
    return [each for each in found if text in each.name.zh or text in each.operation]
