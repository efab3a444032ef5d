"""Bugs to be found: each takes one promise out of the library, in this process only, and puts it back."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from salesorders.credit.model import CreditAccount
from salesorders.inventory.model.level import StockLevel
from salesorders.inventory.policy import Running
from salesorders.kernel.change import changed
from salesorders.orders.model import Order, OrderLine
from salesorders.receivables.model import OpenItem
from salesorders.storage import Pending, Row, Versioned, row_hash, sealed
from salesorders.sync.engine import Engine
from salesorders.sync.memory import MemoryStore
from salesorders.sync.relay import Relay

Plant = Callable[[], Any]
PLANTED: dict[str, tuple[str, Plant]] = {}
ZERO = Decimal(0)


def planted(says: str) -> Callable[[Plant], Plant]:
    """Register a context manager that plants a bug."""

    def register(plant: Plant) -> Plant:
        PLANTED[plant.__name__] = (says, contextmanager(plant))
        return plant

    return register


@contextmanager
def bug(name: str) -> Iterator[None]:
    """The library with one of the bugs in it."""
    with PLANTED[name][1]():
        yield


@contextmanager
def replaced(*pairs: tuple[str, Any]) -> Iterator[None]:
    """Names of modules or classes that stand for something else as long as the block runs."""
    with ExitStack() as stack:
        for target, value in pairs:
            stack.enter_context(patch(f"salesorders.{target}", value))
        yield


# --- the store


def _commit(
    self: Any, tenant: str, entry: Any, *, keys: bool = True, versions: bool = True
) -> None:
    held = self._of(tenant)
    if keys and entry.key in held.keys:
        raise AssertionError("the bug is elsewhere")
    for put in entry.puts:
        there = held.documents.get(put.document.ref)
        version = (there.version if there else 0) if not versions else put.version
        self._write(held, put, Versioned(version + 1, self._in(put.document)))
    last = held.rows[-1] if held.rows else None
    row = sealed(entry.key, entry.body, entry.text, entry.at, last)
    held.keys[entry.key] = len(held.rows)
    held.rows.append(row)
    for number, effect in enumerate(entry.effects):
        held.pending[row.key, number] = Pending(row.key, number, effect)


@planted("a key that was used is no matter")
def no_key() -> Iterator[None]:
    def commit(self: Any, tenant: str, entry: Any) -> None:
        _commit(self, tenant, entry, keys=False)

    with patch.object(MemoryStore, "commit", commit):
        yield


@planted("versions are not compared at the commit")
def no_version_check() -> Iterator[None]:
    real = MemoryStore.commit

    def commit(self: Any, tenant: str, entry: Any) -> None:
        if entry.key in self._of(tenant).keys:
            return real(self, tenant, entry)
        return _commit(self, tenant, entry, versions=False)

    with patch.object(MemoryStore, "commit", commit):
        yield


@planted("a refusal is not looked at again where its ground has moved")
def stale_refusal() -> Iterator[None]:
    with patch.object(Engine, "_moved", lambda self, *rest: False):
        yield


@planted("one tenant's rows are everybody's")
def wrong_tenant() -> Iterator[None]:
    real = MemoryStore._of
    with patch.object(MemoryStore, "_of", lambda self, tenant: real(self, "everybody")):
        yield


@planted("lookups are added and never taken away")
def lookup_not_updated() -> Iterator[None]:
    def write(held: Any, put: Any, new: Any) -> None:
        ref = put.document.ref
        kind = ref.partition("/")[0]
        for name, value in (*put.document.lookups(), ("all", "")):
            refs = held.lookups.setdefault((kind, name, value), [])
            if ref not in refs:
                insort(refs, ref)
        held.documents[ref] = new

    with patch.object(MemoryStore, "_write", staticmethod(write)):
        yield


@planted("the second page begins one too late")
def paging_skips() -> Iterator[None]:
    real = MemoryStore.find

    def find(self: Any, tenant: str, kind: str, name: str, value: str, **page: Any) -> Any:
        found = real(self, tenant, kind, name, value, **page)
        return changed(found, items=found.items[1:]) if page["after"] else found

    with patch.object(MemoryStore, "find", find):
        yield


@planted("the chain takes the clock's moment as it is")
def clock_back() -> Iterator[None]:
    def as_told(key: str, body: str, text: str, at: Any, last: Row | None) -> Row:
        row = sealed(key, body, text, at, last)
        hashed = row_hash(row.seq, at, text, row.before)
        return changed(row, recorded_at=at, hash=hashed)

    with replaced(("sync.memory.sealed", as_told)):
        yield


@planted("a backup that is read back has lost what waits")
def backup_forgets() -> Iterator[None]:
    real = MemoryStore.restore

    def restore(self: Any, tenant: str, snapshot: Any) -> None:
        real(self, tenant, changed(snapshot, waiting=()))

    with patch.object(MemoryStore, "restore", restore):
        yield


# --- outbox and relay


@planted("effects are noted after the commit, not in it")
def outbox_outside() -> Iterator[None]:
    real, run = MemoryStore.commit, Engine._run

    def commit(self: Any, tenant: str, entry: Any) -> None:
        real(self, tenant, entry)
        held = self._of(tenant)
        self.noted = [held.pending.pop((entry.key, n)) for n in range(len(entry.effects))]

    def then(self: Any, *rest: Any) -> Any:
        inner = getattr(self.store, "inner", self.store)
        inner.noted = []
        outcome = run(self, *rest)
        for item in inner.noted:
            inner._of(self.tenant).pending[item.key, item.number] = item
        return outcome

    with patch.object(MemoryStore, "commit", commit), patch.object(Engine, "_run", then):
        yield


@planted("a time-out counts as failed for good")
def timeout_is_failure() -> Iterator[None]:
    real = Relay._carry

    def carry(self: Any, gateway: Any, item: Any) -> str:
        problem = real(self, gateway, item)
        if problem == "TimeoutError":
            self._store.delivered(self._tenant, item.key, item.number)
        return problem

    with patch.object(Relay, "_carry", carry):
        yield


@planted("the relay takes what another holds")
def relay_forgets_lease() -> Iterator[None]:
    real = MemoryStore.lease

    def lease(self: Any, tenant: str, **rest: Any) -> Any:
        self._of(tenant).leases.clear()
        return real(self, tenant, **rest)

    with patch.object(MemoryStore, "lease", lease):
        yield


@planted("each try has a key of its own, so that a gateway can't know it")
def key_of_the_try() -> Iterator[None]:
    tries: dict[tuple[str, int], int] = {}
    real = Relay._carry

    def carry(self: Any, gateway: Any, item: Any) -> str:
        place = (item.key, item.number)
        tries[place] = tries.get(place, -1) + 1

        class Renamed:
            def deliver(self, tenant: str, key: str, effect: Any) -> None:
                gateway.deliver(tenant, key + "+" * tries[place], effect)

        return real(self, Renamed(), item)

    with patch.object(Relay, "_carry", carry):
        yield


@planted("what was delivered stays in the outbox")
def delivered_is_not_noted() -> Iterator[None]:
    with patch.object(MemoryStore, "delivered", lambda self, tenant, key, number: None):
        yield


# --- the engine


@planted("trying out is doing")
def dry_run_commits() -> Iterator[None]:
    real = Engine.run

    def run(self: Any, use: Any, request: Any, **how: Any) -> Any:
        return real(self, use, request, **{**how, "dry_run": False})

    with patch.object(Engine, "run", run):
        yield


@planted("nobody looks at duties")
def no_duty() -> Iterator[None]:
    with replaced(("sync.engine.check_duty", lambda actor, verb, policy: None)):
        yield


@planted("a host's decimal context reaches the sums")
def context_of_the_host() -> Iterator[None]:
    with replaced(("kernel.quantity.QUANTITY_MAX", _Signed(10**12))):
        yield


class _Signed(Decimal):
    """A bound that is turned round and back: arithmetic, which the thread's context may cut."""

    def __gt__(self, other: object) -> bool:
        return self * 1 > other  # type: ignore[operator]

    def __lt__(self, other: object) -> bool:
        return self * 1 < other  # type: ignore[operator]


# --- orders, stock, credit


@planted("a reservation still counts at the moment it ends")
def expiry_inclusive() -> Iterator[None]:
    def counts(expires_at: Any, at: Any) -> bool:
        return expires_at is None or at <= expires_at

    names = ("inventory.model.parts", "credit.model", "lifecycle.releasing")
    with replaced(*((f"{name}.unexpired", counts) for name in names)):
        yield


@planted("two lines of one item are each promised all of it")
def two_lines_one_item() -> Iterator[None]:
    with patch.object(Running, "draw", lambda self, day, quantity: None):
        yield


@planted("a declined order's stock stays reserved")
def claim_not_released() -> Iterator[None]:
    with patch.object(StockLevel, "release_holder", lambda self, holder: self):
        yield


@planted("a placed order claims no credit")
def credit_not_claimed() -> Iterator[None]:
    with patch.object(CreditAccount, "claim", lambda self, amount: self):
        yield


@planted("a released order's credit is claimed twice")
def release_twice() -> Iterator[None]:
    from salesorders.lifecycle.gates import claim_all

    def twice(order: Any, account: Any, *rest: Any) -> Any:
        return claim_all(order, account.claim(order.amounts.gross), *rest)

    with replaced(("lifecycle.releasing.claim_all", twice)):
        yield


@planted("who made an order may let it go")
def no_four_eyes() -> Iterator[None]:
    def nobody(checker: Any, makers: Any) -> list[Any]:
        return []

    with replaced(("governance.decide.four_eyes", nobody), ("credit.decide.four_eyes", nobody)):
        yield


@planted("exactly the discount that may be given may not be")
def authority_exclusive() -> Iterator[None]:
    from salesorders.governance.policy import AuthorityPolicy

    real = AuthorityPolicy.most

    def most(self: Any, roles: Any) -> Any:
        percent = real(self, roles)
        return percent if percent is None else percent - Decimal("0.01")

    with patch.object(AuthorityPolicy, "most", most):
        yield


@planted("unapplied cash does not lower what a customer owes")
def exposure_without_cash() -> Iterator[None]:
    from salesorders.credit.model import Exposure

    total = property(lambda self: self.open_orders + self.delivered_unbilled + self.open_items)
    with patch.object(Exposure, "total", total):
        yield


@planted("what is missing of a planned receipt is forgotten")
def receipt_forgotten() -> Iterator[None]:
    real = StockLevel.arrive

    def arrive(self: Any, receipt_id: str, quantity: Any = None) -> Any:
        level = real(self, receipt_id, quantity)
        left = tuple(r for r in level.receipts if r.id != receipt_id)
        return changed(level, receipts=left)

    with patch.object(StockLevel, "arrive", arrive):
        yield


# --- shipping and billing


@planted("more may be shipped than was ordered")
def over_ship() -> Iterator[None]:
    def ship(self: Any, quantity: Any, base: Any, site: str, on: Any) -> Any:
        return changed(self, shipped=self.shipped + quantity, claimed=())

    with (
        replaced(("fulfilment.decide._wrong", lambda task, policy: [])),
        patch.object(OrderLine, "ship", ship),
    ):
        yield


@planted("what left stays claimed")
def claim_not_consumed() -> Iterator[None]:
    def ship(self: Any, quantity: Any, base: Any, site: str, on: Any) -> Any:
        return changed(self, shipped=self.shipped + quantity)

    with patch.object(OrderLine, "ship", ship):
        yield


@planted("every part is rounded by itself")
def rounding_per_part() -> Iterator[None]:
    from salesorders.amounts import portion

    def alone(whole: Any, taken: Mapping[str, Any], take: Mapping[str, Any]) -> Any:
        return portion(whole, {}, take)

    with replaced(("lifecycle.shipping.portion", alone)):
        yield


@planted("a shipment may be billed twice")
def invoice_twice() -> Iterator[None]:
    from salesorders.lifecycle import invoicing

    def unbilled(request: Any, case: Any, command: Any) -> Any:
        shipment = changed(case.shipment, invoice="")
        return invoicing.issue(request, changed(case, shipment=shipment), command)

    def invoice(self: Any, quantity: Any) -> Any:
        return changed(self, invoiced=self.invoiced + quantity)

    use = changed(invoicing.ISSUE, decide=unbilled)
    with replaced(("sync.invoices.ISSUE", use)), patch.object(OrderLine, "invoice", invoice):
        yield


@planted("a number is left out")
def number_gap() -> Iterator[None]:
    from salesorders.billing.model import NumberSeries

    real = NumberSeries.draw

    def draw(self: Any, on: Any) -> Any:
        return real(changed(self, last=self.last + (self.last == 1)), on)

    with patch.object(NumberSeries, "draw", draw):
        yield


@planted("a number is given twice")
def number_twice() -> Iterator[None]:
    from salesorders.billing.model import NumberSeries

    real = NumberSeries.draw

    def draw(self: Any, on: Any) -> Any:
        number, series = real(self, on)
        return number, changed(series, last=max(1, series.last - (series.last == 3)))

    with patch.object(NumberSeries, "draw", draw):
        yield


# --- cash, ledger, reports


@planted("cash is taken off the account twice")
def double_apply() -> Iterator[None]:
    real = CreditAccount.settle

    def settle(self: Any, amount: Any, discount: Any = ZERO) -> Any:
        once = real(self, amount, discount)
        twice = changed(once.exposure, open_items=once.exposure.open_items - amount)
        return changed(once, exposure=twice)

    with patch.object(CreditAccount, "settle", settle):
        yield


@planted("a payment may settle another customer's invoice")
def other_customer() -> Iterator[None]:
    from salesorders.lifecycle import paying

    def apply(request: Any, case: Any, command: Any) -> Any:
        items = tuple(changed(item, customer=case.payment.customer) for item in case.items)
        return paying.apply(request, changed(case, items=items), command)

    with replaced(("sync.cash.APPLY", changed(paying.APPLY, decide=apply))):
        yield


@planted("taking an application back forgets its discount")
def unapply_forgets() -> Iterator[None]:
    real = CreditAccount.unsettle

    def unsettle(self: Any, amount: Any, discount: Any = ZERO) -> Any:
        return real(self, amount, ZERO)

    with patch.object(CreditAccount, "unsettle", unsettle):
        yield


@planted("the last day of a discount earns none")
def discount_exclusive() -> Iterator[None]:
    real = OpenItem.discount_on

    def discount_on(self: Any, value_date: Any, part: Any = None) -> Any:
        if value_date == self.discount_until:
            return ZERO.quantize(Decimal("0.01"))
        return real(self, value_date, part)

    with patch.object(OpenItem, "discount_on", discount_on):
        yield


@planted("an entry need not balance, and taxes are not posted")
def journal_unbalanced() -> Iterator[None]:
    from salesorders.ledger.model import Entry

    with (
        patch.object(Entry, "__attrs_post_init__", lambda self: None),
        replaced(("ledger.decide._taxes", lambda groups, currency, party: [])),
    ):
        yield


@planted("an item is a day overdue on its due date")
def ageing_off_by_one() -> Iterator[None]:
    def bucket(days: int, edges: Any) -> int:
        return sum(days >= edge for edge in (0, *edges))

    with replaced(("receivables.ageing._bucket", bucket)):
        yield


@planted("a hold that was let go comes back")
def hold_stays() -> Iterator[None]:
    def without(self: Any, gate: str, release: Any) -> Any:
        return changed(self, releases=(*self.releases, release))

    with patch.object(Order, "without_hold", without):
        yield
