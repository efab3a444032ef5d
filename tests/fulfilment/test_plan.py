"""What leaves which site now."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesorders.fulfilment import ShipLine, ShipRequest
from salesorders.kernel.errors import InvalidValue
from tests.fulfilment.builders import a_line, all_codes, day, leaving, planned


def asking(*lines: tuple[str, object], site: str = "") -> ShipRequest:
    return ShipRequest("SO-1", [ShipLine(line, quantity) for line, quantity in lines], site)


def test_everything_that_is_confirmed_and_there_leaves() -> None:
    plan = planned([a_line("1", 10), a_line("2", 3, sku="NUT")], {"BOLT@BER": 50, "NUT@BER": 3})
    assert (plan.site, leaving(plan), plan.findings) == ("BER", [("1", 10, 0), ("2", 3, 0)], ())


def test_no_more_leaves_than_is_really_there() -> None:
    plan = planned([a_line("1", 10)], {"BOLT@BER": 4})
    assert (leaving(plan), plan.allowed, all_codes(plan)) == (
        [("1", 4, 0)],
        True,
        {"shipment.short"},
    )


def test_no_more_leaves_than_is_confirmed() -> None:
    plan = planned([a_line("1", 10, [("BER", 0, 6)])], {"BOLT@BER": 50})
    assert leaving(plan) == [("1", 6, 0)]


def test_lines_of_one_item_draw_on_one_balance() -> None:
    plan = planned([a_line("1", 7), a_line("2", 7)], {"BOLT@BER": 10})
    assert leaving(plan) == [("1", 7, 0), ("2", 3, 0)]


def test_each_claim_gives_its_own_line() -> None:
    plan = planned([a_line("1", 10, [("BER", -1, 4), ("BER", 0, 6)])], {"BOLT@BER": 9})
    assert leaving(plan) == [("1", 4, -1), ("1", 5, 0)]


def test_the_named_site_ships_only_what_it_promised() -> None:
    line = a_line("1", 10, [("BER", 0, 4), ("HAM", 0, 6)])
    plan = planned([line], {"BOLT@BER": 99, "BOLT@HAM": 99}, ShipRequest("SO-1", site="BER"))
    assert (plan.site, leaving(plan)) == ("BER", [("1", 4, 0)])


def test_the_site_that_can_ship_most_is_chosen() -> None:
    line = a_line("1", 10, [("BER", 0, 4), ("HAM", 0, 6)])
    assert planned([line], {"BOLT@BER": 99, "BOLT@HAM": 99}).site == "HAM"
    assert planned([line], {"BOLT@BER": 99, "BOLT@HAM": 1}).site == "BER"


def test_more_lines_count_before_more_units_and_the_name_last() -> None:
    many = [a_line("1", 90, [("HAM", 0, 90)]), a_line("2", 1), a_line("3", 1)]
    assert planned(many, {"BOLT@BER": 99, "BOLT@HAM": 99}).site == "BER"
    even = [a_line("1", 2, [("HAM", 0, 1), ("BER", 0, 1)])]
    assert planned(even, {"BOLT@BER": 9, "BOLT@HAM": 9}).site == "BER"


def test_named_quantities_leave_exactly() -> None:
    plan = planned([a_line("1", 10), a_line("2", 5)], {"BOLT@BER": 50}, asking(("2", 3)))
    assert leaving(plan) == [("2", 3, 0)]


def test_named_quantities_that_are_not_there_are_refused() -> None:
    plan = planned([a_line("1", 10)], {"BOLT@BER": 4}, asking(("1", 5)))
    assert (plan.lines, plan.codes) == ((), {"shipment.short"})
    assert plan.findings[0].fact("available") == 4


def test_everything_that_is_wrong_is_said_at_once() -> None:
    request = asking(("9", 1), ("1", 0), ("2", -3), ("3", "1.5"), ("4", 11))
    plan = planned([a_line(str(n), 10) for n in range(1, 5)], {"BOLT@BER": 99}, request)
    found = [(finding.code, finding.path) for finding in plan.findings]
    assert found == [
        ("shipment.unknown_line", "lines[0].line"),
        ("shipment.quantity", "lines[1].quantity"),
        ("shipment.quantity", "lines[2].quantity"),
        ("shipment.fraction", "lines[3].quantity"),
        ("shipment.over", "lines[4].quantity"),
    ]


@pytest.mark.parametrize("quantity", [1.5, True, "NaN", None, "1e9"])
def test_a_quantity_is_an_exact_number(quantity: object) -> None:
    with pytest.raises(InvalidValue):
        ShipLine("1", quantity)


def test_p19_a_second_row_does_not_evade_the_limit() -> None:
    plan = planned([a_line("1", 10)], {"BOLT@BER": 99}, asking(("1", 6), ("1", 5)))
    assert plan.codes == {"shipment.over"}


def test_p19_the_limit_holds_over_all_shipments() -> None:
    line = a_line("1", 200, [("BER", 0, 50)], shipped=150)
    assert planned([line], {"BOLT@BER": 999}, asking(("1", 70)), over=10).allowed
    plan = planned([line], {"BOLT@BER": 999}, asking(("1", 71)), over=10)
    assert (plan.codes, plan.findings[0].fact("most")) == ({"shipment.over"}, 70)


def test_what_leaves_beyond_the_claim_is_marked() -> None:
    line = a_line("1", 200, [("BER", 0, 50)], shipped=150)
    (part,) = planned([line], {"BOLT@BER": 999}, asking(("1", 70)), over=10).lines
    assert (part.quantity, part.base_quantity, part.over, part.claimed) == (70, 70, 20, 50)


def test_over_delivery_does_not_take_what_others_were_promised() -> None:
    line = a_line("1", 100)
    spare = {("BOLT", "BER"): [(day(0), Decimal(5))]}
    assert planned([line], {"BOLT@BER": 999}, asking(("1", 105)), over=10, spare=spare).allowed
    plan = planned([line], {"BOLT@BER": 999}, asking(("1", 106)), over=10, spare=spare)
    assert plan.codes == {"shipment.short"}


def test_tolerance_of_pieces_is_whole_pieces() -> None:
    assert planned([a_line("1", 15)], {"BOLT@BER": 99}, asking(("1", 16)), over=10).allowed
    assert not planned([a_line("1", 15)], {"BOLT@BER": 99}, asking(("1", 17)), over=10).allowed
    kilos = a_line("1", 15, unit="KGM")
    assert planned([kilos], {"BOLT@BER": 99}, asking(("1", "16.5")), over=10).allowed


def test_cancelled_quantities_do_not_leave() -> None:
    line = a_line("1", 10, [("BER", 0, 4)], cancelled=6)
    assert leaving(planned([line], {"BOLT@BER": 99})) == [("1", 4, 0)]
    assert planned([line], {"BOLT@BER": 99}, asking(("1", 5))).codes == {"shipment.over"}


def test_a_whole_line_leaves_whole_or_not_at_all() -> None:
    lines = [a_line("1", 10, whole_only=True), a_line("2", 3)]
    plan = planned(lines, {"BOLT@BER": 9})
    assert leaving(plan) == [("2", 3, 0)]
    assert all_codes(plan) == {"shipment.short", "shipment.partial"}
    assert leaving(planned(lines, {"BOLT@BER": 10})) == [("1", 10, 0)]


def test_part_of_a_whole_line_cannot_be_asked_for() -> None:
    plan = planned([a_line("1", 10, whole_only=True)], {"BOLT@BER": 99}, asking(("1", 9)))
    assert plan.codes == {"shipment.partial"}


def test_i12_a_complete_order_leaves_whole_or_not_at_all() -> None:
    lines = [a_line("1", 10), a_line("2", 3, sku="NUT")]
    short = planned(lines, {"BOLT@BER": 10, "NUT@BER": 2}, complete=True)
    assert (short.lines, short.codes) == ((), {"shipment.complete"})
    assert leaving(planned(lines, {"BOLT@BER": 10, "NUT@BER": 3}, complete=True)) == [
        ("1", 10, 0),
        ("2", 3, 0),
    ]


def test_i12_naming_part_of_a_complete_order_is_refused() -> None:
    plan = planned([a_line("1"), a_line("2")], {"BOLT@BER": 99}, asking(("1", 10)), complete=True)
    assert plan.codes == {"shipment.complete"}


def test_a_shipment_of_nothing_is_refused() -> None:
    assert planned([a_line("1", 10)], {}).codes == {"shipment.nothing"}
    assert planned([], {}).codes == {"shipment.nothing"}


def test_a_claim_for_a_later_day_waits_where_others_may_need_the_goods() -> None:
    plan = planned([a_line("1", 10, [("BER", 3, 10)])], {"BOLT@BER": 10})
    assert plan.lines == ()
    early = next(finding for finding in plan.findings if finding.code == "shipment.early")
    assert early.fact("planned_on") == day(3)


def test_a_claim_for_a_later_day_leaves_as_far_as_others_leave_it() -> None:
    spare = {("BOLT", "BER"): [(day(0), Decimal(8)), (day(1), Decimal(6)), (day(3), Decimal(0))]}
    plan = planned([a_line("1", 10, [("BER", 3, 10)])], {"BOLT@BER": 18}, spare=spare)
    assert leaving(plan) == [("1", 6, 3)]


def test_the_orders_own_later_claims_do_not_stand_in_each_others_way() -> None:
    line, other = a_line("1", 20, [("BER", 3, 10), ("BER", 5, 10)]), a_line("2", 5, [("BER", 2, 5)])
    curve = [
        (day(0), Decimal(25)),
        (day(2), Decimal(20)),
        (day(3), Decimal(10)),
        (day(5), Decimal(0)),
    ]
    plan = planned([line, other], {"BOLT@BER": 25}, spare={("BOLT", "BER"): curve})
    assert leaving(plan) == [("1", 10, 3), ("1", 10, 5), ("2", 5, 2)]


def test_services_leave_with_the_goods_of_any_site_or_alone() -> None:
    visit = a_line("2", 1, [("", 5, 1)], sku="VISIT")
    with_goods = planned([a_line("1", 10), visit], {"BOLT@BER": 10})
    assert (with_goods.site, leaving(with_goods)) == ("BER", [("1", 10, 0), ("2", 1, 5)])
    assert with_goods.lines[1].site == ""
    alone = planned([visit], {})
    assert (alone.site, leaving(alone)) == ("", [("2", 1, 5)])


def test_cartons_leave_whole() -> None:
    line = a_line("1", 5, [("BER", 0, 60)], unit="XCT", factor=12)
    (part,) = planned([line], {"BOLT@BER": 40}).lines
    assert (part.quantity, part.base_quantity) == (3, 36)


def test_a_carton_of_two_claims_adds_up_exactly() -> None:
    line = a_line("1", 1, [("BER", -1, 5), ("BER", 0, 7)], unit="XCT", factor=12)
    first, then = planned([line], {"BOLT@BER": 12}).lines
    assert (first.base_quantity, then.base_quantity) == (5, 7)
    assert first.quantity + then.quantity == 1


def test_every_finding_has_a_sentence() -> None:
    request = asking(("9", 1), ("1", 0), ("2", "1.5"), ("3", 9), ("4", 1), ("5", 5), ("6", 4))
    lines = [
        a_line("1"),
        a_line("2"),
        a_line("3"),
        a_line("4", 2, whole_only=True),
        a_line("5", 4),
        a_line("6", 4, [("BER", 3, 4)], sku="NUT"),
    ]
    plan = planned(lines, {"BOLT@BER": 1}, request, complete=True)
    nothing = planned([], {})
    for finding in (*plan.findings, *nothing.findings):
        assert finding.code not in finding.explain()
        assert "None" not in finding.explain()


ROWS = st.tuples(
    st.sampled_from(["BOLT", "NUT"]),
    st.integers(1, 30),
    st.lists(
        st.tuples(st.sampled_from(["BER", "HAM"]), st.integers(-2, 2), st.integers(1, 9)),
        max_size=4,
        unique_by=lambda claim: claim[:2],
    ),
    st.booleans(),
    st.sampled_from([1, 6]),
)
STOCK = st.dictionaries(
    st.sampled_from(["BOLT@BER", "BOLT@HAM", "NUT@BER", "NUT@HAM"]), st.integers(0, 60)
)


@given(st.lists(ROWS, min_size=1, max_size=5), STOCK, st.booleans())
def test_no_plan_takes_more_than_is_claimed_open_and_there(
    rows: list[Any], stock: dict[str, object], complete: bool
) -> None:
    lines = []
    for number, (sku, ordered, claims, whole, factor) in enumerate(rows):
        room, fitting = ordered * factor, []
        for site, on, quantity in claims:
            if quantity <= room:
                fitting.append((site, on, quantity))
                room -= quantity
        unit = "H87" if factor == 1 else "XCT"
        lines.append(
            a_line(
                str(number), ordered, fitting, sku=sku, unit=unit, factor=factor, whole_only=whole
            )
        )
    plan = planned(lines, stock, complete=complete)
    for sku in ("BOLT", "NUT"):
        there = stock.get(f"{sku}@{plan.site}", 0)
        assert sum(part.base_quantity for part in plan.lines if part.sku == sku) <= there
    for line in lines:
        parts = [part for part in plan.lines if part.order_line == line.line]
        sent = sum((part.quantity for part in parts), Decimal(0))
        assert sent <= line.open
        assert sent % 1 == 0
        assert (
            sum((part.base_quantity for part in parts), Decimal(0)) == sent * line.factor.numerator
        )
        assert not (line.whole_only and 0 < sent < line.open)
        assert not complete or sent in ({line.open} if plan.lines else {0})
        for part in parts:
            assert part.over == 0
            assert part.quantity > 0
            assert part.planned_on <= day(0)
            claims = [
                q for site, on, q in line.confirmed if (site, on) == (plan.site, part.planned_on)
            ]
            assert part.base_quantity <= sum(claims)
