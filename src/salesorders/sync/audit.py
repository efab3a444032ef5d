# Generated from salesorders/aio/audit.py by tools/make_sync.py; edit that file and run the tool.
"""The audit counter: is the chain whole, what happened to a document, why was a command answered so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from salesorders.sync.history import all_rows, record_of
from salesorders.credit import CreditClaimed
from salesorders.kernel.codec import revive
from salesorders.kernel.errors import NotFound
from salesorders.kernel.ids import key_of, text_of
from salesorders.kernel.money import Money
from salesorders.lifecycle.explaining import reasons_told
from salesorders.storage import FIRST_HASH, Row, follows
from salesorders.tables import Table

if TYPE_CHECKING:
    from salesorders.sync.desk import Desk

__all__ = ["Audit", "Verified"]


@attrs.frozen
class Verified:
    """Whether the chain of command rows is whole; true as a condition where it is.

    ``rows`` were checked; ``head`` is the last hash, to be kept outside; ``broken_at`` is the first row
    that is not what was written, or ``None``.
    """

    rows: int
    head: str
    broken_at: int | None = None

    def __bool__(self) -> bool:
        return self.broken_at is None


class Audit:
    """The record of every command."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def verify(self, *, head: str | None = None) -> Verified:
        """Check every row against the chain and, where given, the end against ``head`` kept outside.

        A cut tail shows only against a head from outside.
        """
        wanted = None if head is None else text_of(head, "head", most=64)
        last: Row | None = None
        heads = {FIRST_HASH}
        rows = all_rows(self._desk.engine)
        for number, row in enumerate(rows, 1):
            if not follows(row, last, record_of(row)):
                return Verified(number - 1, last.hash if last else FIRST_HASH, number)
            last = row
            heads.add(row.hash)
        head_here = last.hash if last else FIRST_HASH
        if wanted is not None and wanted not in heads:
            return Verified(len(rows), head_here, len(rows) + 1)
        return Verified(len(rows), head_here)

    def history(self, ref: str) -> Table:
        """Return the commands that wrote a document, such as ``order/SO-1``."""
        rows = []
        for row in all_rows(self._desk.engine):
            record = record_of(row)
            versions = [version for put, version in record["puts"] if put == ref]
            rows += [
                (
                    row.seq,
                    row.recorded_at.isoformat()[:19],
                    record["actor"],
                    record["verb"],
                    v,
                    row.key,
                )
                for v in versions
            ]
        if not rows:
            raise NotFound("document.unknown", "ref", "no command wrote it")
        return Table(
            f"History of {ref}",
            ("row", "recorded at", "actor", "verb", "version", "key"),
            tuple(rows),
        )

    def explain(self, key: str) -> str:
        """Return who gave a command, when, and what it was answered, with every reason.

        What it let go is told with what that overrode, and the reason that was given for it.
        """
        row = self._desk.engine.store.answer(self._desk.tenant, key_of(key))
        if row is None:
            raise NotFound("key.unknown", "key", "no command had that key")
        record: dict[str, Any] = record_of(row)
        outcome = revive(record["outcome"])
        events = [revive(one) for one in record["events"]]
        passed = [event for event in events if isinstance(event, CreditClaimed)]
        head = f"{record['verb']} by {record['actor']} at {record['at'][:19]}: {type(outcome).__name__}"
        return "\n".join(
            [
                head,
                *(f"  {finding.code}: {finding.explain()}" for finding in outcome.findings),
                *(f"  {line}" for line in reasons_told(outcome, events)),
                *(self._let_pass(event) for event in passed),
            ]
        )

    def _let_pass(self, event: CreditClaimed) -> str:
        """Say what credit measured an order by that it let pass: such a decision is not kept as a whole."""
        currency = self._desk.engine.currency
        told = f"  credit.claimed: {Money(event.amount, currency)} of {event.order}"
        if event.exposure is None:
            return told
        after = Money(event.exposure, currency)
        return f"{told}; the exposure is then {after}, the limit {event.limit} ({event.policy})"
