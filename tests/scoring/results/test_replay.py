"""Replays: nothing to say about what is as it was, an alarm for every flipped bit."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from services.scoring.results.domain.corrections import corrected
from services.scoring.results.domain.ranking import rankings
from services.scoring.results.domain.replay import Stored, StoredVersion, replay
from services.scoring.results.domain.results import Verdict, verdict_columns
from services.scoring.results.domain.verdicts import verdicts
from tests.scoring.kernel.documents import STARS, preset
from tests.scoring.results.frozen import (
    branch,
    correction,
    entrant,
    inputs,
    judged,
    snapshot,
    village,
)

FROZEN = snapshot(inputs(branch(1), branch(2, STARS[:2], 8000), branch(3, None)))
FALLEN = correction([1], "civility")
OTHER = preset().model_copy(update={"edition": "9"})


def version(verdict: Verdict, number: int, corrected_by: int, *, newest: bool) -> StoredVersion:
    shown = verdict_columns(verdict)
    return StoredVersion(
        result_id=UUID(int=verdict.organization_id.int + 10_000),
        organization_id=verdict.organization_id,
        version=number,
        snapshot_id=FROZEN.id,
        corrected=corrected_by,
        content=verdict.content,
        hash=verdict.hash,
        columns={"level": verdict.level, "stars": list(verdict.stars)},
        shown=shown if newest else None,
    )


def stored() -> Stored:
    """Three results, the first of which was corrected once."""
    first = list(verdicts(judged(FROZEN.organizations), FROZEN.hash))
    after = judged(corrected(FROZEN.organizations, [FALLEN]))
    second = list(verdicts(after, FROZEN.hash, [FALLEN]))
    lists = rankings(preset(), [(entrant(each), each) for each in second])
    return Stored(
        policy_id=UUID(int=1),
        policy_hash=preset().hash,
        policy=preset(),
        snapshots=[FROZEN],
        corrections=[FALLEN],
        versions=[
            version(first[0], 1, 0, newest=False),
            version(second[0], 2, 1, newest=True),
            version(first[1], 1, 0, newest=True),
            version(first[2], 1, 0, newest=True),
        ],
        lost=[],
        entrants=[entrant(each) for each in second],
        pending=[],
        rankings={each.scope_id: (each.etag, list(each.entries)) for each in lists},
        live=FROZEN.organizations,
    )


def subjects(changed: Stored) -> set[str]:
    return {each.subject for each in replay(changed).differences}


def test_what_was_not_touched_gives_the_same_bytes() -> None:
    replayed = replay(stored())
    assert (replayed.snapshots, replayed.versions, replayed.differences) == (1, 4, ())


def test_a_correction_made_a_version_of_its_own_and_the_old_one_still_replays() -> None:
    first, second = stored().versions[:2]
    assert (first.columns["level"], second.columns["level"]) == (5, 4)
    assert first.content != second.content
    assert str(FALLEN.objection_id).encode() in second.content


def _version(number: int, **changes: object) -> Callable[[Stored], Stored]:
    def change(given: Stored) -> Stored:
        versions = list(given.versions)
        changed = replace(versions[number], **changes)  # type: ignore[arg-type]  # named above
        versions[number] = changed
        return replace(given, versions=versions)

    return change


def _shown(number: int, **changes: object) -> Callable[[Stored], Stored]:
    def change(given: Stored) -> Stored:
        shown = {**(given.versions[number].shown or {}), **changes}
        return _version(number, shown=shown)(given)

    return change


def _document(given: Stored) -> Stored:
    texts = [FROZEN.documents[0].replace(b":2000,", b":1999,", 1), *FROZEN.documents[1:]]
    assert texts[0] != FROZEN.documents[0]
    return replace(given, snapshots=[replace(FROZEN, documents=tuple(texts))])


def _live(given: Stored) -> Stored:
    one = given.live[0]
    scores = {**one.scores, "self": {**one.scores["self"], "team_role": 1}}
    return replace(given, live=[one.model_copy(update={"scores": scores}), *given.live[1:]])


def _ranking(given: Stored) -> Stored:
    lists = dict(given.rankings)
    scope = next(iter(lists))
    etag, entries = lists[scope]
    lists[scope] = (etag, [entries[0].replace('"level":4', '"level":5'), *entries[1:]])
    return replace(given, rankings=lists)


@pytest.mark.parametrize(
    ("flip", "subject"),
    [
        (_version(0, content=b"{}"), "result"),
        (_version(2, hash="sha256:0"), "result"),
        (_version(1, columns={"level": 5, "stars": list(STARS)}), "version.level"),
        (_shown(1, level=5), "result.level"),
        (_shown(2, total=1), "result.total"),
        (_shown(2, missed=[]), "result.missed"),
        (_version(3, organization_id=village(8)), "result"),
        (_document, "snapshot"),
        (_live, "source.scores"),
        (_ranking, "ranking"),
        (lambda given: replace(given, lost=[UUID(int=4)]), "result"),
        (lambda given: replace(given, policy=None), "policy"),
        (
            lambda given: replace(given, policy=preset().model_copy(update={"edition": "9"})),
            "policy",
        ),
        (lambda given: replace(given, rankings={}), "ranking"),
        (
            lambda given: replace(given, snapshots=[replace(FROZEN, policy_hash="sha256:0")]),
            "snapshot.policy_hash",
        ),
        # Hiding the correction behind the second version's back.
        (lambda given: replace(given, corrections=[]), "result"),
    ],
)
def test_every_flip_is_found(flip: Callable[[Stored], Stored], subject: str) -> None:
    assert subject in subjects(flip(stored()))
