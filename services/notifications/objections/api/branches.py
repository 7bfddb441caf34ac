"""What a branch that is objected to sees: the redacted text put to it, and its answer."""

from uuid import UUID

from services.notifications.objections import usecases
from services.notifications.objections.api.public import TAG
from services.notifications.objections.domain.finding import InquiryClosed, NotAsked
from services.notifications.objections.schemas import InquiryAnswer, InquiryView
from shared import web
from shared.errors import Forbidden, NotFound, NotSignedIn
from shared.pagination import Page, PagingQuery, page

router = web.router("/inquiries", TAG["name"])


@router.get("", summary="发给本单位的征询", responses=web.problems(NotSignedIn, Forbidden))
async def inquiries(ctx: web.Ctx, paging: PagingQuery) -> Page[InquiryView]:
    """经处理的反映内容和答复期限。"""
    last = paging.after_id()
    found = await usecases.inquiries(ctx, last, paging.limit + 1)
    keys = [[str(each.id)] for each in found]
    return page([InquiryView.of(each) for each in found], paging.limit, keys)


@router.post(
    "/{inquiry_id}/answer",
    summary="答复征询",
    responses=web.problems(NotSignedIn, Forbidden, NotAsked, NotFound, InquiryClosed),
)
async def answer_inquiry(
    inquiry_id: UUID,
    answer: InquiryAnswer,
    ctx: web.Ctx,
    key: web.IdempotencyKey = None,
) -> InquiryView:
    """由被征询单位答复一次。"""
    return InquiryView.of(await usecases.answer(ctx, inquiry_id, answer.text))
