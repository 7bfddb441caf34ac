"""What scoring's events do to announcements: a draft for every determination, corrections."""

from dataclasses import replace
from uuid import UUID

from services.notifications.announcements import store
from services.notifications.announcements.domain import notice as documents
from services.notifications.announcements.domain.announcement import Announcement, Entry
from shared.context import Work
from shared.contracts.events import Envelope
from shared.contracts.scoring import AwardEntry, ResultsCorrected, ResultsDetermined
from shared.tables import new_id


async def on_results_determined(work: Work, envelope: Envelope) -> None:
    """A determination was confirmed: draft its notice; a repeated event changes nothing."""
    event = ResultsDetermined.model_validate(envelope.data)
    assert envelope.county_id is not None  # noqa: S101 -- a cycle belongs to a county
    if await store.of_determination(work.session, event.determination_id) is not None:
        return
    draft = await _draft(work, event, envelope.county_id)
    listed = [each for each in event.listed if each.level > 0]
    await store.add(work.session, draft, map(_entry, listed))
    await work.audit(
        "announcement.draft",
        "announcement",
        draft.id,
        county_id=draft.county_id,
        after={"determination_id": str(draft.determination_id), "listed": len(listed)},
    )


async def on_results_corrected(work: Work, envelope: Envelope) -> None:
    """An upheld objection changed a result: the notice shows it, with the day."""
    event = ResultsCorrected.model_validate(envelope.data)
    announcement = await store.of_determination(work.session, event.determination_id)
    if announcement is None:
        return
    entries = await store.entries(work.session, announcement.id)
    hit = [each for each in entries if each.organization_id == event.entry.organization_id]
    if not hit:
        return
    changed = hit[0].corrected(event.entry, work.moment.today)
    await store.save_entries(work.session, announcement.id, [changed])
    await store.save(work.session, announcement)
    await work.audit(
        "announcement.correct",
        "announcement",
        announcement.id,
        county_id=announcement.county_id,
        after={
            "organization_id": str(changed.organization_id),
            "level": changed.level_now,
            "stars": [star.code for star in changed.holding],
        },
    )


async def _draft(work: Work, event: ResultsDetermined, county_id: UUID) -> Announcement:
    earlier = await store.last_parts(work.session, county_id)
    starless = (each.organization_id for each in event.listed if each.level == 0)
    return Announcement(
        id=new_id(),
        county_id=county_id,
        cycle_id=event.cycle_id,
        determination_id=event.determination_id,
        title=event.title,
        year=event.year,
        policy_title=event.policy_title,
        policy_hash=event.policy_hash,
        snapshot_hash=event.snapshot_hash,
        working_days=event.working_days,
        first_day_counts=event.first_day_counts,
        supplement=await store.has_announced(work.session, event.cycle_id),
        not_listed=frozenset([*event.not_listed, *starless]),
        parts=replace(earlier, basis=documents.default_basis(event.policy_title)),
    )


def _entry(award: AwardEntry) -> Entry:
    stars = tuple(award.stars)
    return Entry(award.organization_id, award.township_id, None, None, "", award.level, stars)
