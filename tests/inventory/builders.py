"""Stock for tests: days count from a Monday, moments from its noon."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from salesorders.inventory import (
    DayDemand,
    InventoryPolicy,
    PlannedReceipt,
    Promise,
    StockLevel,
    Want,
    atp,
    promise,
)

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
POLICY = InventoryPolicy()


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def a_level(
    on_hand: object = 0,
    safety: object = 0,
    receipts: dict[int, object] | None = None,
    demand: dict[int, object] | None = None,
    sku: str = "BOLT",
    site: str = "BER",
) -> StockLevel:
    return StockLevel(
        sku,
        site,
        on_hand,
        safety,
        [PlannedReceipt(f"R{n}", day(n), q) for n, q in (receipts or {}).items()],
        [DayDemand(day(n), q) for n, q in (demand or {}).items()],
    )


def atps(level: StockLevel, days: int, policy: InventoryPolicy = POLICY) -> list[Decimal]:
    return [atp(level, day(number), TODAY, NOON, policy) for number in range(days)]


def a_want(
    quantity: object, on: int = 0, line: str = "1", sku: str = "BOLT", **more: object
) -> Want:
    return Want(line, sku, quantity, day(on), **more)


def promised(
    levels: list[StockLevel],
    wants: list[Want],
    *,
    policy: InventoryPolicy = POLICY,
    expires_at: datetime | None = None,
) -> Promise:
    sites: dict[str, tuple[str, ...]] = {}
    for level in levels:
        sites[level.sku] = (*sites.get(level.sku, ()), level.site)
    return promise(
        {level.ref: level for level in levels},
        wants,
        sites,
        today=TODAY,
        at=NOON,
        policy=policy,
        holder="SO-1",
        expires_at=expires_at,
    )


def lines(answer: Promise) -> list[tuple[str, str, int, Decimal]]:
    return [(p.line, p.site, (p.on - TODAY).days, p.quantity) for p in answer.schedule]


def codes(answer: Promise) -> list[str]:
    return [finding.code for finding in answer.findings]
