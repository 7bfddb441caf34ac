"""What every change of organizations begins and ends with."""

from uuid import UUID

from services.registry.divisions import store as divisions
from services.registry.divisions.domain import Division, DivisionUnknown
from services.registry.organizations import store
from services.registry.organizations.domain import scope
from services.registry.organizations.domain.tree import Organization
from services.registry.organizations.store import feed
from shared.caller import Role
from shared.context import Work
from shared.contracts.registry import OrganizationChanged
from shared.errors import OutOfScope

# Who keeps the register of organizations.
KEEPERS = (Role.SYSTEM_ADMINISTRATOR, Role.ORGANIZATION_DEPARTMENT)


async def hold(work: Work) -> None:
    """Be the only one who changes organizations, on a register that shows what holds today."""
    await store.serialise_writers(work.session)
    if not await feed.is_settled(work.session, work.moment.today):
        await feed.settle(work.session, work.moment.today, work.moment.real)


async def in_keeping(work: Work, organization_id: UUID) -> Organization:
    """Return an organization that the caller keeps; OutOfScope or OrganizationUnknown."""
    sight = scope.sight_of(work.caller, *KEEPERS)
    return await store.require_within(work.session, sight, organization_id)


def above_county() -> OutOfScope:
    """Return the problem for a county keeper who registers a county."""
    return OutOfScope(
        "新建县级组织须由授权范围为全部组织的系统管理员办理。",
        "Only a system administrator of the whole tree may register a county committee.",
    )


async def division_of(work: Work, division_id: UUID) -> Division:
    """Return a division as it is today; DivisionUnknown where there is none."""
    found = await divisions.find(work.session, division_id, work.moment.today)
    if found is None:
        raise DivisionUnknown(
            "没有登记这个行政区划，请先导入区划表，再选用其中的编号。",
            "No such division: import the divisions first.",
        )
    return found


async def tell(
    work: Work,
    after: Organization,
    action: str,
    before: Organization | None,
    reason: str | None = None,
) -> None:
    """Record what was done with one organization, and announce it."""
    await work.audit(
        action,
        "organization",
        after.id,
        county_id=after.county_id,
        before=before.record().model_dump(mode="json") if before else None,
        after=after.record().model_dump(mode="json"),
        reason=reason,
    )
    aggregate = after.county_id or after.id
    await work.emit(OrganizationChanged(count=1), aggregate, after.county_id)
