"""Small plays on a desk in memory: what can be done to one order and to one payment, and what becomes of them."""

from collections.abc import Callable
from datetime import date

import salesorders as so

DAY = date(2026, 11, 23)
CLERKS = {
    "ada": "master-data",
    "ann": "sales",
    "sam": "sales-manager",
    "ben": "credit",
    "wim": "warehouse",
    "fay": "billing",
    "kai": "cash",
}
# Verbs that find nothing to do, and what the library refuses, lead nowhere.
NOWHERE = (so.SalesOrdersError, AttributeError, LookupError)
DEPTH = 7


class Play:
    """A desk in memory with an item, a customer with little credit, and the clerks."""

    def __init__(self) -> None:
        self.desk = so.Desk.in_memory(
            seller=so.Seller("ACME", country="DE"), currency="EUR", clock=so.FixedClock(DAY)
        )
        self.at = {
            name: self.desk.as_(so.Actor(name, roles=[role])) for name, role in CLERKS.items()
        }
        self.at["ada"].catalog.add(
            so.Item("BOLT", "Bolt", prices=[so.Price("1.00")], tax="S19", cost="0.40"),
            so.Customer("C7", "Muster GmbH", country="DE", credit_limit="200"),
            key="master-data",
        ).unwrap()
        self.at["wim"].stock.receive("BOLT", 500, site="BER", key="stock").unwrap()
        self._count = 0
        self.shipment = self.invoice = None

    def key(self) -> str:
        """A new command key."""
        self._count += 1
        return f"k-{self._count}"

    def order(self, pieces: int, discount: str = "") -> so.Order | None:
        """Place the one order."""
        if self.state("order"):
            raise LookupError("there is one already")
        line = so.Line("BOLT", pieces, discount=discount or None)
        request = so.OrderRequest("C7", [line], reference="the order")
        outcome = self.at["ann"].orders.place(request, key=self.key())
        return getattr(outcome, "order", None)

    @property
    def the_order(self) -> so.Order:
        """The one order, as it stands."""
        return self.desk.orders.find(reference="the order").items[0]

    def state(self, kind: str) -> str:
        """The status of the one order or payment; nothing where there is none."""
        counter = self.desk.orders if kind == "order" else self.desk.cash
        found = counter.find().items
        return found[-1].status if found else ""

    def signature(self, kind: str) -> tuple[object, ...]:
        """What the next verb can depend on, without ids."""
        counter = self.desk.orders if kind == "order" else self.desk.cash
        found = counter.find().items
        if not found:
            return ()
        if kind == "payment":
            return (found[-1].status, found[-1].unapplied, len(found[-1].allocations))
        (order,) = found
        line = order.lines[0]
        gates = tuple(hold.gate for hold in order.holds)
        done = (line.shipped, line.invoiced, line.cancelled)
        return (order.status, gates, *done, bool(self.shipment))


def shipped(play: Play, part: int) -> None:
    """Ship a part of the order: half, or all that is open."""
    line = play.the_order.lines[0]
    quantity = line.open if part == 1 else line.ordered / 2
    play.shipment = (
        play.at["wim"]
        .shipments.ship(play.the_order.id, {line.id: quantity}, key=play.key())
        .unwrap()
    )


def issued(play: Play) -> None:
    """Invoice what left last."""
    play.invoice = play.at["fay"].invoices.issue(play.shipment.id, key=play.key()).unwrap()


ORDER_VERBS: dict[str, Callable[[Play], object]] = {
    "place": lambda play: play.order(100),
    "place over the limit": lambda play: play.order(300),
    "place with 30 % off": lambda play: play.order(100, "30%"),
    "approve": lambda play: (
        play.at["sam"].orders.approve(play.the_order.id, reason="agreed", key=play.key()).unwrap()
    ),
    "release": lambda play: (
        play.at["ben"].orders.release(play.the_order.id, reason="seen", key=play.key()).unwrap()
    ),
    "decline": lambda play: (
        play.at["sam"].orders.decline(play.the_order.id, reason="no", key=play.key()).unwrap()
    ),
    "cancel": lambda play: (
        play.at["ann"].orders.cancel(play.the_order.id, reason="called", key=play.key()).unwrap()
    ),
    "close": lambda play: (
        play.at["ann"].orders.close(play.the_order.id, reason="enough", key=play.key()).unwrap()
    ),
    "reopen": lambda play: (
        play.at["ann"].orders.reopen(play.the_order.id, reason="after all", key=play.key()).unwrap()
    ),
    "ship half": lambda play: shipped(play, 2),
    "ship the rest": lambda play: shipped(play, 1),
    "issue": issued,
}


def owed(play: Play, *pieces: int) -> None:
    """Let the customer owe something before any cash comes."""
    for each in pieces:
        request = so.OrderRequest("C7", [so.Line("BOLT", each)])
        order = play.at["ann"].orders.place(request, key=play.key()).unwrap()
        left = play.at["wim"].shipments.ship(order.id, key=play.key()).unwrap()
        play.invoice = play.at["fay"].invoices.issue(left.id, key=play.key()).unwrap()


def received(play: Play, euros: str, customer: str = "C7", reference: str = "") -> None:
    """Take the one payment."""
    if play.state("payment"):
        raise LookupError("there is one already")
    play.at["kai"].cash.receive(
        customer, so.Money(euros, "EUR"), reference=reference, key=play.key()
    )


def applied(play: Play, euros: str) -> None:
    """Apply some of the payment, or all that is left of it, to the last invoice."""
    payment = play.desk.cash.find().items[-1]
    share = so.Money(euros or payment.unapplied, "EUR")
    play.at["kai"].cash.apply(payment.id, {play.invoice.id: share}, key=play.key()).unwrap()


def chosen(play: Play) -> None:
    """Settle the first candidate."""
    payment = play.desk.cash.find().items[-1]
    play.at["kai"].cash.apply(payment.id, candidate=0, key=play.key()).unwrap()


def taken_back(play: Play) -> None:
    """Undo the first application."""
    payment = play.desk.cash.find().items[-1]
    play.at["kai"].cash.unapply(payment.id, payment.allocations[0].invoice, key=play.key()).unwrap()


def bounced(play: Play) -> None:
    """Take the payment back."""
    payment = play.desk.cash.find().items[-1]
    play.at["kai"].cash.reverse(payment.id, reason="bounced", key=play.key()).unwrap()


PAYMENT_VERBS: dict[str, Callable[[Play], object]] = {
    "receive, naming the invoice": lambda play: received(
        play, "119.00", reference=play.invoice.number
    ),
    "receive, fits two": lambda play: received(play, "11.90"),
    "choose a candidate": chosen,
    "receive, fits none": lambda play: received(play, "7.00"),
    "receive from nobody known": lambda play: received(play, "7.00", customer=""),
    "apply a part": lambda play: applied(play, "3.00"),
    "apply the rest": lambda play: applied(play, ""),
    "unapply": taken_back,
    "reverse": bounced,
}


def begun(kind: str) -> Play:
    """A play before its first verb."""
    play = Play()
    if kind == "payment":
        owed(play, 10, 10, 100)
    return play


def edges(
    kind: str, verbs: dict[str, Callable[[Play], object]]
) -> dict[tuple[str, str], list[str]]:
    """Every change of status that any sequence of the verbs brings about, with the verbs that do."""
    found: dict[tuple[str, str], list[str]] = {}
    seen = {begun(kind).signature(kind)}
    paths: list[tuple[str, ...]] = [()]
    for _ in range(DEPTH):
        longer = []
        for path in paths:
            for verb, act in verbs.items():
                play = begun(kind)
                for before in path:
                    verbs[before](play)
                status = play.state(kind)
                try:
                    act(play)
                except NOWHERE:
                    continue
                known = found.setdefault((status, play.state(kind)), [])
                if verb not in known:
                    known.append(verb)
                if play.signature(kind) not in seen:
                    seen.add(play.signature(kind))
                    longer.append((*path, verb))
        paths = longer
    return found
