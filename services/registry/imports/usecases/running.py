"""Carry out what was confirmed: a whole file in one transaction, or nothing of it.

A worker that dies leaves nothing behind: its lock goes with its connection, and the next sweep
of any worker starts the file anew. What was written is seen by nobody before the end, except
the number of rows, which is shown past the transaction.
"""

import time
from dataclasses import replace
from uuid import UUID

import structlog

from services.registry.divisions.domain import ImportRejected
from services.registry.imports.domain.imports import (
    FORGOTTEN_AFTER,
    MACHINE,
    MOST_ATTEMPTS,
    Import,
    caller_of,
)
from services.registry.imports.store import imports as store
from services.registry.imports.usecases.kinds import KEEPING, compare
from services.registry.imports.usecases.planned import Progress
from shared.caller import SYSTEM
from shared.clock import real_now
from shared.context import Context
from shared.errors import Fault, Problem, Text

_SHOWN_EVERY_SECONDS = 0.5
_log = structlog.get_logger(__name__)


async def carry_out_all(ctx: Context) -> None:
    """Carry out every confirmed import that no other worker has in hand."""
    async with ctx.read() as work:
        waiting = await store.waiting(work.session)
    for each in waiting:
        try:
            await _carry_out(ctx, each)
        except Problem as problem:
            await _refuse(ctx, each, _said(problem), problem.extra.get("fault_count"))


async def _carry_out(ctx: Context, import_id: UUID) -> None:
    async with ctx.work() as work:
        found = await store.take(work.session, import_id)
        if found is None or found.actor is None:
            return
        if found.attempts >= MOST_ATTEMPTS:
            raise ImportRejected(
                f"系统办理 {MOST_ATTEMPTS} 次都中断了，没有保存任何一行；"
                "请联系管理员，或拆分文件后重新上传。",
                f"Broken off {MOST_ATTEMPTS} times; nothing was saved.",
            )
        begun = real_now()
        async with ctx.sessions() as aside:
            await store.begin(aside, import_id, begun)
            await aside.commit()
        work.caller = caller_of(found.actor)
        content = await store.content_of(work.session, import_id)
        await KEEPING[found.kind].hold(work)
        planned = await compare(work, found.kind, content, found.file_name, found.options)
        await planned.write(work, found, _progress(ctx, found))
        done = planned.summary
        finished = replace(
            found,
            state=MACHINE.fire("finish", found.state, SYSTEM),
            rows=done.rows,
            done=done.rows,
            created=done.created,
            changed=done.changed,
            unchanged=done.unchanged,
            attempts=found.attempts + 1,
            started_at=begun,
            finished_at=real_now(),
        )
        await store.close(work.session, finished)


def _progress(ctx: Context, of: Import) -> Progress:
    """Return what shows the number of rows written, at most twice a second."""
    shown = [time.monotonic()]

    async def show(done: int) -> None:
        if time.monotonic() - shown[0] < _SHOWN_EVERY_SECONDS:
            return
        shown[0] = time.monotonic()
        async with ctx.sessions() as aside:
            await store.show_progress(aside, of.id, min(done, of.rows))
            await aside.commit()

    return show


def _said(problem: Problem) -> tuple[Fault, ...]:
    return problem.faults or (Fault("file", problem.detail),)


async def _refuse(ctx: Context, import_id: UUID, faults: tuple[Fault, ...], count: object) -> None:
    """Keep why a file could not be carried out; its sender sends a better one."""
    async with ctx.work() as work:
        found = await store.take(work.session, import_id)
        if found is None:
            return
        refused = replace(
            found,
            state=MACHINE.fire("refuse", found.state, SYSTEM),
            faults=tuple(_told(fault) for fault in faults),
            fault_count=count if isinstance(count, int) else len(faults),
            finished_at=real_now(),
        )
        await store.close(work.session, refused)
        after = {"fault_count": refused.fault_count}
        await work.audit(
            "import.refuse", "import", import_id, county_id=found.county_id, after=after
        )
    _log.info("import_refused", import_id=str(import_id), faults=len(faults))


def _told(fault: Fault) -> dict[str, str]:
    text: Text = fault.detail
    return {"pointer": fault.pointer, "detail": text.zh, "detail_en": text.en}


async def forget(ctx: Context) -> None:
    """Cancel what nobody has confirmed for a week, and let its file go."""
    async with ctx.work() as work:
        before = work.moment.real - FORGOTTEN_AFTER
        for found in await store.forgotten(work.session, before):
            state = MACHINE.fire("cancel", found.state, SYSTEM)
            await store.close(
                work.session, replace(found, state=state, finished_at=work.moment.real)
            )
