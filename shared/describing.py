"""What every API document says in the same words: parameters, successes, how to sign in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi import FastAPI

from shared.problems import ProblemDetails

_SUCCESS = "Successful Response"
_SCHEMA = "#/components/schemas/"
# What every problem is answered with; routes refer to it, describe() defines it.
PROBLEM = {"$ref": f"{_SCHEMA}{ProblemDetails.__name__}"}
_BY_MODULE = "services__"
PAGING = {
    "limit": "每页条数",
    "cursor": "上一页返回的 next_cursor",
}


def signing_in(docs: str) -> str:
    """Return the words for a service that issues no tokens; `docs` is registry's docs page."""
    return (
        f"先到[组织库的接口文档]({docs})用 `POST /v1/sessions` 登录，复制答复中的 `access_token`，"
        "再点本页右上角“Authorize”粘贴；令牌十分钟有效，过期后重新登录。\n\n"
        "路径中的编号都来自查询接口的 `id`，各参数旁注明出处。修改前先读取：把答复头 `etag` 的值"
        "填入 `If-Match`。每个 POST 都可带 `Idempotency-Key`，网络重发不会办理两次。"
    )


def in_turn(steps: Mapping[str, Sequence[str]]) -> str:
    """Return the table of who does what, one step after the other, so that a newcomer can begin."""
    rows = [f"| {who} | {' → '.join(each)} |" for who, each in steps.items()]
    return "\n".join(["| 谁 | 依次办理 |", "|---|---|", *rows])


def describe(app: FastAPI, parameters: Mapping[str, str], examples: Mapping[str, object]) -> None:
    """Let the document of an application explain each parameter by its name.

    `parameters` says where a person finds the value; what a route itself says stays. `examples`
    shows by its schema's name what is answered. Examples are written in the order of their
    fields, as a person fills them in.
    """
    words = PAGING | dict(parameters)
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        document = plain()
        _shorten_names(document)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas |= _problem_schemas()
        for operation in _operations(document):
            _explain(operation, words)
        for name in schemas.keys() & examples.keys():
            schemas[name]["example"] = examples[name]
        _order_examples(schemas)
        return document

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's documented way


def _problem_schemas() -> dict[str, Any]:
    schema = ProblemDetails.model_json_schema(ref_template=f"{_SCHEMA}{{model}}")
    return {**schema.pop("$defs"), ProblemDetails.__name__: schema}


def _shorten_names(document: dict[str, Any]) -> None:
    """Name schemas of equal class names by their capability: ReviewsGapView, not by the module.

    Whoever generates a client meets these names as its types.
    """
    schemas = document.get("components", {}).get("schemas", {})
    names = {name: _short(name) for name in schemas if name.startswith(_BY_MODULE)}
    for long, short in names.items():
        schemas[short] = schemas.pop(long)
    _point_anew(document, {_SCHEMA + long: _SCHEMA + short for long, short in names.items()})


def _short(name: str) -> str:
    _, _, capability, *_, own = name.split("__")
    return capability.title().replace("_", "") + own


def _point_anew(node: object, places: Mapping[str, str]) -> None:
    if isinstance(node, dict):
        for key, inner in node.items():
            node[key] = places.get(inner, inner) if isinstance(inner, str) else inner
            _point_anew(inner, places)
    elif isinstance(node, list):
        for inner in node:
            _point_anew(inner, places)


def _explain(operation: dict[str, Any], words: Mapping[str, str]) -> None:
    for each in operation.get("parameters", ()):
        if each["name"] in words:
            each.setdefault("description", words[each["name"]])
    for answer in operation["responses"].values():
        if answer["description"] == _SUCCESS:
            answer["description"] = "成功"


def _order_examples(schemas: dict[str, Any]) -> None:
    """Put the fields of examples in the order of the schema; pydantic sorts them by letters."""
    for schema in schemas.values():
        if "example" in schema:
            schema["example"] = _in_order(schema["example"], schema, schemas)
        if "examples" in schema:
            schema["examples"] = [_in_order(each, schema, schemas) for each in schema["examples"]]


def _in_order(example: object, schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> object:
    if isinstance(example, list):
        return [_in_order(each, schema.get("items", {}), schemas) for each in example]
    if not isinstance(example, dict):
        return example
    fields = _fields(schema, schemas)
    ordered = [name for name in fields if name in example]
    ordered += [name for name in example if name not in fields]
    return {name: _in_order(example[name], fields.get(name, {}), schemas) for name in ordered}


def _fields(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of an object's schema, of the first alternative that has any."""
    if "$ref" in schema:
        return _fields(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    found = (_fields(each, schemas) for each in schema.get("anyOf", ()))
    return schema.get("properties") or next(filter(None, found), {})


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        yield from methods.values()
