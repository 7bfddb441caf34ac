"""Evidence files over HTTP: whose, when, and who may read them."""

import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.scoring.evidence import usecases
from services.scoring.settings import Settings
from shared.caller import Caller, Role
from shared.contracts.registry import OrganizationRecord
from tests.scoring.county import Service, problem, sheet

STAR, ITEM = "party_building", "team_role"
PDF = b"%PDF-1.7\n" + b"evidence " * 20


class Desk:
    """One village's complete draft in an open cycle, and its files."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.branch: OrganizationRecord = service.county.assessed[0]
        self.village = service.county.village(self.branch)

    async def open(self) -> "Desk":
        policy = await self.service.published_policy()
        self.cycle = await self.service.open_cycle(policy)
        self.id = await self.service.filled(self.cycle, self.branch, sheet(policy, STAR))
        return self

    async def upload(
        self,
        content: bytes = PDF,
        *,
        name: str = "会议记录.pdf",
        star: str = STAR,
        item: str = ITEM,
        who: Caller | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        return await self.service.call(
            "POST",
            f"/v1/applications/{self.id}/evidence",
            who or self.village,
            files={"file": (name, content, "text/html")},
            data={"star": star, "item": item},
            headers=headers,
        )

    async def verb(self, verb: str, who: Caller | None = None, **body: Any) -> httpx.Response:  # noqa: ANN401 -- JSON
        path = f"/v1/applications/{self.id}/{verb}"
        content: Any = {"json": body} if body else {}
        return await self.service.call("POST", path, who or self.village, expect=200, **content)

    async def listed(self, who: Caller | None = None) -> httpx.Response:
        path = f"/v1/applications/{self.id}/evidence"
        return await self.service.call("GET", path, who or self.village)

    async def download(self, evidence: str, who: Caller | None = None) -> httpx.Response:
        path = f"/v1/evidence/{evidence}/content"
        return await self.service.call("GET", path, who or self.village)

    async def delete(self, evidence: str, tag: str | None = None) -> httpx.Response:
        read = await self.service.call("GET", f"/v1/applications/{self.id}", self.village)
        headers = {"If-Match": tag or read.headers["ETag"]}
        return await self.service.call(
            "DELETE", f"/v1/evidence/{evidence}", self.village, headers=headers
        )


def stored(settings: Settings, sha256: str) -> Path:
    return settings.evidence_directory / sha256[:2] / sha256


def kept_in(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("??/*")}


def forge(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"evidence", b"forgeries"))


def grow_old(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (0, 0))


@pytest.fixture
async def desk(service: Service) -> Desk:
    return await Desk(service).open()


async def test_a_file_comes_back_as_it_was_sent(desk: Desk) -> None:
    sent = await desk.upload()
    assert sent.status_code == 201
    file = sent.json()
    assert (file["kind"], file["size"], file["name"]) == ("pdf", len(PDF), "会议记录.pdf")
    got = await desk.download(file["id"])
    assert got.content == PDF
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E4%BC%9A")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]


async def test_uploading_makes_a_new_version_of_the_application(desk: Desk) -> None:
    sent = await desk.upload()
    read = await desk.service.call("GET", f"/v1/applications/{desk.id}", desk.village)
    assert read.headers["ETag"] == sent.headers["ETag"]
    item = read.json()["stars"][STAR]["items"][ITEM]
    assert item["files"] == [
        {"id": sent.json()["id"], "name": "会议记录.pdf", "sha256": sent.json()["sha256"]}
    ]
    assert item["points"] == "20.00"


async def test_a_file_stays_when_its_star_is_saved_again(desk: Desk) -> None:
    sent = await desk.upload()
    await desk.service.call(
        "PUT",
        f"/v1/applications/{desk.id}/stars/{STAR}",
        desk.village,
        json={"apply": False, "items": {}},
        headers={"If-Match": sent.headers["ETag"]},
        expect=200,
    )
    assert len((await desk.listed()).json()) == 1


async def test_a_file_is_evidence_enough_without_a_reference(desk: Desk) -> None:
    read = await desk.service.call("GET", f"/v1/applications/{desk.id}", desk.village)
    await desk.service.call(
        "PUT",
        f"/v1/applications/{desk.id}/stars/{STAR}/items/{ITEM}",
        desk.village,
        json={"points": "20"},
        headers={"If-Match": read.headers["ETag"]},
        expect=200,
    )
    path = f"/v1/applications/{desk.id}/completeness"
    assert not (await desk.service.call("GET", path, desk.village)).json()["complete"]
    await desk.upload()
    assert (await desk.service.call("GET", path, desk.village)).json()["complete"]


async def test_the_receipt_covers_the_files(desk: Desk) -> None:
    file = (await desk.upload()).json()
    await desk.verb("submit")
    path = f"/v1/applications/{desk.id}/receipts/1"
    receipt = (await desk.service.call("GET", path, desk.village)).json()
    files = receipt["content"]["stars"][STAR]["items"][ITEM]["files"]
    assert [each["sha256"] for each in files] == [file["sha256"]]


async def test_bad_files_are_refused_and_leave_nothing(desk: Desk) -> None:
    refused = await desk.upload(b"MZ program", name="会议记录.pdf")
    assert (refused.status_code, problem(refused)) == (415, "file-kind-refused")
    large = await desk.upload(PDF.ljust(10 * 1024 * 1024 + 1, b"0"))
    assert (large.status_code, problem(large)) == (413, "file-too-large")
    assert problem(await desk.upload(b"")) == "file-empty"
    assert problem(await desk.upload(item="no_such_item")) == "unknown-item"
    assert problem(await desk.upload(star="no_such_star")) == "unknown-star"
    assert (await desk.listed()).json() == []


async def test_an_item_has_room_for_twenty_files(desk: Desk) -> None:
    for number in range(20):
        sent = await desk.upload(PDF + str(number).encode())
        assert sent.status_code == 201
    assert problem(await desk.upload()) == "too-many-files"


async def test_only_the_village_itself_uploads_and_in_time(desk: Desk) -> None:
    county = desk.service.county
    neighbour = county.village(county.assessed[1])
    assert problem(await desk.upload(who=neighbour)) == "out-of-scope"
    assert problem(await desk.upload(who=county.township(desk.branch))) == "forbidden"
    await desk.verb("submit")
    assert problem(await desk.upload()) == "illegal-transition"
    await desk.service.move_clock("2026-03-17 00:01")
    assert problem(await desk.upload()) == "deadline-passed"


async def test_others_read_only_what_was_submitted(desk: Desk) -> None:
    county = desk.service.county
    file = (await desk.upload()).json()["id"]
    township = county.township(desk.branch)
    assert problem(await desk.download(file, township)) == "draft-not-visible"
    assert problem(await desk.listed(township)) == "draft-not-visible"
    assert (await desk.download(file, county.caller(Role.INSPECTOR))).status_code == 200
    await desk.verb("submit")
    assert (await desk.download(file, township)).content == PDF
    stranger = county.township(county.townships[1])
    assert problem(await desk.download(file, stranger)) == "out-of-scope"
    await desk.verb("return", township, reason="请补充材料")
    later = (await desk.upload(PDF + b"later")).json()["id"]
    assert problem(await desk.download(later, township)) == "not-found"
    assert [each["id"] for each in (await desk.listed(township)).json()] == [file]


async def test_a_file_is_deleted_on_the_applications_version(desk: Desk) -> None:
    file = (await desk.upload()).json()["id"]
    bare = await desk.service.call("DELETE", f"/v1/evidence/{file}", desk.village)
    assert problem(bare) == "if-match-required"
    assert problem(await desk.delete(file, '"1"')) == "stale-version"
    assert (await desk.delete(file)).status_code == 204
    assert problem(await desk.download(file)) == "not-found"
    assert (await desk.listed()).json() == []


async def test_what_was_submitted_is_kept_although_it_is_taken_off(desk: Desk) -> None:
    file = (await desk.upload()).json()["id"]
    await desk.verb("submit")
    assert problem(await desk.delete(file)) == "illegal-transition"
    await desk.verb("withdraw")
    assert (await desk.delete(file)).status_code == 204
    (left,) = (await desk.listed()).json()
    assert left["detached_at"]
    assert (await desk.download(file)).content == PDF


async def test_the_sweep_removes_bytes_that_nothing_refers_to(
    desk: Desk, settings: Settings
) -> None:
    kept = (await desk.upload()).json()
    gone = (await desk.upload(PDF + b"gone")).json()
    await desk.delete(gone["id"])
    assert await usecases.sweep_orphans(desk.service.context) == 0
    grow_old(settings.evidence_directory)
    assert await usecases.sweep_orphans(desk.service.context) == 1
    assert (await desk.download(kept["id"])).content == PDF
    left = kept_in(settings.evidence_directory)
    assert kept["sha256"] in left
    assert gone["sha256"] not in left


async def test_damaged_bytes_are_never_handed_out(desk: Desk, settings: Settings) -> None:
    file = (await desk.upload()).json()
    forge(stored(settings, file["sha256"]))
    assert problem(await desk.download(file["id"])) == "file-damaged"


async def test_a_repeated_upload_with_one_key_is_one_file(desk: Desk) -> None:
    boundary = {"Content-Type": "multipart/form-data; boundary=fixed-boundary-of-the-client"}
    key = {"Idempotency-Key": "upload-once-0001", **boundary}
    first, second = await desk.upload(headers=key), await desk.upload(headers=key)
    assert first.json()["id"] == second.json()["id"]
    assert len((await desk.listed()).json()) == 1
