"""Payment terms: when a document falls due and what early payment earns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

import attrs

from salesorders.kernel.calendar import add_months, days_after, end_of_month
from salesorders.kernel.errors import InvalidValue, invalid, shown
from salesorders.kernel.ids import text_of
from salesorders.kernel.limits import LIMITS, exact, flag_of, rate_of, tuple_of, whole_of
from salesorders.kernel.money import rounded

__all__ = ["Step", "Terms"]

KINDS = ("days", "months", "end_of_month", "day")
_TEXT = re.compile(
    r"(?:(?P<percent>[0-9]{1,2}(?:\.[0-9]{1,4})?) ?%? ?/ ?(?P<early>[0-9]{1,3}) ?,? ?)?"
    r"(?:(?P<receipt>due on receipt|prepaid)|net ?(?P<net>[0-9]{1,3})(?P<eom> (?:eom|end of month))?)\Z",
    re.ASCII | re.IGNORECASE,
)


def _kind(value: str) -> str:
    if value not in KINDS:
        invalid("terms.step", "kind", f"one of {', '.join(KINDS)} is wanted")
    return value


@attrs.frozen
class Step:
    """One step of a due-date rule: ``days`` n, ``months`` n (clamped), ``end_of_month``, ``day`` n.

    ``day`` n is the next n-th of a month strictly after the date, clamped to a shorter month. The
    order of steps counts: 45 days then end of month is another day than end of month then 45 days.
    """

    kind: str = attrs.field(converter=_kind)
    n: int = 0

    def after(self, day: date) -> date:
        """Return the date that this step leads to from ``day``."""
        if self.kind == "days":
            return days_after(day, self.n)
        if self.kind == "months":
            return add_months(day, self.n)
        if self.kind == "end_of_month":
            return end_of_month(day)
        same = _in_month(day, self.n)
        return same if same > day else _in_month(add_months(day.replace(day=1), 1), self.n)


def _in_month(day: date, n: int) -> date:
    return min(day.replace(day=1) + timedelta(days=n - 1), end_of_month(day))


def _steps(value: Iterable[Step]) -> tuple[Step, ...]:
    return tuple_of(value, "steps")


@attrs.frozen
class Terms:
    """Terms of payment.

    ``due`` and ``discount_due`` are steps counted from the invoice date; ``discount_percent``
    (0 to 100 % of the gross amount open at the value date) is earned by payment with a value date
    up to and including the discount day. ``prepaid``: the goods leave once they are paid.

    >>> Terms.parse("2/10 net 30").due_on(date(2026, 1, 31))
    datetime.date(2026, 3, 2)
    """

    name: str
    due: tuple[Step, ...] = attrs.field(default=(), converter=_steps)
    discount_percent: Decimal = Decimal(0)
    discount_due: tuple[Step, ...] = attrs.field(default=(), converter=_steps)
    prepaid: bool = False

    def __attrs_post_init__(self) -> None:
        rate_of(self.discount_percent, "discount_percent")
        flag_of(self.prepaid, "prepaid")
        for step in self.due + self.discount_due:
            if not isinstance(step, Step):
                invalid("terms.step", "steps", f"a Step is wanted, not {type(step).__name__}")
            whole_of(step.n, "steps", most=3660)
        if self.discount_percent and _outlasts(self.discount_due, self.due):
            invalid("terms.discount_after_due", "", "the discount would outlast the due date")

    @classmethod
    def parse(cls, text: str, path: str = "terms") -> Terms:
        """Read ``net 30``, ``net 30 eom`` (30 days, then end of month), ``2/10 net 30``, ``due on receipt``.

        ``prepaid`` is due on receipt too, and the goods wait for the money.
        Raises ``terms.text`` for anything else and ``terms.discount_after_due`` where the discount
        would outlast the due date.
        """
        found = _TEXT.match(" ".join(text_of(text, path, most=LIMITS.ident).split()))
        if found is None:
            invalid("terms.text", path, f"{shown(text)} is not read; say for example 2/10 net 30")
        net = int(found["net"] or 0)
        due = [Step("days", net)] + ([Step("end_of_month")] if found["eom"] else [])
        prepaid = (found["receipt"] or "").lower() == "prepaid"
        if prepaid and found["percent"]:
            invalid(
                "terms.discount_after_due", path, "what is paid first earns nothing by being early"
            )
        if not found["percent"]:
            return cls(text, tuple(due), prepaid=prepaid)
        return cls.of(text, due, found["percent"], [Step("days", int(found["early"]))], path=path)

    @classmethod
    def of(
        cls,
        name: str,
        due: Iterable[Step],
        percent: object = 0,
        early: Iterable[Step] = (),
        *,
        path: str = "terms",
    ) -> Terms:
        """Build checked terms of steps; the discount may not outlast the due date."""
        rate = rate_of(percent, f"{path}.discount_percent")
        try:
            return cls(name, tuple(due), rate, tuple(early))
        except InvalidValue as error:
            raise error.within(path) from None

    def due_on(self, invoiced_on: date) -> date:
        """Return the due date of a document of ``invoiced_on``."""
        return _walk(self.due, invoiced_on)

    def discount_until(self, invoiced_on: date) -> date | None:
        """Return the last day of the discount, ``None`` where none is offered."""
        return _walk(self.discount_due, invoiced_on) if self.discount_percent else None

    @exact
    def discount_of(self, gross: Decimal, currency: str) -> Decimal:
        """Return what early payment of ``gross`` earns, at the minor unit."""
        return rounded(gross * self.discount_percent / 100, currency)


@lru_cache(maxsize=256)
def _outlasts(early: tuple[Step, ...], due: tuple[Step, ...]) -> bool:
    """Whether a discount ends after the due date for any invoice date: two years hold every kind of month."""
    if {step.kind for step in (*early, *due)} <= {"days"}:
        return sum(step.n for step in early) > sum(step.n for step in due)
    days = (date(2023, 3, 1) + timedelta(days=n) for n in range(731))
    return any(_walk(early, day) > _walk(due, day) for day in days)


def _walk(steps: Iterable[Step], day: date) -> date:
    for step in steps:
        day = step.after(day)
    return day


NET_30 = Terms.of("net 30", [Step("days", 30)])
