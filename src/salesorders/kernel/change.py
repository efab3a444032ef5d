"""Commands in, changes out: the values that the pure half and the shell hand to each other."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar, cast

import attrs

from salesorders.kernel.actors import Actor
from salesorders.kernel.building import copier, open_twin
from salesorders.kernel.codec import Told
from salesorders.kernel.decision import Fact, Finding
from salesorders.kernel.errors import NotFound, Refused
from salesorders.kernel.events import stored
from salesorders.kernel.ids import derived_id

__all__ = [
    "Answer",
    "Ask",
    "Change",
    "Command",
    "Document",
    "GatewayEffect",
    "Loaded",
    "Loading",
    "Outcome",
    "Page",
    "RepeatedEffect",
    "assumed",
    "changed",
]

T = TypeVar("T")
C = TypeVar("C")
T_co = TypeVar("T_co", covariant=True)


class Document(Protocol):
    """Something that is stored: it knows its own reference and the names under which it is found."""

    @property
    def ref(self) -> str:
        """The text key, ``kind/id``."""

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Pairs of (name, value) under which it is found."""


@attrs.frozen
class Command:
    """Who asks, when, for which tenant and under which key.

    ``at`` is the moment in UTC, ``today`` the business date in the desk's zone.
    """

    key: str
    actor: Actor
    tenant: str
    at: datetime
    today: date

    def new_id(self, kind: str, n: int = 0) -> str:
        """Return the id of this command's ``n``-th new thing; a retry names the same things.

        ``kind`` is the prefix: ``SO`` gives ``SO-4K7...``.
        """
        return derived_id(kind, self.tenant, self.key, kind, n)


@stored("kernel.gateway_effect/1")
@attrs.frozen
class GatewayEffect(Told):
    """Something that a gateway shall do after the commit, at least once, under the command's key.

    ``gateway`` names who carries it (``notices``, ``ledger``), ``kind`` what is to be done and
    ``payload`` is plain data.
    """

    gateway: str
    kind: str
    payload: tuple[tuple[str, Fact], ...] = ()


@stored("kernel.repeated_effect/1")
@attrs.frozen
class RepeatedEffect(GatewayEffect):
    """An effect of an earlier command that shall be carried again: under its own key ``place``, not this command's."""

    place: str = ""


class Outcome(Generic[T]):
    """Base of what a verb answers. Each verb has a closed union of subclasses."""

    __slots__ = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules found on the way; empty where nothing was remarkable."""
        return ()

    def unwrap(self) -> T:
        """Return the result, or raise :class:`~salesorders.kernel.errors.Refused` with every finding."""
        raise Refused(self.findings, type(self).__name__)


@attrs.frozen
class Change(Generic[T_co]):
    """What a pure verb answers: the outcome, documents to put, facts and effects.

    The shell commits all of it or nothing.
    """

    outcome: T_co
    puts: tuple[Document, ...] = ()
    events: tuple[Any, ...] = ()
    effects: tuple[GatewayEffect, ...] = ()


def changed(value: T, **fields: Any) -> T:
    """Return ``value`` with other ``fields``, taken as they are: a tenth of what ``attrs.evolve`` takes.

    For transitions, which have checked what they put in: no converter runs, nothing is checked again.
    """
    cls: Any = value.__class__
    new: T = copier(cls, *fields)(value, fields)
    return new


def assumed(cls: type[T], **fields: Any) -> T:
    """Return a value of ``cls`` with every field as it is named here; what was checked is not checked again."""
    kind: Any = cls
    new: Any = object.__new__(open_twin(kind))
    for field in attrs.fields(kind):
        object.__setattr__(new, field.name, fields[field.name])
    new.__class__ = cls
    made: T = new
    return made


@attrs.frozen
class Page(Generic[T]):
    """One page of a listing; ``after`` is the cursor for the next, ``None`` at the end."""

    items: tuple[T, ...] = ()
    after: str | None = None


@attrs.frozen
class Ask:
    """One wave of what a verb wants to see: refs to read, and (kind, lookup, value) to find.

    ``most`` bounds each finding; more than that is a ``limit.exceeded`` error, never a silent cut.
    ``questions`` go to the host's own sources: their kind first, then what is asked about. ``leading`` are those of
    ``refs`` whose answers say what is asked next.
    """

    refs: tuple[str, ...] = ()
    finds: tuple[tuple[str, str, str], ...] = ()
    most: int = 10_000
    questions: tuple[tuple[str, ...], ...] = ()
    leading: tuple[str, ...] = ()


@attrs.frozen
class Answer:
    """What a source of the host's answered: a ``value``, or why there is none.

    ``failure`` is ``time_out``, ``failed``, ``no_source`` or ``unknown``.
    """

    value: Any = None
    failure: str = ""


@attrs.frozen
class Loaded:
    """The answer to one :class:`Ask`."""

    documents: Mapping[str, Any] = attrs.field(factory=dict)
    found: Mapping[tuple[str, str, str], tuple[Any, ...]] = attrs.field(factory=dict)
    answers: Mapping[tuple[str, ...], Answer] = attrs.field(factory=dict)

    def get(self, cls: type[C], ref: str) -> C | None:
        """Return the document of ``ref``, ``None`` where this tenant has none."""
        document: C | None = self.documents.get(ref)
        return document

    def need(self, cls: type[C], ref: str, path: str = "") -> C:
        """Return the document of ``ref`` or raise ``document.unknown`` with ``path``."""
        document: C | None = self.documents.get(ref)
        if document is None:
            raise NotFound(
                f"{ref.split('/', maxsplit=1)[0]}.unknown", path or "id", f"{ref} is not known here"
            )
        return document

    def all(self, cls: type[C], kind: str, name: str, value: str) -> tuple[C, ...]:
        """Return every document of ``kind`` found under a lookup, in order of reference."""
        return cast("tuple[C, ...]", self.found.get((kind, name, value), ()))


# A verb's loading plan: a generator that asks in waves and returns its case. It is pure; the shell drives it.
Loading = Generator[Ask, Loaded, C]
