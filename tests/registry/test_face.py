"""What holds for every operation of registry at once."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.registry.settings import Settings
from services.registry.tables import Table
from shared.caller import Role
from shared.settings import CommonSettings
from tests.registry.house import ADMIN, County, Registry, problem

README = Path(__file__).parents[2] / "services/registry/README.md"
NOBODY = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a01"
PUBLIC = {
    "POST /v1/sessions",
    "POST /v1/sessions/refresh",
    "POST /v1/tokens/machine",
    "POST /v1/tokens/platform",
    "POST /v1/invitations/accept",
    "POST /v1/sessions/oidc/begin",
    "POST /v1/sessions/oidc",
    "POST /v1/sessions/wechat",
    "GET /v1/jwks.json",
}
# What everybody may do with the own account.
OWN = ("/v1/sessions/", "/v1/me/")


def operations(registry: Registry) -> list[tuple[str, str, dict[str, Any]]]:
    document = registry.app.openapi()
    return [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


async def call(
    registry: Registry, method: str, path: str, headers: dict[str, str]
) -> tuple[int, dict[str, Any]]:
    address = re.sub(r"\{[a-z_]+\}", NOBODY, path)
    answer = await registry.http.request(method, address, headers=headers)
    return answer.status_code, answer.json() if answer.content else {}


async def test_every_operation_but_few_needs_a_token(registry: Registry) -> None:
    for method, path, _ in operations(registry):
        status, body = await call(registry, method, path, {})
        if f"{method} {path}" not in PUBLIC:
            assert (status, problem(body)) == (401, "not-signed-in"), path


async def test_a_tampered_token_opens_nothing(registry: Registry, county: County) -> None:
    token = registry.headers(county.caller(Role.VILLAGE))["Authorization"]
    head, payload, signature = token.split(".")
    for bad in (f"{head}.{payload}.", f"{head}.{payload[:-2]}AA.{signature}", "Bearer x", "x"):
        status, _ = await call(registry, "GET", "/v1/me", {"Authorization": bad})
        assert status == 401


@pytest.mark.parametrize("other", [{"audience": "other"}, {"issuer": "other"}])
async def test_a_token_for_somebody_else_opens_nothing(
    registry: Registry, other: dict[str, str]
) -> None:
    headers = registry.headers(ADMIN, replace(registry.keys, **other))  # type: ignore[arg-type]  # two texts
    assert (await call(registry, "GET", "/v1/organizations", headers))[0] == 401
    assert (await call(registry, "GET", "/v1/organizations", registry.headers(ADMIN)))[0] == 200


async def test_a_villager_writes_nothing_at_all(registry: Registry, county: County) -> None:
    village = county.of_tier("village")[0]
    headers = registry.headers(county.caller(Role.VILLAGE, village["id"]))
    # What a village enters about itself: an unknown place is refused there.
    own = {
        "/v1/imports/{kind}",
        "/v1/life-entries",
        "/v1/life-entries/bulk",
        "/v1/life-entries/{entry_id}/correct",
        "/v1/life-entries/{entry_id}/withdraw",
        "/v1/brand-projects",
        "/v1/brand-projects/{project_id}/stages",
        "/v1/brand-projects/{project_id}/conclude",
    }
    for method, path, operation in operations(registry):
        reads = method == "GET" or path == "/v1/facts/values"
        if reads or f"{method} {path}" in PUBLIC or path in own or path.startswith(OWN):
            continue
        body = example(registry, operation)
        address = re.sub(r"\{[a-z_]+\}", NOBODY, path)
        answer = await registry.http.request(
            method, address, json=body, headers=headers | {"If-Match": '"1"'}
        )
        assert answer.status_code == 403, f"{method} {path}: {answer.text}"
        assert problem(answer.json()) == "forbidden"


def example(registry: Registry, operation: dict[str, Any]) -> object:
    """The example of an operation's body, as the API page shows it."""
    content = operation.get("requestBody", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    schemas = registry.app.openapi()["components"]["schemas"]
    found: object = schemas.get(reference.rpartition("/")[2], {}).get("example")
    return found


async def test_every_body_has_an_example_that_is_understood(registry: Registry) -> None:
    for method, path, operation in operations(registry):
        if "application/json" not in operation.get("requestBody", {}).get("content", {}):
            continue
        body = example(registry, operation)
        assert body is not None, path
        address = re.sub(r"\{[a-z_]+\}", NOBODY, path)
        headers = registry.headers(ADMIN) | {"If-Match": '"1"'}
        answer = await registry.http.request(method, address, json=body, headers=headers)
        assert problem_or_none(answer.json() if answer.content else {}) != "invalid-content", (
            f"{path}: {answer.text}"
        )


def problem_or_none(body: dict[str, Any]) -> str | None:
    return problem(body) if "type" in body else None


def test_the_readme_names_every_setting_and_table() -> None:
    text = README.read_text()
    settings = set(Settings.model_fields) - set(CommonSettings.model_fields)
    assert {name for name in settings if f"`{name.upper()}`" not in text} == set()
    assert {name for name in Table.metadata.tables if f"`{name}`" not in text} == set()
