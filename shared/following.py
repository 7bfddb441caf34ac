"""How a service follows registry: its directory, and the tokens that became void early."""

from collections.abc import Mapping

from shared import auth, directory
from shared.context import Context, Work
from shared.contracts.events import Envelope
from shared.contracts.registry import GrantChanged, OrganizationChanged, SessionRevoked
from shared.outbox import Handler


async def follow_directory(ctx: Context) -> None:
    """Pull registry's change feed."""
    await directory.pull(ctx)


async def on_organization_changed(work: Work, _: Envelope) -> None:
    """Registry's feed has news: pull it."""
    work.wake(follow_directory.__name__)


async def on_grant_changed(work: Work, envelope: Envelope) -> None:
    """A grant ended early: refuse older tokens of that user."""
    event = GrantChanged.model_validate(envelope.data)
    await auth.revoke(work.session, event.user_id, None, event.not_before)


async def on_session_revoked(work: Work, envelope: Envelope) -> None:
    """A session ended: refuse its older tokens."""
    event = SessionRevoked.model_validate(envelope.data)
    await auth.revoke(work.session, event.user_id, event.session_id, event.not_before)


HANDLERS: Mapping[str, Handler] = {
    OrganizationChanged.type: on_organization_changed,
    GrantChanged.type: on_grant_changed,
    SessionRevoked.type: on_session_revoked,
}
