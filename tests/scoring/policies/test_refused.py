"""What is no usable policy: everything wrong at once, with row and column, and nothing kept."""

import time
import tracemalloc
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from services.scoring.kernel.document import write_policy
from services.scoring.kernel.grammar import Policy
from services.scoring.policies import usecases
from shared.caller import Role
from tests.scoring.county import PRESET, Service, problem
from tests.scoring.kernel.annex.sheets import Book, at, opened, workbook
from tests.scoring.kernel.rich import rich

TEXT = usecases.preset_text(PRESET)
ITEMS = "评分项"
HEADER = "Content-Type"
TABLES = ("policies", "audit_log", "outbox", "idempotency_keys")
# Well above what an idle machine needs, well below what an unlimited reader would take.
SECONDS = 15
_LAUGHS = "a0: &a0 [哈]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
BOMBS = {
    "a billion laughs": (_LAUGHS, "别名"),
    "one long list": ("a: [" + "x," * 149_000 + "x]\n", "内容过多"),
    "the same merged again and again": (
        "a: &a {x: 1}\n" + "".join(f"b{n}:\n  <<: *a\n" for n in range(3_000)),
        "别名",
    ),
    "nothing but brackets": ("[" * 299_000, "嵌套过深"),
    "nothing but empty items": ("stars:\n" + "- {}\n" * 9_000, "缺少这一项"),
}


async def kept(service: Service) -> dict[str, int]:
    """Return how many rows there are of everything that a saved policy would leave."""
    async with service.context.sessions() as session:
        counted = [
            await session.scalar(sa.select(sa.func.count()).select_from(sa.table(name)))
            for name in TABLES
        ]
    return {name: count or 0 for name, count in zip(TABLES, counted, strict=True)}


async def sent(
    service: Service, content: bytes, name: str, draft: dict[str, Any] | None = None
) -> httpx.Response:
    """Import a file, as a new draft or in place of one."""
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    files = {"file": (name, content)}
    if draft is not None:
        match = {"If-Match": f'"{draft["version"]}"'}
        path = f"/v1/policies/{draft['id']}/file"
        return await service.call("PUT", path, office, files=files, headers=match)
    form = {"county_id": str(service.county.committee.id)}
    key = {"Idempotency-Key": "0123456789abcdef"}
    return await service.call(
        "POST", "/v1/policies/import", office, data=form, files=files, headers=key
    )


async def written(service: Service, text: str) -> httpx.Response:
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    body = {"county_id": str(service.county.committee.id), "text": text}
    return await service.call("POST", "/v1/policies", office, json=body)


async def draft(service: Service) -> dict[str, Any]:
    made = await written(service, TEXT)
    assert made.status_code == 201
    return dict(made.json())


def places(answer: httpx.Response) -> list[str]:
    """Return where the mistakes are: sheet, row and column."""
    assert answer.status_code == 422, answer.text
    assert problem(answer) == "policy-unreadable"
    return [error["pointer"] for error in answer.json()["errors"]]


def said(answer: httpx.Response) -> str:
    return "\n".join(error["detail"] for error in answer.json()["errors"])


def spoiled() -> Book:
    """The rich annex with a mistake of each sort, beside one that only the checks find."""
    book = opened(rich())
    rows = book[ITEMS]
    rows[1][at(book, ITEMS, "满分")] = "十分左右"
    rows[2][at(book, ITEMS, "满分")] = "=4+4"
    rows[3][at(book, ITEMS, "缺项处理")] = "看情况"
    book["分数线"][1][at(book, "分数线", "分数")] = "75.005"
    return book


def beyond_int64() -> Policy:
    """A policy of which two formulas do not fit an int64, with an item that does not add up."""
    content = rich().model_dump(mode="json")
    content["measures"][1]["maximum"] = "100000000000"
    items = {one["rule"]["kind"]: one for one in content["stars"][1]["items"]}
    items["proportion"]["rule"] |= {"target": "90000000000", "max_points": "100000"}
    content["measures"][0] |= {"minimum": "-100000000000", "maximum": "100000000000"}
    items["per_percentage_point"]["rule"]["points_each"] = "100000"
    items["awarded"]["rule"]["max_points"] = "11"
    return Policy.model_validate(content)


FILES: dict[str, Callable[[], tuple[bytes, str, list[str]]]] = {
    "a tab": lambda: (
        TEXT.replace("  bonus_cap_points", "\tbonus_cap_points").encode(),
        "方案.yaml",
        [f"row {_row('bonus_cap_points')}, column 1"],
    ),
    "text among points": lambda: (
        TEXT.replace("max_points: 20}", "max_points: 二十}", 1)
        .replace("bonus_cap_points: 20", "bonus_cap_points: 20.001")
        .encode(),
        "方案.yaml",
        [f"row {_row('max_points: 20}')}, column ", f"row {_row('bonus_cap_points')}, column "],
    ),
    "a workbook with a mistake of each sort": lambda: (
        workbook(spoiled(), merged="评分项!C5:C6"),
        "附件.xlsx",
        [
            "sheet 评分项, row 2, column F",
            "sheet 评分项, row 3, column F",
            "sheet 评分项, row 4, column O",
            "sheet 评分项, row 5, column C",
            "sheet 分数线, row 2, column E",
        ],
    ),
    "a policy beyond int64 as text": lambda: (
        write_policy(beyond_int64()).encode(),
        "方案.yaml",
        ["row ", "row ", "row ", "row "],
    ),
    "a policy beyond int64 as a workbook": lambda: (
        workbook(opened(beyond_int64())),
        "附件.xlsx",
        ["sheet 星, row 3", "sheet 评分项, row ", "sheet 评分项, row ", "sheet 评分项, row "],
    ),
}


def _row(line: str) -> int:
    return 1 + next(n for n, one in enumerate(TEXT.splitlines()) if line in one)


@pytest.mark.parametrize("name", FILES)
async def test_a_bad_file_is_refused_whole_and_nothing_is_kept(service: Service, name: str) -> None:
    content, file, expected = FILES[name]()
    existing = await draft(service)
    before = await kept(service)
    for answer in (
        await sent(service, content, file),
        await sent(service, content, file, existing),
    ):
        found = places(answer)
        assert len(found) >= len(expected), found
        for start in set(expected):
            assert sum(one.startswith(start) for one in found) >= expected.count(start), found
        assert str(len(found)) in answer.json()["detail"]
        assert "没有保存" in answer.json()["detail"]
    assert await kept(service) == before
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    path = f"/v1/policies/{existing['id']}"
    assert (await service.call("GET", path, office)).json()["hash"] == existing["hash"]


async def test_each_mistake_of_a_workbook_is_told_in_words(service: Service) -> None:
    answer = await sent(service, workbook(spoiled(), merged="评分项!C5:C6"), "附件.xlsx")
    sentences = said(answer)
    assert "“满分”" in sentences
    assert "公式" in sentences
    assert "合并单元格" in sentences
    assert "“看情况”请写成“按5分计”" in sentences
    assert "小数" in sentences


async def test_formulas_beyond_int64_are_told_together_with_all_else(service: Service) -> None:
    answer = await written(service, write_policy(beyond_int64()))
    assert len(places(answer)) >= 4
    sentences = said(answer)
    assert sentences.count("可能超出能够精确计算的范围") == 2
    assert "基本分各项合计" in sentences


@pytest.mark.parametrize("name", BOMBS)
async def test_a_small_text_that_would_grow_is_refused_soon(service: Service, name: str) -> None:
    text, expected = BOMBS[name]
    before = await kept(service)
    start = time.process_time()
    answer = await written(service, text)
    assert time.process_time() - start < SECONDS
    assert places(answer)
    assert expected in said(answer)
    assert len(answer.content) < 300_000
    assert await kept(service) == before


_PART = b"""--b\r\nContent-Disposition: form-data; name="file"; filename="x.yaml"\r\n\r\n"""
FORTY = {
    "/v1/policies": ("application/json", b'{"text": "'),
    "/v1/policies/import": ("multipart/form-data; boundary=b", _PART),
}


@pytest.mark.parametrize("path", FORTY)
async def test_forty_megabytes_are_refused_without_being_held(service: Service, path: str) -> None:
    kind, head = FORTY[path]
    chunk, taken = b"- &a [*a, *a]" * 5_000, 0

    async def bomb() -> AsyncIterator[bytes]:
        nonlocal taken
        yield head
        for _ in range(620):  # 40 MB
            taken += len(chunk)
            yield chunk

    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    before = await kept(service)
    tracemalloc.start()
    answer = await service.call("POST", path, office, content=bomb(), headers={HEADER: kind})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.status_code == 413, answer.text
    assert problem(answer) == "too-large"
    assert taken < 13_000_000
    assert peak < 60_000_000
    assert await kept(service) == before
