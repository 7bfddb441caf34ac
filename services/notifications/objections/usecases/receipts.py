"""What the holder of a receipt may ask: how far it is, and to take it back."""

from dataclasses import dataclass, replace
from datetime import date

from services.notifications.announcements import store as announcements
from services.notifications.announcements.domain.notice import matter
from services.notifications.objections.domain import receipts
from services.notifications.objections.domain.limits import Limiter
from services.notifications.objections.domain.objection import (
    PUBLIC_LABELS,
    Clue,
    Objection,
)
from services.notifications.objections.domain.receipts import ReceiptKind, ReceiptUnknown
from services.notifications.objections.store import cases, checking
from shared.clock import real_now
from shared.context import Context, Work
from shared.errors import Conflict


@dataclass(frozen=True)
class Progress:
    """What a receipt tells: nothing about who objected, or to whom."""

    kind: ReceiptKind
    matter: str
    received_on: date
    state: str
    withdrawn: bool = False
    answer: str | None = None


async def progress(ctx: Context, number: str, place: str) -> Progress:
    """Return how far an objection or clue is; a named objector reads the answer."""
    ctx.port(Limiter).take(place, real_now())
    receipt_hash = receipts.fingerprint(number)
    async with ctx.read() as work:
        found = await cases.by_receipt(work.session, receipt_hash)
        return await _progress(work, found)


async def withdraw(ctx: Context, number: str, place: str) -> Progress:
    """Note that the objector takes it back; a specific case is checked to its end all the same."""
    ctx.port(Limiter).take(place, real_now())
    receipt_hash = receipts.fingerprint(number)
    async with ctx.work() as work:
        found = await cases.by_receipt(work.session, receipt_hash)
        if not isinstance(found, Objection):
            if found is None:
                raise _unknown()
            raise Conflict(
                "问题线索已转交纪委监委，不能撤回。", "A clue cannot be withdrawn any more."
            )
        objection = await cases.lock(work.session, found.id)
        if objection.is_open and not objection.withdrawn:
            objection = await cases.save(work.session, replace(objection, withdrawn=True))
        return await _progress(work, objection)


async def _progress(work: Work, found: Objection | Clue | None) -> Progress:
    if found is None:
        raise _unknown()
    about = matter(await announcements.find(work.session, found.announcement_id))
    if isinstance(found, Clue):
        return Progress(ReceiptKind.CLUE, about, found.received_on, "已作为问题线索转交纪委监委")
    answer = None
    if found.named and not found.is_open:
        signed = await checking.findings(work.session, found.id)
        answer = signed[-1].decision.answer
    state = PUBLIC_LABELS[found.state]
    return Progress(ReceiptKind.OBJECTION, about, found.received_on, state, found.withdrawn, answer)


def _unknown() -> ReceiptUnknown:
    return ReceiptUnknown("没有查到这个回执号，请核对后再试。", "No such receipt number.")
