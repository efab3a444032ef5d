"""The desk: where a host hands in commands. Cheap to bind to an actor, safe to share between threads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self

from salesorders.aio.audit import Audit
from salesorders.aio.backup import Backup
from salesorders.aio.cash import Cash
from salesorders.aio.catalog import Catalog
from salesorders.aio.clock import SystemClock
from salesorders.aio.credit import Credit, CreditReleases
from salesorders.aio.dead_letters import DeadLetters, GivingUp
from salesorders.aio.engine import Engine
from salesorders.aio.invoices import Invoices
from salesorders.aio.ledger import Ledger
from salesorders.aio.memory import MemoryStore
from salesorders.aio.orders import Orders
from salesorders.aio.ports import Clock, Gateway, Store
from salesorders.aio.relay import Relay, gateways_of, store_of
from salesorders.aio.reports import Reports
from salesorders.aio.shipments import Shipments
from salesorders.aio.sources import Sources
from salesorders.aio.stock import Stock
from salesorders.aio.wait import pause as wait
from salesorders.catalog import Seller
from salesorders.kernel.actors import HOST, Actor
from salesorders.kernel.calendar import zone_of
from salesorders.kernel.errors import StoreError, invalid
from salesorders.kernel.ids import ident_of
from salesorders.kernel.money import currency_of
from salesorders.kernel.policy import Dated
from salesorders.lifecycle import Policies, dated_policies

__all__ = ["Desk"]


class Desk:
    """One tenant's counters over one store.

    ``as_`` binds an actor; the bare desk reads as the host and writes nothing. Documents are in one
    ``currency``; the business date is taken in ``zone``. ``pause`` waits for so many seconds between two tries
    of a command that met another; a simulation hands over one that does not wait.
    """

    def __init__(
        self,
        *,
        store: Store,
        seller: Seller,
        currency: str,
        policies: Policies | Dated[Policies] | None = None,
        gateways: Mapping[str, Gateway] | None = None,
        sources: Sources | None = None,
        clock: Clock | None = None,
        tenant: str = "main",
        zone: str = "UTC",
        pause: Callable[[float], Awaitable[None]] = wait,
    ) -> None:
        if not isinstance(seller, Seller):
            invalid("seller.type", "seller", f"a Seller is wanted, not {type(seller).__name__}")
        telling = clock or SystemClock()
        if isinstance(telling, type) or not callable(getattr(telling, "now", None)):
            invalid("clock.type", "clock", "something with now() is wanted")
        carrying = gateways_of({} if gateways is None else gateways)
        if sources is not None and not isinstance(sources, Sources):
            invalid("sources.type", "sources", f"Sources are wanted, not {type(sources).__name__}")
        engine = Engine(
            store_of(store),
            telling,
            ident_of(tenant, "tenant"),
            seller,
            currency_of(currency),
            dated_policies(policies),
            zone_of(zone),
            pause,
            sources or Sources(),
        )
        self._bind(engine, carrying, None, None)

    def _bind(
        self,
        engine: Engine,
        gateways: dict[str, Gateway],
        actor: Actor | None,
        keys: list[int] | None,
    ) -> None:
        self.engine = engine
        self.actor = actor
        self._gateways = gateways
        self._keys = keys
        self.catalog = Catalog(self)
        self.orders = Orders(self)
        self.credit = Credit(self)
        self.stock = Stock(self)
        self.shipments = Shipments(self)
        self.invoices = Invoices(self)
        self.cash = Cash(self)
        self.ledger = Ledger(self)
        self.dead_letters = DeadLetters(self)
        self.reports = Reports(self)
        self.audit = Audit(self)
        self.backup = Backup(self)

    @classmethod
    def in_memory(
        cls,
        *,
        seller: Seller,
        currency: str,
        clock: Clock | None = None,
        policies: Policies | Dated[Policies] | None = None,
        gateways: Mapping[str, Gateway] | None = None,
        sources: Sources | None = None,
        tenant: str = "main",
        zone: str = "UTC",
    ) -> Desk:
        """Return a desk whose store lives in this process."""
        return cls(
            store=MemoryStore(),
            seller=seller,
            currency=currency,
            policies=policies,
            gateways=gateways,
            sources=sources,
            clock=clock,
            tenant=tenant,
            zone=zone,
        )

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        seller: Seller,
        currency: str,
        clock: Clock | None = None,
        policies: Policies | Dated[Policies] | None = None,
        gateways: Mapping[str, Gateway] | None = None,
        sources: Sources | None = None,
        tenant: str = "main",
        zone: str = "UTC",
        **store: Any,
    ) -> Desk:
        """Return a desk over a database: ``sqlite:///orders.db`` or ``postgresql+psycopg://user@host/name``.

        Missing tables are made and older ones migrated. ``store`` takes what ``open_store`` takes
        (``migrated``, ``isolation``, ``durable``, ``pool``). Raises ``store.driver`` where the extra is
        not installed and ``store.url`` or ``store.dialect`` for another URL; no error shows the URL.
        """
        try:
            from salesorders.aio.sql import open_store
        except ModuleNotFoundError as missing:
            raise StoreError("store.driver", "url", "pip install 'salesorders[sql]'") from missing
        held = await open_store(url, **store)
        try:
            return cls(
                store=held,
                seller=seller,
                currency=currency,
                policies=policies,
                gateways=gateways,
                sources=sources,
                clock=clock,
                tenant=tenant,
                zone=zone,
            )
        except BaseException:
            await held.close()
            raise

    async def close(self) -> None:
        """Give the store's connections back; a store without any has nothing to do."""
        closing = getattr(self.engine.store, "close", None)
        if closing is not None:
            await closing()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.close()

    @classmethod
    def sandbox(
        cls,
        *,
        seller: Seller | None = None,
        currency: str = "EUR",
        clock: Clock | None = None,
        **more: Any,
    ) -> Desk:
        """Return a desk in memory for trying things out: one actor with every duty, keys made by itself.

        Four eyes still count: what one actor made, another has to release (``by=``).
        """
        desk = cls.in_memory(
            seller=seller or Seller("Sandbox", country="DE"), currency=currency, clock=clock, **more
        )
        duties = desk.engine.setting(desk.engine.command(HOST, "sandbox")).policies.duties
        roles = {role for _, roles in duties.duties for role in roles if role != "*"}
        return desk._bound(Actor("sandbox", roles=roles), [0])

    def as_(self, actor: Actor) -> Desk:
        """Return the same desk with ``actor`` at the counters."""
        if not isinstance(actor, Actor):
            invalid("actor.type", "actor", f"an Actor is wanted, not {type(actor).__name__}")
        self.engine.of_tenant(actor, "actor")
        return self._bound(actor, self._keys)

    def _bound(self, actor: Actor | None, keys: list[int] | None) -> Desk:
        bound = object.__new__(type(self))
        bound._bind(self.engine, self._gateways, actor, keys)
        return bound

    @property
    def tenant(self) -> str:
        """The tenant whose documents the desk reads and writes."""
        return self.engine.tenant

    @property
    def relay(self) -> Relay:
        """The relay from the outbox to the gateways; the desk itself rechecks credit when money came in."""
        engine = self.engine
        own: dict[str, Gateway] = {"credit": CreditReleases(self)}
        return Relay(
            engine.store,
            engine.tenant,
            own | self._gateways,
            clock=engine.clock,
            set_aside=GivingUp(engine),
        )

    def key_for(self, key: str | None) -> str | None:
        """Return the command's key; a sandbox makes one where none is given."""
        if key is None and self._keys is not None:
            self._keys[0] += 1
            return f"sandbox-{self._keys[0]}"
        return key

    def actor_or_host(self, by: Actor | None = None) -> Actor:
        """Return who reads."""
        return by or self.actor or HOST

    def __repr__(self) -> str:
        who = "nobody bound: reads only" if self.actor is None else self.actor.id
        kind = (
            "sandbox, not for production"
            if self._keys is not None
            else type(self.engine.store).__name__
        )
        return f"<Desk {self.engine.seller.name} {self.engine.currency} tenant {self.engine.tenant}, {kind}, {who}>"
