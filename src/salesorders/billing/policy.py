"""What a host may set about invoices."""

from __future__ import annotations

from datetime import date

import attrs

from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import flag_of
from salesorders.kernel.messages import register
from salesorders.kernel.policy import PolicyVersion, version_of

__all__ = ["BillingPolicy"]

register(
    {
        "invoice.future": "An invoice of {on} can't be posted on {today}.",
        "invoice.already": "The shipment is already billed by {invoice}.",
    }
)


def _series(value: str) -> str:
    return ident_of(value, "series")


def _per_year(value: bool) -> bool:
    return flag_of(value, "per_year")


@attrs.frozen
class BillingPolicy:
    """How invoices are numbered: ``series`` and, with ``per_year``, the year of issue.

    ``INV-2026-000001`` by default.
    """

    version: PolicyVersion = attrs.field(default=PolicyVersion("billing"), converter=version_of)
    series: str = attrs.field(default="INV", converter=_series)
    per_year: bool = attrs.field(default=True, converter=_per_year)

    def series_on(self, on: date) -> str:
        """Return the name of the series that numbers an invoice of that day."""
        return f"{self.series}-{on.year:04d}" if self.per_year else self.series
