"""How a unit of work is begun and ended: in a transaction of its own, or inside the host's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import attrs

from salesorders.database.failures import FAILURES, told
from salesorders.database.link import Link

__all__ = ["HOSTED", "READ_COMMITTED", "SERIALIZABLE", "SQLITE", "Manner"]

R = TypeVar("R")


@attrs.frozen
class Manner:
    """The words that begin, keep and undo a unit. Drivers stand in autocommit: nobody else says them.

    ``look`` begins a unit that has to see one moment.
    """

    begin: str
    keep: str
    undo: tuple[str, ...]
    look: str

    def reading(
        self,
        link: Link,
        unit: Callable[..., R],
        *args: Any,
    ) -> R:
        """Run a unit of one statement, which needs no transaction."""
        try:
            return unit(link, *args)
        except FAILURES as error:
            raise told(error) from None

    def writing(
        self,
        link: Link,
        unit: Callable[..., R],
        *args: Any,
    ) -> R:
        """Run a unit and keep all of it, or undo all of it and raise."""
        return self._within(self.begin, link, unit, *args)

    def looking(
        self,
        link: Link,
        unit: Callable[..., R],
        *args: Any,
    ) -> R:
        """Run a unit that reads all of one moment."""
        return self._within(self.look, link, unit, *args)

    def _within(
        self,
        begin: str,
        link: Link,
        unit: Callable[..., R],
        *args: Any,
    ) -> R:
        committing = False
        try:
            self._begin(link, begin)
            try:
                done = unit(link, *args)
                committing = True
                link.send(self.keep)
            except BaseException:
                self._undo(link)
                raise
        except FAILURES as error:
            raise told(error, committing=committing) from None
        return done

    def _begin(self, link: Link, words: str) -> None:
        # A driver that begins late would take the savepoint for the whole transaction.
        if self is HOSTED and link.dialect == "sqlite" and link.late():
            link.send("BEGIN")
        link.send(words)

    def _undo(self, link: Link) -> None:
        for words in self.undo:
            try:
                link.send(words)
            except Exception:  # noqa: BLE001 - the connection is lost and so is the transaction; the first error counts
                link.lost()
                return


SQLITE = Manner("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",), look="BEGIN")
REPEATABLE = "BEGIN ISOLATION LEVEL REPEATABLE READ"
READ_COMMITTED = Manner(
    "BEGIN ISOLATION LEVEL READ COMMITTED", "COMMIT", ("ROLLBACK",), look=REPEATABLE
)
SERIALIZABLE = Manner(
    "BEGIN ISOLATION LEVEL SERIALIZABLE", "COMMIT", ("ROLLBACK",), look=REPEATABLE
)
HOSTED = Manner(
    "SAVEPOINT salesorders",
    "RELEASE SAVEPOINT salesorders",
    ("ROLLBACK TO SAVEPOINT salesorders", "RELEASE SAVEPOINT salesorders"),
    look="SAVEPOINT salesorders",
)
