"""Simulations as they travel, each marked as a simulation wherever it is shown."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.scoring.simulations.domain.simulation import (
    SIMULATION,
    Basis,
    Brief,
    Replayed,
    Shown,
    SimulationState,
)
from services.scoring.simulations.schemas.variants import Marked, VariantView, variant_views


class Reason(BaseModel):
    """Why something is done."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "测算口径有变，另行模拟"}]}
    )

    reason: str = Field(min_length=1, max_length=1000)


class SimulationView(Marked):
    """A simulation: the policy in force and up to five variants, side by side."""

    id: UUID
    cycle_id: UUID
    cycle_title: str
    title: str
    state: SimulationState
    state_name: str
    basis: Basis
    inputs_hash: str
    corrections: int
    policy_hash: str
    outcome_hash: str
    made_at: datetime
    archived_at: datetime | None
    base: VariantView
    variants: list[VariantView]

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """Make the view."""
        one = shown.simulation
        base, variants = variant_views(shown)
        return cls(
            id=one.id,
            cycle_id=one.cycle_id,
            cycle_title=shown.cycle.title,
            title=one.new.title,
            state=one.state,
            state_name=SIMULATION.labels[one.state],
            basis=one.source.basis,
            inputs_hash=one.source.hash,
            corrections=one.source.corrected,
            policy_hash=one.policy_hash,
            outcome_hash=one.hash,
            made_at=one.made_at,
            archived_at=one.archived_at,
            base=base,
            variants=variants,
        )


class SimulationBrief(Marked):
    """A simulation in a list."""

    id: UUID
    cycle_id: UUID
    title: str
    basis: Basis
    state: SimulationState
    variants: list[str]
    made_at: datetime

    @classmethod
    def of(cls, brief: Brief) -> Self:
        """Make the view."""
        return cls(**vars(brief) | {"variants": list(brief.variants)})


class ReplayView(Marked):
    """Whether stored inputs and policies give the stored outcome again, to the byte."""

    id: UUID
    identical: bool
    expected: str
    found: str

    @classmethod
    def of(cls, replayed: Replayed) -> Self:
        """Make the view."""
        kept = replayed.simulation
        return cls(
            id=kept.id, identical=replayed.identical, expected=kept.hash, found=replayed.found
        )
