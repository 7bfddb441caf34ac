"""Anyone does anything at any time: no undefined state, no lost cycle, no error of ours."""

from collections.abc import Awaitable, Callable
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.scoring.applications import store as applications
from services.scoring.reviews import store
from services.scoring.reviews.domain.stages import StageKind, StageState
from shared.caller import Caller, Role
from tests.scoring.county import problem
from tests.scoring.reviews.round import DEPARTMENTS, MEMBERS, OFFICES, STARS, Round

ORDER = ["recommending", "reviewing", "determining"]
ACTIONS = 80
WHY = {"reason": "随机"}


class Crowd:
    """Actors of every role who act at random, reproducibly."""

    def __init__(self, round_: Round, seed: int) -> None:
        self.round = round_
        self.random = Random(seed)
        self.seen: dict[str, int] = {}
        county = round_.service.county
        self.branches = {str(each.id): each for each in county.assessed}
        self.workers = len(county.townships) + len(DEPARTMENTS)
        self.people = [
            *(county.township(each) for each in county.townships),
            *(round_.department(each) for each in DEPARTMENTS),
            *(county.village(each) for each in county.assessed[:2]),
            round_.office(),
            round_.inspector(),
            county.caller(Role.COMMITTEE),
            round_.service.other.caller(Role.ORGANIZATION_DEPARTMENT),
        ]

    def anyone(self, *likely: Caller) -> Caller:
        """Mostly somebody who may, sometimes somebody who may not."""
        return self.random.choice(likely if self.random.random() < 0.8 else self.people)

    async def act(self) -> None:
        actions: list[Callable[[], Awaitable[httpx.Response | None]]] = [
            self.do_a_duty,
            self.do_a_duty,
            self.do_a_duty,
            self.recommend,
            self.sign_off,
            self.give_time,
            self.review,
            self.complete,
            self.close,
            self.clear,
            self.send_back,
            self.look,
            self.wait,
        ]
        answer = await self.random.choice(actions)()
        if answer is None:
            return
        assert answer.status_code < 500, answer.text
        kind = "ok" if answer.is_success else problem(answer)
        self.seen[kind] = self.seen.get(kind, 0) + 1

    async def do_a_duty(self) -> httpx.Response | None:
        """Somebody does the next thing of the own worklist, as it should be done."""
        who = self.random.choice(self.people[: self.workers])
        duties = await self.round.duties(who)
        if not duties:
            return None
        duty = self.random.choice(duties)
        if duty["kind"] == "sign_off":
            path = f"/v1/cycles/{self.round.id}/townships/{duty['party']}/sign-off"
            return await self.round.post(path, who, MEMBERS)
        if duty["kind"] == "complete":
            path = f"/v1/cycles/{self.round.id}/departments/{duty['party']}/complete"
            return await self.round.post(path, who, MEMBERS)
        branch = self.branches[duty["organization_id"]]
        if duty["kind"] == "recommend":
            path = f"/v1/applications/{duty['application_id']}/recommendation"
            return await self.round.put(path, who, self.round.marks(branch))
        kind = "reviews" if duty["kind"] == "review" else "spot-checks"
        path = f"/v1/applications/{duty['application_id']}/{kind}/{duty['star']}"
        stands = await self.round.standing(duty["application_id"])
        items = {code: {"points": stands[code]} for code in self.round.items(duty["star"])}
        return await self.round.put(path, who, {"items": items})

    async def recommend(self) -> httpx.Response:
        branch = self.random.choice(self.round.service.county.assessed)
        path = f"/v1/applications/{self.round.application(branch)}/recommendation"
        lower = {} if self.random.random() < 0.7 else {"secretary_ability": "1.00"}
        stars = () if self.random.random() < 0.9 else self.random.sample(STARS, 2)
        who = self.anyone(self.round.service.county.township(branch), self.round.office())
        return await self.round.put(path, who, self.round.marks(branch, *stars, **lower))

    async def sign_off(self) -> httpx.Response:
        town = self.random.choice(self.round.service.county.townships)
        who = self.anyone(self.round.service.county.township(town), self.round.office())
        return await self.round.sign_off(town, who, expect=None)

    async def give_time(self) -> httpx.Response:
        verb = self.random.choice(["extend", "substitute"])
        town = self.random.choice(self.round.service.county.townships)
        department = self.random.choice(DEPARTMENTS)
        party = self.random.choice([f"townships/{town.id}", f"departments/{department}"])
        path = f"/v1/cycles/{self.round.id}/{party}/{verb}"
        return await self.round.post(path, self.anyone(self.round.office()), WHY)

    async def review(self) -> httpx.Response:
        branch = self.random.choice(self.round.service.county.assessed)
        star, department = self.random.choice(STARS), self.random.choice(DEPARTMENTS)
        kind = self.random.choice(["reviews", "spot-checks"])
        path = f"/v1/applications/{self.round.application(branch)}/{kind}/{star}"
        body = self.round.marks(branch, star)
        who = self.anyone(self.round.department(department), self.round.office())
        return await self.round.put(path, who, body)

    async def complete(self) -> httpx.Response:
        department = self.random.choice(DEPARTMENTS)
        who = self.anyone(self.round.department(department), self.round.office())
        path = f"/v1/cycles/{self.round.id}/departments/{department}/complete"
        return await self.round.post(path, who, MEMBERS)

    async def close(self) -> httpx.Response:
        path = f"/v1/cycles/{self.round.id}/reviews/close"
        return await self.round.post(path, self.anyone(self.round.office()), WHY)

    async def clear(self) -> httpx.Response:
        office = self.random.choice(OFFICES)
        path = f"/v1/cycles/{self.round.id}/clearances/{office}"
        body = {"reference": "获函〔2026〕3号", "rest_none": True}
        return await self.round.put(path, self.anyone(self.round.source(office)), body)

    async def send_back(self) -> httpx.Response:
        branch = self.random.choice(self.round.service.county.assessed)
        path = f"/v1/applications/{self.round.application(branch)}/return"
        who = self.anyone(self.round.service.county.township(branch))
        answer = await self.round.post(path, who, {"reason": "请补正"})
        if answer.is_success and self.random.random() < 0.5:
            again = f"/v1/applications/{self.round.application(branch)}/submit"
            return await self.round.post(again, self.round.service.county.village(branch))
        return answer

    async def look(self) -> httpx.Response:
        branch = self.random.choice(self.round.service.county.assessed)
        path = self.random.choice(
            [
                f"/v1/applications/{self.round.application(branch)}/scores",
                f"/v1/cycles/{self.round.id}/worklist",
                f"/v1/cycles/{self.round.id}/spot-check",
                f"/v1/cycles/{self.round.id}/townships",
                f"/v1/cycles/{self.round.id}/departments",
                f"/v1/cycles/{self.round.id}/clearances",
            ]
        )
        return await self.round.service.call("GET", path, self.anyone(*self.people))

    async def wait(self) -> None:
        await self.round.service.pass_days(self.random.choice([0, 1, 2, 5]))
        await self.round.service.sweep()


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_crowd_never_loses_a_cycle_that_is_recommended(
    recommending: Round, seed: int
) -> None:
    await rush(recommending, seed)


@pytest.mark.parametrize("seed", [3, 4])
async def test_a_crowd_never_loses_a_cycle_that_is_reviewed(reviewing: Round, seed: int) -> None:
    await rush(reviewing, seed)


async def rush(round_: Round, seed: int) -> None:
    """Let the crowd act, then let time pass with nobody acting: the cycle goes on regardless."""
    crowd, states = Crowd(round_, seed), [await round_.state()]
    for _ in range(ACTIONS):
        await crowd.act()
        states.append(await round_.state())
    for _ in range(60):
        if states[-1] == "determining":
            break
        await round_.service.pass_days(3)
        await round_.service.sweep()
        states.append(await round_.state())
    assert states[-1] == "determining", crowd.seen
    places = [ORDER.index(each) for each in states]
    assert places == sorted(places)
    assert len(crowd.seen) > 5
    await everything_is_defined(round_)


async def everything_is_defined(round_: Round) -> None:
    """Every part closed by a rule, one outcome a village and stage, events for each."""
    async with round_.service.context.read() as work:
        session, cycle_id = work.session, UUID(round_.id)
        parts = [
            each
            for kind in StageKind
            for each in (await store.stages(session, cycle_id, kind)).values()
        ]
        counted = [e for e in await applications.for_cycle(session, cycle_id) if e.counts]
        told = await store.stage_outcomes(session, cycle_id, "township")
        scores = (await store.counted(session, cycle_id))[0]
    assert set(told) == {each.id for each in counted}
    assert {each.state.value for each in counted} == {"closed"}
    for part in parts:
        assert part.closed or part.kind is StageKind.DEPARTMENT
        if part.state is StageState.COMPLETED:
            assert part.members
            assert part.receipt
    by_organization = {each.organization_id: each for each in counted}
    for organization_id, layers in scores.items():
        complete_or_absent(round_, by_organization[organization_id].applied, layers)


def complete_or_absent(
    round_: Round, applied: tuple[str, ...], layers: dict[str, dict[str, Any]]
) -> None:
    """A stage scored a star whole or not at all."""
    for layer in layers.values():
        for star in applied:
            items = set(round_.items(star))
            assert items <= set(layer) or not items & set(layer)
