"""Send a file for its trial run, confirm it or let it go, look how far it is."""

import hashlib
from dataclasses import replace
from uuid import UUID

from services.registry.imports.domain.imports import MACHINE, Import, State, actor_of
from services.registry.imports.domain.kinds import ALL_SENDERS, SENDERS, Kind
from services.registry.imports.domain.summary import Options
from services.registry.imports.store import imports as store
from services.registry.imports.usecases.kinds import compare
from services.registry.organizations.domain.scope import Sight, sight_of
from shared.caller import Caller
from shared.context import Context, Work
from shared.tables import new_id

_LONGEST_NAME = 200


async def send(ctx: Context, kind: Kind, content: bytes, name: str, options: Options) -> Import:
    """Try a file out on the register as it is; without a fault it waits to be confirmed."""
    ctx.caller.require(*SENDERS[kind])
    async with ctx.read() as work:
        found = (await compare(work, kind, content, name, options)).summary
        moment = work.moment
    sent = Import(
        id=new_id(),
        kind=kind,
        state=State.CHECKED,
        file_name=name[:_LONGEST_NAME],
        file_hash=hashlib.sha256(content).hexdigest(),
        county_id=await _county(ctx, found.counties),
        options=options,
        rows=found.rows,
        created=found.created,
        changed=found.changed,
        unchanged=found.unchanged,
        sent_by=ctx.caller.user_id,
        sent_at=moment.real,
    )
    async with ctx.work() as work:
        await store.add(work.session, sent, content)
        await _record(work, sent, "import.send")
    return sent


async def _county(ctx: Context, counties: frozenset[UUID]) -> UUID | None:
    """Return the county that a file is about, if it is one that exists already."""
    if len(counties) != 1:
        return None
    async with ctx.read() as work:
        return await store.existing_county(work.session, next(iter(counties)))


def _sight(caller: Caller) -> Sight:
    return sight_of(caller, *ALL_SENDERS)


async def confirm(ctx: Context, import_id: UUID) -> Import:
    """Let the worker carry a file out, with the rights that its confirmer has now."""
    async with ctx.work() as work:
        found = await _to_change(work, import_id)
        ctx.caller.require(*SENDERS[found.kind])
        state = MACHINE.fire("confirm", found.state, ctx.caller)
        after = replace(found, state=state, actor=actor_of(ctx.caller))
        await store.update(work.session, after)
        await _record(work, after, "import.confirm")
        work.wake("carry_out_imports")
    return after


async def cancel(ctx: Context, import_id: UUID) -> Import:
    """Let a file go that has not been confirmed."""
    async with ctx.work() as work:
        found = await _to_change(work, import_id)
        ctx.caller.require(*SENDERS[found.kind])
        state = MACHINE.fire("cancel", found.state, ctx.caller)
        after = replace(found, state=state, finished_at=work.moment.real)
        await store.close(work.session, after)
        await _record(work, after, "import.cancel")
    return after


async def _to_change(work: Work, import_id: UUID) -> Import:
    work.caller.require(*ALL_SENDERS)
    sight, user_id = _sight(work.caller), work.caller.user_id
    return await store.find(work.session, sight, user_id, import_id, for_change=True)


async def _record(work: Work, what: Import, action: str) -> None:
    after = {
        "kind": what.kind.value,
        "state": what.state.value,
        "file_hash": what.file_hash,
        "rows": what.rows,
    }
    await work.audit(action, "import", what.id, county_id=what.county_id, after=after)


async def read(ctx: Context, import_id: UUID) -> Import:
    """Return an import with its progress."""
    ctx.caller.require(*ALL_SENDERS)
    async with ctx.read() as work:
        return await store.find(work.session, _sight(ctx.caller), ctx.caller.user_id, import_id)


async def listed(ctx: Context, before: UUID | None, limit: int) -> list[Import]:
    """Return up to `limit + 1` imports, the last sent first."""
    ctx.caller.require(*ALL_SENDERS)
    async with ctx.read() as work:
        return await store.listed(
            work.session, _sight(ctx.caller), ctx.caller.user_id, before, limit
        )
