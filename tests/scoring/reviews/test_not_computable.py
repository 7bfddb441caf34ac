"""What the kernel cannot compute is a problem that names it: no cycle moves, and never a 500."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests.scoring.county import Service, problem
from tests.scoring.results import annex
from tests.scoring.results.annex import STAR, words
from tests.scoring.results.test_annex import MEMBERS, call, evidenced

SCORING = Path(__file__).parents[3] / "services" / "scoring"
# Whatever of the kernel raises InputError when it is asked to compute.
COMPUTES = {"Inputs.of", "entitlements", "month_lines", "year_lines"}
# These say that they hand the kernel's InputError on; their callers are checked.
HANDED_ON = {"try_out", "try_variant", "base_of", "_monthly"}


def reading_a_fact() -> str:
    """The annex with an item that reads the branch's own fact instead of being filled in."""
    content = json.loads(annex.text())
    growth = next(each for each in content["measures"] if each["code"] == "growth")
    growth["fact"] = "income.growth"
    return json.dumps(content, ensure_ascii=False)


async def submitted(service: Service) -> dict[str, Any]:
    """A cycle on it, in which one branch of 黄堤镇 has submitted and applying is closed."""
    cycle = await service.open_cycle(await service.published_policy(reading_a_fact()))
    branch = service.county.of(service.county.townships[2])[0]
    who = service.county.village(branch)
    body = {"cycle_id": cycle["id"], "organization_id": str(branch.id)}
    made = await call(service, "POST", "/v1/applications", who, body)
    said = evidenced({code: word for code, word in words("20").items() if code != "income"})
    path = f"/v1/applications/{made['id']}"
    await call(service, "PUT", f"{path}/stars/{STAR}", who, {"apply": True, "items": said}, '"1"')
    await call(service, "POST", f"{path}/submit", who)
    await service.after(cycle["apply_until"])
    township = service.county.township(branch)
    said = {code: word for code, word in words("20").items() if code != "income"}
    await call(service, "PUT", f"{path}/recommendation", township, {"items": said}, '"0"')
    return cycle | {"branch": branch, "application": made["id"]}


async def state(service: Service, cycle: dict[str, Any]) -> tuple[str, int]:
    who = service.county.village(cycle["branch"])
    found = (await service.call("GET", f"/v1/cycles/{cycle['id']}", who)).json()
    return found["state"], found["version"]


async def test_a_sign_off_without_a_fact_names_it_and_leaves_the_cycle(service: Service) -> None:
    cycle = await submitted(service)
    before = await state(service, cycle)
    told = await service.sent()
    town = service.county.townships[2]
    path = f"/v1/cycles/{cycle['id']}/townships/{town.id}/sign-off"
    who = service.county.township(cycle["branch"])
    answer = await service.call("POST", path, who, json=MEMBERS)
    assert (answer.status_code, problem(answer)) == (409, "not-computable"), answer.text
    assert "补录" in answer.json()["detail"]
    [fault] = answer.json()["errors"]
    assert fault["pointer"] == f"{cycle['branch'].id}/income"
    assert await state(service, cycle) == before == ("recommending", before[1])
    assert await service.sent() == told
    found = await call(
        service, "GET", f"/v1/applications/{cycle['application']}", service.county.township(town)
    )
    assert found["state"] == "submitted"


async def test_a_refusal_without_a_fact_names_it_too(service: Service) -> None:
    cycle = await submitted(service)
    path = f"/v1/applications/{cycle['application']}/recommendation"
    who = service.county.township(cycle["branch"])
    said = {code: word for code, word in words("20").items() if code != "income"}
    body = {"items": said, "refusals": {STAR: "合作社台账不实"}}
    saved = await service.call("PUT", path, who, json=body, headers={"If-Match": '"1"'})
    town = service.county.townships[2]
    path = f"/v1/cycles/{cycle['id']}/townships/{town.id}/sign-off"
    answer = saved if saved.is_error else await service.call("POST", path, who, json=MEMBERS)
    assert (answer.status_code, problem(answer)) == (409, "not-computable"), answer.text


async def test_the_sweep_leaves_it_and_goes_on_with_the_others(service: Service) -> None:
    cycle = await submitted(service)
    await service.after(cycle["review_until"])
    with structlog.testing.capture_logs() as logs:
        for _ in range(4):
            await service.pass_days(30)
            await service.sweep()
    assert (await state(service, cycle))[0] == "recommending"
    assert {each["event"] for each in logs} >= {"cycle_not_computable"}


def computing_calls(tree: ast.Module) -> list[tuple[str, int]]:
    """Calls of what computes that stand in no `try … except InputError` and no `computing()`."""
    found: list[tuple[str, int]] = []

    def walk(node: ast.AST, *, guarded: bool, name: str) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            name = node.name
        if isinstance(node, ast.Try):
            caught = any("InputError" in ast.unparse(each.type or node) for each in node.handlers)
            for inner in node.body:
                walk(inner, guarded=guarded or caught, name=name)
            for rest in (*node.handlers, *node.orelse, *node.finalbody):
                walk(rest, guarded=guarded, name=name)
            return
        if isinstance(node, ast.With):
            guarded |= any("computing()" in ast.unparse(each) for each in node.items)
        if isinstance(node, ast.Call) and not guarded and name not in HANDED_ON:
            called = ast.unparse(node.func)
            if called in COMPUTES | HANDED_ON:
                found.append((called, node.lineno))
        for child in ast.iter_child_nodes(node):
            walk(child, guarded=guarded, name=name)

    walk(tree, guarded=False, name="")
    return found


def test_every_place_that_computes_turns_a_refusal_into_a_problem() -> None:
    seen = 0
    for path in sorted(SCORING.rglob("*.py")):
        name = path.relative_to(SCORING).as_posix()
        if name.startswith("kernel/"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_COMPUTING)
            for alias in node.names
        }
        made = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        wanted = {each.split(".")[0] for each in COMPUTES} & imported
        wanted |= HANDED_ON & (imported | made)
        if not wanted:
            continue
        seen += 1
        left = [
            (called, line)
            for called, line in computing_calls(tree)
            if called.split(".")[0] in wanted
        ]
        assert left == [], f"{name}: {left}"
    assert seen >= 7


_COMPUTING = (
    "services.scoring.kernel.columns",
    "services.scoring.kernel.entitlements",
    "services.scoring.kernel.monthly",
    "services.scoring.kernel.yearly",
    "services.scoring.simulations.domain.trials",
    "services.scoring.simulations.domain.simulating",
)


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("def f():\n    month_lines(1)", 1),
        ("def f():\n    try:\n        month_lines(1)\n    except InputError:\n        pass", 0),
        ("def f():\n    with computing():\n        Inputs.of(1)\n    Inputs.of(2)", 1),
    ],
)
def test_the_check_itself_finds_what_is_not_guarded(source: str, left: int) -> None:
    assert len(computing_calls(ast.parse(source))) == left
