"""The order: quantities are counted, status is derived from them, never stored (P22, P23)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesorders.kernel.decision import Decision, refer
from salesorders.kernel.errors import SalesOrdersError
from salesorders.kernel.money import Money
from salesorders.kernel.policy import PolicyVersion
from salesorders.orders import Hold, Order, OrderLine, Release, ScheduleLine
from tests.amounts.builders import a_document, a_line

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = date(2026, 11, 24)
DECISION = Decision("credit.order", "order/SO-1", PolicyVersion("credit"), NOON, (refer("x"),))


def a_line_of(ordered=10, line_id="1", claimed=None, **counts):
    claim = ordered if claimed is None else claimed
    schedule = (ScheduleLine("BER", DAY, Decimal(claim)),) if claim else ()
    return OrderLine(
        line_id,
        "BOLT",
        Decimal(ordered),
        "H87",
        Fraction(1),
        DAY,
        schedule,
        schedule,
        **{name: Decimal(value) for name, value in counts.items()},
    )


def an_order(*lines, holds=(), reference=""):
    amounts = a_document(*(a_line(line.id, line.ordered) for line in lines))
    return Order(
        id="SO-1",
        customer="C7",
        reference=reference,
        placed_at=NOON,
        placed_on=NOON.date(),
        makers=("ann",),
        amounts=amounts,
        lines=lines,
        holds=holds,
    )


def refused(function, *args):
    with pytest.raises(SalesOrdersError) as caught:
        function(*args)
    return caught.value.code, caught.value.path


def test_what_is_open_is_what_is_neither_shipped_nor_cancelled():
    assert a_line_of(10, shipped=3, cancelled=2).open == 5


def test_shipping_uses_up_the_claim_of_its_site_and_day():
    line = a_line_of(10).ship(Decimal(4), Decimal(4), "BER", DAY)
    assert (line.shipped, line.claimed[0].quantity, line.confirmed[0].quantity) == (4, 6, 10)


def test_a_claim_that_is_used_up_is_gone():
    assert a_line_of(10).ship(Decimal(10), Decimal(10), "BER", DAY).claimed == ()


@pytest.mark.parametrize("quantity", [0, -1, 11])
def test_no_more_is_shipped_than_is_open(quantity):
    found = refused(a_line_of(10).ship, Decimal(quantity), Decimal(quantity), "BER", DAY)
    assert found == ("shipment.over", "lines[1].quantity")


@pytest.mark.parametrize(("site", "on"), [("HAM", DAY), ("BER", date(2026, 11, 25))])
def test_only_what_is_claimed_for_that_site_and_day_leaves(site, on):
    found = refused(a_line_of(10).ship, Decimal(1), Decimal(1), site, on)
    assert found == ("shipment.unclaimed", "lines[1].quantity")


@pytest.mark.parametrize("quantity", [-1, 4])
def test_no_more_is_invoiced_than_was_shipped(quantity):
    line = a_line_of(10, shipped=5, invoiced=2)
    assert refused(line.invoice, Decimal(quantity)) == ("invoice.over", "lines[1].quantity")
    assert line.invoice(Decimal(3)).invoiced == 5


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 12)), max_size=12))
def test_i09_ordered_is_open_shipped_and_cancelled_whatever_happens(steps):
    line = a_line_of(20, claimed=15, cancelled=5)
    for ships, quantity in steps:
        step = (Decimal(quantity), Decimal(quantity), "BER", DAY) if ships else (Decimal(quantity),)
        try:
            line = (line.ship if ships else line.invoice)(*step)
        except SalesOrdersError:
            continue
        assert line.ordered == line.open + line.shipped + line.cancelled
        assert 0 <= line.invoiced <= line.shipped
        assert sum(claim.quantity for claim in line.claimed) == line.open


@pytest.mark.parametrize(
    ("lines", "fulfilment", "billing", "status"),
    [
        ([{}], "unshipped", "uninvoiced", "open"),
        ([{"shipped": 1}], "partly shipped", "uninvoiced", "partly shipped"),
        ([{"shipped": 10}, {}], "partly shipped", "uninvoiced", "partly shipped"),
        ([{"shipped": 10}], "shipped", "uninvoiced", "shipped"),
        ([{"shipped": 10, "invoiced": 4}], "shipped", "partly invoiced", "shipped"),
        ([{"shipped": 10, "invoiced": 10}], "shipped", "invoiced", "invoiced"),
        ([{"shipped": 6, "cancelled": 4, "invoiced": 6}], "shipped", "invoiced", "invoiced"),
        ([{"cancelled": 10}], "shipped", "invoiced", "cancelled"),
    ],
    ids=str,
)
def test_status_is_counted_from_quantities(lines, fulfilment, billing, status):
    order = an_order(
        *(a_line_of(10, str(n), **counts) for n, counts in enumerate(lines, 1)),
    )
    assert (order.fulfilment, order.billing, order.status) == (fulfilment, billing, status)


def test_p23_two_of_a_quarter_million_keep_an_order_open():
    big, small = a_line_of(250_000, "1", shipped=250_000), a_line_of(2, "2")
    order = an_order(big, small)
    assert (order.fulfilment, order.is_open) == ("partly shipped", True)


def test_a_hold_comes_before_everything_else():
    order = an_order(a_line_of(), holds=(Hold("credit", DECISION),))
    assert (order.status, order.is_held) == ("held", True)


def test_only_the_gate_that_is_let_go_is_gone():
    order = an_order(a_line_of(), holds=(Hold("credit", DECISION), Hold("price", DECISION)))
    release = Release("credit", DECISION, "ben", Decimal(100))
    after = order.without_hold("credit", release)
    assert [hold.gate for hold in after.holds] == ["price"]
    assert after.releases == (release,)


def test_an_order_is_found_by_where_it_stands():
    held = an_order(a_line_of(), holds=(Hold("credit", DECISION),), reference="PO-7")
    waits = (("held", ""), ("held", "C7"))
    assert held.lookups() == (("customer", "C7"), ("reference", "PO-7"), *waits)
    assert ("backlog", "") in an_order(a_line_of()).lookups()
    assert ("done", "") in an_order(a_line_of(shipped=10, invoiced=10)).lookups()


def test_shipped_and_not_invoiced_is_still_open():
    assert an_order(a_line_of(shipped=10)).is_open


def test_the_total_is_that_of_the_frozen_amounts():
    assert an_order(a_line_of(10)).total == Money("119.00", "EUR")


def test_the_promise_is_a_table_of_the_confirmed_schedule():
    assert list(an_order(a_line_of(10)).promised) == [("1", "BOLT", DAY, DAY, Decimal(10), "BER")]


def test_a_line_that_is_not_there_is_refused():
    assert refused(an_order(a_line_of()).line, "9") == ("line.unknown", "line")


def test_lines_are_replaced_by_their_ids():
    order = an_order(a_line_of(10, "1"), a_line_of(5, "2"))
    changed = attrs.evolve(order.line("2"), shipped=Decimal(5))
    assert order.with_lines({"2": changed}).lines == (order.line("1"), changed)


def test_what_is_cancelled_takes_the_latest_promises_with_it():
    early, late = (ScheduleLine("BER", day, Decimal(5)) for day in (DAY, DAY.replace(day=30)))
    line = attrs.evolve(a_line_of(10), confirmed=(late, early), claimed=(late, early))
    line = line.cancel(Decimal(7))
    assert line.claimed == line.confirmed == (attrs.evolve(early, quantity=Decimal(3)),)
    assert (line.open, line.in_force, line.cancelled) == (3, 3, 7)


@pytest.mark.parametrize("quantity", [0, -1, 7])
def test_only_what_is_open_is_cancelled_and_only_what_was_cancelled_is_opened(quantity):
    line = a_line_of(10, shipped=4, claimed=6)
    with pytest.raises(SalesOrdersError, match=r"cancel\.over"):
        line.cancel(Decimal(quantity))
    with pytest.raises(SalesOrdersError, match=r"reopen\.over"):
        line.cancel(Decimal(6)).reopen(Decimal(quantity))
    assert line.cancel(Decimal(6)).reopen(Decimal(6)).open == 6


def test_promises_of_one_site_and_day_are_one():
    line = a_line_of(10, claimed=4).with_claims(
        [ScheduleLine("BER", DAY, Decimal(2)), ScheduleLine("HAM", DAY, Decimal(1))]
    )
    assert [(entry.site, entry.quantity) for entry in line.claimed] == [("BER", 6), ("HAM", 1)]


def test_a_fingerprint_differs_as_soon_as_anything_does():
    order = an_order(a_line_of())
    assert order.fingerprint == an_order(a_line_of()).fingerprint
    assert order.fingerprint != an_order(a_line_of(shipped=1, claimed=9)).fingerprint


def test_what_is_open_is_worth_what_is_in_force_less_what_has_left():
    order = an_order(a_line_of(10))
    assert order.amounts_open == order.amounts.gross == Decimal("119.00")
    order = order.with_lines({"1": a_line_of(10, shipped=4, claimed=6)})
    assert order.amounts_open == Decimal("71.40")
    order = order.resized({"1": order.line("1").cancel(Decimal(6))})
    assert (order.amounts_open, order.amounts.gross) == (0, Decimal("47.60"))
    assert (order.fulfilment, order.status) == ("shipped", "shipped")


def test_what_is_cancelled_and_wanted_again_is_the_same_to_the_letter() -> None:
    line = OrderLine("1", "BOLT", Decimal("0.042"), "MIL", Fraction(1000), DAY)
    assert str(line.cancel(Decimal("0.042")).reopen(Decimal("0.042"))) == str(line)
