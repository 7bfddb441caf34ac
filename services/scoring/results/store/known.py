"""What a determination asks of registry: posts, pay, and the facts that measures read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle, Facts, facts_day
from services.scoring.kernel.grammar import Policy
from services.scoring.results.domain.snapshot import FACT_CODES
from shared.clients.registry import Registry
from shared.contracts.registry import FactRecord, TermRecord


@dataclass(frozen=True)
class Questions:
    """What registry is asked of a cycle: as of today, and of the assessed year's last day."""

    county_id: UUID
    policy: Policy
    assessed: tuple[UUID, ...]
    today: date
    facts_day: date


@dataclass(frozen=True)
class Answers:
    """What registry knows: who holds which post, pay and the like, and what measures read."""

    terms: Sequence[TermRecord]
    facts: Sequence[FactRecord]
    measured: Facts


async def questions(session: AsyncSession, cycle: Cycle, today: date) -> Questions:
    """Return what a determination of the cycle asks of registry."""
    found = await cycles.participants(session, cycle.id)
    return Questions(
        county_id=cycle.county_id,
        policy=await cycles.policy(session, cycle),
        assessed=tuple(each.organization_id for each in found if each.assessed),
        today=today,
        facts_day=facts_day(cycle.year, today),
    )


async def answers(registry: Registry, asked: Questions) -> Answers:
    """Ask registry, outside any transaction."""
    return Answers(
        await registry.terms(asked.county_id, asked.today),
        await registry.facts(asked.county_id, asked.today, FACT_CODES),
        await cycles.known_facts(registry, asked.policy, asked.assessed, asked.facts_day),
    )
