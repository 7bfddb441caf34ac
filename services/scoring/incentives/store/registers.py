"""Registers by payer and month, and their entries, which are only ever added."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.incentives.domain.backpay import Entered
from services.scoring.incentives.domain.recheck import StoredRegister
from services.scoring.incentives.domain.registers import (
    Register,
    RegisterInput,
    RegisterLine,
    RegisterState,
)
from services.scoring.incentives.tables import RegisterLineRow, RegisterRow
from services.scoring.policies.store import of_county
from services.scoring.results.domain.determinations import Actor
from shared.canonical import canonical_json
from shared.directory import within
from shared.errors import NotFound

# Whose due an entry is, and by which rule.
_RECIPIENT = ("organization_id", "linkage", "clause", "recipient", "recipient_id")


async def add(
    session: AsyncSession, register: Register, given: RegisterInput, lines: Sequence[RegisterLine]
) -> None:
    """Insert a computed register with what it was computed from and its lines."""
    values = _values(register) | {"input": canonical_json(given.model_dump(mode="json"))}
    await session.execute(sa.insert(RegisterRow).values(values))
    await add_lines(session, lines)


async def add_lines(session: AsyncSession, lines: Sequence[RegisterLine]) -> None:
    """Append entries."""
    if lines:
        await session.execute(sa.insert(RegisterLineRow), [vars(each) for each in lines])


async def save(session: AsyncSession, register: Register) -> Register:
    """Write a register's state back with its version raised by one; returns it as stored."""
    values = _values(register) | {"version": register.version + 1}
    statement = sa.update(RegisterRow).where(col(RegisterRow.id) == register.id)
    await session.execute(statement.values(values))
    return await find(session, register.id)


async def find(session: AsyncSession, register_id: UUID) -> Register:
    """Return a register; NotFound otherwise. Whoever asks must check the scope."""
    return await _one(session, sa.select(RegisterRow).where(col(RegisterRow.id) == register_id))


async def lock(session: AsyncSession, register_id: UUID) -> Register:
    """Return a register and hold it until the transaction ends; NotFound otherwise."""
    statement = sa.select(RegisterRow).where(col(RegisterRow.id) == register_id)
    return await _one(session, statement.with_for_update())


async def standing(session: AsyncSession, cycle_id: UUID) -> list[Register]:
    """Return the registers of a cycle that were not discarded, month by month."""
    statement = sa.select(RegisterRow).where(
        col(RegisterRow.cycle_id) == cycle_id,
        col(RegisterRow.state) != RegisterState.DISCARDED,
    )
    rows = await session.scalars(statement.order_by(col(RegisterRow.day), col(RegisterRow.payer)))
    return [_register(row) for row in rows]


async def of_county_page(
    session: AsyncSession,
    cycle_id: UUID,
    roots: Iterable[UUID],
    payer: str | None,
    day: date | None,
) -> list[Register]:
    """Return a cycle's registers, discarded ones included, month by month."""
    statement = sa.select(RegisterRow).where(
        col(RegisterRow.cycle_id) == cycle_id, of_county(roots, col(RegisterRow.county_id))
    )
    if payer is not None:
        statement = statement.where(col(RegisterRow.payer) == payer)
    if day is not None:
        statement = statement.where(col(RegisterRow.day) == day)
    rows = await session.scalars(statement.order_by(col(RegisterRow.day), col(RegisterRow.id)))
    return [_register(row) for row in rows]


async def lines(
    session: AsyncSession,
    register_id: UUID,
    roots: Iterable[UUID],
    after: int | None,
    limit: int,
) -> list[RegisterLine]:
    """Return a register's entries within the subtrees of the roots, in their order."""
    statement = sa.select(RegisterLineRow).where(
        col(RegisterLineRow.register_id) == register_id,
        within(roots, col(RegisterLineRow.path)),
    )
    if after is not None:
        statement = statement.where(col(RegisterLineRow.position) > after)
    rows = await session.scalars(statement.order_by(col(RegisterLineRow.position)).limit(limit))
    return [_line(row) for row in rows]


async def line(session: AsyncSession, register_id: UUID, line_id: UUID) -> RegisterLine:
    """Return an original entry of a register; NotFound for any other."""
    statement = sa.select(RegisterLineRow).where(
        col(RegisterLineRow.register_id) == register_id,
        col(RegisterLineRow.id) == line_id,
        col(RegisterLineRow.corrects).is_(None),
    )
    row = await session.scalar(statement)
    if row is None:
        raise NotFound(
            "台账中没有这一笔，请填写原始条目（不是更正条目）的编号。",
            "No such original entry in this register.",
        )
    return _line(row)


async def corrections(session: AsyncSession, line_id: UUID) -> list[RegisterLine]:
    """Return the entries that correct a line."""
    statement = sa.select(RegisterLineRow).where(col(RegisterLineRow.corrects) == line_id)
    return [_line(row) for row in await session.scalars(statement)]


async def totals(
    session: AsyncSession, register_ids: Sequence[UUID]
) -> dict[UUID, tuple[int, int, int]]:
    """Return entries, amount and unfunded of each register, corrections included."""
    statement = (
        sa.select(
            col(RegisterLineRow.register_id),
            sa.func.count().label("entries"),
            sa.func.sum(col(RegisterLineRow.amount)).label("amount"),
            sa.func.sum(col(RegisterLineRow.unfunded)).label("unfunded"),
        )
        .where(col(RegisterLineRow.register_id).in_(register_ids))
        .group_by(col(RegisterLineRow.register_id))
    )
    rows = await session.execute(statement)
    return {row.register_id: (row.entries, int(row.amount), int(row.unfunded)) for row in rows}


async def inputs(
    session: AsyncSession, cycle_id: UUID, payer: str, before: date
) -> list[RegisterInput]:
    """Return what the payer's registers of earlier months were computed from, in their order."""
    statement = sa.select(col(RegisterRow.input)).where(*_standing(cycle_id, payer, before))
    rows = await session.scalars(statement.order_by(col(RegisterRow.day)))
    return [RegisterInput.model_validate_json(row) for row in rows]


async def entered(
    session: AsyncSession, cycle_id: UUID, payer: str, before: date
) -> dict[date, list[Entered]]:
    """Return what the payer's earlier registers say for each month, without hand corrections."""
    line = RegisterLineRow
    day = sa.func.coalesce(col(line.for_day), col(RegisterRow.day)).label("day")
    keys = [day, *(col(getattr(line, name)) for name in _RECIPIENT)]
    sums = [sa.func.sum(col(getattr(line, name))).label(name) for name in ("amount", "unfunded")]
    statement = (
        sa.select(*keys, *sums)
        .join(RegisterRow, col(RegisterRow.id) == col(line.register_id))
        .where(*_standing(cycle_id, payer, before), col(line.corrects).is_(None))
        .group_by(*keys)
    )
    found: dict[date, list[Entered]] = {}
    for row in await session.execute(statement.order_by(*keys)):
        values = {name: getattr(row, name) for name in _RECIPIENT}
        values |= {"organization_id": str(row.organization_id)}
        own = Entered(**values, amount=int(row.amount), unfunded=int(row.unfunded))
        found.setdefault(row.day, []).append(own)
    return found


def _standing(cycle_id: UUID, payer: str, before: date) -> list[sa.ColumnElement[bool]]:
    return [
        col(RegisterRow.cycle_id) == cycle_id,
        col(RegisterRow.payer) == payer,
        col(RegisterRow.state) != RegisterState.DISCARDED,
        col(RegisterRow.day) < before,
    ]


async def stored(session: AsyncSession, cycle_id: UUID) -> list[StoredRegister]:
    """Return every register that was not discarded with its input and original entries."""
    heads = await session.scalars(
        sa.select(RegisterRow).where(
            col(RegisterRow.cycle_id) == cycle_id,
            col(RegisterRow.state) != RegisterState.DISCARDED,
        )
    )
    statement = sa.select(RegisterLineRow).where(
        col(RegisterLineRow.cycle_id) == cycle_id, col(RegisterLineRow.corrects).is_(None)
    )
    found: dict[UUID, list[RegisterLine]] = {}
    for row in await session.scalars(statement.order_by(col(RegisterLineRow.position))):
        found.setdefault(row.register_id, []).append(_line(row))
    return [
        StoredRegister(head.id, head.input, head.input_hash, tuple(found.get(head.id, ())))
        for head in heads
    ]


async def last_position(session: AsyncSession, register_id: UUID) -> int:
    """Return the position of a register's last entry, -1 when it has none."""
    statement = sa.select(sa.func.max(col(RegisterLineRow.position))).where(
        col(RegisterLineRow.register_id) == register_id
    )
    found = await session.scalar(statement)
    return -1 if found is None else found


async def _one(session: AsyncSession, statement: sa.Select[RegisterRow]) -> Register:
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("没有找到这份台账，请核对编号。", "No such register.")
    return _register(row)


def _register(row: RegisterRow) -> Register:
    confirmed = None
    if row.confirmed_by is not None:
        confirmed = Actor(row.confirmed_by, row.confirmed_by_person)
    return Register(
        id=row.id,
        cycle_id=row.cycle_id,
        county_id=row.county_id,
        payer=row.payer,
        day=row.day,
        state=RegisterState(row.state),
        input_hash=row.input_hash,
        computed_by=Actor(row.computed_by, row.computed_by_person),
        computed_at=row.computed_at,
        confirmed_by=confirmed,
        confirmed_at=row.confirmed_at,
        paid_on=row.paid_on,
        voucher=row.voucher,
        reason=row.reason,
        version=row.version,
    )


def _values(register: Register) -> dict[str, object]:
    confirmed = register.confirmed_by
    return vars(register) | {
        "state": register.state.value,
        "computed_by": register.computed_by.user_id,
        "computed_by_person": register.computed_by.person_id,
        "confirmed_by": confirmed.user_id if confirmed else None,
        "confirmed_by_person": confirmed.person_id if confirmed else None,
    }


def _line(row: RegisterLineRow) -> RegisterLine:
    return RegisterLine(**row.model_dump())
