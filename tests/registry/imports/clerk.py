"""A clerk with spreadsheets: sends tables, confirms them, lets the worker run, takes them out."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from services.registry.imports.domain.columns import columns_of
from services.registry.imports.domain.kinds import Kind
from services.registry.imports.jobs import carry_out_imports
from shared.caller import Caller
from shared.sheets import read_sheet
from tests.registry.house import ADMIN, Registry

Rows = Sequence[Sequence[str]]


def titles(kind: str) -> list[str]:
    return [column.title for column in columns_of(Kind(kind))]


def sheet(kind: str, rows: Rows, encoding: str = "utf-8") -> bytes:
    """A csv file with the header of its kind."""
    out = io.StringIO()
    csv.writer(out).writerows([titles(kind), *rows])
    return out.getvalue().encode(encoding)


def rows_of(content: bytes, name: str = "") -> list[tuple[str, ...]]:
    return [row.cells for row in read_sheet(content, name).rows]


async def send(
    registry: Registry,
    kind: str,
    content: bytes,
    caller: Caller = ADMIN,
    expect: int = 201,
    **params: str,
) -> dict[str, Any]:
    answer = await registry.http.post(
        f"/v1/imports/{kind}",
        content=content,
        params=params,
        headers=registry.headers(caller) | {"Content-Type": "application/octet-stream"},
    )
    assert answer.status_code == expect, answer.text
    return dict(answer.json())


async def carry_out(
    registry: Registry,
    kind: str,
    content: bytes,
    caller: Caller = ADMIN,
    **params: str,
) -> dict[str, Any]:
    """Send, confirm and let the worker carry a table out; how the import ended."""
    sent = await send(registry, kind, content, caller, 201, **params)
    await registry.post(f"/imports/{sent['id']}/confirm", caller=caller, expect=202)
    assert "carry_out_imports" in {job for job, _ in registry.queue.take("registry")}
    await carry_out_imports(registry.context)
    return await registry.get(f"/imports/{sent['id']}", caller)


async def taken_out(
    registry: Registry, kind: str, caller: Caller = ADMIN, form: str = "csv", **params: str
) -> bytes:
    answer = await registry.http.get(
        f"/v1/exports/{kind}", params={"format": form} | params, headers=registry.headers(caller)
    )
    assert answer.status_code == 200, answer.text
    return answer.content


def errors(body: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["pointer"], each["detail"]) for each in body["errors"]]


def counts(body: dict[str, Any]) -> tuple[int, int, int]:
    return body["created"], body["changed"], body["unchanged"]
