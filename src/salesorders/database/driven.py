"""Statements said to the driver of a connection of our own: SQLAlchemy's way there costs more than the statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["driven"]


@attrs.frozen
class Told:
    """What a statement answered, whole."""

    rows: Sequence[Any]
    rowcount: int

    def all(self) -> Sequence[Any]:
        """Return every row."""
        return self.rows

    def first(self) -> Any:
        """Return the first row, or nothing."""
        return self.rows[0] if self.rows else None

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)


def driven(connection: Connection, sentence: str, parameters: Any = None) -> Told:
    """Say one sentence; with a list of parameters, once for each.

    It raises what SQLAlchemy would raise, and tells the pool of a connection that was lost.
    """
    cursor: Any = connection.connection.cursor()
    try:
        if parameters is None:
            cursor.execute(sentence)
        elif isinstance(parameters, list):
            cursor.executemany(sentence, parameters)
        else:
            cursor.execute(sentence, parameters)
        rows = cursor.fetchall() if cursor.description else ()
        return Told(rows, cursor.rowcount)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _raised(connection, cursor, sentence, error) from error
    finally:
        cursor.close()


def _raised(connection: Connection, cursor: Any, sentence: str, error: Any) -> BaseException:
    dialect, driver = connection.dialect, connection.connection.dbapi_connection
    lost = dialect.is_disconnect(error, driver, cursor)
    if lost:
        connection.invalidate(error)
    raised: BaseException = DBAPIError.instance(
        sentence,
        None,
        error,
        dialect.loaded_dbapi.Error,
        connection_invalidated=lost,
        dialect=dialect,
    )
    return raised
