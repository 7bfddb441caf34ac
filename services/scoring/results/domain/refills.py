"""递补: who is proposed for a place that became free, and what became of it.

A proposal follows from the chain as it stands; every objection's effect recomputes it. Whoever
comes in was never announced there, so a meeting lets it in, with a notice of its own.
Clause: 五星创建 第一版 · 名额 (the next one gets a fresh full notice).
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import LetIn, OrganizationInput, Refusal, Vacancy
from services.scoring.kernel.quotas import Quota
from services.scoring.results.domain.chains import Chain
from services.scoring.results.domain.determinations import Candidate, Determination
from services.scoring.results.domain.results import Result, ResultState
from shared.caller import SYSTEM, Role
from shared.errors import Conflict, Fault, Text
from shared.transitions import Machine, Transition


class RefillState(StrEnum):
    """Where a refill stands."""

    PROPOSED = "proposed"
    DETERMINED = "determined"
    EFFECTIVE = "effective"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    LEFT_EMPTY = "left_empty"


_S = RefillState
_SYSTEM = frozenset({Role.SYSTEM})

REFILL = Machine(
    Text("递补", "refill"),
    {
        _S.PROPOSED: "待补充确定",
        _S.DETERMINED: "已补充确定，待公示期满",
        _S.EFFECTIVE: "已递补生效",
        _S.LAPSED: "未能递补",
        _S.WITHDRAWN: "次序变动，不再递补",
        _S.LEFT_EMPTY: "无人递补，名额空缺",
    },
    (
        Transition(
            "withdraw",
            _SYSTEM,
            frozenset({_S.PROPOSED, _S.LEFT_EMPTY}),
            _S.WITHDRAWN,
            guard="recomputed: the chain leads to another one now",
        ),
        Transition(
            "determine",
            frozenset({Role.COMMITTEE}),
            frozenset({_S.PROPOSED, _S.DETERMINED}),
            _S.DETERMINED,
            guard="a supplementary determination was confirmed; next by the chain, in effect",
            effect="a notice with a period of its own",
        ),
        Transition(
            "lapse",
            _SYSTEM,
            frozenset({_S.DETERMINED}),
            _S.LAPSED,
            guard="the meeting struck the star, or an objection against the branch was upheld",
            effect="the chain is looked at again",
        ),
        Transition(
            "take_effect",
            _SYSTEM,
            frozenset({_S.DETERMINED}),
            _S.EFFECTIVE,
            guard="the notice's period ended, no open case",
            effect="the result succeeds the one before it",
        ),
    ),
)
# What the cycle waits for.
OPEN = frozenset({_S.PROPOSED, _S.DETERMINED})
# What a place that somebody left counts as, until the refill itself has come to nothing.
_LIVE = frozenset({_S.PROPOSED, _S.DETERMINED, _S.EFFECTIVE, _S.LEFT_EMPTY})


class RefillNotNext(Conflict):
    """The branch is not the next one by the declared chain."""

    slug = "refill-not-next"
    title = Text("不是应当递补的支部", "Not next in the chain")


class RefillTooEarly(Conflict):
    """The next one's own result is not in effect yet, or another refill of it runs."""

    slug = "refill-too-early"
    title = Text("还不能办理递补", "Too early for the refill")


@dataclass(frozen=True)
class Refill:
    """One place of a quota that others left; `organization_id` null: nobody comes in.

    `scope_id` is the county or the township that the quota counts in.
    """

    id: UUID
    cycle_id: UUID
    county_id: UUID
    quota: str
    scope_id: UUID
    organization_id: UUID | None
    left: tuple[Vacancy, ...]
    state: RefillState
    determination_id: UUID | None
    proposed_at: datetime
    version: int = 0


# Makes a refill of a chain for a branch (null: for nobody) where these left.
NewRefill = Callable[[Chain, UUID | None, tuple[Vacancy, ...]], Refill]


def moved(refill: Refill, verb: str) -> Refill:
    """Return the refill after one transition that follows by itself."""
    return replace(refill, state=REFILL.fire(verb, refill.state, SYSTEM))


def barred(
    current: Iterable[Result], inputs: Iterable[OrganizationInput], ended: Collection[UUID]
) -> frozenset[UUID]:
    """Return who is never next: held by an open case, void, struck from the list, out of pay.

    Whoever misses a line, hits a bottom line or was refused is no candidate of the kernel's.
    """
    off = {ResultState.HELD, ResultState.VOID, ResultState.FALLEN}
    states = {each.organization_id for each in current if each.state in off}
    struck = {UUID(one.organization_id) for one in inputs if one.listing_struck is not None}
    return frozenset(states | struck | set(ended))


def lapsed(known: Iterable[Refill], holding: Collection[tuple[str, UUID]]) -> list[Refill]:
    """Return the determined ones that hold their place no more, as (quota, branch), moved on."""
    return [
        moved(each, "lapse")
        for each in known
        if each.state is _S.DETERMINED and (each.quota, each.organization_id) not in holding
    ]


def renewed(known: Sequence[Refill], chains: Sequence[Chain], make: NewRefill) -> list[Refill]:
    """Return what changes so that the proposals are what the chains say now; idempotent.

    `known` are those as they stand. Who is no longer next is withdrawn; a place that nobody
    comes into is recorded as such.
    """
    changed = []
    scopes = {(each.quota, each.scope_id): each for each in chains}
    for each in known:
        chain = scopes.get((each.quota, each.scope_id))
        if each.state is _S.PROPOSED and (chain is None or each.organization_id not in chain.next):
            changed.append(moved(each, "withdraw"))
    gone = {each.id for each in changed}
    for chain in chains:
        mine = [
            each
            for each in known
            if (each.quota, each.scope_id) == (chain.quota, chain.scope_id)
            and each.state in _LIVE
            and each.id not in gone
        ]
        changed += _renewed(mine, chain, make)
    return changed


def _renewed(mine: Sequence[Refill], chain: Chain, make: NewRefill) -> list[Refill]:
    proposed = {each.organization_id for each in mine if each.state is _S.PROPOSED}
    filled = {x for each in mine if each.state is not _S.LEFT_EMPTY for x in each.left}
    empty = {x for each in mine if each.state is _S.LEFT_EMPTY for x in each.left}
    free = tuple(each for each in chain.left if each not in filled)
    fresh = [each for each in chain.next if each not in proposed]
    if fresh:
        recorded = [moved(each, "withdraw") for each in mine if each.state is _S.LEFT_EMPTY]
        return recorded + [make(chain, each, free or chain.left) for each in fresh]
    new = tuple(each for each in free if each not in empty)
    return [make(chain, None, new)] if new else []


def let_in(
    policy: Policy,
    standing: Iterable[OrganizationInput],
    refills: Iterable[Refill],
    determination: Determination,
) -> list[OrganizationInput]:
    """Return the frozen inputs of those that a meeting lets in, with the decision and strikes.

    Nothing is judged again: the scores are those by which the branch is next. Whose listing is
    struck is not let into a level, and keeps the one it has.
    """
    levels = {quota.code for quota in policy.quotas if quota.level is not None}
    unlisted = {each.organization_id for each in determination.listing_strikes}
    own: dict[str, dict[str, LetIn]] = {}
    for each in refills:
        mine = own.setdefault(str(each.organization_id), {})
        if each.quota in levels and each.organization_id in unlisted:
            continue
        mine[each.quota] = LetIn(
            determination_id=str(determination.id),
            reference=determination.meeting.reference,
            left=each.left,
        )
    refusal = Refusal(by="committee", reference=determination.meeting.reference)
    struck: dict[str, dict[str, Refusal]] = {}
    for strike in determination.strikes:
        struck.setdefault(str(strike.organization_id), {})[strike.star] = refusal
    return [
        one.model_copy(
            update={
                "let_in": one.let_in | own[one.organization_id],
                "refusals": struck.get(one.organization_id, {}) | one.refusals,
            }
        )
        for one in standing
        if one.organization_id in own
    ]


def let_in_candidates(policy: Policy, refills: Iterable[Refill]) -> list[Candidate]:
    """Return what a meeting may strike of those it lets in: what they would get, nothing else.

    The star that a place brings; the listing where it brings a level.
    """
    quotas = {quota.code: quota for quota in policy.quotas}
    highest = max(band.level for band in policy.levels)
    found: dict[UUID, list[Quota]] = {}
    for each in refills:
        if each.organization_id is not None:
            found.setdefault(each.organization_id, []).append(quotas[each.quota])
    return [
        Candidate(
            organization_id=organization_id,
            stars=frozenset(quota.star for quota in own if quota.star is not None),
            level=highest if any(quota.level is not None for quota in own) else 0,
        )
        for organization_id, own in found.items()
    ]


def declined(policy: Policy, known: Iterable[Refill]) -> frozenset[UUID]:
    """Return who was refused a level's place: no refusal in the inputs says so, as of a star."""
    levels = {quota.code for quota in policy.quotas if quota.level is not None}
    return frozenset(
        each.organization_id
        for each in known
        if each.state is _S.LAPSED and each.quota in levels and each.organization_id is not None
    )


def before_effect(
    organizations: Iterable[OrganizationInput], pending: Collection[UUID]
) -> tuple[OrganizationInput, ...]:
    """Return the inputs as they are in force: these determinations have let nobody in yet."""
    waiting = {str(each) for each in pending}
    return tuple(
        one.model_copy(
            update={
                "let_in": {
                    code: x for code, x in one.let_in.items() if x.determination_id not in waiting
                }
            }
        )
        for one in organizations
    )


def require_next(
    organization_ids: Iterable[UUID],
    known: Iterable[Refill],
    current: Iterable[Result],
    pending: Collection[UUID],
) -> None:
    """Raise RefillNotNext or RefillTooEarly unless each of these may be let in now.

    `pending` are branches whose refill is determined and not in effect yet.
    """
    proposed = {each.organization_id for each in known if each.state is _S.PROPOSED}
    results = {each.organization_id: each for each in current}
    for organization_id in organization_ids:
        if organization_id not in proposed:
            raise _not_next(organization_id, results, proposed)
        result = results[organization_id]
        if result.state is not ResultState.EFFECTIVE or organization_id in pending:
            raise RefillTooEarly(
                f"“{result.name}”原来的结果生效（公示期满且没有未了结的异议）、"
                "并且没有正在公示的递补以后，才能补充确定递补，请届时再记录。",
                f"{result.name} is let in once its own result is in effect and no other refill "
                "of it is on notice.",
                organization_id=organization_id,
            )


def _not_next(
    organization_id: UUID, results: dict[UUID, Result], proposed: Collection[UUID | None]
) -> RefillNotNext:
    known = results.get(organization_id)
    name = "这个支部" if known is None else f"“{known.name}”"
    names = "、".join(results[each].name for each in sorted(proposed, key=str) if each in results)
    return RefillNotNext(
        f"{name}不是按次序应当递补的支部，现在应当递补的是：{names or '没有'}。请核对支部名单。",
        "The branch is not next by the policy's chain.",
        waiting=sorted(each for each in proposed if each is not None),
        faults=(Fault("/body/organization_ids", Text("不是应当递补的支部", "not next")),),
    )
