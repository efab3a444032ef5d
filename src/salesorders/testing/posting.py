"""What a gateway into a ledger promises besides: balanced entries only, exact, immutable, on their day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import attrs

from salesorders.kernel.change import GatewayEffect
from salesorders.kernel.limits import exact
from salesorders.kernel.money import exponent_of
from salesorders.ledger import Entry, invoice_entry, shipment_entry
from salesorders.testing.carrying import AT_ONCE, GatewaySuite
from salesorders.testing.suite import hook, promise

__all__ = ["LedgerGatewaySuite", "Posted", "fields_of", "posting"]

DAY = date(2026, 11, 23)
ZERO = Decimal(0)
# Currencies with an amount of each: no decimals, two and three, and as much as a float can't hold.
WORTH = (("EUR", "7.00"), ("JPY", "7"), ("KWD", "7.000"), ("EUR", "99999999999999.99"))
KEPT = ("effects", "effect", "variants", "contents", "said")
PostedLine = tuple[str, Decimal, Decimal]


@attrs.frozen
class Posted:
    """An entry as the other side's books have it: lines of account, debit and credit, one of these 0."""

    key: str
    on: date
    currency: str
    lines: tuple[PostedLine, ...]


def fields_of(entry: Entry) -> dict[str, Any]:
    """Return an entry as plain data; a line is its role, debit and credit."""
    return {
        "entry": entry.id,
        "source": entry.source,
        "kind": entry.kind,
        "on": entry.on,
        "currency": entry.currency,
        "reverses": entry.reverses,
        "lines": tuple((line.role, line.debit, line.credit) for line in entry.lines),
    }


def posting(fields: Mapping[str, Any]) -> GatewayEffect:
    """Return the effect that asks a ledger to post what ``fields_of`` tells of an entry."""
    return GatewayEffect("ledger", "entry.posted", tuple(fields.items()))


class LedgerGatewaySuite(GatewaySuite):
    """Subclass it and write ``make`` and ``posted``; everything that a gateway promises is asked too.

    An entry is handed over as ``posting`` writes it; where your adapter takes another form, write
    ``handed(fields)``. ``account`` maps a role to what ``posted`` calls it. ``close_period`` closes the
    other side's books up to a day.
    """

    port: ClassVar[str] = "ledger"
    hooks: ClassVar[tuple[str, ...]] = (
        *(name for name in GatewaySuite.hooks if name not in KEPT),
        "posted",
        "handed",
        "account",
        "close_period",
    )

    def posted(self, gateway: Any, tenant: str) -> Sequence[Posted]:
        """Return what stands in the other side's books for a tenant, oldest first."""
        raise TypeError(f"{type(self).__name__} wants posted(gateway, tenant)")

    def handed(self, fields: Mapping[str, Any]) -> GatewayEffect:
        """Return the effect under which your adapter takes an entry; it need not be a right one."""
        return posting(fields)

    def account(self, role: str) -> str:
        """Return what the other side's books call a role."""
        return role

    @hook
    def close_period(self, gateway: Any, tenant: str, until: date) -> Any:
        """Close the other side's books up to a day, that day included."""

    def effects(self, gateway: Any, tenant: str) -> Sequence[str]:
        """Return the keys of what was posted."""
        return [one.key for one in self.told("posted", gateway, tenant)]

    def effect(self, number: int) -> GatewayEffect:
        """Return the posting of a shipment worth ``number``."""
        return self._handed(fields_of(self._entry(number)))

    def variants(self, number: int) -> Sequence[GatewayEffect]:
        """Return the same posting with another amount, on another day, in another currency."""
        fields = fields_of(self._entry(number))
        others = (
            {"lines": fields_of(self._entry(number + 1))["lines"]},
            {"on": DAY + timedelta(days=1)},
            {"currency": "USD"},
        )
        return [self._handed(fields | other) for other in others]

    def contents(self, gateway: Any, tenant: str) -> Sequence[Posted]:
        """Return what was posted, without the keys."""
        found = self.told("posted", gateway, tenant)
        return [attrs.evolve(self._sorted(one), key="") for one in found]

    def said(self, number: int) -> Posted:
        """Return how the posting has to stand in the books."""
        return self._as_posted("", self._entry(number))

    def _entry(self, number: int, on: date = DAY, amount: str = "", currency: str = "EUR") -> Entry:
        worth = Decimal(amount or number)
        name = f"JE-{number}"
        entry = shipment_entry(name, f"shipment/SH-{number}", on, currency, worth, worth, "C7")
        assert entry is not None
        return entry

    def _handed(self, fields: Mapping[str, Any]) -> GatewayEffect:
        effect: GatewayEffect = self.told("handed", fields)
        return effect

    def _books(self, tenant: str = "main") -> list[Posted]:
        return list(self.hooked("posted", tenant))

    def _post(self, key: str, entry: Entry, tenant: str = "main") -> None:
        self.adapter.deliver(tenant, key, self._handed(fields_of(entry)))

    def _as_posted(self, key: str, entry: Entry) -> Posted:
        lines = [(self.told("account", line.role), line.debit, line.credit) for line in entry.lines]
        return Posted(key, entry.on, entry.currency, tuple(sorted(lines)))

    @staticmethod
    def _sorted(one: Posted) -> Posted:
        return attrs.evolve(one, lines=tuple(sorted(one.lines)))

    @promise("cents: an amount is posted as another, or on the other side")
    def test_every_line_is_posted_to_the_last_digit(self) -> None:
        amounts = ("0.10", "0.30", "99999999999999.99", "1234567.89")
        for number, amount in enumerate(amounts):
            entry = self._entry(number, amount=amount)
            self._post(f"k{number}/0", entry)
            there = self._books()[-1]
            assert self._sorted(there) == self._as_posted(f"k{number}/0", entry)
            sides = {type(side) for _, *both in there.lines for side in both}
            assert sides == {Decimal}, sides

    @promise("a thousandth or a hundredfold: currencies are taken to have cents")
    def test_currencies_keep_their_own_decimals(self) -> None:
        for number, (amount, currency) in enumerate((("1234", "JPY"), ("1.234", "KWD"))):
            entry = self._entry(number, amount=amount, currency=currency)
            self._post(f"k{number}/0", entry)
            assert self._sorted(self._books()[-1]) == self._as_posted(f"k{number}/0", entry)

    @promise("the period: an entry is posted on the day of its delivery instead of its own")
    def test_an_entry_is_posted_on_its_own_day(self) -> None:
        days = [DAY, DAY + timedelta(days=40), DAY - timedelta(days=3)]
        for number, on in enumerate(days, 1):
            self._post(f"k{number}/0", self._entry(number, on))
        assert [one.on for one in self._books()] == days

    @promise("the balance: an entry whose sides differ is posted, by a cent or by more")
    @exact
    def test_an_entry_that_does_not_balance_is_refused(self) -> None:
        for currency, amount in WORTH:
            entry = self._entry(7, amount=amount, currency=currency)
            unit = Decimal(1).scaleb(-exponent_of(currency))
            for off in (unit, 99 * unit, Decimal(1)):
                for at in range(len(entry.lines)):
                    self._unbalanced(entry, at, off)
        self._refused("k1/0", self._handed(fields_of(self._entry(7)) | {"lines": ()}))
        assert self._books() == []

    def _unbalanced(self, entry: Entry, at: int, off: Decimal) -> None:
        """Ask an entry one of whose lines is too much."""
        lines = list(fields_of(entry)["lines"])
        role, debit, credit = lines[at]
        lines[at] = (role, debit + off, credit) if debit else (role, debit, credit + off)
        # A key of its own, so that it is refused for its lines alone.
        key = f"{entry.currency}-{entry.total}-{off}-{at}/0"
        self._refused(key, self._handed(fields_of(entry) | {"lines": tuple(lines)}))
        assert self._books() == [], f"it was posted, off by {entry.currency} {off}"

    @promise("the whole: half an entry stands in the books")
    def test_an_entry_with_a_line_for_no_account_is_refused_whole(self) -> None:
        fields = fields_of(self._entry(7))
        *lines, (_, debit, credit) = fields["lines"]
        lines.append(("NOBODYS", debit, credit))
        self._refused("k1/0", self._handed(fields | {"lines": tuple(lines)}))
        assert self._books() == []

    @promise("the past: what was posted is changed by something that came later")
    def test_what_was_posted_stays_as_it_was(self) -> None:
        first = self._entry(1)
        self._post("k1/0", first)
        self._refused("k1/0", self._handed(fields_of(self._entry(2))))
        self._post("k2/0", first.reversal("JE-9", DAY))
        kept, back = (self._sorted(one) for one in self._books())
        assert kept == self._as_posted("k1/0", first)
        assert back == self._as_posted("k2/0", first.reversal("JE-9", DAY))

    @promise("the closed period: somebody posts into what was reported", needs="close_period")
    def test_a_closed_period_takes_nothing(self) -> None:
        self._post("k1/0", self._entry(1))
        self.hooked("close_period", "main", DAY)
        for key, on in (("k2/0", DAY), ("k3/0", DAY - timedelta(days=1))):
            self._refused(key, self._handed(fields_of(self._entry(2, on))))
        self._post("k4/0", self._entry(4, DAY + timedelta(days=1)))
        assert [one.key for one in self._books()] == ["k1/0", "k4/0"]

    @promise("the trial balance: after a busy minute debits are not credits", needs="concurrent")
    @exact
    def test_books_that_many_post_to_balance(self) -> None:
        entries = [
            invoice_entry(f"JE-{n}", f"invoice/{n}", DAY, "EUR", "C7", Decimal(n), (), Decimal(n))
            or self._entry(n)
            for n in range(1, AT_ONCE + 1)
        ]
        calls = [
            ("main", f"k{n}/0", self._handed(fields_of(entry))) for n, entry in enumerate(entries)
        ]
        answers = self.adapter.at_once("deliver", calls)
        assert [answer for answer in answers if isinstance(answer, Exception)] == []
        lines = [line for one in self._books() for line in one.lines]
        debits = sum((debit for _, debit, _ in lines), ZERO)
        assert debits == sum((credit for *_, credit in lines), ZERO)
        assert debits == sum((entry.total for entry in entries), ZERO)
