"""Policies as xlsx annexes over HTTP: what a clerk types is imported, checked and published."""

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings

from services.scoring.kernel.document import write_policy
from services.scoring.kernel.grammar import Policy
from services.scoring.policies import usecases
from shared.caller import Role
from tests.scoring.county import PRESET, Service, problem
from tests.scoring.kernel.annex.sheets import workbook
from tests.scoring.kernel.strategies_rich import rich_policies
from tests.scoring.policies import clerk

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def upload(
    service: Service, content: bytes, name: str = "附件.xlsx", expect: int = 201
) -> httpx.Response:
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    form: dict[str, Any] = {
        "data": {"county_id": str(service.county.committee.id)},
        "files": {"file": (name, content)},
    }
    return await service.call("POST", "/v1/policies/import", office, expect=expect, **form)


async def none_saved(service: Service) -> bool:
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    return not (await service.call("GET", "/v1/policies", office)).json()["items"]


async def test_a_printed_annex_typed_row_by_row_is_published(service: Service) -> None:
    made = (await upload(service, workbook(clerk.annex()))).json()
    assert made["faults"] == []
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    path = f"/v1/policies/{made['policy']['id']}"
    checked = (await service.call("POST", f"{path}/check", office, expect=200)).json()
    assert checked["publishable"], checked
    published = (await service.call("POST", f"{path}/publish", office, expect=200)).json()
    assert published["state"] == "published"
    star = published["policy"]["stars"][0]
    assert [item["rule"]["kind"] for item in star["items"]] == [
        "awarded", "bands", "events", "composite", "awarded",
    ]  # fmt: skip
    assert star["items"][1]["code"] == "ce_suo_gai_zao"
    assert star["bottom_lines"][1]["rule"]["sanctions"][0]["periods"][1]["months"] == 18
    exported = await service.call("GET", f"{path}/xlsx", office, expect=200)
    assert exported.headers["content-type"] == XLSX
    again = (await upload(service, exported.content)).json()
    assert again["policy"]["hash"] == published["hash"]


async def test_what_the_check_finds_in_a_workbook_is_shown_by_cell(service: Service) -> None:
    book = clerk.annex()
    book[clerk.ITEMS][1][5] = "45"
    book[clerk.ITEMS][5][5] = "9"
    made = (await upload(service, workbook(book))).json()
    places = {(one["code"], one["sheet"], one["row"]) for one in made["faults"]}
    assert ("base_sum", "星", 2) in places
    assert any(sheet == clerk.ITEMS and row == 5 for _, sheet, row in places), places
    assert made["policy"]["state"] == "draft"


async def test_a_faulty_workbook_is_refused_whole_with_every_cell(service: Service) -> None:
    book = clerk.annex()
    book[clerk.ITEMS][1][5] = "四十分"
    book[clerk.ITEMS][3][7] = "方式=从满分扣\n未填=按0次\n垃圾未清"
    book["底线标准"][2][6] = "严重警告=18个月"
    book["星级"][1][0] = "=0"
    book[clerk.ITEMS][5][9] = "3"
    refused = await upload(service, workbook(book), expect=422)
    assert problem(refused) == "policy-unreadable"
    pointers = [error["pointer"] for error in refused.json()["errors"]]
    assert [pointer.rsplit(", stars", 1)[0] for pointer in pointers] == [
        "sheet 评分项, row 2, column F",
        "sheet 评分项, row 4, column H",
        "sheet 评分项, row 6, column J",
        "sheet 底线标准, row 3, column G",
        "sheet 星级, row 2, column A",
    ]
    assert await none_saved(service)


@pytest.mark.parametrize("name", sorted(usecases.presets()))
async def test_a_preset_goes_out_and_comes_back_the_same(service: Service, name: str) -> None:
    office, own = service.county.caller(Role.ORGANIZATION_DEPARTMENT), usecases.presets()[name]
    template = await service.call("GET", f"/v1/presets/{name}/xlsx", office, expect=200)
    made = (await upload(service, template.content)).json()
    assert made["faults"] == []
    assert made["policy"]["hash"] == own.hash
    path = f"/v1/policies/{made['policy']['id']}"
    for kind, file in (("yaml", "方案.yaml"), ("xlsx", "附件.xlsx")):
        exported = await service.call("GET", f"{path}/{kind}", office, expect=200)
        again = (await upload(service, exported.content, file)).json()
        assert again["policy"]["hash"] == own.hash
        assert again["policy"]["policy"] == own.model_dump(mode="json")
    compared = await service.call(
        "GET", f"{path}/differences?from={again['policy']['id']}", office, expect=200
    )
    assert compared.json()["equal"] is True


@given(policy=rich_policies())
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
async def test_any_policy_goes_out_as_a_workbook_and_comes_back(
    service: Service, policy: Policy
) -> None:
    made = (await upload(service, write_policy(policy).encode(), "方案.yaml")).json()["policy"]
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    path = f"/v1/policies/{made['id']}/xlsx"
    exported = await service.call("GET", path, office, expect=200)
    again = (await upload(service, exported.content)).json()
    assert again["policy"]["hash"] == made["hash"] == policy.hash


async def test_a_draft_is_replaced_by_a_file_on_its_version_only(service: Service) -> None:
    made = (await upload(service, workbook(clerk.annex()))).json()["policy"]
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    path = f"/v1/policies/{made['id']}"
    text = usecases.preset_text(PRESET).encode()
    files = {"file": ("方案.yaml", text)}
    refused = await service.call("PUT", f"{path}/file", office, files=files, expect=428)
    assert problem(refused) == "if-match-required"
    tag = {"If-Match": '"1"'}
    changed = await service.call(
        "PUT", f"{path}/file", office, files=files, headers=tag, expect=200
    )
    assert changed.json()["policy"]["hash"] == usecases.presets()[PRESET].hash
    yaml = await service.call("GET", f"{path}/yaml", office, expect=200)
    assert yaml.content == text


async def test_what_is_no_policy_file_leaves_nothing(service: Service) -> None:
    assert problem(await upload(service, b"\xff\xfe\x00", "x.yaml", 422)) == "policy-unreadable"
    assert problem(await upload(service, b"code: 1", "x.xlsx", 422)) == "sheet-unreadable"
    large = b"PK\x03\x04" + b"0" * 5_000_001
    assert problem(await upload(service, large, "x.xlsx", 413)) == "sheet-too-large"
    tab = b"code: five_star\nstars:\n\t- code: x\n"
    error = (await upload(service, tab, "x.yaml", 422)).json()["errors"][0]
    assert error["pointer"].startswith("row 3, column 1")
    assert "制表符" in error["detail"]
    bomb = b"a: &a [" + b"x," * 400_000 + b"x]\n"
    assert problem(await upload(service, bomb, "x.yaml", 422)) == "policy-unreadable"
    whole = b"x" * 40_000_000
    assert (await upload(service, whole, "x.yaml", 413)).status_code == 413
    assert await none_saved(service)
