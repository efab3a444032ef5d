"""Bringing a database to the present schema, forwards only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from salesorders.kernel.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["HEAD", "VERSION_TABLE", "is_current", "migrate", "require", "version_of"]

# Ours alone: a host's own Alembic keeps its own table beside it.
VERSION_TABLE = "salesorders_version"
HEAD = "0002"
KNOWN = ("0001", "0002")


def version_of(connection: Connection) -> str | None:
    """Return the version of the schema that is there, ``None`` where there is none."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    return None if found is None else str(found)


def is_current(connection: Connection) -> bool:
    """Whether the schema is at :data:`HEAD`."""
    return version_of(connection) == HEAD


def require(connection: Connection) -> None:
    """Raise ``store.schema`` where the schema is not at :data:`HEAD`."""
    there = version_of(connection)
    if there != HEAD:
        found = "no schema" if there is None else f"schema {there[:20]}"
        raise StoreError("store.schema", "", f"{found} is there, {HEAD} is wanted: migrate first")


def migrate(connection: Connection) -> None:
    """Bring the schema to :data:`HEAD` inside the connection's transaction; nothing where it is there.

    Raises ``store.schema_newer`` for a schema that a later release made. Two processes that open a
    new database at once wait for each other.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(727051)"))
    there = version_of(connection)
    if there == HEAD:
        return
    if there is not None and there not in KNOWN:
        raise StoreError(
            "store.schema_newer", "", f"the schema is {there[:20]}, this release knows {HEAD}"
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "salesorders:database/migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
