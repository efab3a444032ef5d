"""What is asked of authority."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import attrs

__all__ = ["DiscountRequest", "DiscountedLine"]

ZERO = Decimal(0)


@attrs.frozen
class DiscountedLine:
    """A line's worth at list price (``None`` where there is none) and everything taken off it.

    ``off`` holds line allowances and the line's share of document allowances, in the document's currency.
    """

    line: str
    worth_list: Decimal | None
    off: Decimal


@attrs.frozen
class DiscountRequest:
    """May these discounts be given? ``subject`` is the reference of the document."""

    subject: str
    lines: tuple[DiscountedLine, ...]

    def measures(self) -> Iterator[tuple[str, Decimal | None, Decimal]]:
        """Yield (path, worth at list, taken off) for every line that is discounted, then for the document."""
        for index, line in enumerate(self.lines):
            if line.off > 0 or line.worth_list is None:
                yield f"lines[{index}]", line.worth_list, line.off
        off = sum((line.off for line in self.lines if line.worth_list is not None), ZERO)
        if off > 0:
            yield (
                "document",
                sum((line.worth_list for line in self.lines if line.worth_list is not None), ZERO),
                off,
            )
