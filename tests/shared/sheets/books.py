"""Workbooks for tests: sound ones by xlsxwriter, and unsound ones put together by hand."""

import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

WORKBOOK = """<workbook xmlns="m" xmlns:r="o"><sheets>
<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"""
RELATIONS = """<Relationships><Relationship Id="rId1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
 Target="worksheets/sheet1.xml"/></Relationships>"""


def book(*sheets: Callable[[xlsxwriter.Workbook, Worksheet], object]) -> bytes:
    """Return a workbook with one worksheet for each of the functions that fill them."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        for fill in sheets:
            fill(workbook, workbook.add_worksheet())
    return target.getvalue()


def table(rows: Sequence[Sequence[object]]) -> bytes:
    """Return a workbook whose only sheet holds these rows."""

    def fill(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, place, value)
                elif value is not None:
                    sheet.write(number, place, value)

    return book(fill)


def archive(members: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip file with these members."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return target.getvalue()


def by_hand(sheet: str | bytes, **others: str | bytes) -> bytes:
    """Return a workbook around the XML of one sheet."""
    members: dict[str, str | bytes] = {
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet,
    }
    return archive(members | others)
