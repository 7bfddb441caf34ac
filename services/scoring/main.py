"""The API of scoring: what branches earn and why."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
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
from services.scoring.simulations import api as simulations
from shared import trail, web
from shared.describing import in_turn, signing_in
from shared.queue import Queue

TAGS: list[dict[str, Any]] = [
    policies.TAG,
    cycles.TAG,
    applications.TAG,
    evidence.TAG,
    *reviews.TAGS,
    results.TAG,
    incentives.TAG,
    simulations.TAG,
    trail.TAG,
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
    simulations.router,
    trail.router,
)
DESCRIPTION = (
    "五星支部创建：方案、周期、申报、评审、结果和挂钩待遇。现在轮到自己办什么，看 "
    "`GET /v1/cycles/{cycle_id}/worklist`；自己的组织编号在组织库 `GET /v1/me` 的 grants 里。"
)
STEPS = {
    "组织部": (
        "`POST /v1/policies` 建方案，`…/check` 检查，`…/publish` 发布",
        "`POST /v1/cycles` 建周期，`…/open` 启动",
    ),
    "村": (
        "`POST /v1/applications` 开始申报",
        "`PUT …/stars/{star}` 逐星保存",
        "`GET …/completeness` 检查",
        "`POST …/submit` 提交，取得回执",
    ),
    "乡镇": (
        "`GET …/worklist` 看待办",
        "`GET /v1/applications/{application_id}` 看申报",
        "`PUT …/recommendation` 评分",
        "`POST …/townships/{township_id}/sign-off` 签认",
    ),
    "部门": (
        "`GET …/worklist` 看待办",
        "`PUT …/reviews/{star}` 评审，`PUT …/spot-checks/{star}` 抽查",
        "`POST …/departments/{department}/complete` 办结",
    ),
    "联审单位": ("`PUT …/clearances/{office}` 答复每条底线标准，没有的也要答复",),
    "县委": ("`POST …/determinations` 记录会议", "另一人 `…/confirm` 确认"),
    "财政": ("`POST …/registers` 编制台账", "另一人 `…/confirm` 确认", "`…/pay` 登记发放"),
}
PARAMETERS = {
    "policy_id": "方案编号：GET /v1/policies 返回的 id",
    "name": "预设方案的名称：GET /v1/presets 返回的 name",
    "cycle_id": "周期编号：GET /v1/cycles 返回的 id",
    "inspection_id": "监督意见编号：GET /v1/cycles/{cycle_id}/inspections 返回的 id",
    "application_id": "申报编号：GET /v1/applications 返回的 id",
    "star": "星的代码，见方案，如 party_building（基层党建星）",
    "item": "评分项的代码，见方案，如 secretary_ability（书记能力）",
    "number": "第几次提交的回执，从 1 起",
    "evidence_id": "文件编号：GET /v1/applications/{application_id}/evidence 返回的 id",
    "township_id": "乡镇编号：GET /v1/cycles/{cycle_id}/townships 返回的 party",
    "department": "部门代码，见方案，如 publicity_department（宣传部）",
    "office": "联审单位代码，见方案，如 petition_bureau（信访局）",
    "determination_id": "会议编号：GET /v1/cycles/{cycle_id}/determinations 返回的 id",
    "result_id": "结果编号：GET /v1/cycles/{cycle_id}/results 返回的 id",
    "proposal_id": "建议编号：GET /v1/cycles/{cycle_id}/rectification-proposals 返回的 id",
    "register_id": "台账编号：GET /v1/cycles/{cycle_id}/registers 返回的 id",
    "simulation_id": "模拟编号：GET /v1/cycles/{cycle_id}/simulations 返回的 id",
    "chart": "图的名称：levels（星级）、bill（账单）或 townships（乡镇）",
    "if-none-match": "上次答复头 etag 的值；没有变化时答 304，不再传送内容",
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
        title="五星 · 评分 (scoring)",
        summary="各支部得了什么星、为什么",
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
        web.add_demo_clock(app, *factory.SWEEPS)
    return app
