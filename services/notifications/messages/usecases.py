"""Events become stored plans; a job tells each plan's addressees, chunk by chunk; inboxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from services.notifications.announcements import store as announcements
from services.notifications.announcements.domain.notice import matter
from services.notifications.messages.domain import fan_outs as plans
from services.notifications.messages.domain.fan_outs import Addressee, FanOut, Plan
from services.notifications.messages.domain.inbox import Message, NoSuchMessage
from services.notifications.messages.domain.sending import Channel, Channels
from services.notifications.messages.domain.texts import words
from services.notifications.messages.store import fan_outs, messages
from services.notifications.messages.store.messages import Draft
from shared import directory, outbox
from shared.clients.registry import Registry
from shared.clock import real_now
from shared.context import Context, Work
from shared.contracts.events import Envelope
from shared.contracts.notifications import AnnouncementPublished, FindingDue
from shared.contracts.registry import (
    EndingsNear,
    GrantApproved,
    PersonErased,
    PostsVacant,
    Recipient,
    SessionAlarm,
)
from shared.contracts.scoring import (
    ApplicationReturned,
    CycleOpened,
    DeadlineNear,
    RefillProposed,
    ResultsCorrected,
    ResultsEffective,
    StageCompleted,
    StepOverdue,
)
from shared.pagination import Page, Paging, page
from shared.tables import new_id

# Jobs woken by these use cases; `jobs.py` defines them under these names.
TELL = "tell"
DELIVER = "deliver_messages"
# The role in which somebody is told about the account itself.
_OWN_ACCOUNT = "account"
_log = structlog.get_logger(__name__)


async def on_cycle_opened(work: Work, envelope: Envelope) -> None:
    """A cycle opened: tell its villages."""
    event = CycleOpened.model_validate(envelope.data)
    await _store(work, envelope, plans.cycle_opened(event))


async def on_application_returned(work: Work, envelope: Envelope) -> None:
    """An application came back: tell its village."""
    event = ApplicationReturned.model_validate(envelope.data)
    await _store(work, envelope, plans.application_returned(event))


async def on_stage_completed(work: Work, envelope: Envelope) -> None:
    """A stage closed: tell each village its own outcome."""
    event = StageCompleted.model_validate(envelope.data)
    await _store(work, envelope, plans.stage_completed(event))


async def on_deadline_near(work: Work, envelope: Envelope) -> None:
    """Something is still owed shortly before its last day: tell those who owe it."""
    event = DeadlineNear.model_validate(envelope.data)
    await _store(work, envelope, plans.deadline_near(event))


async def on_step_overdue(work: Work, envelope: Envelope) -> None:
    """A step is past its last day: tell the inspector, the committee and 组织部."""
    event = StepOverdue.model_validate(envelope.data)
    await _store(work, envelope, plans.step_overdue(event))


async def on_refill_proposed(work: Work, envelope: Envelope) -> None:
    """A branch is next for a place that fell free: tell those who settle and watch it."""
    event = RefillProposed.model_validate(envelope.data)
    await _store(work, envelope, plans.refill_proposed(event))


async def on_results_effective(work: Work, envelope: Envelope) -> None:
    """Results took effect: tell each village its own."""
    event = ResultsEffective.model_validate(envelope.data)
    await _store(work, envelope, plans.results_effective(event))


async def on_results_corrected(work: Work, envelope: Envelope) -> None:
    """A result was corrected: tell its village."""
    event = ResultsCorrected.model_validate(envelope.data)
    await _store(work, envelope, plans.results_corrected(event))


async def on_finding_due(work: Work, envelope: Envelope) -> None:
    """No inspector has acted on a case for long: tell them all."""
    event = FindingDue.model_validate(envelope.data)
    await _store(work, envelope, plans.finding_due(event))


async def on_grant_approved(work: Work, envelope: Envelope) -> None:
    """Somebody watches or decides from now on: tell the inspectors."""
    event = GrantApproved.model_validate(envelope.data)
    await _store(work, envelope, plans.grant_approved(event))


async def on_endings_near(work: Work, envelope: Envelope) -> None:
    """Terms or periods end soon: tell the township or 组织部."""
    event = EndingsNear.model_validate(envelope.data)
    await _store(work, envelope, plans.endings_near(event))


async def on_posts_vacant(work: Work, envelope: Envelope) -> None:
    """Posts are vacant for long: tell the township or 组织部."""
    event = PostsVacant.model_validate(envelope.data)
    await _store(work, envelope, plans.posts_vacant(event))


async def on_session_alarm(work: Work, envelope: Envelope) -> None:
    """A refresh token came twice: tell its user and the security administrators."""
    event = SessionAlarm.model_validate(envelope.data)
    await _store(work, envelope, plans.session_alarm(event))


async def on_person_erased(work: Work, envelope: Envelope) -> None:
    """A person was erased: what was told of the account names it no longer."""
    event = PersonErased.model_validate(envelope.data)
    kind = SessionAlarm.type
    await outbox.redact(work.session, kind, event.user_id, plans.ERASED)
    found = await fan_outs.about_account(work.session, kind, event.user_id)
    await fan_outs.redact(work.session, found, plans.ERASED)
    for own in (True, False):
        said = words(kind, {"own": own, **plans.ERASED}, None)
        await messages.redact(work.session, found, said, own=own, facts=plans.ERASED)


async def on_announcement_published(work: Work, envelope: Envelope) -> None:
    """A notice is out: tell everyone of the county once."""
    event = AnnouncementPublished.model_validate(envelope.data)
    assert envelope.county_id is not None  # noqa: S101 -- announcements belong to a county
    announcement = await announcements.find(work.session, event.announcement_id)
    everyone = await directory.below(work.session, envelope.county_id)
    title = f"{matter(announcement)}公示"
    plan = plans.announcement_published(event, title, [each.id for each in everyone])
    await _store(work, envelope, plan)


async def _store(work: Work, envelope: Envelope, plan: Plan) -> None:
    """Keep the plan with the event; the worker tells it after the commit."""
    fan_out_id = await fan_outs.add(work.session, envelope, plan, work.moment.real)
    if fan_out_id is not None:
        work.wake(TELL, str(fan_out_id))


async def tell_waiting(ctx: Context) -> None:
    """Go on with every unfinished fan-out whose time has come."""
    async with ctx.read() as work:
        waiting = await fan_outs.due(work.session, work.moment.real)
    for fan_out_id in waiting:
        await tell(ctx, fan_out_id)


async def tell(ctx: Context, fan_out_id: UUID) -> None:
    """Tell the addressees of a fan-out chunk by chunk, from where it stands.

    Registry is asked outside the transaction; each chunk's messages, deliveries and the new
    position commit together, so that a crash anywhere repeats nothing.
    """
    while (fan_out := await _unfinished(ctx, fan_out_id)) is not None:
        try:
            await _tell_chunk(ctx, fan_out)
        except Exception as error:  # noqa: BLE001 -- registry away, or a text that cannot be written
            # One fan-out that cannot be told must not hold up the others.
            _log.warning("fan_out_postponed", fan_out=str(fan_out_id), exc_info=error)
            await _postpone(ctx, fan_out, type(error).__name__)
            return


async def _unfinished(ctx: Context, fan_out_id: UUID) -> FanOut | None:
    async with ctx.read() as work:
        return await fan_outs.find(work.session, fan_out_id)


async def _tell_chunk(ctx: Context, fan_out: FanOut) -> None:
    registry = ctx.port(Registry)  # type: ignore[type-abstract]  # a port is asked for by protocol
    live = ctx.port(Channels).live
    ids = [each.organization_id for each in fan_out.chunk if each.organization_id is not None]
    roles = [role.value for role in fan_out.plan.roles]
    people = await registry.recipients(ids, roles) if ids else []
    async with ctx.work() as work:
        if not await fan_outs.advance(work.session, fan_out, work.moment.real):
            return  # another worker told this chunk meanwhile
        names = await fan_outs.names(work.session, ids)
        drafts = [
            _draft(work, fan_out, addressee, reader, names)
            for addressee in fan_out.chunk
            for reader in _readers(fan_out.plan, addressee, people, live)
        ]
        await messages.add(work.session, fan_out, drafts, work.moment)
        work.wake(DELIVER)


@dataclass(frozen=True)
class _Reader:
    """One account to tell, the role it is told in, and by which channels."""

    user_id: UUID
    role: str
    channels: tuple[Channel, ...]


def _readers(
    plan: Plan, addressee: Addressee, people: Sequence[Recipient], live: Sequence[Channel]
) -> list[_Reader]:
    if addressee.user_id is not None:
        return [_Reader(addressee.user_id, _OWN_ACCOUNT, (Channel.IN_APP,))]
    return [
        _Reader(
            person.user_id,
            person.role,
            tuple(each for each in live if each is not Channel.EMAIL or person.email),
        )
        for person in people
        if person.organization_id == addressee.organization_id and plan.concerns(person)
    ]


def _draft(
    work: Work,
    fan_out: FanOut,
    addressee: Addressee,
    reader: _Reader,
    names: dict[UUID, str],
) -> Draft:
    plan = fan_out.plan
    organization = addressee.organization_id
    name = None if organization is None else names.get(organization)
    facts = {**plan.facts, **addressee.facts}
    message = Message(
        id=new_id(),
        kind=plan.kind,
        organization_id=organization,
        words=words(plan.kind, facts, name),
        facts=facts,
        created_at=work.moment.business,
        read_at=None,
    )
    return Draft(message, reader.user_id, reader.role, addressee.about_id, reader.channels)


async def _postpone(ctx: Context, fan_out: FanOut, error: str) -> None:
    until = real_now() + plans.WAITING.pause(fan_out.attempts + 1)
    async with ctx.work() as work:
        await fan_outs.postpone(work.session, fan_out, until, error)


async def list_inbox(ctx: Context, paging: Paging, *, unread: bool) -> Page[Message]:
    """Return the caller's own messages, newest first."""
    user_id = _user(ctx)
    before = paging.after_id()
    async with ctx.read() as work:
        found = await messages.inbox(
            work.session, user_id, unread=unread, before=before, limit=paging.limit + 1
        )
        total = None
        if paging.total:
            total = await messages.count(work.session, user_id, unread=unread)
    return page(found, paging.limit, [[str(each.id)] for each in found], total)


async def count_unread(ctx: Context) -> int:
    """Return how many messages the caller has not read."""
    async with ctx.read() as work:
        return await messages.count(work.session, _user(ctx), unread=True)


async def read(ctx: Context, message_id: UUID) -> Message:
    """Mark one of the caller's own messages as read; reading it again changes nothing."""
    async with ctx.work() as work:
        found = await messages.mark_read(work.session, _user(ctx), message_id, work.moment.business)
        if found is None:
            raise NoSuchMessage(
                "您的收件箱里没有这条消息，请刷新列表后再试。",
                "There is no such message in your inbox: reload the list.",
            )
        return found


def _user(ctx: Context) -> UUID:
    assert ctx.caller.user_id is not None  # noqa: S101 -- signed in, the API has seen to it
    return ctx.caller.user_id
