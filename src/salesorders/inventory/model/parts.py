"""The small values of stock, and which sites hold an item."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import attrs

from salesorders.kernel.claim import unexpired
from salesorders.kernel.errors import invalid, shown
from salesorders.kernel.events import stored
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import decimal_of

__all__ = [
    "DayDemand",
    "PlannedReceipt",
    "Reservation",
    "ScheduleLine",
    "StockSites",
    "level_ref",
    "sites_ref",
]

ZERO = Decimal(0)


def level_ref(sku: str, site: str) -> str:
    """Return the text key of an item's stock at a site.

    >>> level_ref("BOLT", "BER")
    'stock/BOLT@BER'
    """
    return f"stock/{sku}@{site}"


def sites_ref(sku: str) -> str:
    """Return the text key of the list of sites that hold an item."""
    return f"sites/{sku}"


def positive(value: object, path: str = "quantity") -> Decimal:
    """Return a quantity in base units above 0; raises ``quantity.not_positive``."""
    quantity = decimal_of(value, path, code="quantity")
    if quantity <= ZERO:
        invalid("quantity.not_positive", path, f"more than 0 is wanted, not {shown(quantity)}")
    return quantity


def aware(value: datetime, path: str) -> datetime:
    """Return a moment with a zone; raises ``moment.naive``."""
    if value.tzinfo is None:
        invalid("moment.naive", path, "a moment without a zone")
    return value


def sku_of(value: str) -> str:
    return ident_of(value, "sku")


def site_of(value: str) -> str:
    return ident_of(value, "site")


@attrs.frozen
class PlannedReceipt:
    """So much is expected on a day, from a purchase, production or transfer."""

    id: str
    on: date
    quantity: Decimal = attrs.field(converter=positive)


@attrs.frozen
class DayDemand:
    """The firm claims of one goods-issue day, summed."""

    on: date
    quantity: Decimal = attrs.field(converter=positive)


@attrs.frozen
class Reservation:
    """So much for one line of ``holder``, leaving on a day, until ``expires_at`` (exclusive)."""

    holder: str
    line: str
    on: date
    quantity: Decimal = attrs.field(converter=positive)
    expires_at: datetime

    def live(self, at: datetime) -> bool:
        """Whether it still counts at that moment."""
        return unexpired(self.expires_at, at)


@attrs.frozen
class ScheduleLine:
    """So much of a line leaves ``site`` on a day; ``site`` is empty where nothing is stocked."""

    line: str
    sku: str
    site: str
    on: date
    quantity: Decimal


def _sites(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(site_of(site) for site in values)


@stored("inventory.stock_sites/1")
@attrs.frozen
class StockSites:
    """Which sites hold an item, in the order in which they are asked."""

    sku: str = attrs.field(converter=sku_of)
    sites: tuple[str, ...] = attrs.field(default=(), converter=_sites)

    @property
    def ref(self) -> str:
        """The text key under which the list is stored."""
        return sites_ref(self.sku)

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Names under which the list is found: each ``site``."""
        return tuple(("site", site) for site in self.sites)

    @property
    def leads_to(self) -> tuple[str, ...]:
        """References of the levels that are mostly wanted next."""
        return tuple(level_ref(self.sku, site) for site in self.sites)

    def with_site(self, site: str) -> StockSites:
        """Return the list with ``site`` at its end, unchanged where it is there."""
        if site in self.sites:
            return self
        return attrs.evolve(self, sites=(*self.sites, site_of(site)))
