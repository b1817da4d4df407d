"""Brings a club's tables up to date, one step after another; every step runs on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lifecycle.club import Club

_HERE = Path(__file__).parent


def config_for(conn: Connection) -> Config:
    """The migration tool's configuration for an open connection."""
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["connection"] = conn
    return config


def upgrade(club: Club) -> None:
    """Take every step the database has not yet taken, all in one transaction; nothing to do costs one read."""
    with club.engine.connect() as conn:
        if _current(conn) == _newest():
            return
    with club.writing(announce=False) as conn:
        if conn.dialect.name == "postgresql":
            conn.exec_driver_sql("SELECT pg_advisory_xact_lock(7240000)")
        command.upgrade(config_for(conn), "head")


def _current(conn: Connection) -> str | None:
    return MigrationContext.configure(conn).get_current_revision()


def _newest() -> str | None:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    return ScriptDirectory.from_config(config).get_current_head()
