"""What no form would send: each gets a clear answer, and none an unexpected error."""

import json
from typing import Any

import pytest

from shared.pagination import encode
from tests.registry.house import ADMIN, County, Registry, problem

NUL = "\x00"
BIG = "9" * 30
READS: list[tuple[str, dict[str, Any], int]] = [
    ("/changes", {"after": encode(["abc"])}, 422),
    ("/changes", {"after": encode([BIG])}, 422),
    ("/changes", {"after": "%%%"}, 422),
    ("/organizations", {"q": NUL}, 422),
    ("/organizations", {"q": "%_\\"}, 200),
    ("/organizations", {"cursor": encode([NUL])}, 422),
    ("/organizations", {"as_of": "9999-12-31"}, 200),
    ("/organizations", {"as_of": "0001-01-01"}, 200),
    ("/divisions", {"q": NUL}, 422),
    ("/divisions", {"parent_code": NUL}, 422),
    ("/divisions", {"cursor": encode([NUL])}, 422),
    ("/people", {"q": NUL}, 422),
    ("/people", {"cursor": encode(["x"])}, 422),
    ("/facts", {"cursor": encode(["a", "b"])}, 422),
    ("/facts", {"cursor": encode(["019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a01", NUL])}, 422),
    ("/users", {"q": NUL}, 422),
    ("/users", {"cursor": encode([NUL])}, 422),
]


@pytest.mark.parametrize(("path", "query", "status"), READS)
async def test_odd_questions(
    registry: Registry, county: County, path: str, query: dict[str, Any], status: int
) -> None:
    assert county.organizations
    body = await registry.get(path, expect=status, **query)
    assert status == 200 or problem(body) == "invalid-content"


@pytest.mark.parametrize("name", [NUL, "张\x00三", "   ", "\ud800"])
async def test_odd_names(registry: Registry, county: County, name: str) -> None:
    for path, body in (
        ("/people", {"county_id": str(county.id), "name": name}),
        ("/people/bulk", {"county_id": str(county.id), "items": [{"name": name}]}),
        ("/users", {"username": "a-b", "password": "Huojia-2026x", "display_name": name}),
    ):
        headers = registry.headers(ADMIN) | {"Content-Type": "application/json"}
        content = json.dumps(body)  # half a pair of surrogates travels as an escape
        answer = await registry.http.post(f"/v1{path}", content=content, headers=headers)
        assert answer.status_code == 422, path
        assert problem(answer.json()) == "invalid-content"


async def test_odd_credentials(registry: Registry) -> None:
    for username, password in ((NUL, "x"), ("admin", NUL), ("a" * 51, "x"), ("张三", "x")):
        body = {"username": username, "password": password}
        answer = await registry.http.post("/v1/sessions", json=body)
        assert answer.status_code in {401, 422}, username


HEADER = b"code,name,level,parent_code\n"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (NUL.encode() * 100, "import-rejected"),
        (HEADER + b'410000000000,"a\x00b",province,\n', "import-rejected"),
        (HEADER + b"1,2,3," + b"x" * 200_000, "sheet-unreadable"),
        (HEADER + b'410000000000,"a\nb,province,', "sheet-unreadable"),
        (b"x" * 12_000_001, "too-large"),
    ],
)
async def test_odd_files(registry: Registry, content: bytes, kind: str) -> None:
    headers = registry.headers(ADMIN) | {"Content-Type": "text/csv"}
    answer = await registry.http.post("/v1/divisions/import", content=content, headers=headers)
    assert 400 <= answer.status_code < 500, answer.text
    assert problem(answer.json()) == kind


async def test_a_form_without_its_boundary(registry: Registry) -> None:
    headers = registry.headers(ADMIN) | {"Content-Type": "multipart/form-data"}
    answer = await registry.http.post("/v1/divisions/import", content=b"x", headers=headers)
    assert 400 <= answer.status_code < 500, answer.text
