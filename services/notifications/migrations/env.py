"""Alembic's entry: the metadata of notifications and nothing else."""

from services.notifications.tables import Table
from shared import migrate

migrate.run(Table.metadata)
