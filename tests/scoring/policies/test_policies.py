"""Policies over HTTP: draft, correct, check, publish; what was published stays."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.scoring.policies import usecases
from shared.caller import Role
from tests.scoring.county import PRESET, Service, problem

TEXT = usecases.preset_text(PRESET)


async def draft(service: Service, text: str) -> dict[str, Any]:
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    body = {"county_id": str(service.county.committee.id), "text": text}
    answer = await service.call("POST", "/v1/policies", office, json=body, expect=201)
    return dict(answer.json())


async def test_a_preset_becomes_a_published_policy_known_by_its_hash(service: Service) -> None:
    published = await service.published_policy()
    assert published["state"] == "published"
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", published["hash"])
    assert published["published_by"]
    assert published["preset"] == PRESET


async def test_every_item_is_shown_with_its_clause(service: Service) -> None:
    policy = await service.published_policy()
    village = service.county.village(service.county.branches[0])
    read = (await service.call("GET", f"/v1/policies/{policy['id']}", village, expect=200)).json()
    items = [item for star in read["policy"]["stars"] for item in star["items"]]
    assert len(items) > 20
    assert all(item["clause"] and item["rule"]["max_points"] for item in items)


async def test_the_text_comes_back_as_it_was_written(service: Service) -> None:
    policy = await service.published_policy()
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    answer = await service.call("GET", f"/v1/policies/{policy['id']}/yaml", office, expect=200)
    assert answer.text == TEXT
    assert answer.headers["content-type"].startswith("application/yaml")
    again = await draft(service, answer.text)
    assert again["hash"] == policy["hash"]


async def test_a_policy_may_let_the_next_one_into_a_place_that_fell_free(service: Service) -> None:
    text = usecases.preset_text("five_star_edition_1")
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    made = await draft(service, text.replace("refill: none}", "refill: next}", 2))
    path = f"/v1/policies/{made['id']}"
    checked = (await service.call("POST", f"{path}/check", office, expect=200)).json()
    assert checked["publishable"]
    published = (await service.call("POST", f"{path}/publish", office, expect=200)).json()
    quotas = published["policy"]["quotas"]
    assert sorted(each["refill"] for each in quotas) == ["next", "next", "none", "none", "none"]


async def test_the_check_names_all_mistakes_at_once_with_their_clauses(service: Service) -> None:
    broken = TEXT.replace("max_points: 20}", "max_points: 25}", 1)
    broken = broken.replace("department: publicity_department", "department: nobody", 1)
    broken = broken.replace("source_office: petition_bureau", "source_office: nowhere", 1)
    broken = broken.replace("code: moral_building", "code: ideology_study", 1)
    broken = re.sub(r"points: 85, clause", "points: 130, clause", broken)
    made = await draft(service, broken)
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    path = f"/v1/policies/{made['id']}"
    checked = (await service.call("POST", f"{path}/check", office, expect=200)).json()
    assert not checked["publishable"]
    assert {fault["code"] for fault in checked["faults"]} >= {
        "base_sum",
        "unknown_department",
        "unknown_source_office",
        "duplicate_code",
        "line_unreachable",
    }
    clauses = {fault["code"]: fault["clause"] for fault in checked["faults"]}
    assert clauses["base_sum"] == "基层党建星"
    refused = await service.call("POST", f"{path}/publish", office, expect=422)
    assert problem(refused) == "policy-faulty"
    assert len(refused.json()["errors"]) == len(checked["faults"])
    read = (await service.call("GET", path, office)).json()
    assert read["state"] == "draft"


async def test_text_that_is_no_policy_is_refused_with_its_rows(service: Service) -> None:
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    body = {"county_id": str(service.county.committee.id), "text": "code: 1\n\tedition: x"}
    answer = await service.call("POST", "/v1/policies", office, json=body, expect=422)
    assert problem(answer) == "policy-unreadable"
    assert answer.json()["errors"][0]["pointer"].startswith("row ")
    assert not (await service.call("GET", "/v1/policies", office)).json()["items"]


async def test_a_draft_is_corrected_on_its_version_only(service: Service) -> None:
    made = await draft(service, TEXT)
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    path, body = f"/v1/policies/{made['id']}", {"text": TEXT.replace('"2"', '"2.1"', 1)}
    assert problem(await service.call("PUT", path, office, json=body)) == "if-match-required"
    stale = await service.call("PUT", path, office, json=body, headers={"If-Match": '"7"'})
    assert problem(stale) == "stale-version"
    fresh = {"If-Match": '"1"'}
    changed = await service.call("PUT", path, office, json=body, headers=fresh, expect=200)
    assert changed.json()["edition"] == "2.1"
    assert changed.headers["ETag"] == '"2"'


async def test_what_was_published_can_neither_be_rewritten_nor_published_again(
    service: Service,
) -> None:
    policy = await service.published_policy()
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    path = f"/v1/policies/{policy['id']}"
    tag = {"If-Match": f'"{policy["version"]}"'}
    rewritten = await service.call("PUT", path, office, json={"text": TEXT}, headers=tag)
    assert problem(rewritten) == "illegal-transition"
    assert problem(await service.call("POST", f"{path}/publish", office)) == "illegal-transition"
    twin = await draft(service, TEXT)
    await service.call("POST", f"/v1/policies/{twin['id']}/check", office, expect=200)
    second = await service.call("POST", f"/v1/policies/{twin['id']}/publish", office, expect=409)
    assert problem(second) == "policy-edition-published"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE policies SET text = 'x'", "DELETE FROM policies", "UPDATE policies SET hash = ''"],
)
async def test_the_database_itself_keeps_a_published_policy(
    service: Service, statement: str
) -> None:
    await service.published_policy()
    async with service.context.sessions() as session:
        with pytest.raises(DBAPIError, match="immutable"):
            await session.execute(sa.text(statement))


async def test_only_the_office_of_the_county_writes(service: Service) -> None:
    body = {"county_id": str(service.county.committee.id), "preset": PRESET}
    village = service.county.village(service.county.branches[0])
    assert problem(await service.call("POST", "/v1/policies", village, json=body)) == "forbidden"
    stranger = service.other.caller(Role.ORGANIZATION_DEPARTMENT)
    refused = await service.call("POST", "/v1/policies", stranger, json=body)
    assert problem(refused) == "out-of-scope"
    policy = await service.published_policy()
    hidden = await service.call("GET", f"/v1/policies/{policy['id']}", stranger)
    assert problem(hidden) == "not-found"
    assert problem(await service.call("GET", "/v1/policies")) == "not-signed-in"


async def test_a_township_has_no_policy_of_its_own(service: Service) -> None:
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    body = {"county_id": str(service.county.townships[0].id), "preset": PRESET}
    refused = await service.call("POST", "/v1/policies", office, json=body, expect=422)
    assert problem(refused) == "not-a-county"


async def test_drafts_are_seen_by_office_and_inspector_only(service: Service) -> None:
    made = await draft(service, TEXT)
    path = f"/v1/policies/{made['id']}"
    township = service.county.township(service.county.townships[0])
    assert problem(await service.call("GET", path, township)) == "forbidden"
    assert not (await service.call("GET", "/v1/policies", township)).json()["items"]
    inspector = service.county.caller(Role.INSPECTOR)
    assert (await service.call("GET", path, inspector)).status_code == 200
    assert len((await service.call("GET", "/v1/policies", inspector)).json()["items"]) == 1


async def test_presets_are_listed_and_exported(service: Service) -> None:
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    listed = (await service.call("GET", "/v1/presets", office, expect=200)).json()
    assert PRESET in {preset["name"] for preset in listed}
    assert (await service.call("GET", f"/v1/presets/{PRESET}", office)).text == TEXT
    missing = await service.call("GET", "/v1/presets/no_such", office, expect=404)
    assert problem(missing) == "unknown-preset"
    body = {"county_id": str(service.county.committee.id), "preset": "../../../etc/passwd"}
    refused = await service.call("POST", "/v1/policies", office, json=body)
    assert problem(refused) == "unknown-preset"


async def test_a_policy_needs_a_preset_or_a_text_and_not_both(service: Service) -> None:
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    for extra in ({}, {"preset": PRESET, "text": TEXT}):
        body = {"county_id": str(service.county.committee.id), **extra}
        assert (await service.call("POST", "/v1/policies", office, json=body)).status_code == 422


async def test_lists_are_paged_newest_first(service: Service) -> None:
    made = [(await draft(service, TEXT))["id"] for _ in range(3)]
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    first = (await service.call("GET", "/v1/policies?limit=2&total=true", office)).json()
    assert first["total"] == 3
    rest = f"/v1/policies?limit=2&cursor={first['next_cursor']}"
    second = (await service.call("GET", rest, office)).json()
    found = [each["id"] for page in (first, second) for each in page["items"]]
    assert found == made[::-1]
    assert second["next_cursor"] is None


async def test_publishing_demands_a_check_and_editing_takes_it_back(service: Service) -> None:
    made = await draft(service, TEXT)
    office, path = service.county.caller(Role.ORGANIZATION_DEPARTMENT), f"/v1/policies/{made['id']}"
    unchecked = await service.call("POST", f"{path}/publish", office, expect=409)
    assert problem(unchecked) == "illegal-transition"
    inspector = service.county.caller(Role.INSPECTOR)
    assert (await service.call("POST", f"{path}/check", inspector)).json()["publishable"]
    assert (await service.call("GET", path, office)).json()["state"] == "draft"
    await service.call("POST", f"{path}/check", office, expect=200)
    seen = await service.call("GET", path, office)
    assert seen.json()["state"] == "checked"
    headers = {"If-Match": seen.headers["ETag"]}
    edited = await service.call("PUT", path, office, json={"text": TEXT}, headers=headers)
    assert edited.json()["state"] == "draft"
    village = service.county.village(service.county.branches[0])
    assert problem(await service.call("GET", path, village)) == "forbidden"


async def test_a_later_edition_supersedes_and_running_cycles_stay(service: Service) -> None:
    first = await service.published_policy()
    cycle = await service.open_cycle(first)
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    later = await service.published_policy(TEXT.replace('edition: "2"', 'edition: "2.1"', 1))
    states = {
        each["id"]: each["state"]
        for each in (await service.call("GET", "/v1/policies", office)).json()["items"]
    }
    assert states == {first["id"]: "superseded", later["id"]: "published"}
    kept = (await service.call("GET", f"/v1/cycles/{cycle['id']}", office)).json()
    assert kept["policy_hash"] == first["hash"]
    body = {"policy_id": first["id"], "title": "旧版", "year": 2026}
    refused = await service.call("POST", "/v1/cycles", office, json=body)
    assert refused.status_code == 409, refused.text
