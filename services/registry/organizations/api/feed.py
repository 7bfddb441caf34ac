"""The change feed over HTTP."""

from typing import Annotated

from fastapi import Query

from services.registry.organizations.usecases.following import follow
from shared import web
from shared.contracts.registry import Change, ChangePage
from shared.errors import Invalid, NotSignedIn
from shared.pagination import decode, encode

router = web.router("/changes", "组织")
LONGEST_POSITION = 18


def position_of(cursor: str | None) -> int:
    """Return the place in the feed that a cursor stands for; Invalid when it is none."""
    position = decode(cursor, 1)[0] if cursor else "0"
    if not position.isascii() or not position.isdigit() or len(position) > LONGEST_POSITION:
        raise Invalid(
            "游标无效，请去掉 after 参数，从头读取变更流。",
            "This cursor is not valid: read the feed from its beginning, without `after`.",
        )
    return int(position)


@router.get("", summary="组织变更流", responses=web.problems(NotSignedIn))
async def follow_changes(
    ctx: web.Ctx,
    after: Annotated[str | None, Query(max_length=500, description="上次最后的游标")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ChangePage:
    """按变更先后返回，含已删除的；用 next_cursor 继续，直到 items 为空。"""
    found = await follow(ctx, position_of(after), limit)
    items = [
        Change(
            cursor=encode([str(each.sequence)]),
            changed_at=each.changed_at,
            organization=each.organization.record(),
            former_paths=each.organization.former_paths,
        )
        for each in found
    ]
    return ChangePage(items=items, next_cursor=items[-1].cursor if items else after)
