"""The parts of a workbook around its sheets: where they are, shared texts, which cells are days.

Parsed by expat as a stream. A document type is refused, and with it every entity trick.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from posixpath import join, normpath
from xml.parsers import expat

from shared.sheets import cells
from shared.sheets.archive import Archive
from shared.sheets.problems import SheetUnreadable, damaged, too_large, unreadable
from shared.sheets.rows import Limits

WORKBOOK = "xl/workbook.xml"
_BINARY = "xl/workbook.bin"
_WORKSHEET = "/worksheet"
_RELATIONS = "xl/_rels/workbook.xml.rels"

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
TakeText = Callable[[str], None]


def new_parser(start: Start, end: End, text: TakeText) -> expat.XMLParserType:
    """Return a parser that calls these with tags without the prefix of the outermost one."""

    def refuse(*_: object) -> None:
        raise damaged()

    def begin(tag: str, given: dict[str, str]) -> None:
        prefix = tag[: tag.find(":") + 1]
        if prefix:
            parser.StartElementHandler = lambda name, these: start(name.removeprefix(prefix), these)
            parser.EndElementHandler = lambda name: end(name.removeprefix(prefix))
        else:
            parser.StartElementHandler, parser.EndElementHandler = start, end
        start(tag.removeprefix(prefix), given)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    return parser


def parse(parser: expat.XMLParserType, pieces: Iterator[bytes]) -> Iterator[None]:
    """Feed a member piece by piece, giving way after each; SheetUnreadable when it is no XML."""
    try:
        for piece in pieces:
            parser.Parse(piece, False)  # noqa: FBT003 -- expat takes no names
            yield
        parser.Parse(b"", True)  # noqa: FBT003 -- likewise
        yield
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise damaged() from error


def _whole(archive: Archive, name: str, start: Start, end: End, text: TakeText) -> None:
    if name in archive.names:
        for _ in parse(new_parser(start, end, text), archive.stream(name)):
            pass


def _nothing(_: str) -> None:
    pass


@dataclass(frozen=True)
class Workbook:
    """A workbook's visible sheets: name and member of each."""

    sheets: tuple[tuple[str, str], ...]
    since_1904: bool

    def member_of(self, name: str | None) -> tuple[str, str]:
        """Return the named sheet, or the first one, and its member."""
        for sheet in self.sheets:
            if name is None or sheet[0] == name:
                return sheet
        wanted = f"名为“{name}”的工作表" if name else "可见的工作表"
        raise unreadable(f"文件中没有{wanted}，请核对后重新上传", "The workbook has no such sheet")


def open_workbook(archive: Archive) -> Workbook:
    """Read which sheets there are; SheetUnreadable when the archive holds no xlsx workbook."""
    if WORKBOOK not in archive.names:
        raise _not_xlsx(archive)
    found: list[tuple[str, str]] = []
    targets: dict[str, str] = {}
    dated: list[bool] = []

    def book(tag: str, given: dict[str, str]) -> None:
        if tag == "sheet" and given.get("state", "visible") == "visible":
            relation = next((given[key] for key in given if key.endswith(":id")), "")
            found.append((given.get("name", ""), relation))
        elif tag == "workbookPr":
            dated.append(given.get("date1904", "0") in {"1", "true", "on"})

    def relation(tag: str, given: dict[str, str]) -> None:
        if tag == "Relationship" and given.get("Type", "").endswith(_WORKSHEET):
            target = given.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
            targets[given.get("Id", "")] = path

    _whole(archive, WORKBOOK, book, _nothing, _nothing)
    _whole(archive, _RELATIONS, relation, _nothing, _nothing)
    sheets = tuple((name, targets[key]) for name, key in found if key in targets)
    return Workbook(sheets, since_1904=any(dated))


def _not_xlsx(archive: Archive) -> SheetUnreadable:
    if _BINARY in archive.names:
        return unreadable(
            "文件是 .xlsb 二进制工作簿，请另存为 .xlsx 后上传",
            "An .xlsb workbook: save it as .xlsx",
        )
    return unreadable(
        "压缩包内不是 xlsx 工作簿，请用表格软件另存为 .xlsx 后上传",
        "The archive holds no xlsx workbook: save the table as .xlsx",
    )


def shared_texts(archive: Archive, limits: Limits) -> list[str]:
    """Return the texts that cells refer to by number."""
    texts: list[str] = []
    parts: list[str] = []
    size = 0
    taking = sounding = False

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal taking, sounding
        if tag == "si":
            parts.clear()
        elif tag == "rPh":
            sounding = True  # how a text is read aloud is no part of it
        taking = tag == "t" and not sounding

    def end(tag: str) -> None:
        nonlocal taking, sounding, size
        taking = False
        if tag == "rPh":
            sounding = False
        elif tag == "si":
            texts.append(cells.plain("".join(parts)))
            size += len(texts[-1])
            if size > limits.strings:
                raise too_large("文字总量过大", "Too much text", limits.strings)

    def text(data: str) -> None:
        if taking:
            parts.append(data)

    _whole(archive, "xl/sharedStrings.xml", start, end, text)
    return texts


def date_styles(archive: Archive) -> Collection[int]:
    """Return the numbers of the cell styles that show dates."""
    formats: dict[int, str] = {}
    used: list[int] = []
    inside = False

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal inside
        if tag == "cellXfs":
            inside = True
        elif tag == "numFmt":
            formats[int(given["numFmtId"])] = given.get("formatCode", "")
        elif tag == "xf" and inside:
            used.append(int(given.get("numFmtId", "0")))

    def end(tag: str) -> None:
        nonlocal inside
        if tag == "cellXfs":
            inside = False

    _whole(archive, "xl/styles.xml", start, end, _nothing)
    return cells.dates_of(formats, used)
