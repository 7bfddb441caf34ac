"""The access matrix of scoring, where a cycle's results have taken effect."""

import json
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

import services.scoring.policies
from services.scoring.evidence.domain import FileStore
from services.scoring.evidence.store.folder import FolderFiles
from services.scoring.evidence.tables import EvidenceRow
from shared.caller import Role
from shared.clock import real_now
from shared.tables import new_id
from tests.contracts.access import County, World, check, let_in_with_a_false_token, observed
from tests.scoring import county as counties
from tests.scoring.incentives.conftest import paid, story
from tests.scoring.results.story import FIVE, Story

__all__ = ["paid", "story"]

PDF = b"%PDF-1.7\n"
DIGEST = sha256(PDF).hexdigest()
PRESET = Path(services.scoring.policies.__file__).parent / "presets/five_star_edition_2.yaml"
PRESET_BYTES = PRESET.read_bytes()
ATTACH = """UPDATE applications SET {sheet} =
    jsonb_set({sheet}, CAST(:place AS text[]), CAST(:mark AS jsonb)) WHERE id = :id"""
STAR, ITEM, DEPARTMENT, OFFICE = "industry", "rural_reform", "agriculture_bureau", "petition_bureau"


async def evidence(told: Story, application_id: str) -> str:
    """A file of the application; its bytes are nowhere."""
    row = EvidenceRow(
        application_id=UUID(application_id),
        county_id=told.service.county.committee.id,
        star=STAR,
        item=ITEM,
        name="合同.pdf",
        kind="pdf",
        size=1,
        sha256=DIGEST,
        uploaded_at=real_now(),
        uploaded_by=new_id(),
    )
    async with told.service.context.sessions() as session:
        session.add(row)
        mark = json.dumps([{"id": str(row.id), "name": row.name, "sha256": DIGEST}])
        for sheet in ("document", "submitted"):
            place = [STAR, "items", ITEM, "files"]
            values = {"mark": mark, "id": row.application_id, "place": place}
            await session.execute(sa.text(ATTACH.format(sheet=sheet)), values)
        await session.commit()
    return str(row.id)


async def finding(told: Story) -> str:
    inspector = told.service.county.caller(Role.INSPECTOR)
    body = {"entity": "cycle", "entity_id": told.id, "text": "举报材料需要核实"}
    answer = await told.post(f"/v1/cycles/{told.id}/inspections", inspector, body, 201)
    return str(answer.json()["id"])


async def register(told: Story) -> str:
    await told.service.move_clock("2026-06-02 09:00")
    body = {"payer": "performance_pay", "month": "2026-06"}
    answer = await told.post(f"/v1/cycles/{told.id}/registers", told.finance, body, 201)
    return str(answer.json()["id"])


async def simulation(told: Story) -> str:
    """A what-if of the county: the total line one point higher."""
    change = {"path": "lines.total_line.points", "to": "86"}
    body = {"title": "测算", "variants": [{"name": "总分线86", "changes": [change]}]}
    answer = await told.post(f"/v1/cycles/{told.id}/simulations", told.recorder, body, 201)
    return str(answer.json()["id"])


async def things(told: Story) -> dict[str, str]:
    """One thing of every kind in the first county, by the names of path parameters."""
    branch = told.branches[FIVE]
    application = told.round.application(branch)
    determinations = await told.get(f"/v1/cycles/{told.id}/determinations")
    proposals = await told.get(f"/v1/cycles/{told.id}/rectification-proposals")
    return {
        "policy_id": str(told.round.policy["id"]),
        "name": "five_star_edition_2",
        "cycle_id": told.id,
        "county_id": str(told.service.county.committee.id),
        "organization_id": str(branch.id),
        "township_id": str(branch.parent_id),
        "application_id": application,
        "star": STAR,
        "item": ITEM,
        "number": "1",
        "department": DEPARTMENT,
        "office": OFFICE,
        "evidence_id": await evidence(told, application),
        "inspection_id": await finding(told),
        "register_id": await register(told),
        "determination_id": str(determinations[0]["id"]),
        "result_id": str((await told.result(FIVE))["id"]),
        "simulation_id": await simulation(told),
        "chart": "bill",
        "proposal_id": str(proposals["items"][0]["id"]),
    }


def county_of(known: counties.County, branch: UUID, township: UUID | None) -> County:
    assert township is not None
    return County(known.committee.id, township, branch)


@pytest.fixture
async def world(paid: Story, tmp_path: Path) -> World:
    service = paid.service
    branch, foreign = paid.branches[FIVE], service.other.assessed[0]
    ids = await things(paid)
    folder = FolderFiles(tmp_path)
    service.context.ports[FileStore] = folder
    assert await folder.put(PDF) == DIGEST
    return World(
        service.app,
        service.http,
        service.signer.key,
        "test",
        county_of(service.county, branch.id, branch.parent_id),
        county_of(service.other, foreign.id, foreign.parent_id),
        ids,
        query={
            "GET /v1/applications": {"cycle_id": ids["cycle_id"]},
            "GET /v1/policies/{policy_id}/differences": {"from": ids["policy_id"]},
            "GET /v1/cycles/{cycle_id}/rights": {"linkage": "honours"},
        },
        content={
            "POST /v1/applications/{application_id}/evidence": {
                "files": {"file": ("合同.pdf", PDF, "application/pdf")},
                "data": {"star": STAR, "item": ITEM},
            },
            "PUT /v1/policies/{policy_id}": {"json": {"text": PRESET.read_text()}},
            "PUT /v1/policies/{policy_id}/file": {"files": {"file": ("方案.yaml", PRESET_BYTES)}},
            "POST /v1/policies/import": {
                "files": {"file": ("方案.yaml", PRESET_BYTES)},
                "data": {"county_id": ids["county_id"]},
            },
        },
        departments={Role.DEPARTMENT: DEPARTMENT, Role.SOURCE_OFFICE: OFFICE},
    )


async def test_everybody_is_let_in_where_the_table_says_and_nowhere_else(world: World) -> None:
    check("scoring", await observed(world))


async def test_a_false_token_opens_nothing(world: World) -> None:
    assert await let_in_with_a_false_token(world) == []
