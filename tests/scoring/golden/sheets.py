"""One star of a few items, and what a branch says of them."""

from datetime import date
from typing import Any

from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.evaluate import evaluate
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.plan import Plan, compile_policy
from services.scoring.kernel.said import Said, Values
from tests.scoring.kernel.documents import preset

TODAY = date(2026, 5, 8)
RATE = {"code": "rate", "name": "率", "unit": "%", "decimals": 2, "minimum": "0", "maximum": "200"}
HEADS = {
    "code": "heads",
    "name": "数",
    "unit": "人",
    "decimals": 0,
    "minimum": "0",
    "maximum": "99",
}
LOAD = {"code": "load", "name": "系数", "unit": "倍", "decimals": 2, "minimum": "0", "maximum": "2"}
INCOME = {
    "code": "income",
    "name": "集体收入",
    "unit": "元",
    "decimals": 2,
    "minimum": "0",
    "maximum": "10000000",
    "fact": "collective_income",
}


def item(rule: dict[str, Any], code: str = "x", block: str = "base", **more: object) -> Any:  # noqa: ANN401 -- JSON
    return {"code": code, "name": "项", "clause": "款", "block": block, "rule": rule, **more}


def plan_of(*items: dict[str, Any], base: str = "10", **more: object) -> Plan:
    """One star of these items, without lines; `more` replaces parts of the policy."""
    content = preset().model_dump(mode="json")
    star = content["stars"][0] | {"items": list(items), "bottom_lines": [], "base_points": base}
    content |= {
        "stars": [star],
        "lines": [],
        "levels": content["levels"][:2],
        "prerequisites": [],
        "linkages": [],
        "measures": [RATE, HEADS, LOAD, INCOME],
    }
    content["procedure"]["determination"]["struck_level"] = 0
    return compile_policy(Policy.model_validate(content | more))


def said(words: dict[str, Said], name: str = "o1", **more: object) -> OrganizationInput:
    one = OrganizationInput(
        organization_id=name,
        county_id="c",
        township_id="t",
        kind="branch",
        sector="rural",
        submitted=True,
        applied=("party_building",),
        scores={"self": words},
        assessed_on=TODAY,
    )
    return one.model_copy(update=more)


def totals(plan: Plan, *organizations: OrganizationInput) -> list[int]:
    return [int(x) for x in evaluate(plan, Inputs.of(plan, organizations)).total[0]]


def one_total(plan: Plan, word: Said) -> int:
    return totals(plan, said({"x": word}))[0]


def value(**values: float | str) -> Values:
    """Values as a stage gives them: numbers in ints of 0.0001, grades as they are."""
    return Values(
        values={k: v if isinstance(v, str) else round(v * 10_000) for k, v in values.items()}
    )


def awarded(code: str, most: str, **more: object) -> dict[str, Any]:
    own: dict[str, Any] = item({"kind": "awarded", "max_points": most}, code)
    return own | more
