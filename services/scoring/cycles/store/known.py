"""The facts that a policy's measures read, as registry knows them."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from services.scoring.cycles.domain import Facts, fact_codes, fitted
from services.scoring.kernel.grammar import Policy
from shared.clients.registry import Registry


async def known_facts(
    registry: Registry, policy: Policy, organization_ids: Iterable[UUID], day: date
) -> Facts:
    """Ask registry, outside any transaction; FactsUnfit where values do not fit the policy."""
    codes = fact_codes(policy)
    if not codes:
        return {}
    return fitted(policy, await registry.fact_values(list(organization_ids), codes, day))
