"""The HTTP face: problems, ETags, idempotency and offline docs, on a small real application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from jsonschema_rs import Draft202012Validator
from pydantic import BaseModel

from shared import web
from shared.audit import audit_log
from shared.auth import Keys, Revocations, TokenVerifier
from shared.caller import Role
from shared.context import Context
from shared.errors import Conflict
from shared.money import Points
from shared.tables import new_id
from tests.accounts import Signer, caller
from tests.shared.conftest import ContextFactory

router = web.router("/things", "things")


class Thing(BaseModel):
    """A body with points."""

    points: Points
    fail: bool = False


@router.post("", status_code=201)
async def make(thing: Thing, ctx: web.Ctx, key: web.IdempotencyKey = None) -> dict[str, Any]:
    made = new_id()
    async with ctx.work() as work:
        await work.audit("thing.make", "thing", made, county_id=None, after={"key": key})
        if thing.fail:
            raise Conflict("现在不行，请稍后再试。", "Not now: try again later.")
    return {"id": made, "points": thing.model_dump(mode="json")["points"]}


@router.put("/{thing_id}")
async def change(thing_id: UUID, version: web.IfMatch, ctx: web.Ctx) -> dict[str, int]:
    ctx.caller.require(Role.VILLAGE)
    return {"version": version, "thing": thing_id.version or 0}


@router.get("/broken")
async def broken(ctx: web.PublicCtx) -> None:
    raise RuntimeError(f"secret detail {ctx.service}")


@pytest.fixture
async def ctx(context: ContextFactory) -> Context:
    return await context("things")


@pytest.fixture
def signer() -> Signer:
    return Signer()


@pytest.fixture
async def client(ctx: Context, signer: Signer, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async def fetch() -> dict[str, Any]:
        return signer.jwks()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield

    examples = tmp_path / "examples.json"
    examples.write_text("{}")
    app = web.create_app(
        title="t",
        summary="t",
        description="t",
        tags=[],
        parameters={"thing_id": "所改的东西"},
        examples=examples,
        lifespan=lifespan,
        max_body_bytes=10_000,
    )
    app.state.context = ctx
    app.state.verifier = TokenVerifier(Keys(fetch), Revocations(ctx.sessions), "wuxing", "wuxing")
    app.include_router(router)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://things") as found:
        yield found


async def _made(ctx: Context) -> int:
    async with ctx.read() as work:
        count = sa.select(sa.func.count()).select_from(audit_log)
        return int(await work.session.scalar(count) or 0)


async def test_a_repeated_key_gives_the_first_answer_and_acts_once(
    client: httpx.AsyncClient, ctx: Context, signer: Signer
) -> None:
    headers = signer.headers(caller(Role.VILLAGE)) | {"Idempotency-Key": "11111111-aaaa"}
    first = await client.post("/v1/things", json={"points": "1.5"}, headers=headers)
    again = await client.post("/v1/things", json={"points": "1.5"}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert await _made(ctx) == 1


async def test_a_key_with_another_body_is_refused(
    client: httpx.AsyncClient, ctx: Context, signer: Signer
) -> None:
    headers = signer.headers(caller(Role.VILLAGE)) | {"Idempotency-Key": "11111111-aaaa"}
    await client.post("/v1/things", json={"points": "1.5"}, headers=headers)
    other = await client.post("/v1/things", json={"points": "2.5"}, headers=headers)
    assert other.status_code == 422
    assert other.json()["type"] == "urn:wuxing:problem:idempotency-key-reused"
    assert await _made(ctx) == 1


async def test_keys_of_two_callers_do_not_meet(
    client: httpx.AsyncClient, ctx: Context, signer: Signer
) -> None:
    for _ in range(2):
        headers = signer.headers(caller(Role.VILLAGE)) | {"Idempotency-Key": "11111111-aaaa"}
        await client.post("/v1/things", json={"points": "1.5"}, headers=headers)
    assert await _made(ctx) == 2


async def test_concurrent_twins_act_once(
    client: httpx.AsyncClient, ctx: Context, signer: Signer
) -> None:
    headers = signer.headers(caller(Role.VILLAGE)) | {"Idempotency-Key": "11111111-aaaa"}
    answers = await asyncio.gather(
        *(client.post("/v1/things", json={"points": "1"}, headers=headers) for _ in range(6))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await _made(ctx) == 1


async def test_a_problem_stores_nothing_and_frees_the_key(
    client: httpx.AsyncClient, ctx: Context, signer: Signer
) -> None:
    headers = signer.headers(caller(Role.VILLAGE)) | {"Idempotency-Key": "11111111-aaaa"}
    body = {"points": "1", "fail": True}
    assert (await client.post("/v1/things", json=body, headers=headers)).status_code == 409
    assert await _made(ctx) == 0
    body["fail"] = False
    assert (await client.post("/v1/things", json=body, headers=headers)).status_code == 201


async def test_every_bad_field_is_named(client: httpx.AsyncClient, signer: Signer) -> None:
    headers = signer.headers(caller(Role.VILLAGE))
    answer = await client.post("/v1/things", json={"points": "1.005"}, headers=headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == "/body/points"
    assert "两位小数" in answer.json()["errors"][0]["detail"]


async def test_english_is_given_when_asked_for(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/v1/things", json={"points": "1"}, headers={"Accept-Language": "en-GB"}
    )
    assert answer.status_code == 401
    assert answer.json()["title"] == "Sign in first"


async def test_an_unexpected_error_leaks_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/things/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("etag", "status"), [(None, 428), ('"x"', 412), ('"3"', 200), ('W/"3"', 200), ("*", 412)]
)
async def test_changes_need_the_version(
    client: httpx.AsyncClient, signer: Signer, etag: str | None, status: int
) -> None:
    headers = signer.headers(caller(Role.VILLAGE)) | ({"If-Match": etag} if etag else {})
    answer = await client.put(f"/v1/things/{new_id()}", headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize("told", ["length told", "in chunks"])
async def test_a_body_over_the_limit_is_a_problem_and_does_nothing(
    client: httpx.AsyncClient, ctx: Context, signer: Signer, told: str
) -> None:
    body = b'{"points": "1.5", "padding": "' + b"x" * 20_000 + b'"}'

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 4_000):
            yield body[start : start + 4_000]

    headers = signer.headers(caller(Role.VILLAGE)) | {"Content-Type": "application/json"}
    for key in ({}, {"Idempotency-Key": "11111111-aaaa"}):
        content = body if told == "length told" else chunks()
        answer = await client.post("/v1/things", content=content, headers=headers | key)
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        found = answer.json()
        assert found["type"] == "urn:wuxing:problem:too-large"
        assert "本次没有保存" in found["detail"]
        assert found["limit_bytes"] == 10_000
    assert await _made(ctx) == 0


async def test_a_body_just_within_the_limit_is_read(
    client: httpx.AsyncClient, signer: Signer
) -> None:
    body = b'{"points": "1.5"}'.ljust(10_000)
    headers = signer.headers(caller(Role.VILLAGE)) | {"Content-Type": "application/json"}
    answer = await client.post("/v1/things", content=body, headers=headers)
    assert answer.status_code == 201


async def test_the_document_says_where_values_come_from(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    put = document["paths"]["/v1/things/{thing_id}"]["put"]
    said = {each["name"]: each["description"] for each in put["parameters"]}
    assert said["thing_id"] == "所改的东西"
    assert "etag" in said["If-Match"]
    assert put["responses"]["200"]["description"] == "成功"
    assert put["responses"]["422"]["description"] == "内容有误 `invalid-content`"
    [(media_type, shown)] = put["responses"]["422"]["content"].items()
    assert media_type == "application/problem+json"
    answer = (await client.put(f"/v1/things/{new_id()}", json={})).json()
    problem = Draft202012Validator(shown["schema"] | {"components": document["components"]})
    assert [*problem.iter_errors(answer)] == []
    assert [*problem.iter_errors({"detail": "so"})] != []


async def test_docs_come_without_any_other_host(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    assert "https://" not in page.text.replace("https://fastapi.tiangolo.com", "")
