"""Registry's API: who exists and who may act."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from services.registry import factory
from services.registry.brands import api as brands
from services.registry.coverage import api as coverage
from services.registry.divisions import api as divisions
from services.registry.facts.api import burden, catalogue, demands, facts
from services.registry.identity.api import (
    access,
    api_keys,
    factors,
    handing,
    invitations,
    outside,
    sessions,
    users,
)
from services.registry.imports.api import exchange, reports, vintages
from services.registry.imports.api import tables as imports
from services.registry.life.api import entries as life
from services.registry.life.api import reports as rhythm
from services.registry.organizations.api import events, feed, register
from services.registry.people.api import (
    asides,
    elections,
    pairs,
    people,
    planning,
    reserve,
    tallying,
    terms,
    training,
    watching,
)
from services.registry.privacy.api import erasures, exports
from services.registry.settings import Settings
from shared import trail, web
from shared.queue import Queue

DESCRIPTION = """组织库：行政区划、党组织、人员与任期、基础数据、账号与授权。

先用下面的 `POST /v1/sessions` 登录（点“Try it out”，填入用户名和密码，点“Execute”），
复制答复中的 `access_token`，再点右上角“Authorize”粘贴；令牌十分钟有效，在三个服务的文档页通用。

路径中的编号都来自查询接口的 `id`，各参数旁注明出处。修改前先读取：把答复头 `etag` 的值填入
`If-Match`。每个 POST 都可带 `Idempotency-Key`（登录类除外），网络重发不会办理两次。
"""
PARAMETERS = {
    "event_id": "变动编号：GET /v1/organizations/{organization_id}/history 返回的 id",
    "division_id": "区划编号：GET /v1/divisions 返回的 id",
    "organization_id": "组织编号：GET /v1/organizations 返回的 id",
    "person_id": "人员编号：GET /v1/people 返回的 id",
    "term_id": "任期编号：GET /v1/terms 返回的 id",
    "election_id": "选举编号：GET /v1/elections 返回的 id",
    "reserve_id": "后备干部记录的编号：GET /v1/reserve 返回的 id",
    "course_id": "培训班编号：GET /v1/courses 返回的 id",
    "pair_id": "结对编号：GET /v1/pairs 返回的 id",
    "user_id": "账号编号：GET /v1/users 返回的 id",
    "grant_id": "授权编号：GET /v1/grants 返回的 id",
    "session_id": "会话编号：GET /v1/sessions 返回的 id",
    "invitation_id": "邀请编号：GET /v1/invitations 返回的 id",
    "key_id": "密钥编号：GET /v1/users/{user_id}/api-keys 返回的 id",
    "level": "区划层级",
    "tier": "县级、乡镇级或村级",
    "sector": "领域",
    "kind": "组织类型",
    "definition_id": "数据项目的编号",
    "demand_id": "报数要求的编号",
    "entry_id": "组织生活记录的编号",
    "import_id": "导入编号：上传后返回的 id，或 GET /v1/imports 返回的 id",
    "exemption_id": "免予安排的编号",
    "erasure_id": "删除申请编号：GET /v1/erasures 返回的 id",
    "project_id": "品牌项目的编号：GET /v1/brand-projects 返回的 id",
    "unit_id": "两新单位的编号：GET /v1/coverage-units 返回的 id",
    "post": "职务",
    "code": "数据项目",
    "role": "角色",
    "state": "授权状态，如 requested 为待批准",
    "since": "此时以后（含）",
    "until": "此时以前",
}
TAGS = [
    {"name": "登录", "description": "登录、刷新、会话、公钥"},
    {"name": "行政区划", "description": "带起止日期的区划表及其导入"},
    {"name": "组织", "description": "组织树与变更流，可查任一日期"},
    {"name": "组织变动", "description": "更名、变更隶属、分设、合并、撤销，均可预演"},
    {"name": "人员与任期", "description": "人员、职务和任期"},
    {"name": "换届选举", "description": "计划、推迟、登记结果、由第二人确认，任期随之变动"},
    {"name": "后备干部", "description": "入库、出库；任职时自动记明"},
    {"name": "教育培训", "description": "培训班、参训情况、年度学时"},
    {"name": "结对共建", "description": "强弱支部结对"},
    {"name": "基础数据", "description": "按组织、带日期的数字，填一次处处可用"},
    {"name": "组织生活", "description": "三会一课等的台账、按期检查"},
    {"name": "组织覆盖", "description": "两新单位明细账：应建、已建、已覆盖、应建未建"},
    {"name": "品牌项目", "description": "一个支部一个品牌：阶段和成效"},
    {"name": "导入与导出", "description": "xlsx 和 CSV 表：模板、试办、确认、进度、导出"},
    {"name": "上级平台交换", "description": "组织记录的提供与接收，按平台自己的编号对照"},
    {"name": "账号与授权", "description": "账号、授权与三员分立"},
    {"name": "个人信息", "description": "个人信息的导出与删除"},
    trail.TAG,
    {"name": "服务之间", "description": "供本系统其他服务使用"},
]
ROUTERS = (
    sessions.router,
    factors.router,
    outside.router,
    divisions.router,
    vintages.router,
    events.router,
    register.router,
    feed.router,
    people.people,
    terms.terms,
    watching.endings,
    watching.vacancies,
    asides.router,
    planning.router,
    elections.router,
    reserve.router,
    training.courses,
    tallying.report,
    pairs.router,
    facts.router,
    catalogue.router,
    demands.router,
    burden.router,
    life.router,
    rhythm.rhythm,
    rhythm.exemptions,
    coverage.units,
    coverage.summary,
    brands.router,
    exchange.router,
    imports.imports,
    imports.templates,
    reports.router,
    imports.exports,
    users.users,
    users.passwords,
    handing.router,
    invitations.router,
    sessions.users_router,
    api_keys.router,
    users.grants,
    access.router,
    exports.router,
    erasures.people,
    erasures.erasures,
    trail.router,
    sessions.machine_router,
)


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
        parameters=PARAMETERS,
        examples=Path(__file__).with_name("examples.json"),
        lifespan=lifespan,
        max_body_bytes=chosen.max_body_bytes,
    )
    for router in ROUTERS:
        app.include_router(router)
    if chosen.clock_may_move:
        web.add_demo_clock(app)
    return app
