"""The little world of the example: a seller with clerks, a price list, stock, and a clock that walks."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import attrs

import salesorders as so
from salesorders.interchange import OrderDocument, Statement, StatementLine
from salesorders.interchange.intake import sku_of
from salesorders.inventory import PlannedReceipt

SITE = "HAMBURG"
SELLER = so.Seller(
    "Nordwerk Handels GmbH",
    country="DE",
    vat_id="DE822222224",
    registration="HRB 200002",
    street="Am Speicher 3",
    city="Hamburg",
    postal_code="20457",
    email="verkauf@nordwerk.example",
    iban="DE34200300400000123456",
)
CLERKS = {
    "ada": ["master-data"],
    "ann": ["sales"],
    "sam": ["sales-manager"],
    "ben": ["credit"],
    "wim": ["warehouse"],
    "fay": ["billing"],
    "kai": ["cash"],
}


@attrs.define
class World:
    """A desk, its clerks and its clock."""

    desk: so.Desk
    clock: so.FixedClock
    expected: dict[str, PlannedReceipt] = attrs.field(factory=dict)

    @classmethod
    def of(cls, document: OrderDocument, store: str | None = None) -> World:
        """Return a world in the order's currency, on the day of the order, in memory or a database."""
        clock = so.FixedClock(document.issued_on or date(2026, 3, 9))
        currency = document.currency or "EUR"
        if store is None:
            desk = so.Desk.in_memory(seller=SELLER, currency=currency, clock=clock)
        else:
            desk = so.Desk.open(store, seller=SELLER, currency=currency, clock=clock)
        return cls(desk, clock)

    def clerk(self, name: str) -> so.Desk:
        """Return the desk with a clerk at it."""
        return self.desk.as_(so.Actor(name, roles=CLERKS[name]))

    @property
    def ada(self) -> so.Desk:
        """Master data."""
        return self.clerk("ada")

    @property
    def ann(self) -> so.Desk:
        """Sales."""
        return self.clerk("ann")

    @property
    def wim(self) -> so.Desk:
        """The warehouse."""
        return self.clerk("wim")

    @property
    def fay(self) -> so.Desk:
        """Billing."""
        return self.clerk("fay")

    @property
    def kai(self) -> so.Desk:
        """Cash."""
        return self.clerk("kai")

    def today(self) -> date:
        """Return the day that the clock shows."""
        return self.clock.now().date()

    def days_from_today(self, days: int) -> date:
        """Return a later day."""
        return self.today() + timedelta(days=days)

    def go_to(self, day: date) -> None:
        """Let time pass until ``day``; it never runs back."""
        self.clock.advance(days=max(0, (day - self.today()).days))

    def wanted(self, document: OrderDocument) -> dict[str, Decimal]:
        """Return how much of every known item the order asks for."""
        wanted: dict[str, Decimal] = {}
        for line in document.lines:
            sku = sku_of(line)
            if sku is None or line.quantity is None or line.quantity <= 0:
                continue
            try:
                self.desk.catalog.get(sku)
            except so.NotFound:
                continue
            wanted[sku] = wanted.get(sku, Decimal(0)) + line.quantity
        return wanted

    def goods_arrive(self) -> None:
        """Receive what was planned up to today."""
        for sku, receipt in list(self.expected.items()):
            if receipt.on <= self.today():
                self.wim.stock.receive(
                    sku, receipt.quantity, site=SITE, receipt=receipt.id, key=f"arrive-{receipt.id}"
                )
                del self.expected[sku]

    def invoice_number(self, invoice: str) -> str:
        """Return the number by which people know an invoice."""
        return self.desk.invoices.get(invoice).number

    def parts(self, order: so.Order) -> list[tuple[date, dict[str, Decimal]]]:
        """Return the shipments: half first where parts are allowed and possible, the rest when all is there."""
        lines = [line for line in order.lines if line.confirmed]
        days = sorted(schedule.on for line in lines for schedule in line.confirmed)
        if not days:
            return []
        halves = {
            line.id: line.ordered // 2
            for line in lines
            if not line.complete and not order.complete and line.ordered // 2 >= 1
        }
        rest = {line.id: line.ordered - halves.get(line.id, Decimal(0)) for line in lines}
        last = max(days[-1], self.today())
        if not halves:
            return [(last, rest)]
        first = max(self.today(), min(self._there(order, line_id) for line_id in halves))
        now = {
            line_id: half
            for line_id, half in halves.items()
            if self._there(order, line_id) <= first
        }
        later = {line.id: line.ordered - now.get(line.id, Decimal(0)) for line in lines}
        return [(first, now), (last, later)]

    def _there(self, order: so.Order, line_id: str) -> date:
        """Return the first day on which half of a line is promised."""
        got = Decimal(0)
        line = order.line(line_id)
        for schedule in sorted(line.confirmed, key=lambda part: part.on):
            got += schedule.quantity
            if got >= line.ordered // 2:
                return schedule.on
        return line.requested_on


def own_master_data(world: World) -> None:
    """Our price list and our customers."""
    s19 = so.Tax.parse("S19")
    world.ada.catalog.add(
        so.Item(
            "NW-SCREW-660",
            "Wood screw 6 x 60 mm, zinc plated",
            prices=[so.Price("12.40", per=100)],
            tax=s19,
        ),
        so.Item(
            "NW-CEMENT-25",
            "Cement CEM II, bagged",
            prices=[so.Price("0.42")],
            tax=s19,
            unit="KGM",
            cost="0.31",
        ),
        so.Item(
            "NW-CABLE-315",
            "Cable NYM-J 3 x 1.5 mm2",
            prices=[so.Price("1.25"), so.Price("1.18", at_least=200)],
            tax=s19,
            unit="MTR",
        ),
        so.Item(
            "NW-DRILL-10",
            "Masonry drill bit 10 mm",
            prices=[so.Price("8.90")],
            tax=s19,
            cost="5.20",
        ),
        so.Item("NW-TABLE", "Workbench", prices=[so.Price("420.17")], tax=s19),
        so.Customer(
            "C-1001",
            "Musterbau GmbH",
            country="DE",
            vat_id="DE811111117",
            street="Ziegelweg 12",
            city="Hannover",
            postal_code="30159",
            terms="2/10 net 30",
            credit_limit="1000.00",
            aliases=("0088:4000000000013", "DE93250400500000987654"),
        ),
        so.Customer(
            "C-1002",
            "Tischlerei Holm",
            country="DE",
            city="Kiel",
            credit_limit="5000.00",
            aliases=("DE19200700800000333111",),
        ),
        key="master-data",
    ).unwrap()


def earlier_orders(world: World) -> None:
    """Two equal invoices of an earlier day, so that a payment without reference fits both."""
    ordered_on = world.today()
    world.clock.advance(days=-7)
    world.wim.stock.receive("NW-TABLE", 2, site=SITE, key="tables").unwrap()
    for number in (1, 2):
        request = so.OrderRequest("C-1002", [so.Line("NW-TABLE", 1)], reference=f"HOLM-{number}")
        order = world.ann.orders.place(request, key=f"holm-{number}").unwrap()
        world.clock.advance(days=2)
        shipment = world.wim.shipments.ship(order.id, key=f"holm-{number}-ship").unwrap()
        world.fay.invoices.issue(shipment.id, key=f"holm-{number}-bill").unwrap()
    world.go_to(ordered_on)


def paid_in_full(world: World, invoices: list[so.IssuedInvoice]) -> Statement:
    """Make a statement that pays each invoice exactly, naming it, on its due date."""
    lines = tuple(
        StatementLine(
            n=number,
            amount=invoice.total.amount,
            currency=invoice.total.currency.code,
            booked_on=invoice.due_on,
            value_on=invoice.due_on,
            bank_ref=f"made-{invoice.number}",
            payer_name=invoice.buyer.name,
            remittance=f"Invoice {invoice.number}",
        )
        for number, invoice in enumerate((i for i in invoices if i.total.amount > 0), 1)
    )
    return Statement(
        id=f"made-{invoices[0].number}",
        account=SELLER.iban,
        currency=invoices[0].total.currency.code,
        lines=lines,
    )
