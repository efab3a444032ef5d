"""What a URL asks for: which database, through which driver, and how its connections are prepared."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any

import attrs

from salesorders.database.manner import BUSY_SECONDS, READ_COMMITTED, SERIALIZABLE, SQLITE, Manner
from salesorders.kernel.errors import StoreError, invalid
from salesorders.kernel.limits import whole_of

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

__all__ = ["Address", "Idle", "address_of", "ask_the_idle", "prepare_postgres", "prepare_sqlite"]

ISOLATIONS = {"read committed": READ_COMMITTED, "serializable": SERIALIZABLE}
SQLITE_OPTIONS: dict[str, Any] = {
    "connect_args": {"isolation_level": None, "timeout": BUSY_SECONDS},
}
# Also where the server or the surroundings name another encoding: text is any text. Every unit ends what it began
# or gives its connection up, so that nothing is left to be rolled back, which is one more way to the server's driver.
POSTGRES_OPTIONS: dict[str, Any] = {
    "isolation_level": "AUTOCOMMIT",
    "pool_reset_on_return": None,
    "connect_args": {"client_encoding": "utf8"},
}
# A connection that lay about for so long is asked whether it is still there before it is used.
IDLE_SECONDS = 5.0


@attrs.frozen(repr=False)
class Address:
    """A database: its URL, what its engine is made with and how units run. Never shown: a URL holds secrets."""

    url: URL
    options: dict[str, Any]
    manner: Manner

    @property
    def is_sqlite(self) -> bool:
        """Whether it is SQLite, in a file or in memory."""
        return self.manner is SQLITE

    @property
    def is_file(self) -> bool:
        """Whether it is a file that others may open too."""
        return self.is_sqlite and not _in_memory(self.url)

    def __repr__(self) -> str:
        return f"<Address {self.url.drivername}>"


def address_of(url: object, *, isolation: str = "read committed", pool: int = 10) -> Address:
    """Return what ``url`` asks for.

    Raises ``store.url`` for what is no URL, ``store.dialect`` for another database and
    ``store.driver`` where the driver is not installed.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError
    from sqlalchemy.pool import QueuePool

    if not isinstance(url, str) or len(url) > 2_000:
        invalid("store.url", "url", "a database URL of at most 2,000 characters is wanted")
    try:
        made = make_url(url)
    except (ArgumentError, ValueError):
        invalid("store.url", "url", "not a database URL")
    whole_of(pool, "pool", least=1, most=1_000)
    asked: object = isolation
    if not isinstance(asked, str) or asked not in ISOLATIONS:
        invalid("store.isolation", "isolation", f"one of {' or '.join(ISOLATIONS)} is wanted")
    if made.drivername in ("sqlite", "sqlite+pysqlite"):
        options = dict(SQLITE_OPTIONS)
        if _in_memory(made):
            # Everything lies in one connection: threads take turns with it, and it is never closed.
            alone = {
                "poolclass": QueuePool,
                "pool_size": 1,
                "max_overflow": 0,
                "connect_args": {**options.get("connect_args", {}), "check_same_thread": False},
            }
            options |= alone
        else:
            options["pool_size"] = pool
        return Address(made, options, SQLITE)
    if made.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        if find_spec("psycopg") is None:
            raise StoreError("store.driver", "url", "pip install 'salesorders[postgres]'")
        made = made.set(drivername="postgresql+psycopg")
        return Address(made, {**POSTGRES_OPTIONS, "pool_size": pool}, ISOLATIONS[isolation])
    invalid("store.dialect", "url", "sqlite:///FILE or postgresql+psycopg://... is wanted")


def _in_memory(url: URL) -> bool:
    """Whether an SQLite database lies in its connections, by its plain name or by SQLite's own URI."""
    name = url.database or ":memory:"
    return name in (":memory:", "file::memory:") or url.query.get("mode") == "memory"


class Idle:
    """Which connections are asked before their use: that nobody used for a while, or not since another was lost.

    To ask always takes too long; where a server was started again, one command finds out for all.
    """

    def __init__(self) -> None:
        self._lost = -inf

    def lose(self, *_: Any) -> None:
        """Note that a connection was lost."""
        self._lost = monotonic()

    def doubts(self, since: float) -> bool:
        """Whether a connection that was laid down at a moment had better be asked."""
        return since <= self._lost or monotonic() - since >= IDLE_SECONDS


def ask_the_idle(engine: Engine) -> Idle:
    """Have the engine's pool ask its connections before they are used, where that is wise."""
    from sqlalchemy import event
    from sqlalchemy.exc import DisconnectionError

    idle = Idle()

    def laid_down(_: Any, record: Any) -> None:
        record.info["since"] = monotonic()

    def taken(connection: Any, record: Any, _: Any) -> None:
        if not idle.doubts(record.info.get("since", inf)):
            return
        try:
            engine.dialect.do_ping(connection)
        except Exception:  # noqa: BLE001 - whatever it says, it is not there
            raise DisconnectionError from None

    event.listen(engine, "invalidate", idle.lose)
    event.listen(engine, "checkin", laid_down)
    event.listen(engine, "checkout", taken)
    return idle


def prepare_sqlite(*, durable: bool) -> Callable[[Any, Any], None]:
    """Return what is done with every new connection to a file: readers never wait for a writer.

    ``durable``: a commit is on the disk before it is answered; otherwise the last commits may be
    lost with the power, but the file stays whole.
    """
    flushing = "FULL" if durable else "NORMAL"

    def prepared(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA synchronous = {flushing}")
        cursor.close()

    return prepared


def prepare_postgres(connection: Any, _: Any) -> None:
    """Have a new connection wait for a lock no longer than a writer of a file does, and plan by the indexes, once.

    A rule that gives a command of its own waits for what its own command holds, and the server can't see that. A plan
    that was made when a table was new is kept, and would go on looking at all of it. What the host said otherwise
    of waiting and planning is left alone.
    """
    cursor = connection.cursor()
    cursor.execute(
        "SELECT set_config(name, value, false) FROM (VALUES ('enable_seqscan', 'on', 'off'),"
        " ('plan_cache_mode', 'auto', 'force_generic_plan'),"
        f" ('lock_timeout', '0', '{BUSY_SECONDS}s')) AS wanted (name, usual, value)"
        " WHERE current_setting(name, true) = usual"
    )
    cursor.close()
