"""Files as such: templates, divisions, and what is refused before a row of it is read."""

import time
import zipfile
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from services.registry.imports.domain.kinds import Kind
from shared.caller import Role
from tests.registry.house import ADMIN, HUOJIA, County, Registry, problem
from tests.registry.imports.clerk import (
    carry_out,
    counts,
    errors,
    rows_of,
    send,
    sheet,
    taken_out,
    titles,
)
from tests.shared.sheets.books import by_hand

KINDS = [kind.value for kind in Kind]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_template_has_the_columns_and_explains_them(registry: Registry, kind: str) -> None:
    answer = await registry.http.get(f"/v1/templates/{kind}", headers=registry.headers(ADMIN))
    assert answer.status_code == 200
    assert "filename*=UTF-8''" in answer.headers["content-disposition"]
    assert [list(row) for row in rows_of(answer.content, "模板.xlsx")] == [titles(kind)]
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    notes = book.get_sheet_by_name("填写说明").to_python()
    assert [row[0] for row in notes[1:]] == titles(kind)
    assert b"dataValidation" in unpacked(answer.content, "xl/worksheets/sheet1.xml")
    body = await send(registry, kind, answer.content, expect=422)
    assert "没有数据行" in errors(body)[0][1]


def unpacked(content: bytes, member: str) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(member)


async def test_divisions_come_and_go_in_both_forms(registry: Registry) -> None:
    done = await carry_out(
        registry,
        "divisions",
        HUOJIA.read_bytes(),
        effective_on="2016-07-31",
        source="统计用区划代码 2016",
    )
    assert (done["state"], counts(done)) == ("done", (244, 0, 0))
    for form in ("csv", "xlsx"):
        content = await taken_out(registry, "divisions", form=form)
        assert counts(await send(registry, "divisions", content)) == (0, 0, 244)
    bad = [["41O724000000", "获嘉县", "县级", "410700000000"]]
    body = await send(registry, "divisions", sheet("divisions", bad), expect=422)
    assert errors(body)[0][0] == "row 2, column 区划代码"
    assert "字母 O，疑为数字 0" in errors(body)[0][1]


@pytest.mark.parametrize("header", [["编号"], ["编号", "编号"], [*titles("organizations"), "备注"]])
async def test_a_header_that_is_none_is_told(registry: Registry, header: list[str]) -> None:
    content = (",".join(header) + "\n1\n").encode()
    body = await send(registry, "organizations", content, expect=422)
    assert problem(body) == "import-rejected"
    assert all(pointer.startswith("row 1, column ") for pointer, _ in errors(body))


async def test_blank_rows_by_the_million_cost_little(registry: Registry) -> None:
    blanks = b'<row r="%d"><c r="A%d" s="1"/></row>'
    rows = b"".join(blanks % (number, number) for number in range(2, 1_200_002))
    content = by_hand(b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>")
    began = time.process_time()
    body = await send(registry, "organizations", content, expect=413)
    assert time.process_time() - began < 5  # of computing; one or two on an idle machine
    assert problem(body) == "sheet-too-large"
    assert "删除行" in body["detail"]


async def test_a_bomb_is_refused_at_once(registry: Registry) -> None:
    began = time.process_time()
    body = await send(registry, "organizations", by_hand(bytes(50_000_000)), expect=413)
    assert time.process_time() - began < 5
    assert problem(body) == "sheet-too-large"


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfea"]
)
async def test_what_is_no_table_is_refused(registry: Registry, content: bytes) -> None:
    body = await send(registry, "facts", content, expect=422)
    assert problem(body) == "sheet-unreadable"


async def test_people_taken_out_are_recorded(registry: Registry, county: County) -> None:
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    assert len(rows_of(await taken_out(registry, "people", office))) == 1
    inspector = county.caller(Role.INSPECTOR)
    trail = await registry.get("/audit", inspector)
    assert "people.export" in {each["action"] for each in trail["items"]}
