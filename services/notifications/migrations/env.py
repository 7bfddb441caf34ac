"""Alembic's entry: every capability's tables, then the shared way of running."""

from importlib import import_module
from pathlib import Path

from services.notifications.tables import Table
from shared import migrate

for _module in sorted(Path(__file__).parent.parent.glob("*/tables*")):
    import_module(f"services.notifications.{_module.parent.name}.tables")

migrate.run(Table.metadata)
