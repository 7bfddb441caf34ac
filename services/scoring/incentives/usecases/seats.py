"""Who holds which post with which pay, as registry said for one day."""

from collections.abc import Collection, Sequence

from services.scoring.kernel.entitlement import Seat
from services.scoring.kernel.plan import Plan
from services.scoring.results.domain.snapshot import pay_of
from shared.contracts.registry import FactRecord, TermRecord

# What registry said of a day: the terms, and the facts about pay.
Holders = tuple[Sequence[TermRecord], Sequence[FactRecord]]


def seats_of(plan: Plan, organizations: Collection[str], holders: Holders) -> tuple[Seat, ...]:
    """Return the seats of these organizations in a fixed order; FactsMissing without their pay."""
    terms, facts = holders
    posts = {post.code for post in plan.policy.posts}
    known = [x for x in terms if str(x.organization_id) in organizations and x.post in posts]
    pay = pay_of(known, facts)
    seats = {
        Seat(
            organization_id=str(each.organization_id),
            person_id=str(each.person_id),
            post=each.post.value,
            pay_fen=pay[each.organization_id, each.post],
        )
        for each in known
    }
    return tuple(sorted(seats, key=lambda seat: (seat.organization_id, seat.post, seat.person_id)))
