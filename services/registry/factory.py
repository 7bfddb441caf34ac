"""The only wiring of registry: API, worker, command line and tests build it here."""

from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from services.registry.brands.usecases import BrandFacts
from services.registry.coverage.usecases.deriving import CoverageFacts
from services.registry.facts.usecases.knowing import DerivedFacts, Ledgers
from services.registry.identity.domain.factors import SECRET, FactorRules
from services.registry.identity.domain.outside import SUBJECT, OutsideSystems
from services.registry.identity.domain.passwords import Passwords
from services.registry.identity.domain.users import EMAIL, Limits
from services.registry.identity.store.keys import KeyFolder
from services.registry.identity.store.oidc import OidcProvider
from services.registry.identity.store.wechat import WechatMiniProgram
from services.registry.identity.tables import ExternalIdentityRow, FactorRow, UserRow
from services.registry.identity.usecases.machines import MachineAccounts
from services.registry.life.usecases.deriving import LifeFacts
from services.registry.people.domain.endings import Reminding
from services.registry.settings import Settings
from shared.auth import Keys, Revocations, TokenVerifier
from shared.clock import Clock
from shared.context import Context
from shared.db import check_schema, create_engine, create_sessions
from shared.queue import ArqQueue, Queue
from shared.sealing.envelope import Seal
from shared.sealing.folder import SealingFolder
from shared.sealing.rewrapping import SealedColumn, SealedColumns, check_openable

SERVICE = "registry"
# For identity providers, the only others that registry ever calls.
OUTSIDE_TIMEOUT = httpx.Timeout(8.0, connect=3.0)
# All that registry keeps sealed: checked at the start, rewrapped by rotation.
SEALED = (
    SealedColumn.at(EMAIL, UserRow),
    SealedColumn.at(SECRET, FactorRow, row="user_id"),
    SealedColumn.at(SUBJECT, ExternalIdentityRow, index="subject_index"),
)


@dataclass(frozen=True)
class Wiring:
    """What a process of registry holds open."""

    context: Context
    verifier: TokenVerifier
    engine: AsyncEngine
    passwords: Passwords
    queue: ArqQueue
    http: httpx.AsyncClient

    async def close(self) -> None:
        """Let go of connections and threads."""
        await self.queue.close()
        await self.http.aclose()
        self.passwords.close()
        await self.engine.dispose()


async def build(settings: Settings, queue: Queue | None = None) -> Wiring:
    """Wire registry; refuses another schema, a moved production clock, a missing sealing key."""
    engine = create_engine(settings.database_url, settings.database_pool)
    sessions = create_sessions(engine)
    clock = Clock(settings.clock_may_move)
    seal = Seal(SealingFolder(settings.sealing_directory).keys)
    keys = KeyFolder(settings.keys_directory, settings.issuer, settings.audience)
    passwords = Passwords(settings.argon2_memory_kib, settings.argon2_passes)
    own_queue = ArqQueue(settings.redis_url)
    http = httpx.AsyncClient(timeout=OUTSIDE_TIMEOUT)
    ports: dict[type, Any] = {
        DerivedFacts: Ledgers((LifeFacts(), CoverageFacts(), BrandFacts())),
        KeyFolder: keys,
        Passwords: passwords,
        Reminding: settings.reminding,
        Limits: settings.limits,
        OutsideSystems: _outside(settings, http),
        FactorRules: settings.factor_rules,
        MachineAccounts: MachineAccounts(settings.machine_secrets),
        Seal: seal,
        SealedColumns: SealedColumns(SEALED),
    }
    context = Context(SERVICE, sessions, clock, queue or own_queue, ports)
    verifier = TokenVerifier(
        Keys(keys.fetch), Revocations(sessions), settings.issuer, settings.audience
    )
    wiring = Wiring(context, verifier, engine, passwords, own_queue, http)
    try:
        await check_schema(engine, SERVICE)
        async with sessions() as session:
            await clock.check(session)
            await check_openable(session, seal, SEALED)
    except BaseException:
        await wiring.close()
        raise
    return wiring


def _outside(settings: Settings, http: httpx.AsyncClient) -> OutsideSystems:
    provider = OidcProvider(
        http,
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        settings.oidc_redirect_uri,
    )
    mini_program = WechatMiniProgram(
        http,
        settings.wechat_url,
        settings.wechat_appid,
        settings.wechat_secret.get_secret_value(),
    )
    return OutsideSystems(
        provider if settings.oidc_issuer else None,
        mini_program if settings.wechat_appid else None,
    )
