"""Importing and reading divisions through the API."""

from tests.registry.house import ADMIN, HUOJIA, Registry, problem

FILE = HUOJIA.read_bytes()


async def test_a_county_is_imported_once(registry: Registry) -> None:
    assert await registry.load_csv(FILE) == {
        "rows": 244,
        "created": 244,
        "changed": 0,
        "unchanged": 0,
    }
    assert (await registry.load_csv(FILE))["unchanged"] == 244


async def test_gb18030_says_the_same(registry: Registry) -> None:
    await registry.load_csv(FILE.decode("utf-8-sig").encode("gb18030"))
    assert (await registry.load_csv(FILE))["unchanged"] == 244


async def test_a_form_with_a_file_is_taken_too(registry: Registry) -> None:
    answer = await registry.http.post(
        "/v1/divisions/import",
        files={"file": ("区划.csv", FILE, "text/csv")},
        headers=registry.headers(ADMIN),
    )
    assert answer.json()["created"] == 244


async def test_a_row_without_a_parent_is_named_and_nothing_is_saved(registry: Registry) -> None:
    lines = FILE.decode("utf-8-sig").splitlines()
    lines[6] = ",".join([*lines[6].split(",")[:3], "410724999000"])
    body = await registry.load_csv("\n".join(lines).encode(), expect=422)
    assert problem(body) == "import-rejected"
    assert body["errors"] == [
        {
            "pointer": "row 7, column parent_code",
            "detail": "上级代码“410724999000”既不在文件中也未登记，请补上该行或改正代码",
        }
    ]
    assert (await registry.get("/divisions", total=True))["total"] == 0


async def test_what_changed_is_dated(registry: Registry) -> None:
    await registry.load_csv(FILE)
    renamed = FILE.decode("utf-8-sig").replace("位庄乡,town", "位庄镇,town").encode()
    answer = await registry.http.post(
        "/v1/divisions/import",
        content=renamed,
        params={"valid_from": "2023-06-30"},
        headers=registry.headers(ADMIN) | {"Content-Type": "text/csv"},
    )
    assert answer.json() == {"rows": 244, "created": 0, "changed": 1, "unchanged": 243}
    before = (await registry.get("/divisions", as_of="2023-06-29", level="town", q="位庄"))["items"]
    after = (await registry.get("/divisions", as_of="2023-06-30", level="town", q="位庄"))["items"]
    assert (before[0]["name"], after[0]["name"]) == ("位庄乡", "位庄镇")
    assert before[0]["id"] == after[0]["id"]
    one = await registry.get(f"/divisions/{after[0]['id']}", as_of="2020-01-01")
    assert one["name"] == "位庄乡"


async def test_an_older_file_does_not_overwrite_a_newer_one(registry: Registry) -> None:
    await registry.load_csv(FILE)
    other = FILE.decode("utf-8-sig").replace("位庄乡,town", "位庄镇,town").encode()
    answer = await registry.http.post(
        "/v1/divisions/import",
        content=other,
        params={"valid_from": "2010-01-01"},
        headers=registry.headers(ADMIN) | {"Content-Type": "text/csv"},
    )
    assert answer.status_code == 422
    assert problem(answer.json()) == "import-rejected"


async def test_lists_are_filtered_and_paged(registry: Registry) -> None:
    await registry.load_csv(FILE)
    towns = await registry.get("/divisions", parent_code="410724000000", limit=10, total=True)
    assert towns["total"] == 15
    rest = await registry.get(
        "/divisions", parent_code="410724000000", limit=10, cursor=towns["next_cursor"]
    )
    assert len(towns["items"]) + len(rest["items"]) == 15
    assert rest["next_cursor"] is None
    assert len((await registry.get("/divisions", q="后寺村"))["items"]) == 2
    missing = await registry.get("/divisions", parent_code="999999999999", expect=404)
    assert problem(missing) == "division-unknown"
