"""Runs the migrations that travel inside this room; nothing outside is configured."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


class UnknownRevision(Exception):
    """The database was migrated by a newer program."""


def upgrade(connection: Connection) -> None:
    """Brings the tables to the newest revision inside the caller's transaction."""
    config = configured(connection)
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise UnknownRevision(current)
    command.upgrade(config, "head")


def configured(connection: Connection) -> Config:
    """Alembic's settings for this room, over a connection that is already open."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
