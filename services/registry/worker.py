"""Registry's worker: sends its events, and forgets old tokens at night."""

from services.registry import factory
from services.registry.identity.jobs import forget_old_tokens
from services.registry.settings import Settings
from shared import worker
from shared.context import Context
from shared.outbox import Handler

_settings = Settings()
_open: list[factory.Wiring] = []

# Registry calls nobody and follows nobody: events only leave it.
HANDLERS: dict[str, Handler] = {}


async def _startup() -> Context:
    _open.append(await factory.build(_settings))
    return _open[0].context


async def _shutdown(_: Context) -> None:
    await _open.pop().close()


WorkerSettings = type(
    "WorkerSettings",
    (),
    worker.settings(
        factory.SERVICE,
        _settings.redis_url,
        _startup,
        _shutdown,
        HANDLERS,
        crons=[worker.daily(4, 0, forget_old_tokens)],
    ),
)
