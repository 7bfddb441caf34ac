"""Alembic's entry: all tables of registry."""

import importlib

from services.registry.tables import Table
from shared import migrate

for capability in (
    "divisions",
    "organizations",
    "people",
    "facts",
    "life",
    "coverage",
    "brands",
    "identity",
    "imports",
    "privacy",
):
    importlib.import_module(f"services.registry.{capability}.tables")

migrate.run(Table.metadata)
