"""The draw, with everything needed to recompute it."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.scoring.reviews.domain.spot_checks import DrawnList, Stratum, digest


class CandidateView(BaseModel):
    """One application of the population; `digest` decides its place, lowest first."""

    application_id: UUID
    name: str
    digest: str = Field(description='sha256("种子:申报编号") 的十六进制')
    drawn: bool


class StratumView(BaseModel):
    """One stratum: what its members share, and all of them in the order of the draw."""

    key: dict[str, str]
    population: int
    sample: int
    candidates: list[CandidateView]

    @classmethod
    def of(cls, stratum: Stratum, seed: str, names: dict[UUID, str]) -> Self:
        """Show a stratum."""
        drawn = set(stratum.sample)
        return cls(
            key=dict(stratum.key),
            population=len(stratum.population),
            sample=len(stratum.sample),
            candidates=[
                CandidateView(
                    application_id=each,
                    name=names[each],
                    digest=digest(seed, each),
                    drawn=each in drawn,
                )
                for each in stratum.population
            ],
        )


class DrawView(BaseModel):
    """The whole draw: the share wanted and the share really drawn, in percent."""

    seed: str
    share_percent: int
    rounding: str
    population: int
    sample: int
    real_share_percent: str
    strata: list[StratumView]

    @classmethod
    def of(cls, found: DrawnList) -> Self:
        """Show a draw."""
        draw = found.draw
        return cls(
            seed=draw.seed,
            share_percent=draw.share_percent,
            rounding=draw.rounding,
            population=draw.population,
            sample=len(draw.sample),
            real_share_percent=draw.real_share,
            strata=[StratumView.of(each, draw.seed, found.names) for each in draw.strata],
        )
