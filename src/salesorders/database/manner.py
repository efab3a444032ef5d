"""How a unit of work is begun and ended: in a transaction of its own, or inside the host's."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeVar

import attrs

from salesorders.database.failures import FAILURES, SENTENCES, told
from salesorders.database.link import Driven, Link, Sent, Step
from salesorders.kernel.errors import StoreError

__all__ = ["HOSTED", "READ_COMMITTED", "SERIALIZABLE", "SQLITE", "Manner"]

R = TypeVar("R")
# How long a writer waits for another before it gives up.
BUSY_SECONDS = 30


@attrs.frozen
class Manner:
    """The words that begin, keep and undo a unit. Drivers stand in autocommit: nobody else says them.

    ``note`` begins a unit that holds locks on all that it leans on, so that it wants to see what is
    there when it has them, whatever the level; ``look`` begins one that has to see one moment of a
    tenant. Around that stand ``hold`` and ``free``: while rows of the chain get their places, nobody
    else gives any, or one of the two would fail for having looked too early. ``one_by_one``: a statement
    alone is a transaction of this level.
    """

    begin: str
    keep: str
    undo: tuple[str, ...]
    note: str
    look: str
    one_by_one: bool = False
    hold: str = ""
    free: str = ""

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

    def lone(
        self,
        link: Link,
        unit: Callable[..., R],
        *args: Any,
    ) -> R:
        """Run a unit that writes with one statement: where that is a transaction, nothing is begun."""
        if not self.one_by_one:
            return self.writing(link, unit, *args)
        try:
            return unit(link, *args)
        except FAILURES as error:
            raise told(error, committing=True) from None

    def noting(
        self,
        link: Link,
        unit: Callable[..., R],
        *args: Any,
    ) -> R:
        """Run a unit that holds what it leans on, and keep or undo all of it."""
        return self._within(self.note, link, unit, *args)

    def alone(self, link: Link, unit: Callable[..., R], *args: Any) -> R:
        """Run a unit that holds what it leans on with the one statement that it sends."""
        run = self.lone if self.one_by_one else self.noting
        return run(link, unit, *args)

    def deciding(
        self,
        link: Link,
        unit: Callable[..., Generator[Step, Sent, None]],
        *args: Any,
    ) -> None:
        """Run a unit that says one statement, is told what came of it and says a last one.

        The first goes with the word that begins and the last with the one that keeps: whoever waits for what the
        first one holds waits for two ways less.
        """
        if not isinstance(link, Driven):
            self._within(self.note, link, _said, unit, *args)
            return
        plan, committing = unit(link, *args), False
        try:
            try:
                _, sent = link.send_both((self.note, ()), next(plan))
                last = plan.send(sent)
                committing = True
                try:
                    link.send_both(last, (self.keep, ()))
                except FAILURES as error:
                    plan.throw(error)
                    raise
            except BaseException:
                self._undo(link)
                raise
        except FAILURES as error:
            raise told(error, committing=committing) from None

    def looking(self, link: Link, unit: Callable[..., R], tenant: str) -> R:
        """Run a unit that reads all of one moment."""
        if not self.hold:
            return self._within(self.look, link, unit, tenant)
        whose = {"tenant": tenant}
        try:
            link.send(self.hold, whose)
            done = self._within(self.look, link, unit, tenant)
            link.send(self.free, whose)
        except BaseException as error:
            # The lock is the session's: it goes with the connection.
            link.lost()
            if isinstance(error, FAILURES):
                raise told(error) from None
            raise
        return done

    def _within(
        self,
        begin: str,
        link: Link,
        unit: Callable[..., R],
        *args: Any,
    ) -> R:
        begun = committing = False
        try:
            try:
                self._begin(link, begin)
                begun = True
                done = unit(link, *args)
                committing = True
                link.send(self.keep)
            except BaseException:
                # What is interrupted in the middle of BEGIN may have begun; a host's transaction is the host's.
                if begun or self is not HOSTED:
                    self._undo(link)
                raise
        except FAILURES as error:
            raise told(error, committing=committing) from None
        return done

    def _begin(self, link: Link, words: str) -> None:
        if self is HOSTED and link.dialect == "sqlite":
            late = link.late
            if link.idle:
                if not late:
                    code = "store.no_transaction"
                    raise StoreError(code, "", SENTENCES[code])
                # A driver that begins late would take the savepoint for the whole transaction.
                link.send("BEGIN")
        link.send(words)

    def _undo(self, link: Link) -> None:
        if link.idle:
            return  # the database undid it by itself, or never began
        for words in self.undo:
            try:
                link.send(words)
            except BaseException as error:
                # The connection is lost and so is the transaction; the first error counts.
                link.lost()
                if not isinstance(error, Exception):
                    raise
                return


def _said(link: Link, unit: Callable[..., Generator[Step, Sent, None]], *args: Any) -> None:
    """Send what a unit says, one after the other."""
    plan = unit(link, *args)
    last = plan.send(link.send(*next(plan)))
    try:
        link.send(*last)
    except FAILURES as error:
        plan.throw(error)
        raise


SQLITE = Manner("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",), note="BEGIN IMMEDIATE", look="BEGIN")
_BEGIN = "BEGIN ISOLATION LEVEL"


def _postgresql(level: str) -> Manner:
    return Manner(
        f"{_BEGIN} {level}",
        "COMMIT",
        ("ROLLBACK",),
        note=f"{_BEGIN} READ COMMITTED",
        look=f"{_BEGIN} REPEATABLE READ",
        one_by_one=level == "READ COMMITTED",
        # The lock that giving places takes; of the session, for a transaction sees what was there
        # when it asked for a lock, and not when it got it.
        hold="SELECT pg_advisory_lock(hashtext(%(tenant)s))",
        free="SELECT pg_advisory_unlock(hashtext(%(tenant)s))",
    )


READ_COMMITTED = _postgresql("READ COMMITTED")
SERIALIZABLE = _postgresql("SERIALIZABLE")
HOSTED = Manner(
    "SAVEPOINT salesorders",
    "RELEASE SAVEPOINT salesorders",
    ("ROLLBACK TO SAVEPOINT salesorders", "RELEASE SAVEPOINT salesorders"),
    note="SAVEPOINT salesorders",
    look="SAVEPOINT salesorders",
)
