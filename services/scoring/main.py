"""The API of scoring: what branches earn and why."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from services.scoring import factory
from services.scoring.applications import api as applications
from services.scoring.cycles import api as cycles
from services.scoring.evidence import api as evidence
from services.scoring.incentives import api as incentives
from services.scoring.policies import api as policies
from services.scoring.results import api as results
from services.scoring.reviews import api as reviews
from services.scoring.settings import Settings
from shared import web
from shared.queue import Queue

TAGS: list[dict[str, Any]] = [
    policies.TAG,
    cycles.TAG,
    applications.TAG,
    evidence.TAG,
    *reviews.TAGS,
    results.TAG,
    incentives.TAG,
]
ROUTERS = (
    policies.router,
    policies.presets,
    cycles.router,
    cycles.inspections,
    applications.router,
    applications.closing,
    evidence.uploads,
    evidence.router,
    *reviews.ROUTERS,
    results.router,
    *incentives.ROUTERS,
)
DESCRIPTION = """
五星支部创建：方案、周期、申报、评审、结果和挂钩待遇。所有接口都用组织库签发的令牌登录。
""".strip()


def create_app(
    settings: Settings | None = None,
    *,
    ports: Mapping[type, Any] | None = None,
    queue: Queue | None = None,
) -> FastAPI:
    """Return the application; `ports` and `queue` replace outside things in tests."""
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        parts = await factory.build(chosen, ports=ports, queue=queue)
        app.state.context, app.state.verifier = parts.context, parts.verifier
        try:
            yield
        finally:
            await parts.close()

    app = web.create_app(
        title="五星 · 评分 (scoring)",
        summary="各支部得了什么星、为什么",
        description=DESCRIPTION,
        tags=TAGS,
        lifespan=lifespan,
        max_body_bytes=chosen.max_body_bytes,
    )
    for router in ROUTERS:
        app.include_router(router)
    if chosen.clock_may_move:
        web.add_demo_clock(app)
    return app
