"""The docs page's document: 3.0 in every word, and of the same meaning."""

from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from services.__main__ import SERVICES
from shared.docs_page import PARAMETERS, as_3_0, install
from tests.documents import committed_document

# Keywords of JSON Schema that OpenAPI 3.0.3 does not know (its Schema Object lists what it knows).
UNKNOWN = {
    *("const", "examples", "prefixItems", "patternProperties", "propertyNames", "contains"),
    *("contentMediaType", "contentEncoding", "unevaluatedProperties", "dependentRequired", "$defs"),
    *("if", "then", "else", "$id", "$anchor", "$comment"),
}


def schemas(node: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- JSON
    """Every schema of a document, inner ones too."""
    if isinstance(node, list):
        return [found for each in node for found in schemas(each)]
    if not isinstance(node, dict):
        return []
    found = []
    for name, inner in node.items():
        if name == "schema":
            found += _with_inner(inner)
        elif name == "schemas":
            found += [each for one in inner.values() for each in _with_inner(one)]
        elif name not in {"example", "examples"}:
            found += schemas(inner)
    return found


def _with_inner(schema: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [*schema.get("properties", {}).values()]
    inner += [each for word in ("anyOf", "oneOf", "allOf") for each in schema.get(word, ())]
    inner += [
        schema[word]
        for word in ("items", "additionalProperties")
        if isinstance(schema.get(word), dict)
    ]
    return [schema, *(found for each in inner for found in _with_inner(each))]


@pytest.mark.parametrize("service", SERVICES)
def test_every_word_is_one_of_3_0(service: str) -> None:
    document = as_3_0(committed_document(service))
    assert document["openapi"] == "3.0.3"
    assert "summary" not in document["info"]
    found = schemas(document)
    assert len(found) > 100
    assert [each for each in found if UNKNOWN & each.keys()] == []
    assert [each for each in found if not isinstance(each.get("type", ""), str)] == []
    assert [each for each in found if each.get("type") == "null"] == []
    assert [each for each in found if "$ref" in each and len(each) > 1] == []
    bounds = [each.get(word) for each in found for word in ("exclusiveMinimum", "exclusiveMaximum")]
    assert {*bounds} <= {None, True, False}


@pytest.mark.parametrize("service", SERVICES)
def test_operations_and_schemas_stay(service: str) -> None:
    document = committed_document(service)
    older = as_3_0(document)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            now = older["paths"][path][method]
            assert now.keys() == operation.keys()
            assert now["responses"].keys() == operation["responses"].keys()
            assert now["operationId"] == operation["operationId"]
    before, after = document["components"]["schemas"], older["components"]["schemas"]
    for name, schema in before.items():
        assert schema.get("properties", {}).keys() == after[name].get("properties", {}).keys()
        assert schema.get("required") == after[name].get("required")


@pytest.mark.parametrize(
    ("schema", "older"),
    [
        (
            {"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}], "title": "Reason"},
            {"type": "string", "maxLength": 9, "title": "Reason", "nullable": True},
        ),
        (
            {"anyOf": [{"$ref": "#/components/schemas/Mark"}, {"type": "null"}]},
            {"allOf": [{"$ref": "#/components/schemas/Mark"}], "nullable": True},
        ),
        (
            {"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}]},
            {"anyOf": [{"type": "integer"}, {"type": "string"}], "nullable": True},
        ),
        (
            {"$ref": "#/components/schemas/Mark", "description": "得分"},
            {"allOf": [{"$ref": "#/components/schemas/Mark"}], "description": "得分"},
        ),
        ({"const": "all", "type": "string"}, {"enum": ["all"], "type": "string"}),
        (
            {"type": "object", "properties": {"const": {"type": "string", "examples": ["甲"]}}},
            {"type": "object", "properties": {"const": {"type": "string", "example": "甲"}}},
        ),
    ],
)
def test_a_schema_keeps_its_meaning(schema: dict[str, Any], older: dict[str, Any]) -> None:
    document = {"info": {"title": "t"}, "paths": {}, "components": {"schemas": {"Own": schema}}}
    assert as_3_0(document)["components"]["schemas"]["Own"] == older


def test_what_is_shown_as_an_example_stays_as_it_is() -> None:
    shown = {"example": {"schema": {"const": 1, "examples": [2]}}}
    document = {"info": {"title": "t"}, "paths": {"/": {"content": {"application/json": shown}}}}
    assert as_3_0(document)["paths"]["/"]["content"]["application/json"] == shown


async def test_the_page_finds_it_below_the_page() -> None:
    app = FastAPI(title="t", summary="短", description="长")
    install(app)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://docs") as client:
        answer = await client.get(f"/{PARAMETERS['url']}")
        plain = (await client.get("/openapi.json")).json()
    assert answer.json()["info"]["description"] == "短\n\n长"
    assert answer.json()["openapi"] == "3.0.3"
    assert plain["openapi"].startswith("3.1")
