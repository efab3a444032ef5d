"""Open lines, plans and shipments for tests."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from salesorders.amounts import AmountLine, Tax, amounts_of
from salesorders.fulfilment import (
    FulfilmentPolicy,
    OpenLine,
    Shipment,
    ShipmentLine,
    ShipmentPlan,
    ShipRequest,
    plan_shipment,
)

TODAY = date(2026, 11, 23)


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def a_line(
    line: str = "1",
    ordered: object = 10,
    confirmed: list[tuple[str, int, object]] | None = None,
    *,
    sku: str = "BOLT",
    unit: str = "H87",
    factor: object = 1,
    shipped: object = 0,
    cancelled: object = 0,
    whole_only: bool = False,
) -> OpenLine:
    claims = [("BER", 0, ordered)] if confirmed is None else confirmed
    return OpenLine(
        line,
        sku,
        unit,
        Fraction(str(factor)),
        tuple((site, day(number), Decimal(str(quantity))) for site, number, quantity in claims),
        Decimal(str(ordered)),
        Decimal(str(shipped)),
        Decimal(str(cancelled)),
        whole_only,
    )


def planned(
    lines: list[OpenLine],
    on_hand: dict[str, object],
    request: ShipRequest | None = None,
    *,
    over: object = 0,
    complete: bool = False,
    spare: dict[tuple[str, str], list[tuple[date, Decimal]]] | None = None,
) -> ShipmentPlan:
    """``on_hand`` by ``"BOLT@BER"``."""
    there = {tuple(key.split("@")): Decimal(str(value)) for key, value in on_hand.items()}
    return plan_shipment(
        request or ShipRequest("SO-1"),
        lines,
        there,
        today=TODAY,
        policy=FulfilmentPolicy(over_percent=over),
        ship_complete=complete,
        spare=spare,
    )


def leaving(plan: ShipmentPlan) -> list[tuple[str, Decimal, int]]:
    return [(p.order_line, p.quantity, (p.planned_on - TODAY).days) for p in plan.lines]


def all_codes(plan: ShipmentPlan) -> set[str]:
    return {finding.code for finding in plan.findings}


def a_shipment(**more: object) -> Shipment:
    ten = Decimal(10)
    worth = AmountLine("1", "BOLT", "Bolt", ten, "H87", Decimal(1), ten, Tax.parse("S19"))
    fields = {
        "id": "SH-1",
        "order": "SO-1",
        "customer": "C7",
        "site": "BER",
        "shipped_on": TODAY,
        "lines": (ShipmentLine("1", "BOLT", ten, "H87", ten, TODAY, "BER"),),
        "amounts": amounts_of("EUR", [worth]),
    }
    return Shipment(**(fields | more))
