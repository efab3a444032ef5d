"""Cash is booked when it comes, and settles only what exactly one explanation fits."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

import salesorders as so
from salesorders.interchange import Statement, StatementLine
from tests.builders import DAY, House, a_customer, codes, refusal


def eur(amount: object) -> so.Money:
    return so.Money(amount, "EUR")


def paid(house: House, amount: object, *, customer: str = "C7", **more: Any) -> Any:
    return house.kai.cash.receive(customer, eur(amount), **more)


@pytest.fixture
def open_house(house: House) -> House:
    house.checked = True
    return house


def test_an_exact_reference_settles_the_invoice(open_house: House) -> None:
    invoice = open_house.sold()
    outcome = paid(open_house, "114.24", reference=f"Invoice {invoice.number}, thank you")
    assert isinstance(outcome, so.Applied)
    assert open_house.desk.cash.item(invoice.id).is_paid
    assert open_house.desk.cash.open_items("C7").items == ()
    assert open_house.exposure().total == 0


def test_early_payment_earns_its_two_percent(open_house: House) -> None:
    invoice = open_house.sold()
    open_house.clock.advance(days=10)
    outcome = paid(open_house, "111.96", reference=invoice.number)
    assert isinstance(outcome, so.Applied)
    item = open_house.desk.cash.item(invoice.id)
    assert (item.is_paid, item.applications[0].discount) == (True, Decimal("2.28"))
    assert open_house.exposure().total == 0
    assert open_house.desk.ledger.balance("AR") == 0


def test_the_value_date_decides_not_the_day_of_booking(open_house: House) -> None:
    invoice = open_house.sold()
    open_house.clock.advance(days=20)
    paid(open_house, "111.96", reference=invoice.number, on=DAY + timedelta(days=10))
    assert open_house.desk.cash.item(invoice.id).is_paid


def test_one_day_late_earns_nothing(open_house: House) -> None:
    invoice = open_house.sold()
    open_house.clock.advance(days=11)
    outcome = paid(open_house, "111.96", reference=invoice.number)
    assert "discount.late" in {finding.code for finding in outcome.findings}
    item = open_house.desk.cash.item(invoice.id)
    assert sum(part.discount for part in item.applications) == 0
    assert not item.is_paid
    assert open_house.exposure().total == Decimal("2.28")


def test_two_equal_invoices_without_reference_are_proposed(open_house: House) -> None:
    invoices = {open_house.sold().id, open_house.sold().id}
    outcome = paid(open_house, "114.24")
    assert isinstance(outcome, so.Proposed)
    assert codes(outcome) == {"match.ambiguous"}
    assert {c.invoices[0] for c in outcome.candidates} == invoices
    assert len(outcome.candidates) == 2
    assert len(open_house.desk.cash.open_items("C7").items) == 2
    assert open_house.exposure().unapplied == Decimal("114.24")


def test_a_chosen_candidate_and_its_undoing_restore_exactly(open_house: House) -> None:
    open_house.sold()
    open_house.sold()
    proposed = paid(open_house, "114.24")
    before = open_house.documents()
    balances = [open_house.desk.ledger.balance(role) for role in ("AR", "UNAPPLIED", "CASH")]
    applied = open_house.kai.cash.apply(proposed.payment.id, candidate=0).unwrap()
    chosen = proposed.candidates[0].invoices[0]
    assert open_house.desk.cash.item(chosen).is_paid
    assert applied.unapplied == 0
    open_house.kai.cash.unapply(applied.id, chosen)
    assert open_house.documents() == before
    assert [
        open_house.desk.ledger.balance(role) for role in ("AR", "UNAPPLIED", "CASH")
    ] == balances


def test_undoing_gives_back_the_early_payment_discount(open_house: House) -> None:
    invoice = open_house.sold()
    before = open_house.documents("receivable"), open_house.exposure().open_items
    payment = paid(open_house, "111.96", reference=invoice.number).unwrap()
    open_house.kai.cash.unapply(payment.id, invoice.id)
    after = open_house.documents("receivable"), open_house.exposure().open_items
    assert after == before
    assert open_house.desk.ledger.balance("DISCOUNT") == 0
    assert open_house.exposure().unapplied == Decimal("111.96")


def test_what_is_not_applied_cannot_be_undone(open_house: House) -> None:
    invoice = open_house.sold()
    payment = paid(open_house, "7.77").payment
    before = open_house.state()
    with pytest.raises(so.NotFound) as refused:
        open_house.kai.cash.unapply(payment.id, invoice.id)
    assert refused.value.code == "receivable.not_applied"
    assert open_house.state() == before


def test_applying_undoing_and_applying_again_settles(open_house: House) -> None:
    invoice = open_house.sold()
    payment = paid(open_house, "114.24", reference=invoice.number).unwrap()
    for _ in range(3):
        open_house.kai.cash.unapply(payment.id, invoice.id)
        open_house.kai.cash.apply(payment.id, {invoice.id: eur("114.24")})
    assert open_house.desk.cash.item(invoice.id).is_paid


def test_one_payment_may_settle_in_parts(open_house: House) -> None:
    first, second = open_house.sold(), open_house.sold()
    payment = paid(open_house, "150.00").payment
    open_house.kai.cash.apply(payment.id, {first.id: eur("114.24"), second.id: eur("10.00")})
    open_house.kai.cash.apply(payment.id, {second.id: eur("25.76")})
    assert open_house.desk.cash.get(payment.id).unapplied == 0
    assert open_house.desk.cash.item(second.id).open == Decimal("78.48")
    open_house.kai.cash.unapply(payment.id, second.id)
    assert open_house.desk.cash.item(second.id).open == Decimal("114.24")
    assert open_house.desk.cash.get(payment.id).unapplied == Decimal("35.76")


def test_an_unknown_payer_is_unidentified(open_house: House) -> None:
    outcome = paid(open_house, "50.00", customer="", payer_name="Somebody", reference="hello")
    assert isinstance(outcome, so.Unidentified)
    assert outcome.payment.customer == ""
    assert open_house.desk.ledger.balance("UNAPPLIED") == Decimal("-50.00")
    assert open_house.exposure().total == 0


def test_an_unidentified_payment_is_given_to_an_invoice_by_hand(open_house: House) -> None:
    invoice = open_house.sold()
    payment = paid(open_house, "114.24", customer="", payer_name="Somebody").payment
    open_house.kai.cash.apply(payment.id, {invoice.id: invoice.total})
    assert open_house.desk.cash.get(payment.id).customer == "C7"
    assert open_house.exposure().total == 0


def test_an_alias_says_who_paid(open_house: House) -> None:
    open_house.ada.catalog.add(a_customer("C9", aliases=("DE02120300000000202051",)))
    outcome = paid(open_house, "9.00", customer="", payer_iban="DE02120300000000202051")
    assert outcome.payment.customer == "C9"


def test_two_customers_of_one_alias_are_nobody(open_house: House) -> None:
    open_house.ada.catalog.add(*(a_customer(n, aliases=("Twins",)) for n in ("C8", "C9")))
    outcome = paid(open_house, "9.00", customer="", payer_name="Twins")
    assert isinstance(outcome, so.Unidentified)


def test_a_number_in_the_reference_says_who_paid(open_house: House) -> None:
    invoice = open_house.sold()
    outcome = paid(open_house, "114.24", customer="", reference=invoice.number)
    assert isinstance(outcome, so.Applied)
    assert outcome.payment.customer == "C7"


def test_a_bank_reference_is_booked_once_whatever_the_key(open_house: House) -> None:
    paid(open_house, "9.00", bank_ref="BANK-1")
    before = open_house.state()[0]
    outcome = paid(open_house, "9.00", bank_ref="BANK-1")
    assert [(f.code, f.path) for f in outcome.findings] == [("payment.seen", "bank_ref")]
    assert isinstance(outcome, so.Rejected)
    assert open_house.state()[0] == before


def test_more_than_is_owed_stays_on_account(open_house: House) -> None:
    invoice = open_house.sold()
    outcome = paid(open_house, "120.00", reference=invoice.number)
    assert "payment.surplus" in {finding.code for finding in outcome.findings}
    assert open_house.exposure().unapplied == Decimal("5.76")


def refused_and_unchanged(house: House, call: Any) -> set[str]:
    before = house.state()[0]
    found = refusal(call)
    assert house.state()[0] == before
    return found


def test_more_than_came_in_is_not_applied(open_house: House) -> None:
    invoice = open_house.sold()
    payment = paid(open_house, "50.00").payment
    apply = open_house.kai.cash.apply
    assert refused_and_unchanged(
        open_house, lambda: apply(payment.id, {invoice.id: eur("50.01")})
    ) == {"payment.over_allocated"}


def test_more_than_is_open_is_not_applied(open_house: House) -> None:
    invoice = open_house.sold()
    payment = paid(open_house, "500.00").payment
    apply = open_house.kai.cash.apply
    assert refused_and_unchanged(
        open_house, lambda: apply(payment.id, {invoice.id: eur("114.25")})
    ) == {"receivable.over_applied"}


def test_another_customers_invoice_is_not_settled(open_house: House) -> None:
    open_house.ada.catalog.add(a_customer("C8"))
    invoice = open_house.sold(customer="C8")
    payment = paid(open_house, "114.24").payment
    apply = open_house.kai.cash.apply
    assert refused_and_unchanged(
        open_house, lambda: apply(payment.id, {invoice.id: eur("1.00")})
    ) == {"payment.other_customer"}


def test_another_customers_number_in_a_reference_is_only_proposed(open_house: House) -> None:
    open_house.ada.catalog.add(a_customer("C8"))
    invoice = open_house.sold(customer="C8")
    outcome = paid(open_house, "114.24", reference=invoice.number)
    assert isinstance(outcome, so.Proposed)
    assert codes(outcome) == {"payment.other_customer"}
    if outcome.candidates:
        assert refused_and_unchanged(
            open_house, lambda: open_house.kai.cash.apply(outcome.payment.id, candidate=0)
        ) == {"payment.other_customer"}


def test_an_unidentified_payment_does_not_settle_two_customers(open_house: House) -> None:
    open_house.ada.catalog.add(a_customer("C8"))
    mine, other = open_house.sold(), open_house.sold(customer="C8")
    payment = paid(open_house, "200.00", customer="").payment
    shares = {mine.id: eur("1.00"), other.id: eur("1.00")}
    assert refused_and_unchanged(
        open_house, lambda: open_house.kai.cash.apply(payment.id, shares)
    ) == {"payment.other_customer"}


def test_money_of_tomorrow_is_refused(open_house: House) -> None:
    assert refused_and_unchanged(
        open_house, lambda: paid(open_house, "9.00", on=DAY + timedelta(days=1))
    ) == {"payment.future"}


def a_statement(*amounts: str, refs: tuple[str, ...] = (), **more: Any) -> Statement:
    lines = tuple(
        StatementLine(
            n=n,
            amount=Decimal(amount),
            currency="EUR",
            booked_on=DAY,
            value_on=DAY,
            bank_ref=f"B{n}",
            remittance=refs[n - 1] if n <= len(refs) else "",
            **more,
        )
        for n, amount in enumerate(amounts, 1)
    )
    return Statement(id="S1", account="DE1", currency="EUR", lines=lines)


def test_a_statement_books_credits_and_counts_the_rest(open_house: House) -> None:
    invoice = open_house.sold()
    statement = a_statement("114.24", "-20.00", "5.00", refs=(invoice.number,))
    result = open_house.kai.cash.import_statement(statement)
    assert [type(answer).__name__ for _, answer in result.lines] == ["Applied", "Unidentified"]
    assert result.skipped == 1
    assert len(result.table) == 2


def test_a_statement_read_twice_books_nothing_twice(open_house: House) -> None:
    invoice = open_house.sold()
    statement = a_statement("114.24", "5.00", refs=(invoice.number,))
    first = open_house.kai.cash.import_statement(statement, key="file-1")
    before = open_house.state()
    assert open_house.kai.cash.import_statement(statement, key="file-2") == first
    assert open_house.state() == before


def test_a_movement_that_stands_on_two_statements_is_booked_once(open_house: House) -> None:
    import attrs

    statement = a_statement("5.00")
    open_house.kai.cash.import_statement(statement)
    again = open_house.kai.cash.import_statement(attrs.evolve(statement, id="S2"))
    assert [codes(answer) for _, answer in again.lines] == [{"payment.seen"}]
    assert open_house.desk.ledger.balance("CASH") == Decimal("5.00")


def test_open_items_page_with_a_cursor(open_house: House) -> None:
    open_house.checked = False
    ids = {open_house.sold(1).id for _ in range(5)}
    seen, after = set(), ""
    while True:
        page = open_house.desk.cash.open_items("C7", limit=2, after=after)
        seen |= {item.invoice for item in page.items}
        if page.after is None:
            break
        after = page.after
    assert seen == ids


def test_ageing_looks_back_past_a_payment(open_house: House) -> None:
    invoice = open_house.sold()
    open_house.clock.advance(days=5)
    paid(open_house, "114.24", reference=invoice.number).unwrap()
    assert owed(open_house, DAY) == (Decimal("114.24"), 0)
    assert owed(open_house, DAY + timedelta(days=5)) == (0, 0)


def test_ageing_looks_back_past_an_undone_application(open_house: House) -> None:
    invoice = open_house.sold()
    payment = paid(open_house, "114.24", reference=invoice.number).unwrap()
    open_house.clock.advance(days=5)
    open_house.kai.cash.unapply(payment.id, invoice.id)
    assert owed(open_house, DAY + timedelta(days=5)) == (Decimal("114.24"), Decimal("-114.24"))
    assert owed(open_house, DAY) == (0, 0)


def test_ageing_looks_back_past_a_later_application(open_house: House) -> None:
    invoice = open_house.sold()
    payment = paid(open_house, "50.00").payment
    open_house.clock.advance(days=5)
    open_house.kai.cash.apply(payment.id, {invoice.id: eur("50.00")})
    assert owed(open_house, DAY) == (Decimal("114.24"), Decimal("-50.00"))
    assert owed(open_house, DAY + timedelta(days=5)) == (Decimal("64.24"), 0)


def owed(house: House, on: Any) -> tuple[Decimal, Decimal]:
    """Open items and unapplied cash of the ageing at the end of a day; cash counts as negative."""
    record = house.desk.reports.ageing(on).to_records()[-1]
    unapplied = -abs(record["unapplied"])
    return record["total"] - unapplied, unapplied


def test_a_person_may_name_invoices_as_the_candidates_do(open_house: House) -> None:
    first, second = open_house.sold(), open_house.sold()
    payment = paid(open_house, "114.24").payment
    settled = open_house.kai.cash.apply(payment.id, {second.number: eur("114.24")}).unwrap()
    assert [part.invoice for part in settled.allocations] == [second.id]
    assert not open_house.desk.cash.item(first.id).is_paid


def test_an_invoice_named_twice_is_refused(open_house: House) -> None:
    invoice = open_house.sold()
    payment = paid(open_house, "50.00").payment
    shares = {invoice.number: eur("10.00"), invoice.id: eur("10.00")}
    assert refusal(lambda: open_house.kai.cash.apply(payment.id, shares)) == {"match.twice"}


def test_what_names_no_item_is_unknown(open_house: House) -> None:
    payment = paid(open_house, "50.00").payment
    unknown = refusal(lambda: open_house.kai.cash.apply(payment.id, {"INV-9": eur("1.00")}))
    assert unknown == {"receivable.unknown"}
