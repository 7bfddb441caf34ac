"""The base of registry's tables, in its own metadata, with the plumbing every service has."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlmodel import SQLModel

from shared.audit import audit_log
from shared.auth import revocations
from shared.clock import business_clock
from shared.idempotency import idempotency_keys
from shared.outbox import inbox, outbox
from shared.tables import attach, new_registry


class Table(SQLModel, registry=new_registry()):
    """Base of every table of registry."""


attach(Table.metadata, outbox, inbox, audit_log, idempotency_keys, business_clock, revocations)


def columns(table: type[Table]) -> ReadOnlyColumnCollection[str, sa.Column[Any]]:
    """Return the columns of a table, to select rows without the identity map."""
    return Table.metadata.tables[str(table.__tablename__)].columns
