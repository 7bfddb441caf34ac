"""Subscriptions: made, changed, rotated, switched, deleted."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.notifications.channels.domain import reach
from services.notifications.webhooks.domain.secrets import SECRET, new_secret
from services.notifications.webhooks.domain.subscription import (
    MANAGERS,
    NoSuchWebhook,
    NotACounty,
    Webhook,
    Webhooks,
    WebhookState,
)
from services.notifications.webhooks.store import subscriptions
from services.notifications.webhooks.store.subscriptions import Sight
from services.notifications.webhooks.usecases import DELIVER
from shared import directory
from shared.caller import Caller, Role
from shared.context import Context, Work
from shared.contracts.registry import Tier
from shared.errors import Fault, Text, require_version
from shared.pagination import Page, Paging, page
from shared.sealing.envelope import Seal
from shared.tables import new_id


async def create(
    ctx: Context, county_id: UUID | None, url: str, description: str, event_types: tuple[str, ...]
) -> tuple[Webhook, str]:
    """Subscribe; returns the subscription and its secret, which is never shown again."""
    ctx.caller.require(*MANAGERS)
    port, secret = ctx.port(Webhooks), new_secret()
    port.rules.check(url)
    await directory.pull(ctx)  # a county registered a moment ago is known
    async with ctx.work() as work:
        assert ctx.caller.user_id is not None  # noqa: S101 -- signed in, the API has seen to it
        webhook_id = new_id()
        webhook = Webhook(
            id=webhook_id,
            county_id=await _county(work, county_id),
            owner_id=ctx.caller.user_id,
            url=url,
            description=description,
            event_types=event_types,
            state=WebhookState.ACTIVE,
            version=1,
            created_at=work.moment.real,
            sealed_secret=ctx.port(Seal).close(secret, SECRET, webhook_id),
        )
        await subscriptions.add(work.session, webhook)
        await _audit(work, "webhook.create", webhook, after=_shown(webhook))
        return webhook, secret


async def search(ctx: Context, paging: Paging) -> Page[Webhook]:
    """List the subscriptions the caller may see, newest first."""
    ctx.caller.require(*MANAGERS)
    before = paging.after_id()
    async with ctx.read() as work:
        found = await subscriptions.search(
            work.session, sight(ctx.caller), before, paging.limit + 1
        )
    return page(found, paging.limit, [[str(each.id)] for each in found])


async def find(ctx: Context, webhook_id: UUID) -> Webhook:
    """Return one subscription the caller may see."""
    ctx.caller.require(*MANAGERS)
    async with ctx.read() as work:
        return present(await subscriptions.find(work.session, webhook_id, sight(ctx.caller)))


async def change(
    ctx: Context, webhook_id: UUID, version: int, changes: Mapping[str, Any]
) -> Webhook:
    """Change address, description or event types."""
    if "url" in changes:
        ctx.port(Webhooks).rules.check(changes["url"])
    async with ctx.work() as work:
        before = await _locked(work, webhook_id, version)
        after = await subscriptions.save(work.session, replace(before, **changes))
        await _audit(work, "webhook.change", after, before=_shown(before), after=_shown(after))
        return after


async def rotate(ctx: Context, webhook_id: UUID) -> tuple[Webhook, str]:
    """Make a new secret; for a while everything is signed with both."""
    port, secret = ctx.port(Webhooks), new_secret()
    async with ctx.work() as work:
        before = await _locked(work, webhook_id)
        after = before.rotated(ctx.port(Seal), secret, work.moment.real, port.overlap)
        after = await subscriptions.save(work.session, after)
        await _audit(work, "webhook.rotate", after)
        return after, secret


async def switch(ctx: Context, webhook_id: UUID, verb: str) -> Webhook:
    """Enable or disable a subscription; enabling sends what has been waiting."""
    async with ctx.work() as work:
        before = await _locked(work, webhook_id)
        reason = "asked" if verb == "disable" else None
        after = await subscriptions.save(work.session, before.moved(verb, ctx.caller, reason))
        await _audit(work, f"webhook.{verb}", after, before=_shown(before), after=_shown(after))
        work.wake(DELIVER)
        return after


async def delete(ctx: Context, webhook_id: UUID, version: int) -> None:
    """End a subscription; its log is kept."""
    async with ctx.work() as work:
        before = await _locked(work, webhook_id, version)
        after = await subscriptions.save(work.session, before.moved("delete", ctx.caller))
        await _audit(work, "webhook.delete", after, before=_shown(before))


def sight(caller: Caller) -> Sight:
    """What the caller may see: platforms their own, administrators their counties'."""
    return Sight(caller.user_id, reach(caller, Role.SYSTEM_ADMINISTRATOR))


def present(webhook: Webhook | None) -> Webhook:
    """Return the subscription; NoSuchWebhook when the caller may see none."""
    if webhook is None:
        raise NoSuchWebhook(
            "没有这个订阅，或不是您的订阅，请核对编号。", "No such webhook, or none of yours."
        )
    return webhook


async def _locked(work: Work, webhook_id: UUID, version: int | None = None) -> Webhook:
    work.caller.require(*MANAGERS)
    found = present(await subscriptions.lock(work.session, webhook_id, sight(work.caller)))
    if version is not None:
        require_version(version, found.version)
    return found


async def _county(work: Work, county_id: UUID | None) -> UUID:
    """Return the county meant: the one named, else the only one of the caller's grants."""
    roots = reach(work.caller, *MANAGERS)
    if county_id is None and roots is not None and len(roots) == 1:
        county_id = next(iter(roots))
    if county_id is None:
        raise _not_a_county("您可管理多个县，请用 county_id 指明", "name one by county_id")
    if roots is None:
        organization = await directory.find(work.session, county_id)
    else:
        organization = await directory.require_within(work.session, roots, county_id)
    if organization.tier is not Tier.COUNTY:
        raise _not_a_county("county_id 应是县级党委的编号", "county_id must be a county committee")
    return county_id


def _not_a_county(zh: str, en: str) -> NotACounty:
    fault = Fault("/body/county_id", Text(zh, en))
    return NotACounty(
        f"订阅属于一个县：{zh}。", f"A webhook belongs to a county: {en}.", faults=(fault,)
    )


def _shown(webhook: Webhook) -> dict[str, Any]:
    """What the audit trail keeps: nothing secret."""
    return {
        "url": webhook.url,
        "event_types": list(webhook.event_types),
        "state": webhook.state.value,
    }


async def _audit(
    work: Work,
    action: str,
    webhook: Webhook,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    await work.audit(
        action, "webhook", webhook.id, county_id=webhook.county_id, before=before, after=after
    )
