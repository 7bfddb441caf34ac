"""Reminding townships and 组织部, once each: of terms and periods that end, of vacant posts."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TypeVar
from uuid import UUID

from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.domain.tree import Organization
from services.registry.people.domain.elections import BODY_NAMES
from services.registry.people.domain.endings import Ending, Reminding
from services.registry.people.domain.terms import POST_NAMES
from services.registry.people.domain.vacancies import Vacancy
from services.registry.people.store import endings, reminders, vacancies
from shared.context import Context, Work
from shared.contracts.registry import (
    EndingKind,
    EndingNear,
    EndingsNear,
    PostsVacant,
    PostVacant,
    Tier,
)

_CHUNK = 500
_EVERYWHERE = Reach(everywhere=True)
T = TypeVar("T", Ending, Vacancy)


async def remind(ctx: Context) -> None:
    """Tell what ends soon and what is vacant for long, and was not told before."""
    rules = ctx.port(Reminding)
    async with ctx.work() as work:
        found = [each async for each in _endings(work, rules)]
        await _tell_endings(work, await _new(work, found, _ending_key))
    async with ctx.work() as work:
        vacant = [each async for each in _vacancies(work, rules)]
        await _tell_vacancies(work, await _new(work, vacant, _vacancy_key), rules)


async def _endings(work: Work, rules: Reminding) -> AsyncIterator[Ending]:
    today = work.moment.today
    wanted, after = endings.Filter(_EVERYWHERE, today, rules.horizon(today)), None
    while page := (await endings.listed(work.session, wanted, after, _CHUNK))[:_CHUNK]:
        for each in page:
            yield each
        after = (page[-1].ends_on, page[-1].id)


async def _vacancies(work: Work, rules: Reminding) -> AsyncIterator[Vacancy]:
    wanted = vacancies.Filter(_EVERYWHERE, work.moment.today, rules.months)
    after: list[str] | None = None
    while page := (await vacancies.listed(work.session, wanted, after, _CHUNK))[:_CHUNK]:
        for each in page:
            yield each
        after = [page[-1].path, page[-1].post.value]


def _ending_key(ending: Ending) -> tuple[str, str]:
    return ending.kind.value, str(ending.id)


def _vacancy_key(vacancy: Vacancy) -> tuple[str, str]:
    """Name a vacancy for ever: filled and empty again, it is another one."""
    return "vacancy", f"{vacancy.organization_id}/{vacancy.post}/{vacancy.since}"


async def _new(work: Work, found: Sequence[T], key: Callable[[T], tuple[str, str]]) -> list[T]:
    """Mark what was found as told, and return what was not told before."""
    by_kind: dict[str, dict[str, T]] = {}
    for each in found:
        kind, subject = key(each)
        by_kind.setdefault(kind, {})[subject] = each
    new: list[T] = []
    for kind, mine in by_kind.items():
        subjects = [(subject, each.county_id) for subject, each in mine.items()]
        claimed = await reminders.claim(work.session, kind, subjects, work.moment.today)
        new += [each for subject, each in mine.items() if subject in claimed]
    return new


async def _tell_endings(work: Work, found: Sequence[Ending]) -> None:
    for place, mine in (await _by_place(work, found)).items():
        items = [_near(each) for each in sorted(mine, key=lambda each: each.ends_on)]
        event = EndingsNear(organization_id=place.id, items=items)
        await work.emit(event, place.id, place.county_id)


def _near(ending: Ending) -> EndingNear:
    if ending.kind is EndingKind.TERM:
        what = POST_NAMES[ending.post] if ending.post else ""
    else:
        what = BODY_NAMES[ending.body] if ending.body else ""
    return EndingNear(
        organization_id=ending.organization_id,
        name=ending.name,
        kind=ending.kind,
        what=what,
        ends_on=ending.ends_on,
        planned_on=ending.planned_on,
    )


async def _tell_vacancies(work: Work, found: Sequence[Vacancy], rules: Reminding) -> None:
    for place, mine in (await _by_place(work, found)).items():
        items = [
            PostVacant(
                organization_id=each.organization_id,
                name=each.name,
                post_name=POST_NAMES[each.post],
                since=each.since,
            )
            for each in sorted(mine, key=lambda each: each.since)
        ]
        event = PostsVacant(organization_id=place.id, months=rules.months, items=items)
        await work.emit(event, place.id, place.county_id)


async def _by_place(work: Work, found: Sequence[T]) -> dict[Organization, list[T]]:
    """Sort what is told by who is told: the county, and the township where there is one."""
    above = {UUID(part) for each in found for part in each.path.strip("/").split("/")[:-1]}
    own = {each.organization_id for each in found}
    places = await organizations.find_all(work.session, above | own)
    told: dict[Organization, list[T]] = {}
    for each in found:
        for part in each.path.strip("/").split("/"):
            place = places.get(UUID(part))
            if place is not None and place.tier is not Tier.VILLAGE:
                told.setdefault(place, []).append(each)
    return told
