"""How objections come in: by form from anyone, or entered at the inspector's desk.

Nothing here writes who objected, from where or the exact time anywhere: rows know the day,
statements are sealed, and receiving leaves no audit record of its own (the objection is the
record; an inspector's entry is recorded against the announcement).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.notifications.announcements import store as announcements
from services.notifications.announcements.domain.announcement import Announcement
from services.notifications.objections.domain import objection as domain
from services.notifications.objections.domain import receipts
from services.notifications.objections.domain.limits import Limiter
from services.notifications.objections.domain.objection import (
    Channel,
    Claim,
    Clue,
    Kind,
    Objection,
    ObjectionIncomplete,
)
from services.notifications.objections.domain.receipts import ReceiptKind
from services.notifications.objections.store import cases, statements
from shared import directory
from shared.caller import Role
from shared.context import Context, Work
from shared.errors import Fault, Text
from shared.sealing.envelope import Seal


@dataclass(frozen=True)
class Receipt:
    """What an objector takes away; the number is told once and kept nowhere."""

    kind: ReceiptKind
    number: str
    received_on: date


async def object_online(
    ctx: Context, announcement_id: UUID, claim: Claim, place: str, form: str | None = None
) -> Receipt:
    """Take an objection from anyone; a late one becomes a clue (`Receipt.kind` tells).

    `place` is a network address: it is counted in memory and stored nowhere. `form` is the
    token of a web form: the same form sent again answers with the same receipt.
    Raises TooMany, NotFound, ObjectionIncomplete, NotOnNotice, AlreadyOnNotice or
    StarNotOnNotice.
    """
    domain.require_statement(claim)
    async with ctx.work() as work:
        ctx.port(Limiter).take(place, work.moment.real)
        announcement = await _public(work, announcement_id)
        today = work.moment.today
        return await _receive(
            work, ctx.port(Seal), announcement, claim, (Channel.FORM, today, form)
        )


async def enter_at_desk(
    ctx: Context, announcement_id: UUID, claim: Claim, channel: Channel, received_on: date
) -> Receipt:
    """Enter what came by telephone, letter or visit; lateness counts by the day it came."""
    ctx.caller.require(Role.INSPECTOR)
    domain.require_statement(claim)
    async with ctx.work() as work:
        announcement = await _public(work, announcement_id)
        roots = ctx.caller.organizations(Role.INSPECTOR)
        await directory.require_within(work.session, roots, announcement.county_id)
        _require_day(announcement, received_on, work.moment.today)
        came = (channel, received_on, None)
        receipt = await _receive(work, ctx.port(Seal), announcement, claim, came)
        await work.audit(
            "objection.enter",
            "announcement",
            announcement_id,
            county_id=announcement.county_id,
            after={"kind": receipt.kind.value},
        )
        return receipt


async def _public(work: Work, announcement_id: UUID) -> Announcement:
    """Hold a published announcement, so that it neither closes nor changes meanwhile."""
    await announcements.find_public(work.session, announcement_id)
    return await announcements.lock(work.session, announcement_id)


async def _receive(
    work: Work,
    seal: Seal,
    announcement: Announcement,
    claim: Claim,
    came: tuple[Channel, date, str | None],
) -> Receipt:
    channel, received_on, form = came
    in_time = announcement.takes_objections(received_on)
    kind = ReceiptKind.OBJECTION if in_time else ReceiptKind.CLUE
    number, *older = _numbers(seal, kind, received_on, form)
    for each in (number, *older) if form is not None else ():
        if await cases.by_receipt(work.session, receipts.fingerprint(each)) is not None:
            return Receipt(kind, each, received_on)
    case: dict[str, Any] = {
        "id": receipts.dated_id(received_on),
        "county_id": announcement.county_id,
        "announcement_id": announcement.id,
        "kind": claim.kind,
        "channel": channel,
        "organization_ids": await _concerned(work, announcement, claim),
        "star": claim.star,
        "named": claim.statement.named,
        "received_on": received_on,
        "receipt_hash": receipts.fingerprint(number),
    }
    if in_time:
        await cases.add_objection(work.session, Objection(**case))
    else:
        await cases.add_clue(work.session, Clue(**case))
    await statements.add(work.session, seal, case["id"], claim.statement)
    return Receipt(kind, number, received_on)


async def _concerned(
    work: Work, announcement: Announcement, claim: Claim
) -> frozenset[UUID] | None:
    entries = await announcements.entries(work.session, announcement.id)
    meant: frozenset[UUID] = frozenset()
    if claim.kind is Kind.OMISSION and claim.organization_id is not None:
        await directory.require_within(
            work.session, [announcement.county_id], claim.organization_id
        )
    elif claim.kind is Kind.OMISSION and claim.statement.subject is not None:
        meant = await cases.meant_by(work.session, announcement.county_id, claim.statement.subject)
    return domain.concerned(claim, announcement, entries, meant)


def _numbers(seal: Seal, kind: ReceiptKind, day: date, form: str | None) -> list[str]:
    """Return the receipt number, then those the same form would have had under older keys."""
    if form is None:
        return [receipts.new_number(kind, day)]
    return [receipts.number_for(kind, day, key, form) for key in seal.derived("form receipts")]


def _require_day(announcement: Announcement, received_on: date, today: date) -> None:
    first = announcement.published_on
    if first is not None and first <= received_on <= today:
        return
    text = Text("收到日期应在公示发布之日与今天之间", "between the day of publication and today")
    raise ObjectionIncomplete(
        "收到日期有误，请核对登记的日期。",
        "The day of receipt is wrong.",
        faults=(Fault("/body/received_on", text),),
    )
