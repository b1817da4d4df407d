"""Run by the migration tool: the steps are taken on the connection it was given, in its transaction."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from lifecycle import board_tables, intake_tables, tables

assert tables.standing is not None
assert board_tables.Card.metadata is intake_tables.Call.metadata is SQLModel.metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata)
context.run_migrations()
