"""The replay finds what was changed behind the application's back, and says so."""

from collections.abc import AsyncIterator, Sequence

import pytest
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DBAPIError

from deploy.local.servers import GivenPostgres
from services.scoring.results import jobs
from shared.audit import audit_log
from shared.caller import Role
from tests.conftest import DatabaseFactory
from tests.scoring.county import problem
from tests.scoring.results.story import CIVILITY, FIVE, ONE, THREE, Story, prepare, tell

APPEND_ONLY = ("snapshots", "snapshot_entries", "corrections", "result_versions", "alarms")


async def contested(told: Story) -> None:
    """One result is corrected after an upheld objection."""
    await told.clear()
    determination_id = await told.determined()
    await told.published(determination_id)
    await told.closed(determination_id, FIVE)
    await told.upheld(determination_id, FIVE, CIVILITY)


@pytest.fixture
async def corrected(postgres: GivenPostgres, templates: DatabaseFactory) -> AsyncIterator[Story]:
    prepared = await prepare(postgres, templates, "corrected", contested)
    async with tell(postgres, prepared) as told:
        yield told


async def behind_its_back(story: Story, statement: str) -> None:
    """Change rows as somebody could who owns the database."""
    guarded = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in (*APPEND_ONLY, "policies")]
    restored = [each.replace("DISABLE", "ENABLE") for each in guarded]
    await change(story, *guarded, statement, *restored)


async def change(story: Story, *statements: str) -> None:
    async with story.service.context.work() as work:
        connection = await work.session.connection()
        for statement in statements:
            await connection.exec_driver_sql(statement)


async def alarms(story: Story) -> Sequence[dict[str, str]]:
    found = await story.get("/v1/alarms", story.service.county.caller(Role.INSPECTOR))
    items: list[dict[str, str]] = found["items"]
    return items


async def test_nothing_to_alarm_where_nothing_was_changed(corrected: Story) -> None:
    replayed = await corrected.replay()
    # Ten branches and the second version of one.
    assert (replayed["identical"], replayed["snapshots"], replayed["versions"]) == (True, 1, 11)
    await jobs.replay_results(corrected.service.context)
    assert await alarms(corrected) == []


async def test_one_flipped_score_raises_the_alarm_at_night(corrected: Story) -> None:
    one = await corrected.result(ONE)
    await behind_its_back(corrected, f"UPDATE results SET total = 10001 WHERE id = '{one['id']}'")  # noqa: S608 -- an id of this test
    with structlog.testing.capture_logs() as logs:
        await jobs.replay_results(corrected.service.context)
    [alarm] = await alarms(corrected)
    assert (alarm["subject"], alarm["subject_id"]) == ("result.total", one["id"])
    assert (alarm["expected"], alarm["found"]) == ("10000", "10001")
    errors = [each for each in logs if each["log_level"] == "error"]
    assert [(each["event"], each["subject"]) for each in errors] == [
        ("replay_difference", "result.total")
    ]
    async with corrected.service.context.read() as work:
        told = await work.session.scalar(
            sa.select(audit_log.c.after).where(audit_log.c.action == "cycle.replay")
        )
    assert told == {"versions": 11, "differences": 1, "alarms": [alarm["id"]]}
    # The next night says it again in the log, but it is the same alarm.
    await jobs.replay_results(corrected.service.context)
    assert len(await alarms(corrected)) == 1


def swapped(table: str, column: str, old: str, new: str) -> tuple[str, str]:
    """Statements that put one text in the place of another, and back."""
    text = f"convert_from({column}, 'UTF8')"
    made = [
        f"UPDATE {table} SET {column} = convert_to(replace({text}, '{one}', '{other}'), 'UTF8')"  # noqa: S608 -- names of this test
        for one, other in ((old, new), (new, old))
    ]
    return made[0], made[1]


# What is done behind the application's back, how it is undone, and what the alarm names.
FLIPS = (
    (
        "UPDATE results SET level = 9 WHERE level = 1",
        "UPDATE results SET level = 1 WHERE level = 9",
        "result.level",
    ),
    (*swapped("result_versions", "content", '"level":1', '"level":9'), "result"),
    # Even an old version that was corrected since.
    (
        "UPDATE result_versions SET level = 9 WHERE level = 5",
        "UPDATE result_versions SET level = 5 WHERE level = 9",
        "version.level",
    ),
    (*swapped("snapshot_entries", "document", ":2500", ":2499"), "snapshot"),
    (
        "UPDATE snapshots SET policy_hash = policy_hash || '0'",
        "UPDATE snapshots SET policy_hash = left(policy_hash, -1)",
        "snapshot.policy_hash",
    ),
    (
        "UPDATE policies SET document = jsonb_set(document, '{totals,floor_points}', '\"1\"')",
        "UPDATE policies SET document = jsonb_set(document, '{totals,floor_points}', '\"0.00\"')",
        "policy",
    ),
    (
        "UPDATE ranking_entries SET entry = replace(entry, '\"level\":3', '\"level\":9')",
        "UPDATE ranking_entries SET entry = replace(entry, '\"level\":9', '\"level\":3')",
        "ranking",
    ),
    (
        "UPDATE applications SET submitted = replace(submitted::text, '2500', '2499')::jsonb",
        "UPDATE applications SET submitted = replace(submitted::text, '2499', '2500')::jsonb",
        "source.scores",
    ),
    ("DELETE FROM result_versions WHERE version = 2", None, "result"),
)


async def test_every_flip_is_found_and_nothing_else(corrected: Story) -> None:
    for flip, undo, subject in FLIPS:
        assert (await corrected.replay())["identical"], f"before {flip}"
        await behind_its_back(corrected, flip)
        replayed = await corrected.replay()
        assert {each["subject"] for each in replayed["differences"]} == {subject}, flip
        if undo is not None:
            await behind_its_back(corrected, undo)
    raised = {each["subject"] for each in await alarms(corrected)}
    assert raised == {subject for _, _, subject in FLIPS}


async def test_the_database_itself_refuses_to_rewrite_the_past(corrected: Story) -> None:
    for table in APPEND_ONLY:
        with pytest.raises(DBAPIError, match="append-only"):
            await change(corrected, f"TRUNCATE {table}")
    with pytest.raises(DBAPIError, match="append-only"):
        await change(corrected, "DELETE FROM corrections")
    with pytest.raises(DBAPIError, match="append-only"):
        await change(corrected, "UPDATE result_versions SET level = 5")


async def test_a_village_neither_replays_nor_sees_alarms(corrected: Story) -> None:
    village = corrected.service.county.village(corrected.branches[THREE])
    path = f"/v1/cycles/{corrected.id}/replay"
    assert problem(await corrected.post(path, village)) == "forbidden"
    assert problem(await corrected.service.call("GET", "/v1/alarms", village)) == "forbidden"
