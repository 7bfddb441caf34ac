"""Reading and writing applications, their changes and their submissions."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.applications.domain import (
    APPLICATION,
    COUNTING,
    Application,
    ApplicationState,
    Change,
    Claim,
    Submission,
    Wanted,
    claim_of,
    document_of,
    sheet_of,
)
from services.scoring.applications.tables import ApplicationRow, ChangeRow, SubmissionRow
from services.scoring.cycles.store import frozen_within, sharing
from services.scoring.tables import Table
from shared.caller import SYSTEM
from shared.errors import NotFound


async def add(session: AsyncSession, application: Application) -> bool:
    """Insert an application; False, and nothing changed, when the organization has one."""
    return await session.scalar(_ADD, _values(application)) is not None


async def save(session: AsyncSession, application: Application) -> Application:
    """Write an application back with its version raised by one; returns it as stored."""
    stored = replace(application, version=application.version + 1)
    values = _values(stored)
    await session.execute(_SAVE, {"saved": values.pop("id"), **values})
    return stored


# Made once: a village saves often. No row in memory needs to hear of it, every read populates anew.
_APPLICATIONS = Table.metadata.tables["applications"]
_ADD = (
    insert(_APPLICATIONS)
    .on_conflict_do_nothing(constraint="uq_applications_organization")
    .returning(_APPLICATIONS.c.id)
)
_SAVE = sa.update(_APPLICATIONS).where(_APPLICATIONS.c.id == sa.bindparam("saved"))
_WANTED = col(ApplicationRow.id) == sa.bindparam("wanted")
_LOCK = (
    sa.select(ApplicationRow)
    .where(_WANTED)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_SHARE = sa.select(
    col(ApplicationRow.cycle_id), col(ApplicationRow.path), sharing(col(ApplicationRow.cycle_id))
).where(_WANTED)
_ADD_CHANGE = sa.insert(Table.metadata.tables["application_changes"])


async def share(session: AsyncSession, application_id: UUID) -> tuple[UUID, str]:
    """Share an application's cycle (see `cycles.store.share`); return its id, and the path.

    NotFound otherwise.
    """
    row = (await session.execute(_SHARE, {"wanted": application_id})).first()
    if row is None:
        raise _unknown()
    return row.cycle_id, row.path


async def find(session: AsyncSession, application_id: UUID) -> Application:
    """Return an application; NotFound otherwise. Whoever asks must check the scope."""
    statement = sa.select(ApplicationRow).where(col(ApplicationRow.id) == application_id)
    return _one(await session.scalar(statement))


async def lock(session: AsyncSession, application_id: UUID) -> Application:
    """Return an application and hold it until the transaction ends; NotFound otherwise."""
    return _one(await session.scalar(_LOCK, {"wanted": application_id}))


async def of_organization(
    session: AsyncSession, cycle_id: UUID, organization_id: UUID
) -> Application | None:
    """Return an organization's application in a cycle, if it has one."""
    statement = sa.select(ApplicationRow).where(
        col(ApplicationRow.cycle_id) == cycle_id,
        col(ApplicationRow.organization_id) == organization_id,
    )
    row = await session.scalar(statement)
    return None if row is None else _application(row)


async def for_cycle(
    session: AsyncSession,
    cycle_id: UUID,
    scope: Iterable[UUID] | None = None,
    township_id: UUID | None = None,
) -> list[Application]:
    """Return a cycle's applications in the order of their paths.

    With `scope`, only those in the subtree of one of these organizations; with `township_id`,
    only those of its branches.
    """
    statement = sa.select(ApplicationRow).where(col(ApplicationRow.cycle_id) == cycle_id)
    if scope is not None:
        statement = statement.where(frozen_within(scope, col(ApplicationRow.path)))
    if township_id is not None:
        statement = statement.where(col(ApplicationRow.township_id) == township_id)
    rows = await session.scalars(statement.order_by(col(ApplicationRow.path)))
    return [_application(row) for row in rows]


async def submitted(session: AsyncSession, cycle_id: UUID) -> dict[UUID, Claim]:
    """Return organization → what it submitted last, of a cycle's applications that count."""
    statement = sa.select(col(ApplicationRow.organization_id), col(ApplicationRow.submitted)).where(
        col(ApplicationRow.cycle_id) == cycle_id,
        col(ApplicationRow.state).in_(COUNTING),
    )
    rows = await session.execute(statement)
    return {branch: claim_of(document) for branch, document in rows if document is not None}


async def page(
    session: AsyncSession,
    cycle_id: UUID,
    scope: Iterable[UUID],
    wanted: Wanted,
    after: UUID | None,
    limit: int,
) -> list[Application]:
    """Return some applications in the subtrees of `scope`, in the order of their ids."""
    statement = _listed(cycle_id, scope, wanted)
    if after is not None:
        statement = statement.where(col(ApplicationRow.id) > after)
    rows = await session.scalars(statement.order_by(col(ApplicationRow.id)).limit(limit))
    return [_application(row) for row in rows]


async def count(
    session: AsyncSession, cycle_id: UUID, scope: Iterable[UUID], wanted: Wanted
) -> int:
    """Return how many applications `page` would list in all."""
    listed = _listed(cycle_id, scope, wanted).subquery()
    return await session.scalar(sa.select(sa.func.count()).select_from(listed)) or 0


async def submitted_files(session: AsyncSession, application_id: UUID) -> frozenset[UUID]:
    """Return the ids of all files that any submission of this application covers."""
    found = await submissions(session, application_id)
    sheets = (sheet_of(each.content["stars"]) for each in found)
    return frozenset(file for sheet in sheets for file in sheet.files)


async def close_township(session: AsyncSession, cycle_id: UUID, township_id: UUID) -> int:
    """Close a township's submitted applications once it has signed off; returns how many.

    From then on they can no longer be returned to the village.
    """
    state = APPLICATION.fire("close", ApplicationState.SUBMITTED, SYSTEM)
    statement = (
        sa.update(ApplicationRow)
        .where(
            col(ApplicationRow.cycle_id) == cycle_id,
            col(ApplicationRow.township_id) == township_id,
            col(ApplicationRow.state) == ApplicationState.SUBMITTED,
        )
        .values(state=state, version=col(ApplicationRow.version) + 1)
        .returning(col(ApplicationRow.id))
    )
    return len((await session.scalars(statement)).all())


async def returned_before(session: AsyncSession, today: date) -> list[tuple[UUID, UUID]]:
    """Return (cycle, application) of what was returned and whose set day has passed."""
    statement = sa.select(col(ApplicationRow.cycle_id), col(ApplicationRow.id)).where(
        col(ApplicationRow.state) == ApplicationState.RETURNED,
        col(ApplicationRow.due_on) < today,
    )
    return [(row.cycle_id, row.id) for row in await session.execute(statement)]


async def add_change(session: AsyncSession, change: Change) -> None:
    """Append one change to the history."""
    await session.execute(_ADD_CHANGE, vars(change))


async def changes(
    session: AsyncSession, application_id: UUID, after: UUID | None, limit: int
) -> list[Change]:
    """Return an application's changes, oldest first."""
    statement = sa.select(ChangeRow).where(col(ChangeRow.application_id) == application_id)
    if after is not None:
        statement = statement.where(col(ChangeRow.id) > after)
    rows = await session.scalars(statement.order_by(col(ChangeRow.id)).limit(limit))
    return [Change(**row.model_dump()) for row in rows]


async def add_submission(session: AsyncSession, submission: Submission) -> None:
    """Append what was received."""
    session.add(SubmissionRow(**vars(submission)))
    await session.flush()


async def submissions(session: AsyncSession, application_id: UUID) -> list[Submission]:
    """Return everything an organization submitted in this application, oldest first."""
    statement = sa.select(SubmissionRow).where(col(SubmissionRow.application_id) == application_id)
    rows = await session.scalars(statement.order_by(col(SubmissionRow.number)))
    return [Submission(**row.model_dump()) for row in rows]


async def submission(session: AsyncSession, application_id: UUID, number: int) -> Submission:
    """Return one submission by its number from 1; NotFound otherwise."""
    statement = sa.select(SubmissionRow).where(
        col(SubmissionRow.application_id) == application_id, col(SubmissionRow.number) == number
    )
    row = await session.scalar(statement)
    if row is None:
        raise NotFound("没有这份回执，请核对编号。", "No such receipt.")
    return Submission(**row.model_dump())


def _listed(cycle_id: UUID, scope: Iterable[UUID], wanted: Wanted) -> sa.Select[ApplicationRow]:
    statement = sa.select(ApplicationRow).where(
        col(ApplicationRow.cycle_id) == cycle_id, frozen_within(scope, col(ApplicationRow.path))
    )
    if wanted.state is not None:
        statement = statement.where(col(ApplicationRow.state) == wanted.state)
    if wanted.township_id is not None:
        statement = statement.where(col(ApplicationRow.township_id) == wanted.township_id)
    return statement


def _one(row: ApplicationRow | None) -> Application:
    if row is None:
        raise _unknown()
    return _application(row)


def _unknown() -> NotFound:
    return NotFound("没有找到这份申报，请核对编号。", "No such application.")


def _application(row: ApplicationRow) -> Application:
    found = row.model_dump(exclude={"document", "submitted", "state"})
    return Application(
        **found,
        state=ApplicationState(row.state),
        sheet=sheet_of(row.document),
        submitted=None if row.submitted is None else sheet_of(row.submitted),
    )


def _values(application: Application) -> dict[str, Any]:
    plain = set(ApplicationRow.model_fields) - {"document", "submitted"}
    return {name: getattr(application, name) for name in plain} | {
        "document": document_of(application.sheet),
        "submitted": None if application.submitted is None else document_of(application.submitted),
    }
