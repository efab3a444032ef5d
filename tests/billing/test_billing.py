"""Invoices: drafts without numbers, gapless series, due dates frozen at issue (P25)."""

from datetime import date, timedelta
from decimal import Decimal, localcontext

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesorders.billing import BillingPolicy, DraftInvoice, IssuedInvoice, NumberSeries
from salesorders.catalog import Address, Party, Terms
from salesorders.kernel.errors import SalesOrdersError
from salesorders.kernel.money import Money
from tests.amounts.builders import a_document, a_line

DAY = date(2026, 1, 31)
ACME = Party("ACME", address=Address(country="DE"))


def a_draft(terms="2/10 net 30", price="1000.00"):
    return DraftInvoice(
        id="IN-1",
        customer="C7",
        seller=ACME,
        buyer=Party("Muster", address=Address(country="DE")),
        order="SO-1",
        delivered_on=DAY,
        terms=Terms.parse(terms),
        amounts=a_document(a_line(price=price)),
    )


def refused(function, *args, **kwargs):
    with pytest.raises(SalesOrdersError) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(-2, 5), max_size=20))
def test_p25_numbers_are_gapless_and_dates_never_go_back(steps):
    series, drawn, day = NumberSeries("INV-2026"), [], DAY
    for step in steps:
        asked = day + timedelta(days=step)
        if drawn and asked < day:
            assert refused(series.draw, asked) == ("series.date", "issued_on")
            continue
        number, series = series.draw(asked)
        drawn.append((number, asked))
        day = asked
    assert [number for number, _ in drawn] == [
        f"INV-2026-{n:06d}" for n in range(1, len(drawn) + 1)
    ]
    assert [on for _, on in drawn] == sorted(on for _, on in drawn)


def test_the_first_number_may_be_of_any_day():
    assert NumberSeries("INV").draw(date(1990, 1, 1))[0] == "INV-000001"


def test_a_series_outgrows_its_digits():
    assert NumberSeries("INV", 999_999).draw(DAY)[0] == "INV-1000000"


def test_drawing_leaves_the_series_it_was_drawn_from_alone():
    series = NumberSeries("INV")
    assert series.draw(DAY)[0] == series.draw(DAY)[0]
    assert series.last == 0


def test_a_year_has_its_own_series_unless_a_policy_says_otherwise():
    assert BillingPolicy().series_on(DAY) == "INV-2026"
    assert BillingPolicy(series="R", per_year=False).series_on(DAY) == "R"


@pytest.mark.parametrize("series", ["", "a b", "a/b", None, 7])
def test_a_malformed_series_is_refused(series):
    assert refused(BillingPolicy, series=series)[1] == "series"


def test_a_draft_has_no_number():
    assert not hasattr(a_draft(), "number")


def test_issuing_freezes_number_and_due_dates():
    invoice = a_draft().issue("INV-2026-000001", DAY)
    assert isinstance(invoice, IssuedInvoice)
    assert (invoice.due_on, invoice.discount_until) == (date(2026, 3, 2), date(2026, 2, 10))
    assert (invoice.number, invoice.issued_on) == ("INV-2026-000001", DAY)


def test_without_discount_there_is_no_discount_day():
    assert a_draft("net 30").issue("INV-1", DAY).discount_until is None


def test_everything_on_the_draft_stands_on_the_invoice():
    draft = a_draft()
    invoice = draft.issue("INV-1", DAY)
    for name in attrs.fields_dict(DraftInvoice):
        assert getattr(invoice, name) == getattr(draft, name)


def test_an_issued_invoice_never_changes():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        a_draft().issue("INV-1", DAY).number = "INV-2"


@pytest.mark.parametrize("number", ["", "a b", None, "x" * 65])
def test_a_malformed_number_is_refused(number):
    assert refused(a_draft().issue, number, DAY)[1] == "number"


def test_the_balance_is_what_is_not_settled():
    invoice = attrs.evolve(a_draft().issue("INV-1", DAY), settled=Decimal("190.00"))
    assert (invoice.total, invoice.balance) == (Money("1190.00", "EUR"), Money(1000, "EUR"))


def test_an_invoice_is_found_by_customer_order_and_number():
    assert a_draft().issue("INV-1", DAY).lookups() == (
        ("customer", "C7"),
        ("order", "SO-1"),
        ("number", "INV-1"),
    )


def test_six_digits_of_the_host_change_no_balance():
    invoice = attrs.evolve(a_draft(price="200000.00").issue("INV-1", DAY), settled=Decimal("0.01"))
    with localcontext() as context:
        context.prec = 6
        assert str(invoice.balance) == "EUR 237999.99"
