"""The workbook as people see and print it."""

import re
from io import BytesIO
from zipfile import ZipFile

from services.scoring.kernel.annex import write_annex
from shared.sheets import sheet_names
from tests.scoring.kernel.annex.sheets import opened
from tests.scoring.kernel.rich import rich

BOOK = write_annex(rich())


def parts() -> dict[str, str]:
    """Return the XML of each sheet by its name."""
    with ZipFile(BytesIO(BOOK)) as archive:
        names = sheet_names(BOOK, "a.xlsx")
        return {
            name: archive.read(f"xl/worksheets/sheet{number}.xml").decode()
            for number, name in enumerate(names, 1)
        }


def test_every_sheet_prints_on_a4_across_with_its_titles_on_every_page() -> None:
    for name, xml in parts().items():
        setup = re.search(r"<pageSetup [^>]*>", xml)
        assert setup is not None, name
        assert 'paperSize="9"' in setup[0]
        assert 'orientation="landscape"' in setup[0]
        assert 'fitToHeight="0"' in setup[0]
        assert "第&amp;P页，共&amp;N页" in xml
    with ZipFile(BytesIO(BOOK)) as archive:
        workbook = archive.read("xl/workbook.xml").decode()
    assert workbook.count("_xlnm.Print_Titles") == len(parts()) - 1  # all but the guide


def test_titles_stay_in_sight_and_columns_have_their_widths() -> None:
    for name, xml in parts().items():
        widths = [float(width) for width in re.findall(r'<col [^>]*width="([\d.]+)"', xml)]
        assert widths, name
        assert all(6 <= width <= 61 for width in widths), (name, widths)
        if name != "填写说明":
            assert 'topLeftCell="A2"' in xml
            assert 'state="frozen"' in xml


def test_words_that_are_chosen_are_offered() -> None:
    xml, titles = parts()["评分项"], opened(rich())["评分项"][0]
    offered = dict(
        re.findall(
            r'<dataValidation type="list"[^>]*sqref="([A-Z])2:[A-Z]501"[^>]*>'
            r"<formula1>\"(.*?)\"</formula1>",
            xml,
        )
    )
    shown = {titles[ord(letter) - ord("A")]: words.split(",") for letter, words in offered.items()}
    assert shown["星"] == [star.name for star in rich().stars]
    assert shown["区块"] == ["基本分", "加分", "扣分", "分项"]
    assert shown["计分办法"][:3] == ["评定", "按次计分", "阶梯计分"]
    assert shown["责任部门"] == [one.name for one in rich().departments]
    assert shown["不适用时"] == ["重新折算", "计满分", "不计入"]


def test_no_sheet_is_so_wide_that_print_becomes_unreadable() -> None:
    for name, xml in parts().items():
        columns = re.findall(r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"', xml)
        whole = sum((int(last) - int(first) + 1) * float(width) for first, last, width in columns)
        # A4 across holds about 135 digits at full size: six tenths of it can still be read.
        assert whole <= 225, (name, whole)
