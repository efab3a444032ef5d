"""An order being changed, for the model: quantities, days, discounts, new lines. Nothing is asked or claimed yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import attrs

from salesorders.testing.simulation.changing import copied, sized, wanting
from salesorders.testing.simulation.model import Model, Now
from salesorders.testing.simulation.promising import less, unclaimed
from salesorders.testing.simulation.resizing import may_hold, termed, terms_of
from salesorders.testing.simulation.units import (
    in_base,
    lines_refused,
    list_price,
    sold_in,
    unit_of,
)

__all__ = ["Draft"]

Line = dict[str, Any]


def _day(told: str | None) -> date | None:
    return None if told is None else date.fromisoformat(told)


@attrs.define
class Draft:
    """An order with changes; ``codes`` are what refuses them."""

    model: Model
    before: dict[str, Any]
    now: Now
    after: dict[str, Any] = attrs.field(init=False)
    lines: dict[str, Line] = attrs.field(init=False)
    codes: set[str] = attrs.field(factory=set, init=False)
    fresh: dict[str, Line] = attrs.field(factory=dict, init=False)
    grown: set[str] = attrs.field(factory=set, init=False)
    touched: set[str] = attrs.field(factory=set, init=False)
    wanted: dict[str, int] = attrs.field(factory=dict, init=False)
    _there: dict[str, Mapping[str, Any]] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.after = copied(self.before)
        self.lines = {line["id"]: line for line in self.after["lines"]}
        self._there = {line["id"]: line for line in terms_of(self.before)["lines"]}

    @property
    def _started(self) -> bool:
        return any(line["shipped"] for line in self.before["lines"])

    def _fixed(self, line_is: bool) -> bool:
        fixed = self._started and (line_is or terms_of(self.before)["bears"] is not None)
        if fixed:
            self.codes.add("order.terms_fixed")
        return fixed

    def change(self, name: str, q: int | None, discount: Any, on: str | None) -> None:
        """Change a line."""
        line = self.lines.get(name)
        if line is None:
            self.codes.add("order.unknown_line")
            return
        if q is not None and not self._quantity(line, q):
            return
        if on is not None:
            self.want_on(name, date.fromisoformat(on))
        if discount is not None:
            self._discount(line, discount)

    def _quantity(self, line: Line, q: int) -> bool:
        name, in_force = line["id"], line["q"] - line["cancelled"]
        if line["step"] and q % 1_000:
            self.codes.add("quantity.fractional_unit")
            return False
        if q < line["shipped"]:
            self.codes.add("amend.below_shipped")
            return False
        if q < in_force:
            self._shrink(line, in_force - q)
        elif q > in_force:
            self.grown.add(name)
            self.touched.add(name)
            if not may_hold(self.before, name, q):
                self.codes.add("order.terms_fixed")
                return False
            line["q"] += q - in_force
            self.wanted[name] = wanting(line, q - in_force)
        return True

    def _shrink(self, line: Line, q: int) -> None:
        """What comes at once or not at all may come, or come earlier, when it is less."""
        in_time = sum(part for _, on, part in line["claimed"] if on <= line["on"])
        late = in_time < in_base(line, line["q"] - line["cancelled"] - line["shipped"])
        less(line, q)
        left = line["q"] - line["cancelled"] - line["shipped"]
        if late and line["complete"] and left:
            unclaimed(line)
            self.wanted[line["id"]] = left

    def want_on(self, name: str, on: date) -> None:
        """Want what is open of a line by another day."""
        line = self.lines[name]
        left = line["q"] - line["cancelled"] - line["shipped"]
        if on != line["on"] and left:
            unclaimed(line)
            line["on"] = on
            self.wanted[name] = left

    def _discount(self, line: Line, told: Any) -> None:
        name = line["id"]
        if self._fixed(line["shipped"] > 0):
            return
        there = self.fresh.get(name) or self._there[name]
        q = line["q"] - line["cancelled"]
        fresh = termed(there, q, there["price"], *told, kept=False)
        if fresh["net"] < 0:
            self.codes.add("price.line_negative")
            return
        self.touched.add(name)
        self.fresh[name] = fresh

    def reprice(self) -> None:
        """Price again every line of which nothing has left."""
        if self._fixed(False):
            return
        found: dict[str, Line] = {}
        codes = set()
        for line in self.before["lines"]:
            name = line["id"]
            q = self.lines[name]["q"] - self.lines[name]["cancelled"]
            if line["shipped"] or not q:
                continue
            there = self.fresh.get(name) or self._there[name]
            told = ("p", there["percent"]) if there["amount"] is None else ("a", there["off"])
            price = list_price(self.model.items[line["sku"]], line, q)
            found[name] = termed(there, q, price, *told)
            codes |= {"item.retired"} if self.model.items[line["sku"]]["retired"] else set()
            codes |= {"price.line_negative"} if found[name]["net"] < 0 else set()
        self.codes |= codes
        if not codes:
            self.fresh |= found
            self.touched |= set(found)

    def _sold(self, sku: str) -> None:
        if self.model.items[sku]["retired"]:
            self.codes.add("item.retired")

    def add(self, told: Sequence[Any], on: date | None) -> None:
        """Add lines at today's prices."""
        if not told or self._fixed(False):
            return
        found = set()
        if self.model.customers[self.before["customer"]]["retired"]:
            found.add("customer.retired")
        found |= lines_refused(self.model, told)
        first = max(int(name) for name in self.lines) + 1
        new = [] if found else [self._new(str(n), line, on) for n, line in enumerate(told, first)]
        found |= {"item.retired" for line, _ in new if self.model.items[line["sku"]]["retired"]}
        found |= {"price.line_negative" for _, fresh in new if fresh["net"] < 0}
        self.codes |= found
        for line, fresh in () if found else new:
            name = line["id"]
            self.lines[name], self.fresh[name], self.wanted[name] = line, fresh, line["q"]
            self.after["lines"].append(line)
            self.touched.add(name)

    def _new(self, name: str, told: Any, on: date | None) -> tuple[Line, Line]:
        sku, q, discount, day, complete, *_ = told
        item = self.model.items[sku]
        line = {
            "id": name,
            "sku": sku,
            "q": q,
            "tax": item["tax"],
            "stocked": item["stocked"],
            **sold_in(item, unit_of(told)),
            "on": _day(day) or on or self.now.today,
            "complete": complete,
            "shipped": 0,
            "invoiced": 0,
            "cancelled": 0,
            "confirmed": [],
            "claimed": [],
        }
        fresh = termed(line, q, list_price(item, line, q), *(discount or ("p", 0)))
        return line, fresh

    def today(self) -> dict[str, int | Fraction]:
        """Return today's list prices of what grew; what is sold no more refuses."""
        prices: dict[str, int | Fraction] = {}
        for name in self.grown:
            line = self.lines[name]
            self._sold(line["sku"])
            item = self.model.items[line["sku"]]
            prices[name] = list_price(item, line, line["q"] - line["cancelled"])
        retired = self.model.customers[self.before["customer"]]["retired"]
        if (self.grown or self.fresh) and retired:
            self.codes.add("customer.retired")
        return prices

    def order(self) -> dict[str, Any]:
        """Return the order as it would be."""
        order = sized(self.before, self.after, self.fresh)
        if any(base < 0 for base, _ in order["sums"].groups.values()):
            self.codes.add("price.document_negative")
        return order

    def changes_nothing(self, order: dict[str, Any]) -> bool:
        """Whether the order is like that already."""
        lines = [{**line, "net": 0} for line in order["lines"]]
        if lines != [{**line, "net": 0} for line in self.before["lines"]]:
            return False
        parts = ("id", "q", "price", "percent", "amount", "off")
        now, then = (
            [[line[part] for part in parts] for line in terms_of(one)["lines"]]
            for one in (order, self.before)
        )
        return now == then and order["ship_to_name"] == self.before["ship_to_name"]


def later(now: Now, days: int) -> str:
    """Return a day so many days from today, as a script writes it."""
    return (now.today + timedelta(days=days)).isoformat()
