"""Organizations by spreadsheet: founded, changed, refused; taken out and brought back."""

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from services.registry.imports.jobs import carry_out_imports
from shared.caller import Caller, Grant, Role
from shared.tables import new_id
from tests.registry.house import ADMIN, County, Registry, problem
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
from tests.shared.sheets.books import book, table

COUNTY = (
    "X",
    "",
    "中共某县委员会",
    "某县委",
    "党委",
    "机关",
    "县级",
    "2016-07-31",
    "",
    "",
    "1",
)
TOWN = (
    "X1",
    "X",
    "中共某县甲镇委员会",
    "甲镇党委",
    "党委",
    "机关",
    "乡镇级",
    "2016-7-31",
    "",
    "",
    "",
)
VILLAGE = (
    "X11",
    "X1",
    "中共某县甲镇乙村支部委员会",
    "乙村党支部",
    "党支部",
    "农村",
    "村级",
    "2016/8/1",
    "",
    "",
    "3",
)


def new_county(*more: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [VILLAGE, COUNTY, TOWN, *more]


async def test_a_county_is_founded_from_a_table_in_any_order(registry: Registry) -> None:
    sent = await send(registry, "organizations", sheet("organizations", new_county()))
    assert (sent["state"], sent["state_name"]) == ("checked", "检查通过，待确认")
    assert counts(sent) == (3, 0, 0)
    assert (await registry.get("/organizations"))["items"] == []
    await registry.post(f"/imports/{sent['id']}/confirm", expect=202)
    await carry_out_imports(registry.context)
    done = await registry.get(f"/imports/{sent['id']}")
    assert (done["state"], done["done"], done["rows"], done["attempts"]) == ("done", 3, 3, 1)
    found = (await registry.get("/organizations"))["items"]
    by_name = {each["short_name"]: each for each in found}
    village, town = by_name["乙村党支部"], by_name["甲镇党委"]
    assert (village["parent_id"], village["founded_on"]) == (town["id"], "2016-08-01")
    assert village["county_id"] == by_name["某县委"]["id"]
    assert [
        each["short_name"] for each in (await registry.get("/organizations", q="ycdzb"))["items"]
    ]
    changes = await registry.get("/changes")
    assert {each["organization"]["id"] for each in changes["items"]} == {e["id"] for e in found}


async def test_the_same_table_again_changes_nothing(registry: Registry) -> None:
    content = sheet("organizations", new_county())
    await carry_out(registry, "organizations", content)
    again = await carry_out(registry, "organizations", content)
    assert (again["state"], counts(again)) == ("done", (0, 0, 3))
    assert len((await registry.get("/organizations"))["items"]) == 3


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_what_is_taken_out_comes_back_without_a_change(registry: Registry, form: str) -> None:
    content = await taken_out(registry, "organizations", form=form)
    rows = rows_of(content, f"组织.{form}")
    assert list(rows[0]) == titles("organizations")
    assert len(rows) == 243
    sent = await send(registry, "organizations", content)
    assert counts(sent) == (0, 0, 242)


async def test_an_edited_export_renames_moves_and_corrects(
    registry: Registry, county: County
) -> None:
    towns = county.of_tier("township")
    village = next(
        each for each in county.of_tier("village") if each["parent_id"] == towns[0]["id"]
    )
    other = next(each for each in county.of_tier("village") if each["parent_id"] == towns[1]["id"])
    rows = [list(row) for row in rows_of(await taken_out(registry, "organizations"))[1:]]
    for row in rows:
        if row[0] == village["id"]:
            row[3], row[9] = "新名党支部", "114107240000000004"
        if row[0] == other["id"]:
            row[1] = towns[0]["id"]
    content = sheet(
        "organizations", [row for row in rows if row[0] in {village["id"], other["id"]}]
    )
    body = await send(registry, "organizations", content, expect=422)
    assert errors(body)[0][0] == "row 2, column 统一社会信用代码"
    content = content.replace(b"114107240000000004", b"")
    done = await carry_out(registry, "organizations", content, effective_on="2026-03-01")
    assert (done["state"], counts(done)) == ("done", (0, 2, 0))
    now = await registry.get(f"/organizations/{village['id']}")
    before = await registry.get(f"/organizations/{village['id']}", as_of="2026-02-28")
    assert (before["short_name"], now["short_name"]) == (village["short_name"], "新名党支部")
    moved = await registry.get(f"/organizations/{other['id']}")
    assert moved["parent_id"] == towns[0]["id"]
    history = await registry.get(f"/organizations/{other['id']}/history")
    assert history["items"][0]["action"] == "move"


async def test_every_fault_of_every_row_is_told_at_once(registry: Registry) -> None:
    rows = [
        COUNTY,
        ("A", "B", "甲支部", "甲", "党支部", "农村", "村级", "2020-01-01", "", "", ""),
        ("B", "A", "乙支部", "乙", "党支部", "农村", "村级", "2020-01-01", "", "", ""),
        ("C", "", "丙支部", "丙", "党支部", "农村", "村级", "2020-01-01", "", "", ""),
        ("D", "没有", "丁支部", "丁", "党支部", "农村", "村级", "2020-01-01", "", "", ""),
        ("E", "X", "戊支部", "戊", "支部", "农村", "村级", "2O20-01-01", "", "", ""),
        ("F", "X", "己支部", "己", "党支部", "农村", "村级", "2020-02-30", "４10724100201", "", ""),
        ("F", "X", "己支部", "", "党支部", "农村", "村级", "2010-01-01", "41072410O201", "", "二"),
    ]
    body = await send(registry, "organizations", sheet("organizations", rows), expect=422)
    assert problem(body) == "import-rejected"
    found = dict(errors(body))
    assert found["row 3, column 上级编号"].startswith("上下级成环：A → B → A")
    assert found["row 4, column 上级编号"].startswith("上下级成环")
    assert found["row 5, column 上级编号"] == "除县委外都要有上级，请填写上级编号"
    assert "既不在表中也未登记" in found["row 6, column 上级编号"]
    assert found["row 7, column 类型"].startswith("“支部”不在可选范围内")
    assert "第 2 个字符是字母 O，疑为数字 0" in found["row 7, column 成立日期"]
    assert "没有这一天" in found["row 8, column 成立日期"]
    assert "全角数字" in found["row 8, column 区划代码"]
    assert "重复" in found["row 9, column 编号"]
    assert found["row 9, column 简称"].startswith("必填")
    assert "字母 O" in found["row 9, column 区划代码"]
    assert "数字" in found["row 9, column 排序"]
    assert body["fault_count"] == len(body["errors"])
    assert (await registry.get("/imports"))["items"] == []


async def test_moving_below_oneself_is_refused(registry: Registry, county: County) -> None:
    town = county.of_tier("township")[0]
    rows = [list(row) for row in rows_of(await taken_out(registry, "organizations"))[1:]]
    mine = next(row for row in rows if row[0] == town["id"])
    below = next(row for row in rows if row[1] == town["id"])
    mine[1] = below[0]
    body = await send(registry, "organizations", sheet("organizations", [mine]), expect=422)
    assert any("下级，不能这样调整" in said for _, said in errors(body))
    mine[1] = below[0]
    body = await send(registry, "organizations", sheet("organizations", [mine, below]), expect=422)
    assert "上下级成环" in errors(body)[0][1]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "gb18030"])
async def test_usual_encodings_are_read(registry: Registry, encoding: str) -> None:
    content = sheet("organizations", new_county(), encoding)
    assert counts(await send(registry, "organizations", content)) == (3, 0, 0)


async def test_a_formula_is_refused_with_its_cell(registry: Registry) -> None:
    rows = [titles("organizations"), COUNTY]
    assert counts(await send(registry, "organizations", table(rows))) == (1, 0, 0)

    def filled(_: xlsxwriter.Workbook, page: Worksheet) -> None:
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                page.write_string(number, place, cell)
        page.write_formula(1, 2, '="中共"&"某县委员会"')

    body = await send(registry, "organizations", book(filled), expect=422)
    assert errors(body)[0][0] == "row 2, column 全称"
    assert "公式" in errors(body)[0][1]


async def test_a_county_keeps_to_itself(registry: Registry, county: County) -> None:
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    body = await send(registry, "organizations", sheet("organizations", [COUNTY]), office, 422)
    assert "系统管理员" in errors(body)[0][1]
    own = VILLAGE[0], str(county.id), *VILLAGE[2:]
    done = await carry_out(registry, "organizations", sheet("organizations", [own]), office)
    assert done["state"] == "done"
    other = Caller(new_id(), (Grant(Role.ORGANIZATION_DEPARTMENT, new_id()),), person_id=new_id())
    await registry.get(f"/imports/{done['id']}", other, expect=404)
    body = await send(registry, "organizations", sheet("organizations", [own]), other, 422)
    assert "不在您的管辖范围内" in errors(body)[0][1]
    village = county.caller(Role.VILLAGE, county.of_tier("village")[0]["id"])
    assert problem(await send(registry, "organizations", b"", village, 403)) == "forbidden"


async def test_an_export_shows_only_the_own_part(registry: Registry, county: County) -> None:
    town = county.of_tier("township")[0]
    township = county.caller(Role.TOWNSHIP, town["id"])
    rows = rows_of(await taken_out(registry, "organizations", township))[1:]
    assert rows[0][0] == town["id"]
    assert {row[1] for row in rows[1:]} == {town["id"]}


async def test_what_changed_since_the_trial_run_is_refused_whole(registry: Registry) -> None:
    first = await send(registry, "organizations", sheet("organizations", new_county()))
    await carry_out(registry, "organizations", sheet("organizations", [COUNTY]))
    county = (await registry.get("/organizations"))["items"][0]
    await registry.post(
        f"/organizations/{county['id']}/dissolve",
        {"dissolved_on": "2026-01-01", "reason": "误登记"},
    )
    await registry.post(f"/imports/{first['id']}/confirm", expect=202)
    await carry_out_imports(registry.context)
    ended = await registry.get(f"/imports/{first['id']}")
    assert (ended["state"], ended["state_name"]) == ("refused", "未能办理")
    assert any("撤销" in said for _, said in errors(ended))
    assert len((await registry.get("/changes"))["items"]) == 1
    again = await registry.post(f"/imports/{first['id']}/confirm", expect=409)
    assert problem(again) == "illegal-transition"


async def test_a_trial_run_can_be_let_go(registry: Registry) -> None:
    sent = await send(registry, "organizations", sheet("organizations", new_county()))
    await registry.post(f"/imports/{sent['id']}/cancel")
    await registry.post(f"/imports/{sent['id']}/confirm", expect=409)
    trail = await registry.get("/audit", Caller(new_id(), (Grant(Role.AUDIT_ADMINISTRATOR),)))
    assert [each["action"] for each in trail["items"]][:2] == ["import.cancel", "import.send"]
    assert ADMIN.user_id is not None
