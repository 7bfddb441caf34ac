"""Examples stand in the order in which a person fills them in."""

import json
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, create_model

from shared.describing import describe


class Part(BaseModel):
    """A nested thing."""

    name: str
    amount: int


class Whole(BaseModel):
    """A body whose example was written in the order of its fields."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "username": "x",
                    "password": "y",
                    "main": {"name": "a", "amount": 1},
                    "more": [{"name": "b", "amount": 2}],
                    "free": {"z": 1, "a": 2},
                }
            ]
        }
    )

    username: str
    password: str
    main: Part | None = None
    more: list[Part] = []
    free: dict[str, int] = {}


def test_examples_follow_the_order_of_the_fields() -> None:
    app = FastAPI()

    @app.post("/wholes")
    def make(whole: Whole) -> None:
        """Take one."""
        _ = whole

    describe(app, {}, {})
    [example] = app.openapi()["components"]["schemas"]["Whole"]["examples"]
    assert list(example) == ["username", "password", "main", "more", "free"]
    assert list(example["main"]) == ["name", "amount"]
    assert list(example["more"][0]) == ["name", "amount"]
    assert example["free"] == {"z": 1, "a": 2}


def test_what_is_answered_is_shown_by_its_schemas_name() -> None:
    app = FastAPI()

    @app.get("/parts")
    def read() -> Part:
        """Read one."""
        return Part(name="a", amount=1)

    describe(app, {}, {"Part": {"amount": 3, "name": "c"}, "Elsewhere": {}})
    shown = app.openapi()["components"]["schemas"]["Part"]["example"]
    assert list(shown.items()) == [("name", "c"), ("amount", 3)]


def test_equal_names_are_told_apart_by_capability() -> None:
    """Two capabilities may each have a GapView; clients see ReviewsGapView, no module's name."""
    reviews = _gap("services.scoring.reviews.schemas", points=(int, ...))
    applications = _gap("services.scoring.applications.schemas.gaps", missing=(str, ...))
    app = FastAPI()

    @app.get("/gaps")
    def read() -> tuple[reviews, list[applications]]:  # type: ignore[valid-type]  # made here
        """Read them."""
        return reviews(points=1), []

    describe(app, {}, {"ReviewsGapView": {"points": 3}})
    document = app.openapi()
    assert app.openapi() is document  # worked out once, however often it is asked for
    schemas = document["components"]["schemas"]
    assert {"ReviewsGapView", "ApplicationsGapView"} <= schemas.keys()
    assert schemas["ReviewsGapView"]["example"] == {"points": 3}
    assert "services__" not in json.dumps(document)


def _gap(module: str, **fields: Any) -> type[BaseModel]:  # noqa: ANN401 -- pydantic's field definitions
    return create_model("GapView", __module__=module, **fields)
