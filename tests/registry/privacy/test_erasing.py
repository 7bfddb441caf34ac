"""Erasing a person: what stands in the way, who may, and that nothing tells the person after."""

import asyncio
from dataclasses import replace
from datetime import date
from urllib.parse import quote
from uuid import UUID

import sqlalchemy as sa

from services.registry.imports.jobs import carry_out_imports
from services.registry.people.domain.elections import Body, ElectionState
from services.registry.privacy.domain.career import Career, Elected
from services.registry.privacy.domain.erasures import BlockKind, blocks_of
from shared.audit import audit_log
from shared.caller import Caller, Grant, Role
from shared.contracts.registry import Post
from shared.outbox import outbox as sent
from shared.tables import new_id
from tests.columns import plain_text, telling
from tests.registry.house import ADMIN, problem
from tests.registry.identity.people import try_to_sign_in
from tests.registry.imports.clerk import send, sheet
from tests.registry.privacy.conftest import (
    DEVICE,
    EMAIL,
    NAME,
    SECURITY,
    SUBJECT,
    USERNAME,
    Life,
)


async def test_what_runs_stands_in_the_way_and_is_named(life: Life) -> None:
    registry = life.registry
    looked = await registry.get(f"{life.path}/erase", SECURITY)
    assert (looked["possible"], looked["accounts"], looked["terms"]) == (False, 1, 1)
    assert {each["kind"]: each["id"] for each in looked["blocks"]} == {
        "term": life.term_id,
        "grant": life.grant_id,
    }
    refused = await life.ask(expect=409)
    assert problem(refused) == "erasure-blocked"
    assert [each["pointer"] for each in refused["errors"]] == [
        f"/terms/{life.term_id}",
        f"/grants/{life.grant_id}",
    ]
    assert (await registry.get(life.path))["name"] == NAME
    await life.retire()
    assert (await registry.get(f"{life.path}/erase"))["possible"]


async def test_who_stands_in_reserve_leaves_first_and_takes_the_origin_along(life: Life) -> None:
    registry, village = life.registry, life.county.of_tier("village")[1]["id"]
    await life.retire()
    ready = {"organization_id": village, "person_id": life.person_id, "kind": "secretary"}
    ready |= {"starts_on": "2026-01-01", "source": "返乡大学生"}
    entry = await registry.post("/reserve", ready, expect=201)
    looked = await registry.get(f"{life.path}/erase")
    assert [(each["kind"], each["id"]) for each in looked["blocks"]] == [("reserve", entry["id"])]
    refused = await life.ask(expect=409)
    assert [each["pointer"] for each in refused["errors"]] == [f"/reserve/{entry['id']}"]
    held = await registry.get(f"{life.path}/export", SECURITY)
    assert [each["source"] for each in held["reserve"]] == ["返乡大学生"]
    await registry.post(f"/reserve/{entry['id']}/remove", {"reason": "外出务工"})
    asked = await life.ask()
    await registry.post(f"/erasures/{asked['id']}/confirm", caller=SECURITY)
    async with registry.context.read() as work:
        found = await plain_text(work.session)
    assert "reserve_cadres" in telling(found, entry["id"])
    assert "reserve_cadres" not in telling(found, "返乡大学生", "外出务工")


def test_an_election_won_is_confirmed_or_cancelled_first() -> None:
    elected = [
        Elected(new_id(), new_id(), Body.BOTH, Post.MEMBER, state, None, None)
        for state in (ElectionState.HELD, ElectionState.CONFIRMED)
    ]
    elected.append(replace(elected[0], post=Post.DIRECTOR))
    blocks = blocks_of([], Career([], elected, []), [], date(2026, 3, 2))
    assert [(each.kind, each.id) for each in blocks] == [
        (BlockKind.ELECTION, elected[0].election_id)
    ]


async def test_another_administrator_confirms_and_nobody_erases_themself(life: Life) -> None:
    registry = life.registry
    await life.retire()
    oneself = replace(SECURITY, person_id=UUID(life.person_id))
    assert problem(await life.ask(oneself, 403)) == "erasure-needs-second-person"
    asked = await life.ask()
    assert problem(await life.ask(SECURITY, 409)) == "erasure-waiting"
    path = f"/erasures/{asked['id']}/confirm"
    other_account = replace(ADMIN, user_id=new_id())
    for caller in (ADMIN, other_account, oneself):
        refused = await registry.post(path, caller=caller, expect=403)
        assert problem(refused) == "erasure-needs-second-person"
    assert (await registry.get(life.path))["name"] == NAME
    done = await registry.post(path, caller=SECURITY)
    assert done["state"] == "done"
    again = await registry.post(path, caller=SECURITY, expect=409)
    assert problem(again) == "illegal-transition"
    listed = (await registry.get("/erasures", SECURITY))["items"]
    assert [(each["id"], each["state"]) for each in listed] == [(asked["id"], "done")]


async def test_what_began_after_the_request_stops_the_confirmation(life: Life) -> None:
    registry = life.registry
    await life.retire()
    asked = await life.ask()
    village = life.county.of_tier("village")[1]["id"]
    term = {"person_id": life.person_id, "organization_id": village, "post": "member"}
    await registry.post("/terms", term | {"starts_on": "2026-01-01"}, expect=201)
    path = f"/erasures/{asked['id']}/confirm"
    assert problem(await registry.post(path, caller=SECURITY, expect=409)) == "erasure-blocked"
    body = {"reason": "又任新职"}
    await registry.post(f"/erasures/{asked['id']}/reject", body, SECURITY)
    assert (await registry.get(life.path))["name"] == NAME


async def test_afterwards_no_column_tells_who_it_was(life: Life) -> None:
    registry = life.registry
    secrets = (NAME, "ouyang", "oyjg", EMAIL, USERNAME, SUBJECT, DEVICE)
    async with registry.context.read() as work:
        before = telling(await plain_text(work.session), *secrets)
    assert before == {"people", "users", "sessions", "outbox"}
    await life.erase()
    async with registry.context.read() as work:
        found = await plain_text(work.session)
    assert telling(found, *secrets) == set()
    assert telling(found, life.person_id) >= {"people", "terms", "users", "erasures", "audit_log"}


async def test_where_the_name_stays_in_peoples_own_words_is_told(life: Life) -> None:
    registry, village = life.registry, life.county.of_tier("village")[0]["id"]
    assert (await registry.get(f"{life.path}/erase"))["mentions"] == {}
    await registry.post(f"/grants/{life.grant_id}/revoke", {"reason": f"{NAME}已离任"})
    held = {"organization_id": village, "kind": "members_meeting", "held_on": "2026-01-10"}
    minutes = {"present": 3, "expected": 4, "minutes": f"{NAME}记录本第 3 页"}
    await registry.post("/life-entries", held | minutes, expect=201)
    told = (await registry.get(f"{life.path}/erase"))["mentions"]
    assert told == {"grant_reason": 1, "life_entry_minutes": 1, "audit_reason": 1}


async def test_faults_and_file_names_of_imports_lose_the_name(life: Life) -> None:
    registry = life.registry
    village = life.county.of_tier("village")[0]["id"]
    await registry.patch(life.path, {"name": "欧阳"}, 2)
    # Organization, its name, person, name, post, first and last day.
    row = [village, "", life.person_id, "欧阳", "副书记", "2024-01-15", "2024-12-31"]
    named = {"X-File-Name": quote(f"{NAME}的任期.csv"), "Content-Type": "text/csv"}
    answer = await registry.http.post(
        "/v1/imports/people",
        content=sheet("people", [row]),
        headers=registry.headers(ADMIN) | named,
    )
    path = f"/imports/{answer.json()['id']}"
    # What is found between trial and confirmation is kept with the import.
    await registry.patch(life.path, {"name": NAME}, 3)
    await registry.post(f"{path}/confirm", expect=202)
    await carry_out_imports(registry.context)
    refused = await registry.get(path)
    assert NAME in str(refused["errors"])
    await life.erase()
    found = await registry.get(path)
    assert NAME not in str(found)
    assert len(found["errors"]) == len(refused["errors"])
    assert found["file_name"] == "已删除的任期.csv"
    row[3] = "已删除"
    again = await send(registry, "people", sheet("people", [row]), expect=422)
    assert "这名人员的信息已删除" in str(again["errors"])


async def test_a_term_that_is_being_entered_and_an_erasure_take_turns(life: Life) -> None:
    registry = life.registry
    await life.retire()
    asked = await life.ask()
    village = life.county.of_tier("village")[1]["id"]
    term = {"person_id": life.person_id, "organization_id": village, "post": "member"}
    answers = await asyncio.gather(
        registry.http.post(
            "/v1/terms",
            json=term | {"starts_on": "2026-01-01"},
            headers=registry.headers(ADMIN),
        ),
        registry.http.post(
            f"/v1/erasures/{asked['id']}/confirm", headers=registry.headers(SECURITY)
        ),
    )
    codes = [each.status_code for each in answers]
    assert codes in ([201, 409], [422, 200]), [each.text for each in answers]


async def test_the_audit_trail_holds_no_personal_value_of_all_that_happened(life: Life) -> None:
    await life.erase()
    async with life.registry.context.read() as work:
        actions = set(await work.session.scalars(sa.select(audit_log.c.action)))
        rows = await work.session.execute(sa.select(audit_log))
        told = "\n".join(str(dict(row)) for row in rows.mappings())
    happened = {
        *("person.register", "person.correct", "term.enter", "term.end", "user.create"),
        *("user.correct", "session.sign_in", "session.refresh_reused", "grant.revoke"),
        *("user.enrol_second_factor", "erasure.request", "erasure.confirm"),
    }
    assert happened <= actions
    for secret in (NAME, "错名", EMAIL, USERNAME, SUBJECT, DEVICE):
        assert secret not in told


async def test_the_account_is_closed_and_the_others_are_told(life: Life) -> None:
    registry = life.registry
    await life.erase()
    person = await registry.get(life.path)
    assert person["name"] == "已删除"
    account = await registry.get(f"/users/{life.user_id}")
    assert account["username"] == f"deleted-{life.user_id}"
    assert (account["display_name"], account["email"]) == ("已删除", None)
    assert account["disabled"]
    for username in (USERNAME, account["username"]):
        answer = await try_to_sign_in(registry, username)
        assert answer.status_code in (401, 403)
    async with registry.context.read() as work:
        rows = await work.session.execute(
            sa.select(sent).where(sent.c.aggregate_id == UUID(life.user_id))
        )
        told = [(row.type, row.consumer, row.data) for row in rows]
    own = {"person_id": life.person_id, "user_id": life.user_id}
    assert [each for each in told if each[0] == "person.erased"] == [
        ("person.erased", "notifications", own)
    ]
    alarms = [data for kind, _, data in told if kind == "session.alarm"]
    assert {(each["display_name"], each["device"]) for each in alarms} == {("已删除", "已删除")}
    assert {kind for kind, consumer, _ in told if consumer == "scoring"} >= {"session.revoked"}


async def test_terms_still_add_up_and_no_new_ones_begin(life: Life) -> None:
    registry = life.registry
    await life.erase()
    found = (await registry.get("/terms", person_id=life.person_id))["items"]
    assert [(each["id"], each["ends_on"]) for each in found] == [(life.term_id, "2025-12-31")]
    village = life.county.of_tier("village")[1]["id"]
    term = {"person_id": life.person_id, "organization_id": village, "post": "member"}
    refused = await registry.post("/terms", term | {"starts_on": "2026-02-01"}, expect=422)
    assert problem(refused) == "terms-rejected"
    corrected = await registry.patch(life.path, {"name": NAME}, 3, expect=409)
    assert problem(corrected) == "person-erased"
    assert problem(await life.ask(SECURITY, 409)) == "person-erased"


async def test_a_county_erases_its_own_people_only(life: Life) -> None:
    await life.retire()
    elsewhere = Caller(new_id(), (Grant(Role.SECURITY_ADMINISTRATOR, new_id()),), new_id())
    assert problem(await life.ask(elsewhere, 404)) == "person-unknown"
    own = life.county.caller(Role.SECURITY_ADMINISTRATOR)
    asked = await life.ask(own)
    path = f"/erasures/{asked['id']}/confirm"
    hidden = await life.registry.post(path, caller=elsewhere, expect=404)
    assert problem(hidden) == "erasure-unknown"
    officer = life.county.caller(Role.ORGANIZATION_DEPARTMENT)
    assert problem(await life.ask(officer, 403)) == "forbidden"
