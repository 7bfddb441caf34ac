"""Reading one table from a file somebody sent: what it is, and its rows."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.sheets import comma, parts, xlsx
from shared.sheets.archive import Archive
from shared.sheets.problems import SheetUnreadable, encrypted, too_large, unreadable
from shared.sheets.rows import CellFault, Format, Limits, Row

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
# Old office files, and the container of an xlsx with a password.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BEGIN = 4_096


@dataclass
class Sheet:
    """One table: what it was sent as, and its rows, to be read once.

    `rows` leaves out blank rows and raises when it meets the limits or damage. `merged` and
    `merged_count` are complete when the rows have been read to their end.
    """

    format: Format
    encoding: str | None
    name: str | None
    rows: Iterator[Row]
    _merged: xlsx.Merged = field(default_factory=lambda: xlsx.Merged([]))

    @property
    def merged(self) -> list[CellFault]:
        """The first cell of merged areas, at most a thousand of them."""
        return self._merged.faults

    @property
    def merged_count(self) -> int:
        """How many merged areas there are."""
        return self._merged.count


_DEFAULT = Limits()


def read_sheet(
    content: bytes, name: str, *, sheet: str | None = None, limits: Limits = _DEFAULT
) -> Sheet:
    """Open the table in a file; `sheet` names one of a workbook's, else the first visible one.

    What the file is follows from its content; the name only helps to say what is wrong. Raises
    SheetUnreadable or SheetTooLarge, here or while the rows are read.
    """
    if len(content) > limits.file:
        zh = f"文件超过 {limits.file // 1_000_000} MB 的上限"
        raise too_large(zh, "The file is over the limit", limits.file)
    if content.startswith((_ZIP, _EMPTY_ZIP)):
        return _workbook(content, sheet, limits)
    _check_text(content, name)
    encoding = comma.encoding_of(content)
    rows = _limited(comma.read(content, encoding, limits), limits)
    return Sheet(Format.CSV, encoding, None, rows)


def _workbook(content: bytes, sheet: str | None, limits: Limits) -> Sheet:
    archive = Archive(content, limits)
    workbook = parts.open_workbook(archive)
    found, member = workbook.member_of(sheet)
    rows, merged = xlsx.read(archive, member, limits, since_1904=workbook.since_1904)
    return Sheet(Format.XLSX, None, found, _limited(rows, limits), merged)


def _check_text(content: bytes, name: str) -> None:
    if content.startswith(_COMPOUND):
        raise encrypted() if _ENCRYPTED in content else _old()
    if name.lower().endswith((".xlsx", ".xlsm")):
        raise unreadable(
            "文件名是 .xlsx，内容却不是 xlsx 工作簿，请用表格软件打开后另存为 .xlsx 再上传",
            "The name says .xlsx, the content does not: save the table as .xlsx",
        )
    if content[:_BEGIN].lstrip().startswith((b"<", b"\xef\xbb\xbf<", b"%PDF")):
        raise unreadable(
            "文件是网页、XML 或 PDF，不是表格，请用表格软件打开后另存为 .xlsx 再上传",
            "The file is a page or document, no table: save it as .xlsx",
        )


def _old() -> SheetUnreadable:
    return unreadable(
        "文件是旧格式 .xls（或其他旧版文档），请用表格软件另存为 .xlsx 后上传",
        "The file is in the old .xls format: save it as .xlsx",
    )


def _limited(rows: Iterator[Row], limits: Limits) -> Iterator[Row]:
    for count, row in enumerate(rows, 1):
        if count > limits.rows:
            zh = f"超过 {limits.rows} 行的上限"
            raise too_large(zh, f"More than {limits.rows} rows", limits.rows)
        if len(row.cells) > limits.columns:
            zh = f"第 {row.number} 行超过 {limits.columns} 列的上限"
            en = f"Row {row.number} has more than {limits.columns} columns"
            raise too_large(zh, en, limits.columns)
        if max(map(len, row.cells)) > limits.cell:
            zh = f"第 {row.number} 行有单元格超过 {limits.cell} 个字的上限"
            raise too_large(zh, f"A cell of row {row.number} is too long", limits.cell)
        yield row


def sheet_names(content: bytes, name: str, *, limits: Limits = _DEFAULT) -> tuple[str, ...]:
    """Return the names of a workbook's visible sheets; raises as `read_sheet` does."""
    if len(content) > limits.file:
        zh = f"文件超过 {limits.file // 1_000_000} MB 的上限"
        raise too_large(zh, "The file is over the limit", limits.file)
    if not content.startswith((_ZIP, _EMPTY_ZIP)):
        _check_text(content, name)
        raise unreadable("请上传 .xlsx 工作簿", "Send an .xlsx workbook")
    return tuple(sheet for sheet, _ in parts.open_workbook(Archive(content, limits)).sheets)
