"""Money changed behind the application's back is found at night."""

import structlog

from services.scoring.incentives import jobs
from shared.caller import Role
from tests.scoring.results.story import Story

GUARDED = ("entitlements", "register_lines")
FLIPS = (
    (
        "UPDATE entitlements SET amount = 90001 WHERE amount = 90000",
        "UPDATE entitlements SET amount = 90000 WHERE amount = 90001",
        "settlement",
    ),
    (
        "UPDATE settlements SET hash = hash || '0'",
        "UPDATE settlements SET hash = left(hash, -1)",
        "settlement",
    ),
    (
        "UPDATE register_lines SET amount = 90001 WHERE amount = 90000",
        "UPDATE register_lines SET amount = 90000 WHERE amount = 90001",
        "register",
    ),
    (
        "UPDATE registers SET input = input || ' '",
        "UPDATE registers SET input = substr(input, 1, length(input) - 1)",
        "register.input",
    ),
)


async def change(story: Story, statement: str) -> None:
    async with story.service.context.work() as work:
        connection = await work.session.connection()
        for state in ("DISABLE", "ENABLE"):
            for table in GUARDED:
                await connection.exec_driver_sql(f"ALTER TABLE {table} {state} TRIGGER USER")
            if state == "DISABLE":
                await connection.exec_driver_sql(statement)


async def found_at_night(story: Story) -> set[str]:
    with structlog.testing.capture_logs() as logs:
        await jobs.recheck_money(story.service.context)
    return {each["subject"] for each in logs if each["log_level"] == "error"}


async def test_every_flip_of_money_is_found_and_nothing_else(paid: Story) -> None:
    await paid.service.move_clock("2026-06-02 09:00")
    body = {"payer": "village_collective", "month": "2026-06"}
    await paid.post(f"/v1/cycles/{paid.id}/registers", paid.finance, body, 201)
    for flip, undo, subject in FLIPS:
        assert await found_at_night(paid) == set(), f"before {flip}"
        await change(paid, flip)
        assert await found_at_night(paid) == {subject}, flip
        await change(paid, undo)
    inspector = paid.service.county.caller(Role.INSPECTOR)
    raised = await paid.get(f"/v1/alarms?cycle_id={paid.id}&limit=500", inspector)
    assert {each["subject"] for each in raised["items"]} == {each for _, _, each in FLIPS}


async def test_a_settlement_on_its_way_is_no_difference(story: Story) -> None:
    await story.clear()
    determination_id = await story.determined()
    assert await found_at_night(story) == set()
    await story.service.receive(
        story.service.envelope(story.closing(determination_id), story.announcement_id)
    )
    assert await found_at_night(story) == set()
    await story.listen()
    assert await found_at_night(story) == set()
