"""An annex as an xlsx workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from services.scoring.kernel.annex import guide, settings
from services.scoring.kernel.annex.names import Names
from services.scoring.kernel.annex.tables import Column
from services.scoring.kernel.annex.writing import names_of, settings_rows, table_rows
from services.scoring.kernel.grammar import Policy

_SETTING_WIDTHS = (14, 24, 60)
_GUIDE_WIDTHS = (20, 16, 50, 40)
# Choices are offered in so many rows below the titles, so that rows can be added.
_OFFERED_ROWS = 500
_LONGEST_CELL = 32_767
# A list of choices that is longer cannot be stored in a workbook.
_LONGEST_LIST = 255
_LONGEST_HEADER = 100
_A4 = 9
_MARGINS = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.6}


class AnnexTooLongError(ValueError):
    """What one cell would hold is longer than a spreadsheet's cell can be."""


@dataclass(frozen=True)
class _Formats:
    """How titles and cells look."""

    title: Format
    cell: Format


def write_annex(policy: Policy) -> bytes:
    """Return the workbook that `read_annex` reads back as the same policy."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        formats = _Formats(
            workbook.add_format(
                {"bold": True, "bg_color": "#E7E6E6", "border": 1, "text_wrap": True}
            ),
            workbook.add_format({"text_wrap": True, "valign": "top", "border": 1}),
        )
        names = names_of(policy.model_dump(mode="json"))
        _guide(workbook.add_worksheet(guide.SHEET), formats)
        columns = [
            Column(title, title, width=width)
            for title, width in zip(settings.TITLES, _SETTING_WIDTHS, strict=True)
        ]
        _table(workbook.add_worksheet(settings.SHEET), columns, settings_rows(policy), formats)
        for table, rows in table_rows(policy):
            sheet = workbook.add_worksheet(table.sheet)
            _table(sheet, table.columns, rows, formats)
            _offer(sheet, table.columns, names)
        for sheet in workbook.worksheets():
            _printed(sheet, f"{policy.title}（{policy.edition}）")
    return target.getvalue()


def _printed(sheet: Worksheet, title: str) -> None:
    """Set a sheet up for A4 paper, as wide as the page, every page with titles and its number."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(**_MARGINS)
    # `&` begins a code in headers; a title means it literally.
    sheet.set_header(f"&L{title.replace('&', '&&')[: _LONGEST_LIST // 2]}&R&A")
    sheet.set_footer("&C第&P页，共&N页")


def _offer(sheet: Worksheet, columns: Sequence[Column], names: Names) -> None:
    """Offer what there is to choose from; a warning, not a refusal, meets other words."""
    for place, column in enumerate(columns):
        choices = [one for one in column.choices(names) if "," not in one]
        if choices and len(",".join(choices)) <= _LONGEST_LIST:
            offered = {"validate": "list", "source": choices, "error_type": "warning"}
            sheet.data_validation(1, place, _OFFERED_ROWS, place, offered)


def _table(
    sheet: Worksheet, columns: Sequence[Column], rows: Iterable[Sequence[str]], formats: _Formats
) -> None:
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, formats.title)
    for number, row in enumerate(rows, 1):
        for place, (column, text) in enumerate(zip(columns, row, strict=True)):
            _cell(sheet, (number, place), text, formats.cell, numeric=column.numeric)


def _cell(sheet: Worksheet, at: tuple[int, int], text: str, look: Format, *, numeric: bool) -> None:
    """Write text, or a number where people will add numbers up."""
    if len(text) > _LONGEST_CELL:
        raise AnnexTooLongError(sheet.get_name(), *at)
    if numeric and (number := _number(text)) is not None:
        sheet.write_number(*at, number, look)
    elif text:
        sheet.write_string(*at, text, look)
    else:
        sheet.write_blank(*at, None, look)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _guide(sheet: Worksheet, formats: _Formats) -> None:
    for place, width in enumerate(_GUIDE_WIDTHS):
        sheet.set_column(place, place, width)
    for number, row in enumerate(guide.rows()):
        look = formats.title if row == guide.TITLES else formats.cell
        for place, text in enumerate(row):
            sheet.write_string(number, place, text, look if len(row) > 1 else None)
