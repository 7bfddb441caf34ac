"""Table plumbing: each service's own metadata, and the shared tables copied into it.

Two services on SQLModel's default metadata would collide, so each service declares

    class Table(SQLModel, registry=new_registry()): ...
    attach(Table.metadata, outbox, inbox, audit_log, ...)
"""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import registry
from uuid_utils.compat import uuid7

# Queries in shared modules use these tables; services copy them into their own metadata.
PLUMBING = sa.MetaData()

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> UUID:
    """Return a new opaque id (UUIDv7: time-ordered, so that indexes stay compact)."""
    return uuid7()


def new_registry() -> registry:
    """Return a registry with its own metadata and our constraint names."""
    return registry(metadata=sa.MetaData(naming_convention=_NAMING))


def attach(metadata: sa.MetaData, *tables: sa.Table) -> None:
    """Copy plumbing tables into a service's metadata, so that its migrations own them."""
    for table in tables:
        table.to_metadata(metadata)
