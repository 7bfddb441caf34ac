"""Applications and participants for the rules' own tests, without a database."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from services.scoring.applications.domain import (
    Application,
    ApplicationState,
    Entry,
    Sheet,
    StarSheet,
)
from services.scoring.cycles.domain import Participant, Standing
from services.scoring.kernel.document import read_policy
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.plan import Plan, compile_policy
from services.scoring.reviews.domain.marks import Mark
from shared.tables import new_id

PRESET = Path("services/scoring/policies/presets/five_star_edition_2.yaml")
STARS = ("party_building", "civility", "peace_harmony", "industry", "beautiful_village")


@cache
def policy() -> Policy:
    return read_policy(PRESET.read_text("utf-8"))


@cache
def plan() -> Plan:
    return compile_policy(policy())


def full(*stars: str, **points: int) -> dict[str, int]:
    """Full base points of these stars' items in hundredths; `points` replace some."""
    return {
        item.code: points.get(item.code, item.rule.max_points if item.block == "base" else 0)
        for star in policy().stars
        if star.code in stars
        for item in star.items
    }


def marks(*stars: str, **points: int) -> dict[str, Mark]:
    """The same as marks with a reason."""
    return {code: Mark(value, "理由") for code, value in full(*stars, **points).items()}


def application(*applied: str, **points: int) -> Application:
    """A submitted application with full points, for these stars."""
    own = full(*STARS, **points)
    stars = {
        star.code: StarSheet(
            star.code in applied, {item.code: Entry(own[item.code], "台账") for item in star.items}
        )
        for star in policy().stars
    }
    county, township, branch = new_id(), new_id(), new_id()
    return Application(
        id=new_id(),
        cycle_id=new_id(),
        organization_id=branch,
        township_id=township,
        county_id=county,
        path=f"/{county}/{township}/{branch}/",
        state=ApplicationState.SUBMITTED,
        version=1,
        sheet=Sheet(stars),
        submitted=Sheet(stars),
        submitted_at=datetime(2026, 3, 9, tzinfo=UTC),
    )


def participant(of: Application) -> Participant:
    return Participant(
        cycle_id=of.cycle_id,
        organization_id=of.organization_id,
        township_id=of.township_id,
        county_id=of.county_id,
        path=of.path,
        name="楼村党支部",
        sector="rural",
        kind="branch",
        standing=Standing.ASSESSED,
    )
