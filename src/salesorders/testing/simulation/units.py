"""Units of sale, for the model: a carton, a sack, a thousand pieces, in whole thousandths and exact fractions.

A line has its ``unit``, the item's own where it is empty, and its ``factor``: base units in one of it, as a fraction
over and under. ``step`` is the least that is sold of it, ``lot`` what a part of it is promised in, in base units; 0
where it may be cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from salesorders.testing.simulation.model import Model

__all__ = [
    "ONE",
    "grain",
    "in_base",
    "is_whole",
    "lines_refused",
    "list_price",
    "plain",
    "sold_in",
    "unit_of",
    "units_in",
]

Factor = tuple[int, int]
ONE: Factor = (1, 1)
# Quantities are kept to so many parts of a thousandth.
FINE = 10**9


def is_whole(unit: str) -> bool:
    """Whether a unit is never cut: pieces and packages."""
    return unit == "H87" or unit.startswith("X")


def unit_of(told: Any) -> str:
    """Return the unit that a line of a script names, nothing where it is the item's own."""
    return str(told[5]) if len(told) > 5 else ""


def sold_in(item: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """Return what a line has of a unit in which an item is sold."""
    over, under = item["units"][unit] if unit else ONE
    whole = is_whole(unit or item["unit"])
    return {
        "unit": unit,
        "factor": (over, under),
        "step": 1_000 if whole else 0,
        "lot": 1_000 * over if whole and under == 1 else 0,
    }


def in_base(line: Mapping[str, Any], q: int) -> int:
    """Return so much of a line in base units."""
    over, under = line["factor"]
    return q if over == under else q * over // under


def plain(number: int | Fraction) -> int | Fraction:
    """Return a number as a whole one where it is."""
    return int(number) if number.denominator == 1 else number


def units_in(line: Mapping[str, Any], base: int) -> int | Fraction:
    """Return how much of a line's unit base units are, cut off where no more decimals are kept."""
    over, under = line["factor"]
    if over == under:
        return base
    return plain(Fraction(base * under * FINE // over, FINE))


def list_price(item: Mapping[str, Any], line: Mapping[str, Any], q: int) -> int | Fraction:
    """Return today's list price of one unit of a line, for so much of it."""
    base = in_base(line, q)
    found: int = [value for least, value in item["prices"] if least <= base][-1]
    over, under = line["factor"]
    if over == under:
        return found
    return plain(Fraction(found * over, under))


def grain(line: Mapping[str, Any]) -> int:
    """Return of how much of a line a sender thinks: one of it, and of what is many pieces one piece."""
    return 1_000 if line["step"] or line["factor"] == ONE else 1


def lines_refused(model: Model, lines: Sequence[Any]) -> set[str]:
    """Return the codes of what lines name and nobody knows, and of pieces that are cut."""
    found = set()
    for told in lines:
        item, unit = model.items.get(told[0]), unit_of(told)
        if item is None:
            found.add("item.unknown")
        elif unit and unit not in item["units"]:
            found.add("unit.mismatch")
        elif is_whole(unit or item["unit"]) and told[1] % 1_000:
            found.add("quantity.fractional_unit")
    return found
