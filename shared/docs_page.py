"""The document as the docs page reads it: OpenAPI 3.0, which it takes in several times faster.

What platforms and tools read, `/openapi.json`, is the 3.1 document as it is. Swagger UI works
through all of a 3.1 document at every operation that is unfolded, for seconds on a modest machine.
"""

from functools import cache
from typing import Any

import orjson
from fastapi import FastAPI, Response

PATH = "/docs/openapi.json"
# What Swagger UI is told. A pasted token outlives a reload; the list of schemas below the
# operations is folded away; the document's address holds behind any prefix of a gateway.
PARAMETERS = {
    "url": PATH.removeprefix("/"),
    "persistAuthorization": True,
    "displayRequestDuration": True,
    "defaultModelsExpandDepth": 0,
}
_NULL = {"type": "null"}
# What 3.0 cannot say; the page would not show it either.
_UNSAID = {"propertyNames"}


def install(app: FastAPI) -> None:
    """Let an application's docs page find its document."""

    @cache
    def body() -> bytes:
        return orjson.dumps(as_3_0(app.openapi()))

    async def document() -> Response:
        return Response(body(), media_type="application/json")

    app.add_api_route(PATH, document, include_in_schema=False)


def as_3_0(document: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document as FastAPI makes them in the words of 3.0."""
    found: dict[str, Any] = _walked(document)
    info = dict(found["info"])
    parts = (info.pop("summary", None), info.get("description"))
    info["description"] = "\n\n".join(filter(None, parts))
    return found | {"openapi": "3.0.3", "info": info}


def _walked(node: Any) -> Any:  # noqa: ANN401 -- JSON
    if isinstance(node, list):
        return [_walked(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {name: _member(name, inner) for name, inner in node.items()}


def _member(name: str, inner: Any) -> Any:  # noqa: ANN401 -- JSON
    match name:
        case "schema":
            return _schema(inner)
        case "schemas":
            return {own: _schema(each) for own, each in inner.items()}
        case "example" | "examples":
            return inner
        case _:
            return _walked(inner)


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        beside = {name: value for name, value in schema.items() if name != "$ref"}
        return _beside({"$ref": schema["$ref"]}, _schema(beside)) if beside else schema
    found: dict[str, Any] = {}
    for keyword, value in schema.items():
        found |= _keyword(keyword, value)
    if _NULL not in schema.get("anyOf", ()):
        return found
    found["nullable"] = True
    if len(found["anyOf"]) > 1:
        return found
    [only] = found.pop("anyOf")
    return _beside(only, found)


def _beside(schema: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with more keywords; 3.0 hears nothing beside a reference."""
    return {"allOf": [schema], **more} if "$ref" in schema else schema | more


def _keyword(keyword: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    match keyword:
        case "patternProperties":
            return {"additionalProperties": _schema(next(iter(value.values())))}
        case "examples":
            return {"example": value[0]}
        case "const":
            return {"enum": [value]}
        case "contentMediaType":
            return {"format": "binary"}
        case _:
            return {} if keyword in _UNSAID else {keyword: _inner(keyword, value)}


def _inner(keyword: str, value: Any) -> Any:  # noqa: ANN401 -- JSON
    match keyword:
        case "properties":
            return {name: _schema(each) for name, each in value.items()}
        case "anyOf" | "oneOf" | "allOf":
            return [_schema(each) for each in value if each != _NULL]
        case "items" | "additionalProperties" if isinstance(value, dict):
            return _schema(value)
        case _:
            return value
