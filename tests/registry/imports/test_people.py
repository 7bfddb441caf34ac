"""People and posts, and facts, by spreadsheet."""

from shared.caller import Role
from tests.registry.house import County, Registry, problem
from tests.registry.imports.clerk import (
    carry_out,
    counts,
    errors,
    rows_of,
    send,
    sheet,
    taken_out,
)


def post(place: str, *cells: str) -> list[str]:
    return [place, "", *cells]


async def test_people_come_with_their_posts_and_go_again(
    registry: Registry, county: County
) -> None:
    village = county.of_tier("village")[0]
    place = village["id"]
    rows = [
        [place, village["short_name"], "甲", "张建国", "书记", "2024-01-15", ""],
        post(place, "甲", "张建国", "村委会主任", "2024-01-15", ""),
        post(place, "", "李秀英", "支委委员", "2024/1/15", ""),
    ]
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    done = await carry_out(registry, "people", sheet("people", rows), office)
    assert (done["state"], counts(done)) == ("done", (3, 0, 0))
    terms = (await registry.get("/terms", under=place))["items"]
    assert len(terms) == 3
    people = {each["id"]: each["name"] for each in (await registry.get("/people"))["items"]}
    assert sorted(people.values()) == ["张建国", "李秀英"]
    assert counts(await send(registry, "people", sheet("people", rows))) == (0, 0, 3)
    exported = await taken_out(registry, "people", office)
    assert counts(await send(registry, "people", exported)) == (0, 0, 3)
    rows[2][6] = "2026-01-31"
    rows.append(post(place, "甲", "张建国", "支委委员", "2026-02-01", ""))
    done = await carry_out(registry, "people", sheet("people", rows), office)
    assert counts(done) == (1, 1, 2)
    assert len((await registry.get("/people"))["items"]) == 2


async def test_a_second_secretary_and_other_faults_are_named(
    registry: Registry, county: County
) -> None:
    first, second = county.of_tier("village")[:2]
    rows = [
        post(first["id"], "", "张建国", "书记", "2024-01-15", ""),
        post(first["id"], "", "李秀英", "书记", "2025-01-15", ""),
        [second["id"], "别的支部", "", "王五", "书记", "2025-01-15", ""],
        post("没有", "", "王五", "书记", "2025-01-15", ""),
        post(second["id"], "", "王五", "支书", "2025-01-15", "2024-01-01"),
        post(second["id"], second["id"], "王五", "书记", "2025-01-15", ""),
        post(second["id"], "", "王五", "支委委员", "2025-01-15", "2024-01-01"),
    ]
    body = await send(registry, "people", sheet("people", rows), expect=422)
    assert problem(body) == "import-rejected"
    found = dict(errors(body))
    assert "已有书记" in found["row 3, column 职务"]
    assert "请核对是否错行" in found["row 4, column 组织名称"]
    assert "请核对编号" in found["row 5, column 组织编号"]
    assert found["row 6, column 职务"].startswith("“支书”不在可选范围内")
    assert "没有这个编号的人员" in found["row 7, column 人员编号"]
    assert "早于任职日期" in found["row 8, column 离任日期"]
    assert (await registry.get("/people"))["items"] == []


async def test_a_second_secretary_beside_a_stored_one_is_refused(
    registry: Registry, county: County
) -> None:
    place = county.of_tier("village")[0]["id"]
    await carry_out(
        registry, "people", sheet("people", [post(place, "", "张建国", "书记", "2024-01-15", "")])
    )
    rows = [post(place, "", "李秀英", "书记", "2025-01-15", "")]
    body = await send(registry, "people", sheet("people", rows), expect=422)
    assert "已有书记" in errors(body)[0][1]
    rows = [post(place, "", "张建国", "书记", "2024-01-15", "2025-01-14"), *rows]
    assert counts(await carry_out(registry, "people", sheet("people", rows))) == (1, 1, 0)


async def test_facts_are_entered_once_and_corrected(registry: Registry, county: County) -> None:
    village = county.of_tier("village")[0]
    rows = [
        [village["id"], "", "书记月报酬", "2,000.5", "2026-01-01", "财政局报酬表"],
        [village["id"], village["name"], "residents_70", "31", "2026年1月1日", "派出所"],
    ]
    done = await carry_out(registry, "facts", sheet("facts", rows))
    assert (done["state"], counts(done)) == ("done", (2, 0, 0))
    found = (await registry.get("/facts", under=village["id"]))["items"]
    assert {each["code"]: each["value"] for each in found} == {
        "pay.secretary": 200_050,
        "residents_70": 31,
    }
    exported = await taken_out(registry, "facts")
    assert "2000.50" in {cell for row in rows_of(exported) for cell in row}
    assert counts(await send(registry, "facts", exported)) == (0, 0, 2)
    rows[1][3] = "32"
    assert counts(await carry_out(registry, "facts", sheet("facts", rows))) == (0, 1, 1)


async def test_faults_of_facts_are_named(registry: Registry, county: County) -> None:
    place = county.of_tier("village")[0]["id"]
    rows = [
        [place, "", "书记月报酬", "2O00", "2026-01-01", "表"],
        [place, "", "书记月报酬", "２000", "2026-01-01", "表"],
        [place, "", "residents_70", "1.5", "2026-01-01", "表"],
        [place, "", "没有这项", "1", "2026-01-01", "表"],
        [place, "", "书记月报酬", "999999999", "2026-01-01", "表"],
        [place, "", "当年已开支委会", "1", "2026-01-01", ""],
        [place, "", "党员", "1", "2026-01-01", "表"],
        [place, "", "党员", "2", "2026-01-01", "表"],
    ]
    body = await send(registry, "facts", sheet("facts", rows), expect=422)
    found = dict(errors(body))
    assert "第 2 个字符是字母 O，疑为数字 0" in found["row 2, column 数值"]
    assert "含全角字符，请改成半角的 2000" in found["row 3, column 数值"]
    assert "应为整数" in found["row 4, column 数值"]
    assert "目录中没有" in found["row 5, column 数据项目"]
    assert "应在 0.00 至 100000.00" in found["row 6, column 数值"]
    assert found["row 7, column 数据来源"].startswith("必填")
    assert "与第 8 行" in found["row 9, column 数据项目"]


async def test_a_department_sends_what_it_fills_in(registry: Registry, county: County) -> None:
    town = county.of_tier("township")[0]
    mine = next(each for each in county.of_tier("village") if each["parent_id"] == town["id"])
    township = county.caller(Role.TOWNSHIP, town["id"])
    good = [mine["id"], "", "12月31日满70岁居民", "31", "2026-01-01", "派出所"]
    done = await carry_out(registry, "facts", sheet("facts", [good]), township)
    assert done["state"] == "done"
    bad = [mine["id"], "", "书记月报酬", "2000", "2026-01-01", "表"]
    body = await send(registry, "facts", sheet("facts", [bad]), township, 422)
    assert "填报" in errors(body)[0][1]
    body = await send(registry, "people", sheet("people", []), township, 403)
    assert problem(body) == "forbidden"
