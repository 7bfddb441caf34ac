"""Cursor paging: `{items, next_cursor, total?}`, the same everywhere."""

import base64
import json
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from shared.errors import Invalid

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """One page; ask again with `cursor=next_cursor` until it is null."""

    items: list[T]
    next_cursor: str | None = None
    total: int | None = Field(default=None, description="总数（仅在 total=true 时给出）")


class Paging(BaseModel):
    """What a list operation takes."""

    cursor: str | None = Field(default=None, max_length=500, description="上一页返回的 next_cursor")
    limit: int = Field(default=50, ge=1, le=500, description="每页条数")
    total: bool = Field(default=False, description="是否同时返回总数")

    def after(self, parts: int) -> list[str] | None:
        """Return the last row's key of the page before, or None on the first page."""
        return None if self.cursor is None else decode(self.cursor, parts)

    def after_id(self) -> UUID | None:
        """Return the last row's id of the page before, for lists in the order of their ids."""
        key = self.after(1)
        try:
            return None if key is None else UUID(key[0])
        except ValueError:
            raise _invalid() from None

    def after_number(self) -> int | None:
        """Return the last row's position of the page before, for lists in the order of those."""
        key = self.after(1)
        try:
            return None if key is None else int(key[0])
        except ValueError:
            raise _invalid() from None


PagingQuery = Annotated[Paging, Query()]


def encode(key: list[str]) -> str:
    """Return the opaque cursor for a row's sort key."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def decode(cursor: str, parts: int) -> list[str]:
    """Read a cursor back; Invalid when it is not one of ours."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = json.loads(base64.urlsafe_b64decode(padded))
    except ValueError:
        key = None
    if not isinstance(key, list) or len(key) != parts:
        raise _invalid()
    return [str(part) for part in key]


def _invalid() -> Invalid:
    return Invalid(
        "游标无效，请从第一页重新查询（去掉 cursor 参数）。",
        "This cursor is not valid: start again without `cursor`.",
    )


def page(rows: list[T], limit: int, key: list[list[str]], total: int | None = None) -> Page[T]:
    """Make a page of `limit` from rows fetched with `limit + 1`; `key[i]` is the i-th row's key."""
    more = len(rows) > limit
    return Page(
        items=rows[:limit], next_cursor=encode(key[limit - 1]) if more else None, total=total
    )
