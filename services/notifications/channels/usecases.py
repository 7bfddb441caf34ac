"""Send what is due, account for it, and let people have a dead delivery tried again."""

import time
from collections.abc import Mapping, Sequence
from uuid import UUID

from services.notifications.channels.domain import (
    MANAGERS,
    READERS,
    Delivery,
    EventReport,
    NoSuchDelivery,
    Waiting,
    Wanted,
    reach,
)
from services.notifications.channels.store import deliveries
from services.notifications.messages.domain.delivery import DeliveryState, Outcome
from services.notifications.messages.domain.sending import Channel, Channels, Sender
from shared.clients.registry import Registry
from shared.context import Context
from shared.errors import Unavailable
from shared.pagination import Page, Paging, page

# The job woken by these use cases; `jobs.py` defines it under this name.
DELIVER = "deliver_messages"
# A job that has sent for so long leaves the rest to the next one, well within its time-out.
_GO_ON_SECONDS = 5.0


async def deliver(ctx: Context) -> None:
    """Send every due delivery of every live channel; free those of workers that died."""
    channels = ctx.port(Channels)
    async with ctx.work() as work:
        await deliveries.take_back(work.session, work.moment, channels)
    began = time.monotonic()
    for channel, sender in channels.senders.items():
        while await _deliver_chunk(ctx, channel, sender):
            if time.monotonic() - began > _GO_ON_SECONDS:
                await ctx.queue.enqueue(ctx.service, DELIVER)
                return


async def _deliver_chunk(ctx: Context, channel: Channel, sender: Sender) -> bool:
    """Claim, send outside the transaction, settle; whether more may be waiting."""
    channels = ctx.port(Channels)
    async with ctx.work() as work:
        claimed = await deliveries.claim(work.session, work.moment, channel, channels)
    if not claimed:
        return False
    outcomes = await _send(ctx, claimed, sender)
    async with ctx.work() as work:
        await deliveries.settle(work.session, work.moment, claimed, outcomes, channels)
    return len(claimed) == channels.chunk


async def _send(ctx: Context, claimed: Sequence[Waiting], sender: Sender) -> dict[UUID, Outcome]:
    try:
        addresses = await _addresses(ctx, claimed)
    except Unavailable:
        return {each.id: Outcome("registry_unavailable") for each in claimed}
    letters = [
        each.letter(addresses[each.user_id]) for each in claimed if each.user_id in addresses
    ]
    unreachable = {
        each.id: Outcome("no_address", permanent=True)
        for each in claimed
        if each.user_id not in addresses
    }
    return unreachable | await sender.send(letters, ctx.port(Channels).within)


async def _addresses(ctx: Context, claimed: Sequence[Waiting]) -> Mapping[UUID, str]:
    """Ask registry where these users are written to now; addresses are never stored here."""
    registry = ctx.port(Registry)  # type: ignore[type-abstract]  # a port is asked for by protocol
    # Letters always speak to an organization; what is of an account alone stays in the app.
    organizations = sorted({each.organization_id for each in claimed if each.organization_id})
    people = await registry.recipients(organizations, sorted({each.role for each in claimed}))
    return {each.user_id: each.email for each in people if each.email}


async def search(ctx: Context, wanted: Wanted, paging: Paging) -> Page[Delivery]:
    """List deliveries within the caller's counties, newest first."""
    ctx.caller.require(*READERS)
    roots = reach(ctx.caller, *READERS)
    async with ctx.read() as work:
        found = await deliveries.search(
            work.session, wanted, roots, paging.after_id(), paging.limit + 1
        )
        total = await deliveries.count(work.session, wanted, roots) if paging.total else None
    return page(found, paging.limit, [[str(each.id)] for each in found], total)


async def report(
    ctx: Context, paging: Paging
) -> tuple[Page[EventReport], dict[Channel, dict[DeliveryState, int]]]:
    """Account for every event within the caller's counties, and for all of them together."""
    ctx.caller.require(*READERS)
    roots = reach(ctx.caller, *READERS)
    async with ctx.read() as work:
        found = await deliveries.events(work.session, roots, paging.after_id(), paging.limit + 1)
        totals = await deliveries.totals(work.session, roots)
    return page(found, paging.limit, [[str(each.id)] for each in found]), totals


async def retry(ctx: Context, delivery_id: UUID) -> Delivery:
    """Queue a failed or dead delivery anew; its attempts are counted from the start."""
    ctx.caller.require(*MANAGERS)
    async with ctx.work() as work:
        found = await deliveries.lock(work.session, delivery_id, reach(ctx.caller, *MANAGERS))
        if found is None:
            raise NoSuchDelivery(
                "没有这条送达记录，或不在您的管辖范围，请核对编号。",
                "No such delivery, or none within your part of the tree.",
            )
        before, county_id = found
        after = before.retried("retry", ctx.caller, work.moment.real)
        await deliveries.save(work.session, delivery_id, after)
        await work.audit(
            "delivery.retry",
            "delivery",
            delivery_id,
            county_id=county_id,
            before={"state": before.state, "attempts": before.attempts},
            after={"state": after.state, "attempts": after.attempts},
        )
        work.wake(DELIVER)
        return await deliveries.find(work.session, delivery_id)


def live_channels(ctx: Context) -> dict[Channel, bool]:
    """Say which channels are on."""
    ctx.caller.require(*READERS)
    live = ctx.port(Channels).live
    return {channel: channel in live for channel in Channel}
