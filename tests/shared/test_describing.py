"""Examples stand in the order in which a person fills them in."""

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict

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
