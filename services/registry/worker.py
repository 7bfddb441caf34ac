"""Registry's worker: sends its events, carries out imports, forgets old tokens at night."""

from services.registry import factory
from services.registry.identity.jobs import forget_old_tokens
from services.registry.imports.jobs import carry_out_imports, forget_old_imports
from services.registry.people.jobs import remind_of_posts
from services.registry.settings import Settings
from shared import worker
from shared.context import Context
from shared.outbox import Handler
from shared.sealing.rewrapping import rewrap_sealed

_settings = Settings()
_open: list[factory.Wiring] = []

# A whole province takes a minute or two.
IMPORT_SECONDS = 600
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
        jobs=[worker.named(carry_out_imports, timeout=IMPORT_SECONDS)],
        crons=[
            worker.every(10, carry_out_imports, timeout=IMPORT_SECONDS),
            worker.daily(7, 30, remind_of_posts),
            worker.daily(4, 0, forget_old_tokens),
            worker.daily(4, 10, forget_old_imports),
            worker.daily(4, 20, rewrap_sealed),
        ],
    ),
)
