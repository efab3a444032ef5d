"""What drivers raise, in our words: a host never sees a driver's error, nor the URL inside one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from salesorders.database.link import DriverFailed
from salesorders.kernel.errors import SalesOrdersError, StaleVersion, StoreError

__all__ = ["FAILURES", "SENTENCES", "left_out", "told", "translated", "unreached"]

# SQLSTATE of PostgreSQL: serialization failure, deadlock. Nothing was written.
_AGAIN = {"40001", "40P01"}
# A column that must not be empty is.
_EMPTY = "23502"
# A server shows so many bytes of a column in its error, and then an ellipsis.
_SHOWN = 64
_STATES = {
    "25006": "store.read_only",
    "42501": "store.read_only",
    "53100": "store.full",
    "55P03": "store.busy",
    "57014": "store.busy",
    "42P01": "store.schema",
    "42P07": "store.schema",
    "42703": "store.schema",
    "25P02": "store.no_transaction",
    "25P01": "store.no_transaction",
}
# SQLite has words only.
_WORDS = (
    ("locked", "store.busy"),
    ("busy", "store.busy"),
    ("readonly", "store.read_only"),
    ("full", "store.full"),
    ("disk i/o", "store.unavailable"),
    ("malformed", "store.damaged"),
    ("not a database", "store.damaged"),
    ("no such table", "store.schema"),
    ("no such column", "store.schema"),
    ("already exists", "store.schema"),
    ("thread", "store.thread"),
    ("closed database", "store.closed"),
)
SENTENCES = {
    "store.read_only": "the database may only be read",
    "store.full": "the database has no room left",
    "store.busy": "it took too long, or another writer held it for too long; nothing was changed",
    "store.no_transaction": "the host's connection has no transaction to write in: begin one first",
    "store.schema": "the tables are not there, or not ours: open with migrated=True",
    "store.thread": "the connection belongs to another thread",
    "store.conflict": "another writer was first",
    "store.damaged": "the database file is damaged or is none",
    "store.unavailable": "the database does not answer",
    "store.unknown": "the connection was lost at the commit; send the same key again",
    "store.closed": "the store or its connection was closed; open it again",
    "store.refused": "the database refused a value",
}


# What every driver calls the errors of a database that does not answer.
_UNANSWERED = {"OperationalError", "InterfaceError"}
# What PostgreSQL says where it can't say what became of a transaction: a connection that failed, a server that goes,
# an outcome that is not known. Whatever else it says of a command, nothing of it was written.
_UNSURE = ("08", "57P", "40003")


def _code(error: Exception, committing: bool) -> str:
    if isinstance(error, DBAPIError):
        orig, lost = error.orig, error.connection_invalidated
    elif isinstance(error, DriverFailed):
        orig, lost = error.orig, error.lost
    elif isinstance(error, SQLAlchemyError):
        return "store.unavailable"
    else:
        return "store.refused"
    state = getattr(orig, "sqlstate", None)
    if state in _AGAIN:
        return "store.conflict"
    if state in _STATES:
        return _STATES[state]
    words = str(orig).lower()
    for word, code in _WORDS:
        if state is None and word in words:
            return code
    names = {cls.__name__ for cls in (*type(error).__mro__, *type(orig).__mro__)}
    if lost or _UNANSWERED & names:
        unsure = lost or state is None or state.startswith(_UNSURE)
        return "store.unknown" if committing and unsure else "store.unavailable"
    return "store.refused"


FAILURES = (DriverFailed, SQLAlchemyError, UnicodeError, OverflowError)


def told(error: Exception, *, committing: bool = False) -> SalesOrdersError:
    """Return a driver's error in our words; what another try may cure is a stale version."""
    code = _code(error, committing)
    if code == "store.conflict":
        return StaleVersion(code, "", SENTENCES[code])
    return StoreError(code, "", SENTENCES[code])


def left_out(error: Exception, refs: Iterable[str]) -> str | None:
    """Return which of ``refs`` got no version and so kept a command out; ``None`` for any other failure.

    Where the server does not show the row, it is ``""``.
    """
    orig = getattr(error, "orig", None)
    if getattr(orig, "sqlstate", None) != _EMPTY:
        return None
    row = getattr(getattr(orig, "diag", None), "message_detail", None) or ""
    there = [ref for ref in refs if f", {_shown(ref)}, null, " in row]
    # Long ones of one beginning can't be told apart.
    return there[0] if len(there) == 1 else ""


def _shown(ref: str) -> str:
    return ref if len(ref) <= _SHOWN else f"{ref[:_SHOWN]}..."


def unreached(error: Exception) -> SalesOrdersError:
    """Return what a driver raised that could not even connect, in our words."""
    return told(DriverFailed(error, lost=True))


@contextmanager
def translated() -> Iterator[None]:
    """Raise drivers' errors as ours."""
    try:
        yield
    except FAILURES as error:
        raise told(error) from None
