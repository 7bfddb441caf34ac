"""Every service shows the same face: its schema, its API document, its offline docs page."""

import asyncio
import importlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from jsonschema_rs import Draft202012Validator

from deploy.local.openapi import committed, described, settle
from services.__main__ import SERVICES
from shared.db import migrations
from tests.conftest import DatabaseFactory
from tests.documents import committed_document

every_service = pytest.mark.parametrize("service", SERVICES)


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@every_service
async def test_migrations_make_exactly_the_tables_of_the_code(
    service: str, database: DatabaseFactory
) -> None:
    url = await database(service)
    await asyncio.to_thread(command.check, migrations(service, url))


@every_service
def test_the_committed_document_is_that_of_the_code(service: str, tmp_path: Path) -> None:
    assert committed(service).read_text() == described(service, tmp_path), "run `make openapi`"


def app_of(service: str, folder: Path) -> FastAPI:
    settle(folder)
    app: FastAPI = importlib.import_module(f"services.{service}.main").create_app()
    return app


@every_service
async def test_the_docs_page_needs_nobody_else(service: str, tmp_path: Path) -> None:
    app = app_of(service, tmp_path)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://docs") as client:
        page = (await client.get("/docs")).text
        assets = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert assets
        assert not [address for address in assets if "//" in address]
        for address in assets:
            assert (await client.get(address)).status_code == 200, address


@pytest.mark.parametrize("service", ["scoring", "notifications"])
def test_the_docs_page_sends_people_to_sign_in_where_a_browser_finds_registry(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = app_of(service, tmp_path).description
    assert f"({os.environ[f'WUXING_{service.upper()}_REGISTRY_URL']}/docs)" in inside
    monkeypatch.setenv(f"WUXING_{service.upper()}_REGISTRY_PUBLIC_URL", "https://zuzhi.example/")
    outside = app_of(service, tmp_path).description
    assert "(https://zuzhi.example/docs)" in outside


@every_service
def test_every_operation_is_described(service: str) -> None:
    document = committed_document(service)
    operations = [
        (f"{method} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    chinese = re.compile(r"[\u4e00-\u9fff]")
    assert operations
    assert [name for name, each in operations if not chinese.search(each.get("summary", ""))] == []
    bare = [name for name, each in operations if not {*each["responses"]} - {"200", "201", "204"}]
    assert bare == []


@every_service
def test_every_body_is_prefilled_with_something_that_fits(service: str) -> None:
    document = committed_document(service)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" not in content:
                continue
            schema = content["application/json"]["schema"]
            inner = document["components"]["schemas"].get(schema.get("$ref", "").split("/")[-1], {})
            examples = [*schema.get("examples", ()), *inner.get("examples", ())]
            examples += [inner["example"]] if "example" in inner else []
            assert examples, f"{method} {path} has no example"
            whole = {**schema, "components": document["components"]}
            for example in examples:
                faults = [*Draft202012Validator(whole).iter_errors(example)]
                assert faults == [], f"{method} {path}"


@every_service
def test_what_is_shown_as_answered_fits_its_schema(service: str) -> None:
    document = committed_document(service)
    examples = json.loads(committed(service).with_name("examples.json").read_text())
    assert examples
    for name, example in examples.items():
        whole = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        faults = [*Draft202012Validator(whole).iter_errors(example)]
        assert faults == [], name


@every_service
def test_every_parameter_says_what_it_is(service: str) -> None:
    document = committed_document(service)
    silent = {
        (each["name"], f"{method} {path}")
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for each in operation.get("parameters", ())
        if not each.get("description")
    }
    assert silent == set(), "say it in the route, or by name in PARAMETERS of main.py"
