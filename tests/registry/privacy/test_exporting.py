"""Giving a person what registry holds about them: all of it, to them alone, and on record."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
import python_calamine

from services.registry.privacy.domain import holdings as rules
from services.registry.privacy.domain.sheets import said
from shared.caller import Caller, Grant, Role
from shared.clock import SHANGHAI
from shared.errors import Forbidden
from shared.tables import new_id
from tests.registry.house import ADMIN, Registry, problem
from tests.registry.identity.people import PASSWORD, sign_in
from tests.registry.privacy.conftest import DEVICE, EMAIL, NAME, SECURITY, SUBJECT, USERNAME, Life

AUDITOR = Caller(new_id(), (Grant(Role.AUDIT_ADMINISTRATOR),), person_id=new_id())


def oneself(life: Life) -> Caller:
    """Any account of the person, whatever it may do."""
    return Caller(new_id(), (), person_id=UUID(life.person_id))


async def test_the_person_is_given_everything(life: Life) -> None:
    held = await life.registry.get(f"{life.path}/export", oneself(life))
    assert held["person"]["name"] == NAME
    assert [each["id"] for each in held["terms"]] == [life.term_id]
    [account] = held["accounts"]
    assert account["username"] == USERNAME
    assert account["email"] == f"new.{EMAIL}"
    assert [each["id"] for each in account["grants"]] == [life.grant_id]
    assert DEVICE in {each["device"] for each in account["sessions"]}
    assert "refresh_reused" in {each["end_reason"] for each in account["sessions"]}
    assert [each["subject"] for each in account["identities"]] == [SUBJECT]
    assert account["second_factor_enrolled_at"] is not None
    assert account["recovery_codes_left"] == 10
    acted = {each["action"] for each in held["acted"]["items"]}
    assert {"session.sign_in", "user.confirm_second_factor"} <= acted
    about = {each["action"] for each in held["about"]["items"]}
    assert {"person.correct", "user.create", "user.correct"} <= about
    assert held["about"]["total"] == len(held["about"]["items"])


async def test_courses_and_elections_are_part_of_it(life: Life) -> None:
    registry = life.registry
    village = life.county.of_tier("village")[0]["id"]
    course = {
        "organization_id": village,
        "title": "轮训班",
        "kind": "classroom",
        "organiser": "县委党校",
        "starts_on": "2026-02-02",
        "ends_on": "2026-02-04",
        "hours": 24,
    }
    made = await registry.post("/courses", course, expect=201)
    marks = {"items": [{"person_id": life.person_id, "hours": 16, "completed": True}]}
    await registry.post(f"/courses/{made['id']}/attendance", marks)
    held = await registry.get(f"{life.path}/export", oneself(life))
    assert held["trained"] == [
        {
            "course_id": made["id"],
            "title": "轮训班",
            "starts_on": "2026-02-02",
            "ends_on": "2026-02-04",
            "hours": 16,
            "completed": True,
        }
    ]
    assert held["elected"] == held["reserve"] == []
    answer = await registry.http.get(
        f"/v1{life.path}/export/xlsx", headers=registry.headers(SECURITY)
    )
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.get_sheet_by_name("培训").to_python()[1][:1] == ["轮训班"]


async def test_what_opens_an_account_is_given_to_nobody(life: Life) -> None:
    text = str(await life.registry.get(f"{life.path}/export", oneself(life)))
    for hidden in ("argon2", "token_hash", "sealed", "password_hash", "secret_hash"):
        assert hidden not in text


async def test_the_workbook_says_the_same_and_holds_no_formula(life: Life) -> None:
    registry = life.registry
    await registry.patch(life.path, {"name": "=1+1"}, 2)
    answer = await registry.http.get(
        f"/v1{life.path}/export/xlsx", headers=registry.headers(SECURITY)
    )
    assert answer.status_code == 200
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert sheets["人员"][1][:2] == [life.person_id, "=1+1"]
    assert sheets["账号"][1][:3] == [USERNAME, NAME, f"new.{EMAIL}"]
    [term] = sheets["任期"][1:]
    assert term[1] == "书记"
    assert str(term[0]).startswith("中共获嘉县")
    assert {row[1] for row in sheets["登录"][1:]} >= {DEVICE}
    assert sheets["外部账号"][1][2] == SUBJECT
    assert len(sheets["涉及本人的记录"]) > 3


async def test_every_export_is_on_record(life: Life) -> None:
    registry = life.registry
    await registry.get(f"{life.path}/export", SECURITY)
    await registry.get(f"{life.path}/export", oneself(life))
    found = await registry.get("/audit", AUDITOR, action="person.export")
    assert [(each["entity_id"], each["after"]) for each in found["items"]] == [
        (life.person_id, {"form": "json", "own": True}),
        (life.person_id, {"form": "json", "own": False}),
    ]


async def test_nobody_else_is_given_it(life: Life) -> None:
    registry = life.registry
    path = f"{life.path}/export"
    for caller in (ADMIN, life.county.caller(Role.ORGANIZATION_DEPARTMENT), AUDITOR):
        assert problem(await registry.get(path, caller, 403)) == "forbidden"
    elsewhere = Caller(new_id(), (Grant(Role.SECURITY_ADMINISTRATOR, new_id()),), new_id())
    assert problem(await registry.get(path, elsewhere, 404)) == "person-unknown"


def test_a_key_is_not_the_person() -> None:
    person = new_id()
    caller = Caller(new_id(), (Grant(Role.PLATFORM),), person_id=person)
    rules.require_may_export(caller, person)
    with pytest.raises(Forbidden):
        rules.require_may_export(replace(caller, scopes=frozenset({"registry:read"})), person)
    with pytest.raises(Forbidden):
        rules.require_may_export(Caller(new_id(), ()), person)


async def test_of_an_erased_person_there_is_nothing_to_give(life: Life) -> None:
    await life.erase()
    refused = await life.registry.get(f"{life.path}/export", SECURITY, 409)
    assert problem(refused) == "person-erased"


async def test_a_person_signed_in_exports_by_the_own_token(registry: Registry, life: Life) -> None:
    body = {
        "username": "ouyang-2",
        "password": PASSWORD,
        "display_name": NAME,
        "person_id": life.person_id,
    }
    await registry.post("/users", body, expect=201)
    account = await sign_in(registry, "ouyang-2")
    held = await account.get(f"{life.path}/export")
    assert {each["username"] for each in held["accounts"]} == {USERNAME, "ouyang-2"}


def test_times_are_said_as_clocks_here_show_them() -> None:
    assert said(datetime(2026, 3, 1, 16, tzinfo=UTC), SHANGHAI) == "2026-03-02 00:00:00"
    assert said(None, SHANGHAI) == ""
    assert said(3, SHANGHAI) == "3"
