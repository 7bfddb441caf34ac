"""What reaches scoring from the others: directory, revocations, the worker's settings."""

from datetime import UTC, datetime, timedelta

import httpx

from services.scoring import worker
from services.scoring.settings import Settings
from shared.caller import Role
from shared.contracts.registry import GrantChanged, OrganizationChanged, SessionRevoked, Tier
from shared.queue import loads
from tests.scoring.county import Service, organization, problem


async def test_news_of_organizations_only_wakes_the_pull(service: Service) -> None:
    late = organization("新村党支部", service.county.townships[0], Tier.VILLAGE)
    service.registry.organizations.append(late)
    service.queue.take("scoring")
    event = OrganizationChanged(count=1)
    await service.receive(service.envelope(event, service.county.committee.id, "registry"))
    assert [job for job, _ in service.queue.take("scoring")] == ["follow_directory"]
    await service.run_job("follow_directory")
    cycle = await service.open_cycle()
    village = service.county.village(late)
    body = {"cycle_id": cycle["id"], "organization_id": str(late.id)}
    await service.call("POST", "/v1/applications", village, json=body, expect=201)


async def test_a_revoked_grant_voids_older_tokens(service: Service) -> None:
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    headers = service.signer.headers(office)
    assert (await ask(service, headers)).status_code == 200
    assert office.user_id
    event = GrantChanged(
        user_id=office.user_id, not_before=datetime.now(UTC) + timedelta(minutes=1)
    )
    await service.receive(service.envelope(event, office.user_id, "registry"))
    await forget_the_cache(service)
    assert problem(await ask(service, headers)) == "not-signed-in"


async def test_a_revoked_session_voids_its_own_tokens_only(service: Service) -> None:
    gone = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    stays = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    assert gone.user_id
    event = SessionRevoked(
        user_id=gone.user_id,
        session_id=gone.session_id,
        not_before=datetime.now(UTC) + timedelta(minutes=1),
    )
    await service.receive(service.envelope(event, gone.user_id, "registry"))
    await forget_the_cache(service)
    assert problem(await ask(service, service.signer.headers(gone))) == "not-signed-in"
    assert (await ask(service, service.signer.headers(stays))).status_code == 200


async def ask(service: Service, headers: dict[str, str]) -> httpx.Response:
    return await service.http.get("/v1/policies", headers=headers)


async def forget_the_cache(service: Service) -> None:
    """Revocations are re-read once a second; do not wait for it."""
    service.app.state.verifier.revocations._read = 0.0


async def test_an_event_that_comes_twice_is_applied_once(service: Service) -> None:
    event = OrganizationChanged(count=1)
    envelope = service.envelope(event, service.county.committee.id, "registry")
    service.queue.take("scoring")
    for _ in range(2):
        await service.receive(envelope)
    woken = [job for job, _ in service.queue.take("scoring") if job == "follow_directory"]
    assert len(woken) == 1
    acknowledged = [job for job, _ in service.queue.take("registry")]
    assert acknowledged == ["acknowledge_events"] * 2


def test_the_worker_runs_what_the_readme_lists(settings: Settings) -> None:
    found = worker.worker_settings(settings)
    names = {job.name for job in found["functions"]} | {job.name for job in found["cron_jobs"]}
    assert {"follow_directory", "cron:sweep_pauses", "cron:sweep_applications"} <= names
    assert {"cron:sweep_orphans", "cron:replay_results", "cron:sweep_reviews"} <= names
    assert found["queue_name"] == "wuxing:scoring"
    assert found["job_deserializer"] is loads


async def test_a_body_that_is_far_too_large_is_refused_as_such(service: Service) -> None:
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    body = {"county_id": str(service.county.committee.id), "text": "x" * 13_000_000}
    answer = await service.call("POST", "/v1/policies", office, json=body)
    assert answer.status_code == 413
