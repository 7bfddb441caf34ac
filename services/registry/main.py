"""Registry's API: who exists and who may act."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.registry import factory
from services.registry.divisions import api as divisions
from services.registry.facts import api as facts
from services.registry.identity.api import sessions, users
from services.registry.organizations import api as organizations
from services.registry.people import api as people
from services.registry.settings import Settings
from shared import web
from shared.queue import Queue

DESCRIPTION = """组织库：行政区划、党组织、人员与任期、基础数据、账号与授权。

先用 `POST /v1/sessions` 登录，把得到的 `access_token` 粘贴到右上角“Authorize”。
列表分页返回；修改须带 `If-Match`；每个 POST 都可带 `Idempotency-Key`（登录类除外）。
"""
TAGS = [
    {"name": "登录", "description": "登录、刷新、会话、公钥"},
    {"name": "行政区划", "description": "带起止日期的区划表及其导入"},
    {"name": "组织", "description": "组织树与变更流"},
    {"name": "人员与任期", "description": "人员、职务和任期"},
    {"name": "基础数据", "description": "按组织、带日期的数字，填一次处处可用"},
    {"name": "账号与授权", "description": "账号、授权与三员分立"},
    {"name": "审计", "description": "谁在何时做了什么"},
    {"name": "服务之间", "description": "供本系统其他服务使用"},
]


def create_app(settings: Settings | None = None, queue: Queue | None = None) -> FastAPI:
    """Return the application; settings come from the environment unless given."""
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        wiring = await factory.build(chosen, queue)
        app.state.context, app.state.verifier = wiring.context, wiring.verifier
        yield
        await wiring.close()

    app = web.create_app(
        title="五星 · 组织库 registry",
        summary="谁存在，谁可以办理",
        description=DESCRIPTION,
        tags=TAGS,
        lifespan=lifespan,
        max_body_bytes=chosen.max_body_bytes,
    )
    for router in (
        sessions.router,
        divisions.router,
        organizations.router,
        organizations.feed,
        people.people,
        people.terms,
        facts.router,
        users.users,
        users.passwords,
        users.grants,
        users.audit,
        sessions.machine_router,
    ):
        app.include_router(router)
    if chosen.clock_may_move:
        web.add_demo_clock(app)
    return app
