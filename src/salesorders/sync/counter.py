# Generated from salesorders/aio/counter.py by tools/make_sync.py; edit that file and run the tool.
"""What all counters share: the way to run a verb, to get a document and to list documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from salesorders.sync.engine import answered
from salesorders.kernel.actors import Actor
from salesorders.kernel.change import Page
from salesorders.kernel.errors import NotFound, invalid
from salesorders.kernel.ids import ident_of, text_of
from salesorders.kernel.limits import whole_of
from salesorders.lifecycle import UseCase

if TYPE_CHECKING:
    from salesorders.sync.desk import Desk

__all__ = ["Counter"]

D = TypeVar("D")
Out = TypeVar("Out")


class Counter(Generic[D]):
    """One counter of a desk. ``get`` and ``find`` read; every other verb is a command with a key."""

    kind: ClassVar[str] = ""
    lookups: ClassVar[tuple[str, ...]] = ()

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def _run(
        self,
        use: UseCase[Any, Any, Out],
        request: object,
        key: str | None,
        by: Actor | None,
        dry_run: bool,
    ) -> Out:
        desk = self._desk
        outcome: Out = desk.engine.run(
            use,
            request,
            actor=desk.actor if by is None else by,
            key=desk.key_for(key),
            dry_run=dry_run,
        )
        return outcome

    def get(self, name: str) -> D:
        """Return the document of that id; raises ``...unknown`` where this tenant has none."""
        ref = f"{self.kind}/{ident_of(name, 'id', most=160)}"
        held = answered((ref,), self._desk.engine.store.read(self._desk.tenant, (ref,)))
        if ref not in held:
            raise NotFound(f"{self.kind}.unknown", "id", f"{name} is not known here")
        document: D = held[ref].document
        return document

    def find(self, *, after: str = "", limit: int = 100, **lookup: str) -> Page[D]:
        """Return a page of documents under one lookup, in order of reference.

        ``limit`` is 1 to 1,000; ``after`` is the ``after`` of the page before. Without a lookup, ``all``.
        """
        if len(lookup) > 1:
            invalid("find.lookups", "lookup", "one lookup at a time")
        name, value = next(iter(lookup.items()), ("all", ""))
        if name not in ("all", *self.lookups):
            known = " or ".join(("all", *self.lookups))
            invalid("find.lookup", name[:80], f"found by {known}")
        page = self._desk.engine.store.find(
            self._desk.tenant,
            self.kind,
            name,
            text_of(value, name, most=255, blank=True),
            after=text_of(after, "after", most=255, blank=True),
            limit=whole_of(limit, "limit", least=1, most=1_000),
        )
        return Page(tuple(held.document for held in page.items), page.after)
