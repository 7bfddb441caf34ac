"""Uploading, reading and deleting evidence files, and sweeping up what nobody refers to."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from services.scoring.applications import store as applications
from services.scoring.applications.domain import (
    APPLICATION,
    Application,
    Change,
    Entry,
    FileMark,
    Given,
    WordText,
    entries,
    entry_document,
    is_writer,
    readers_in,
    require_in_time,
    sheet_for,
)
from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle, require_running, require_within
from services.scoring.evidence import domain, store
from services.scoring.evidence.domain import Evidence, FileStore
from shared.caller import Role
from shared.context import Context, Work
from shared.errors import NotFound, require_version
from shared.tables import new_id

# Bytes without a file are kept this long: their upload may still be under way.
_GRACE = timedelta(hours=1)


@dataclass(frozen=True)
class Upload:
    """What came in: for which item, under which name, the bytes."""

    star: str
    item: str
    name: str
    content: bytes


async def upload(ctx: Context, application_id: UUID, sent: Upload) -> tuple[Evidence, Application]:
    """Keep a file for one's own item; the bytes are safe before anything refers to them."""
    ctx.caller.require(Role.VILLAGE)
    kind = domain.kind_of(sent.content)
    async with ctx.read() as work:
        await _writable(work, await applications.find(work.session, application_id), sent)
    digest = await ctx.port(FileStore).put(sent.content)  # type: ignore[type-abstract]  # a port is asked for by protocol
    async with ctx.work() as work:
        application = await _held(work, application_id)
        await _writable(work, application, sent)
        evidence = Evidence(
            id=new_id(),
            application_id=application.id,
            county_id=application.county_id,
            star=sent.star,
            item=sent.item,
            name=domain.safe_name(sent.name, kind),
            kind=kind,
            size=len(sent.content),
            sha256=digest,
            uploaded_at=work.moment.real,
            uploaded_by=ctx.caller.user_id,
        )
        await store.add(work.session, evidence)
        entry = application.sheet.entry(sent.star, sent.item)
        mark = FileMark(evidence.id, evidence.name, digest)
        changed = replace(entry, files=(*entry.files, mark))
        return evidence, await _changed(work, application, evidence, changed, "attach")


async def delete(ctx: Context, evidence_id: UUID, version: int) -> Application:
    """Take a file off the sheet; what a submission covers is kept all the same."""
    ctx.caller.require(Role.VILLAGE)
    async with ctx.work() as work:
        evidence = await store.find(work.session, evidence_id)
        application = await _held(work, evidence.application_id)
        await _require_open(work, application)
        require_version(version, application.version)
        entry = application.sheet.entry(evidence.star, evidence.item)
        left = tuple(mark for mark in entry.files if mark.id != evidence_id)
        if evidence_id in await applications.submitted_files(work.session, application.id):
            await store.detach(work.session, evidence_id, work.moment.real)
        else:
            await store.delete(work.session, evidence_id)
        return await _changed(work, application, evidence, replace(entry, files=left), "detach")


async def page(ctx: Context, application_id: UUID) -> list[Evidence]:
    """Return the files of the sheet that the caller may see."""
    async with ctx.read() as work:
        application = await applications.find(work.session, application_id)
        visible = await _visible(work, application)
        found = await store.of_application(work.session, application_id)
    return [each for each in found if each.id in visible]


async def download(ctx: Context, evidence_id: UUID) -> tuple[Evidence, bytes]:
    """Return a file's bytes to whoever may see the sheet it belongs to."""
    async with ctx.read() as work:
        evidence = await store.find(work.session, evidence_id)
        application = await applications.find(work.session, evidence.application_id)
        if evidence_id not in await _visible(work, application):
            raise NotFound("没有找到这个附件，请核对编号。", "No such file.")
    content = await ctx.port(FileStore).get(evidence.sha256)  # type: ignore[type-abstract]  # a port is asked for by protocol
    return evidence, content


async def sweep_orphans(ctx: Context) -> int:
    """Remove bytes that no file refers to any more; returns how many."""
    files = ctx.port(FileStore)  # type: ignore[type-abstract]  # a port is asked for by protocol
    async with ctx.read() as work:
        edge = work.moment.real - _GRACE
        old = await files.unused_since(edge)
        kept = await store.referenced(work.session, old)
    removed = [await files.remove(digest, edge) for digest in old if digest not in kept]
    return sum(removed)


async def _held(work: Work, application_id: UUID) -> Application:
    """Lock an application behind its cycle, which cannot move on meanwhile."""
    found = await applications.find(work.session, application_id)
    await cycles.share(work.session, found.cycle_id)
    return await applications.lock(work.session, application_id)


async def _writable(work: Work, application: Application, sent: Upload) -> None:
    cycle = await _require_open(work, application)
    plan = await cycles.plan(work.session, cycle)
    entries(plan, sent.star, {sent.item: Given(WordText(), "")}, work.moment.today)
    domain.require_room(len(application.sheet.entry(sent.star, sent.item).files))


async def _require_open(work: Work, application: Application) -> Cycle:
    """Raise unless the caller's own application may be changed now."""
    require_within(application.path, work.caller.organizations(Role.VILLAGE))
    cycle = await cycles.find(work.session, application.cycle_id)
    require_running(cycle, work.moment)
    calendar = await cycles.calendar(work.session)
    require_in_time(application, cycle, work.moment.today, calendar)
    APPLICATION.fire("edit", application.state, work.caller)
    return cycle


async def _changed(
    work: Work, application: Application, evidence: Evidence, entry: Entry, action: str
) -> Application:
    before = application.sheet.entry(evidence.star, evidence.item)
    sheet = application.sheet.with_entry(evidence.star, evidence.item, entry)
    state = APPLICATION.fire("edit", application.state, work.caller)
    saved = await applications.save(work.session, replace(application, state=state, sheet=sheet))
    change = Change(
        id=new_id(),
        application_id=saved.id,
        county_id=saved.county_id,
        version=saved.version,
        at=work.moment.real,
        actor_id=work.caller.user_id,
        action=action,
        star=evidence.star,
        item=evidence.item,
        before=entry_document(before),
        after=entry_document(entry),
    )
    await applications.add_change(work.session, change)
    await work.audit(
        f"evidence.{action}",
        "evidence",
        evidence.id,
        county_id=saved.county_id,
        after={"application_id": str(saved.id), "sha256": evidence.sha256, "size": evidence.size},
    )
    return saved


async def _visible(work: Work, application: Application) -> frozenset[UUID]:
    """The ids of the files the caller may see; the writer also those of old submissions."""
    session, caller = work.session, work.caller
    cycle = await cycles.find(session, application.cycle_id)
    writer = is_writer(application, caller)
    sheet = sheet_for(application, writer=writer)
    if writer:
        return sheet.files | await applications.submitted_files(session, application.id)
    require_within(application.path, caller.organizations(*readers_in(cycle, caller)))
    return sheet.files
