"""Laws of the ledger: every entry balances, and so does all that is added up from entries."""

from __future__ import annotations

from decimal import Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from salesorders.amounts import TaxGroup, tax_of
from salesorders.kernel.codec import decode, encode
from salesorders.ledger import (
    Entry,
    application_entry,
    control,
    invoice_entry,
    receipt_entry,
    reconcile,
    reversal,
    shipment_entry,
)
from salesorders.testing.laws import journal_balances
from tests.ledger.builders import DAY

cents = st.integers(1, 10**11).map(lambda n: Decimal(f"{n // 100}.{n % 100:02d}"))
rates = st.sampled_from(["0", "7", "19", "25.5"])


@st.composite
def groups(draw: st.DrawFn) -> list[TaxGroup]:
    listed = []
    for rate in draw(st.lists(rates, min_size=1, max_size=3, unique=True)):
        base = draw(cents)
        with localcontext() as context:
            context.prec = 50
            amount = (base * Decimal(rate) / 100).quantize(Decimal("0.01"))
        tax = tax_of("S", rate) if rate != "0" else tax_of("Z", 0)
        listed.append(TaxGroup(tax, base, amount))
    return listed


@st.composite
def journals(draw: st.DrawFn) -> tuple[list[Entry], Decimal, Decimal]:
    """Cycles from shipment to cash; with what is open and what is unapplied, counted alongside."""
    entries: list[Entry | None] = []
    items_open = unapplied = Decimal(0)
    with localcontext() as context:
        context.prec = 50
        for n in range(draw(st.integers(1, 4))):
            taxed = draw(groups())
            net = sum((group.base for group in taxed), Decimal(0))
            gross = net + sum((group.amount for group in taxed), Decimal(0))
            cash = draw(st.integers(1, int(gross * 100)).map(lambda c: Decimal(c).scaleb(-2)))
            discount = min(gross - cash, draw(cents))
            entries += [
                shipment_entry(f"S{n}", f"shipment/{n}", DAY, "EUR", net, draw(cents), "C7"),
                invoice_entry(f"I{n}", f"invoice/{n}", DAY, "EUR", "C7", net, taxed, gross),
                receipt_entry(f"R{n}", f"payment/{n}", DAY, "EUR", cash, "C7"),
            ]
            items_open, unapplied = items_open + gross, unapplied + cash
            applied = application_entry(
                f"A{n}", f"payment/{n}", DAY, "EUR", "C7", cash, discount, taxed
            )
            entries.append(applied)
            if draw(st.booleans()):
                entries.append(reversal(applied, f"X{n}", DAY))
            else:
                items_open, unapplied = items_open - cash - discount, unapplied - cash
    return [entry for entry in entries if entry is not None], items_open, unapplied


def test_every_entry_and_every_trial_balance_balances_and_reversals_leave_nothing() -> None:
    journal_balances()


@given(journals())
def test_the_control_accounts_are_the_sub_ledger(
    posted: tuple[list[Entry], Decimal, Decimal],
) -> None:
    entries, items_open, unapplied = posted
    assert reconcile(entries, items_open, unapplied, "EUR") == ()


@given(journals())
def test_a_stored_entry_reads_back_the_same(posted: tuple[list[Entry], Decimal, Decimal]) -> None:
    for entry in posted[0]:
        assert decode(encode(entry)) == entry


@given(journals(), st.sampled_from(["AR", "TAX_OUT", "UNAPPLIED", "DISCOUNT"]))
def test_the_order_of_entries_changes_no_balance(
    posted: tuple[list[Entry], Decimal, Decimal], role: str
) -> None:
    entries, _, _ = posted
    assert control(entries, role) == control(entries[::-1], role)
