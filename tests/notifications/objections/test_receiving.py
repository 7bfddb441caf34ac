"""How objections come in, what is refused, and what nobody can find out."""

import json

import pytest
import sqlalchemy as sa

from services.notifications.objections.domain.limits import Limiter
from shared.caller import Role
from shared.idempotency import fingerprint, idempotency_keys
from shared.tables import new_id
from tests.notifications.conftest import Service, problem
from tests.notifications.objections.cases import (
    NAMED,
    TEXT,
    close,
    milliseconds_of_day,
    object_to,
    open_objections,
    progress,
    to_branch,
)
from tests.notifications.stories import Story


async def test_anyone_objects_and_follows_by_receipt(service: Service) -> None:
    story = await Story(service).published()
    number = await to_branch(story, 0, star="beauty")
    assert number.startswith("公示-2026-")
    found = await progress(service, number)
    assert found == {
        "kind": "objection",
        "matter": "2026年度农村党支部“五星”创建评定结果",
        "received_on": "2026-05-11",
        "state": "已收到",
        "withdrawn": False,
        "answer": None,
    }


async def test_receipts_are_read_as_people_type_them(service: Service) -> None:
    story = await Story(service).published()
    number = await to_branch(story, 0)
    for typed in (number.lower(), number.removeprefix("公示-"), number.replace("-", " ")):
        assert (await progress(service, typed))["state"] == "已收到"
    wrong = number[:-1] + ("2" if number[-1] != "2" else "3")
    answer = await service.call("GET", f"/v1/objections/receipt/{wrong}", expect=422)
    assert problem(answer) == "receipt-number-invalid"


@pytest.mark.parametrize(
    ("fields", "slug"),
    [
        ({"kind": "branch"}, "objection-incomplete"),
        ({"kind": "omission"}, "objection-incomplete"),
        ({"kind": "procedure", "text": "   "}, "invalid-content"),
        ({"kind": "procedure", "text": "长" * 4001}, "invalid-content"),
        ({"kind": "procedure", "name": "张三"}, "objection-incomplete"),
        ({"kind": "procedure", "contact": "13800000000"}, "objection-incomplete"),
        ({"kind": "branch", "organization_id": str(new_id())}, "not-on-notice"),
        ({"kind": "omission", "organization_id": str(new_id())}, "not-found"),
        ({"kind": "procedure", "organization_id": str(new_id())}, "not-on-notice"),
    ],
)
async def test_what_cannot_be_checked_is_refused(
    service: Service, fields: dict[str, str], slug: str
) -> None:
    story = await Story(service).published()
    body = {"text": TEXT} | fields
    answer = await service.call("POST", f"{story.path}/objections", json=body)
    assert problem(answer) == slug
    assert await open_objections(story) == []


async def test_a_star_that_is_not_on_the_notice_and_a_branch_that_is(service: Service) -> None:
    story = await Story(service).published()
    path = f"{story.path}/objections"
    body = {"kind": "branch", "text": TEXT, "organization_id": str(story.branches[2].id)}
    answer = await service.call("POST", path, json=body | {"star": "beauty"}, expect=422)
    assert problem(answer) == "star-not-on-notice"
    answer = await service.call("POST", path, json=body | {"kind": "omission"}, expect=422)
    assert problem(answer) == "already-on-notice"


async def test_a_draft_takes_no_objection(service: Service) -> None:
    story = await Story(service).drafted()
    body = {"kind": "procedure", "text": TEXT}
    await service.call("POST", f"{story.path}/objections", json=body, expect=404)


async def test_a_late_objection_changes_nothing_and_becomes_a_clue(service: Service) -> None:
    story = await Story(service).published()
    # The last day has passed; whether the sweep has run yet makes no difference.
    await service.move_clock("2026-05-19 00:05")
    body = {"kind": "procedure", "text": TEXT} | NAMED
    for _ in range(2):
        answer = await service.call("POST", f"{story.path}/objections", json=body, expect=409)
        assert problem(answer) == "objection-late"
        number = answer.json()["clue_number"]
        assert number.startswith("线索-2026-")
        assert (await progress(service, number))["state"] == "已作为问题线索转交纪委监委"
        await close(story)
    assert await open_objections(story) == []
    [(kind, data), *_] = [each for each in await service.sent() if "closed" in each[0]]
    assert (kind, data["held"]) == ("announcement.closed", [])
    listed = await service.call("GET", "/v1/clues", story.inspector, expect=200)
    items = listed.json()["items"]
    assert len(items) == 2
    clue = await service.call("GET", f"/v1/clues/{items[0]['id']}", story.inspector, expect=200)
    assert clue.json()["statement"]["name"] == "张三"


async def test_a_late_objection_repeated_with_its_key_is_one_clue(service: Service) -> None:
    story = await Story(service).published()
    await service.move_clock("2026-05-19 00:05")
    body = {"kind": "procedure", "text": TEXT}
    answers = [
        await service.call(
            "POST",
            f"{story.path}/objections",
            json=body,
            headers={"Idempotency-Key": "late-objection"},
            expect=409,
        )
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    listed = await service.call("GET", "/v1/clues", story.inspector, expect=200)
    assert len(listed.json()["items"]) == 1


async def test_the_last_minute_is_in_time(service: Service) -> None:
    story = await Story(service).published()
    await service.move_clock("2026-05-18 23:58")
    assert (await to_branch(story, 0)).startswith("公示")


async def test_an_omission_named_in_words_holds_every_branch_it_may_mean(
    service: Service,
) -> None:
    story = await Story(service, levels=(5, 3, 1)).published()
    await object_to(story, kind="omission", subject="后寺村")
    await object_to(story, kind="omission", subject="不存在的村")
    # 后寺村 is twice in the county; the one on the notice is not omitted.
    found = sorted((each["organization_ids"] for each in await open_objections(story)), key=len)
    assert found == [[], [str(story.branches[3].id)]]


async def test_the_desk_enters_what_came_otherwise(service: Service) -> None:
    story = await Story(service).published()
    await service.move_clock("2026-05-13 10:00")
    body = {"kind": "procedure", "text": TEXT, "channel": "letter", "received_on": "2026-05-12"}
    path = f"{story.path}/objections/desk"
    entered = await service.call("POST", path, story.inspector, json=body, expect=201)
    assert entered.json()["kind"] == "objection"
    [objection] = await open_objections(story)
    assert (objection["channel"], objection["received_on"]) == ("letter", "2026-05-12")
    for day in ("2026-05-14", "2026-05-10"):
        wrong = body | {"received_on": day}
        answer = await service.call("POST", path, story.inspector, json=wrong, expect=422)
        assert problem(answer) == "objection-incomplete"
    answer = await service.call("POST", path, story.department, json=body, expect=403)
    stranger = service.other.caller(Role.INSPECTOR)
    answer = await service.call("POST", path, stranger, json=body, expect=403)
    assert problem(answer) == "out-of-scope"


async def test_a_letter_of_the_last_day_entered_before_the_sweep_is_in_time(
    service: Service,
) -> None:
    story = await Story(service).published()
    await service.move_clock("2026-05-19 00:05")
    body = {"kind": "procedure", "text": TEXT, "channel": "letter", "received_on": "2026-05-18"}
    path = f"{story.path}/objections/desk"
    entered = await service.call("POST", path, story.inspector, json=body, expect=201)
    assert entered.json()["kind"] == "objection"
    await close(story)
    entered = await service.call("POST", path, story.inspector, json=body, expect=201)
    assert entered.json()["kind"] == "clue"


async def test_inspectors_of_the_county_alone_read_objections(service: Service) -> None:
    story = await Story(service).published()
    await to_branch(story, 0, **NAMED)
    [objection] = await open_objections(story)
    path = f"/v1/objections/{objection['id']}"
    found = (await service.call("GET", path, story.inspector, expect=200)).json()
    assert found["statement"] == {"text": TEXT, "subject": None, **NAMED}
    stranger = service.other.caller(Role.INSPECTOR)
    await service.call("GET", path, stranger, expect=404)
    assert (await service.call("GET", "/v1/objections", stranger)).json()["items"] == []
    for role in (Role.ORGANIZATION_DEPARTMENT, Role.VILLAGE, Role.SYSTEM_ADMINISTRATOR):
        who = service.county.caller(role)
        for place in (path, "/v1/objections", "/v1/clues"):
            await service.call("GET", place, who, expect=403)
    await service.call("GET", path, expect=401)


async def test_the_department_learns_only_who_is_held(service: Service) -> None:
    story = await Story(service).published()
    await to_branch(story, 0, **NAMED)
    await to_branch(story, 0)
    answer = await service.call("GET", f"{story.path}/holds", story.department, expect=200)
    branch = story.branches[0]
    assert answer.json() == [{"organization_id": str(branch.id), "name": branch.name}]
    await service.call("GET", f"{story.path}/holds", expect=401)


async def dump(service: Service) -> dict[str, str]:
    """Everything the database holds, by table."""
    async with service.context.read() as work:
        names = await work.session.scalars(
            sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        )
        found = {}
        for name in names:
            rows = await work.session.execute(sa.text(f'SELECT * FROM "{name}"'))  # noqa: S608 -- names of our own tables
            kept = [dict(row) for row in rows.mappings()]
            found[name] = json.dumps(kept, default=str, ensure_ascii=False)
        return found


async def test_the_database_tells_neither_who_nor_when(service: Service) -> None:
    story = await Story(service).published()
    before = await dump(service)
    number = await to_branch(story, 0, **NAMED)
    after = await dump(service)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"objections", "sealed_statements"}
    for secret in ("张三", "13800000000", TEXT, number, "127.0.0.1"):
        assert secret not in after["objections"] + after["sealed_statements"]
    [row] = json.loads(after["objections"])
    assert row["received_on"] == "2026-05-11"
    assert milliseconds_of_day(row["id"]) == 0


async def test_too_many_from_one_place_are_asked_to_wait(service: Service) -> None:
    story = await Story(service).published()
    service.context.ports[Limiter].most = 2
    for _ in range(2):
        await to_branch(story, 0)
    body = {"kind": "procedure", "text": TEXT}
    answer = await service.call("POST", f"{story.path}/objections", json=body, expect=429)
    assert problem(answer) == "too-many-requests"
    assert len(await open_objections(story)) == 2


async def test_a_repeated_request_with_its_key_is_one_objection(service: Service) -> None:
    story = await Story(service).published()
    body = {"kind": "procedure", "text": TEXT}
    keyed = {"Idempotency-Key": "objection-1"}
    path = f"{story.path}/objections"
    numbers = {
        (await service.call("POST", path, json=body, headers=keyed, expect=201)).json()["number"]
        for _ in range(3)
    }
    assert len(numbers) == 1
    assert len(await open_objections(story)) == 1
    other = body | {"text": "另一件事"}
    answer = await service.call("POST", path, json=other, headers=keyed, expect=422)
    assert problem(answer) == "idempotency-key-reused"


async def test_the_database_tells_no_receipt_and_no_key(service: Service) -> None:
    story = await Story(service).published()
    body = {"kind": "procedure", "text": TEXT}
    keyed = {"Idempotency-Key": "the-key-of-the-phone"}
    path = f"{story.path}/objections"
    number = (await service.call("POST", path, json=body, headers=keyed, expect=201)).json()[
        "number"
    ]
    async with service.context.read() as work:
        [row] = (await work.session.execute(sa.select(idempotency_keys))).all()
    assert row.caller == "public"
    kept = f"{row.key} {row.fingerprint} {row.headers} {bytes(row.body)!r} {row.body.hex()}"
    for secret in (number, number.encode().hex(), "the-key-of-the-phone"):
        assert secret not in kept
    assert "number" not in kept
    # Nor can who knows the text check a guess at who sent what against the fingerprint.
    assert row.fingerprint != fingerprint("POST", f"{path}?", json.dumps(body).encode())
    again = await service.call("POST", path, json=body, headers=keyed, expect=201)
    assert again.json()["number"] == number
    assert again.headers["idempotency-replayed"] == "true"
