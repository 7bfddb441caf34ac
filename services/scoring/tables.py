"""The metadata of scoring's own database, plumbing tables included."""

from sqlmodel import SQLModel

from shared.audit import audit_log
from shared.auth import revocations
from shared.clock import business_clock
from shared.directory import feed_position, organizations
from shared.idempotency import idempotency_keys
from shared.outbox import inbox, outbox
from shared.tables import attach, new_registry


class Table(SQLModel, registry=new_registry()):
    """Base of all tables of this service."""


attach(
    Table.metadata,
    outbox,
    inbox,
    audit_log,
    idempotency_keys,
    business_clock,
    revocations,
    organizations,
    feed_position,
)
