"""A store that goes wrong on demand: it wraps any store and strikes at named points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from salesorders.kernel.errors import StaleVersion, StoreError
from salesorders.storage import Entry, Pending, Versioned
from salesorders.testing.simulation.faults import KINDS, Crash
from salesorders.testing.simulation.invariants import Violation

__all__ = ["FaultyStore"]

# What a command that reads it also compares at its commit, or looks at again before it refuses, so that an older
# version can't go unnoticed. What is only read (an item's price, a limit) may be as old as the replica.
COMPARED = ("order", "shipment", "payment", "series", "receivable")
ALSO = {
    "stock": ("stock.receive", "stock.plan_receipt", "stock.adjust"),
    "credit": (
        "shipments.ship",
        "invoices.issue",
        "cash.apply",
        "cash.unapply",
        "cash.reverse",
        "credit.set_limit",
    ),
}

# What databases say of a serialization that failed, a deadlock, a lock that was not had.
ABORTED = "store.conflict"

Passing = Callable[[str], str | None]


class FaultyStore:
    """Hands on to ``inner``; ``passing`` is asked at every point which fault strikes there, if any.

    ``committed`` is called after every commit. What relays hold on lease is watched (I40, F28).
    """

    def __init__(
        self, inner: Any, passing: Passing, committed: Callable[[str, Entry], None]
    ) -> None:
        self.inner = inner
        self._passing = passing
        self._committed = committed
        self._older: dict[tuple[str, str], Versioned] = {}
        self._leases: dict[tuple[str, str, int], tuple[str, datetime]] = {}
        self._tries: dict[tuple[str, str, int], tuple[int, datetime | None]] = {}
        if hasattr(inner, "decide"):
            self.decide = self._decide
        # The verb of the step, which says what of it may be older.
        self.verb = ""

    def read(self, tenant: str, refs: Sequence[str]) -> Any:
        """Read, or answer as a bad adapter does."""
        kind = self._passing("read")
        if kind is None:
            return self.inner.read(tenant, refs)
        if kind == "crash.reading":
            raise Crash(kind)
        if kind == "store.unavailable":
            raise StoreError(kind, "", "no answer")
        if kind == "adapter.none":
            return None
        found: dict[str, Any] = dict(self.inner.read(tenant, refs))
        if kind == "store.stale":
            older = {ref: self._older.get((tenant, ref)) for ref in found}
            found |= {
                ref: old for ref, old in older.items() if old is not None and self._compared(ref)
            }
        elif kind == "adapter.type":
            found = {ref: Versioned(held.version, "not a document") for ref, held in found.items()}
        elif kind == "adapter.extra":
            found["item/NEVER-ASKED"] = Versioned(7, "what nobody asked for")
        return found

    def _compared(self, ref: str) -> bool:
        kind = ref.partition("/")[0]
        return kind in COMPARED or self.verb in ALSO.get(kind, ())

    def find(self, tenant: str, kind: str, name: str, value: str, *, after: str, limit: int) -> Any:
        """Find, or die or hear nothing meanwhile."""
        self._or_fails("find")
        return self.inner.find(tenant, kind, name, value, after=after, limit=limit)

    def answer(self, tenant: str, key: str) -> Any:
        """Return the row of a key, or die or hear nothing meanwhile."""
        self._or_fails("answer")
        return self.inner.answer(tenant, key)

    def _or_fails(self, point: str) -> None:
        kind = self._passing(point)
        if kind is None:
            return
        if kind.startswith("crash."):
            raise Crash(kind)
        raise StoreError("store.unavailable", "", "no answer")

    def commit(self, tenant: str, entry: Entry) -> None:
        """Commit, or fail before or after it."""
        kind = self._passing("commit")
        if kind is not None:
            _before_commit(kind)
        self.inner.commit(tenant, entry)
        self._after(tenant, entry, kind)

    def _decide(
        self, tenant: str, asked: Any, refs: Sequence[str], decision: Callable[[Any], Entry]
    ) -> None:
        """Let a command that was outrun be decided with its documents in hand, as ``commit`` does otherwise.

        A fault of the point ``decide`` strikes when the decision is made and all of it is still in hand.
        """
        kind = self._passing("commit")
        if kind is not None:
            _before_commit(kind)
        made: list[tuple[Entry, str | None]] = []

        def noted(reader: Any) -> Entry:
            entry, struck = decision(reader), self._passing("decide")
            made.append((entry, struck and KINDS[struck].cause))
            if struck:
                _before_commit(KINDS[struck].cause)
            return entry

        self.inner.decide(tenant, asked, refs, noted)
        entry, inside = made[-1]
        self._after(tenant, entry, inside or kind)

    def _after(self, tenant: str, entry: Entry, kind: str | None) -> None:
        for put in entry.puts:
            if put.earlier is not None:
                ref = (tenant, put.document.ref)
                self._older[ref] = Versioned(put.version, put.earlier)
        self._committed(tenant, entry)
        if kind == "crash.after_commit":
            raise Crash(kind)
        if kind == "unknown.kept":
            raise StoreError("store.unknown", "", "the connection was lost")

    def lease(
        self,
        tenant: str,
        *,
        worker: str,
        now: datetime,
        until: datetime,
        gateways: Sequence[str],
        limit: int,
    ) -> Sequence[Pending]:
        """Lease effects; one that another holds must not be among them."""
        if self._passing("lease") == "crash.before_relay":
            raise Crash("crash.before_relay")
        taken: Sequence[Pending] = self.inner.lease(
            tenant, worker=worker, now=now, until=until, gateways=gateways, limit=limit
        )
        for item in taken:
            place = (tenant, item.key, item.number)
            owner, ends = self._leases.get(place, (worker, until))
            if owner != worker and ends > now:
                raise Violation(f"I40: {item.key}/{item.number} is taken while another holds it")
            self._leases[place] = (worker, until)
            if (item.tries, item.failing_since) != self._tries.get(place, (0, None)):
                raise Violation(f"F16: {item.key}/{item.number} has {item.tries} failed tries")
        if self._passing("leased") == "crash.leased":
            raise Crash("crash.leased")
        return taken

    def give_back(
        self, tenant: str, key: str, number: int, *, worker: str, failed_at: datetime | None = None
    ) -> None:
        """Give an effect back, or die or hear nothing before it is."""
        self._or_fails("give_back")
        self.inner.give_back(tenant, key, number, worker=worker, failed_at=failed_at)
        place = (tenant, key, number)
        if self._leases.get(place, ("",))[0] == worker:
            del self._leases[place]
            if failed_at is not None:
                tries, since = self._tries.get(place, (0, None))
                self._tries[place] = (tries + 1, since or failed_at)

    def delivered(self, tenant: str, key: str, number: int) -> None:
        """Note an effect as taken, or hear nothing before it is, or die after it."""
        kind = self._passing("delivered")
        if kind == "delivered.unavailable":
            raise StoreError("store.unavailable", "", "no answer")
        self.inner.delivered(tenant, key, number)
        self._leases.pop((tenant, key, number), None)
        if kind == "crash.delivered":
            raise Crash(kind)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


_ERRORS: Mapping[str, str] = {
    "import.broken": "store.unavailable",
    "store.full": "store.full",
    "store.read_only": "store.read_only",
    "store.busy": "store.busy",
    "unknown.gone": "store.unknown",
}


def _before_commit(kind: str) -> None:
    if kind in ("conflict.once", "conflict.budget"):
        raise StaleVersion(None, "", "somebody was first")
    if kind == "store.serialization":
        raise StaleVersion(ABORTED, "", "another writer was first")
    if kind == "crash.before_commit":
        raise Crash(kind)
    if kind in _ERRORS:
        raise StoreError(_ERRORS[kind], "", "on demand")
