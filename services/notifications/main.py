"""The API of notifications: what is told to whom."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from services.notifications import factory
from services.notifications.announcements.api import desk as announcements
from services.notifications.announcements.api import pages as notice_pages
from services.notifications.calendar import api as calendar
from services.notifications.channels import api as channels
from services.notifications.messages import api as messages
from services.notifications.objections.api import branches as inquiries
from services.notifications.objections.api import inspectors as inspections
from services.notifications.objections.api import pages as objection_pages
from services.notifications.objections.api import public as objections
from services.notifications.objections.jobs import sweep_announcements
from services.notifications.settings import Settings
from services.notifications.webhooks import api as webhooks
from shared import trail, web
from shared.describing import in_turn, signing_in
from shared.queue import Queue

TAGS: list[dict[str, Any]] = [
    calendar.TAG,
    announcements.TAG,
    objections.TAG,
    messages.TAG,
    channels.TAG,
    webhooks.TAG,
    trail.TAG,
]
ROUTERS = (
    calendar.router,
    announcements.router,
    objections.router,
    inspections.router,
    inquiries.router,
    objection_pages.router,
    notice_pages.router,
    messages.router,
    channels.router,
    channels.channels_router,
    webhooks.router,
    trail.router,
)
DESCRIPTION = """
公示、异议与送达。[公示页面](/notices)、工作日查询、提出异议和凭回执号查询无须登录（没有锁形标记的接口）。
""".strip()
STEPS = {
    "组织部": (
        "`GET /v1/announcements` 找到起草好的公示",
        "`PATCH /v1/announcements/{announcement_id}` 补全受理方式",
        "`POST …/publish` 发布",
    ),
    "公众": (
        "在公示页面或用 `POST …/objections` 反映，记下回执号",
        "`GET /v1/objections/receipt/{number}` 查办理情况",
    ),
    "纪委监委": (
        "`GET /v1/objections` 看异议，`…/accept` 受理",
        "`…/inquiries` 征询被反映的党组织",
        "`…/finding` 拟核查结论",
        "另一人 `…/finding/sign` 签认",
    ),
    "村": ("`GET /v1/messages` 看消息", "`GET /v1/inquiries` 看征询，`…/answer` 答复"),
}
PARAMETERS = {
    "announcement_id": "公示编号：GET /v1/announcements（公众 /v1/announcements/notices）返回的 id",
    "number": "提出异议时得到的回执号",
    "objection_id": "异议编号：GET /v1/objections 返回的 id",
    "clue_id": "线索编号：GET /v1/clues 返回的 id",
    "inquiry_id": "征询编号：GET /v1/inquiries 返回的 id",
    "message_id": "消息编号：GET /v1/messages 返回的 id",
    "webhook_id": "订阅编号：GET /v1/webhooks 返回的 id",
    "delivery_id": "送达编号：GET /v1/deliveries 或该订阅的推送日志返回的 id",
}


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
        title="五星 · 公示与送达 (notifications)",
        summary="把什么告诉谁：公示、异议、消息",
        description="\n\n".join([DESCRIPTION, signing_in(chosen.sign_in_page), in_turn(STEPS)]),
        tags=TAGS,
        parameters=PARAMETERS,
        examples=Path(__file__).with_name("examples.json"),
        lifespan=lifespan,
        max_body_bytes=chosen.max_body_bytes,
    )
    for router in ROUTERS:
        app.include_router(router)
    if chosen.clock_may_move:
        web.add_demo_clock(app, sweep_announcements)
    return app
