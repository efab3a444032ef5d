"""Where commands were outrun, so many of the next ones stand in line at once."""

from salesorders.storage import Crowds

STOCK = "stock/BOLT@BER"
SEEN = ("credit/C8", "customer/C8", "item/BOLT", STOCK)
LINE = ["credit/C8", STOCK]


def outrun(times: int = 1) -> Crowds:
    crowds = Crowds()
    for _ in range(times):
        crowds.met("orders.place", ["credit/C7", STOCK], STOCK)
    return crowds


def test_nobody_stands_in_line_where_nobody_was_outrun() -> None:
    assert Crowds().line("orders.place", SEEN) == []
    assert outrun().line("orders.place", ("credit/C7", "stock/NUT@BER")) == []


def test_who_stands_in_line_has_in_hand_what_such_a_command_writes() -> None:
    assert outrun().line("orders.place", SEEN) == LINE


def test_a_command_that_never_wrote_such_a_document_tries_first() -> None:
    assert outrun().line("orders.quote", SEEN) == []


def test_a_crowd_at_what_the_command_does_not_write_is_nobodys_line() -> None:
    crowds = outrun()
    crowds.met("catalog.change", ["customer/C8"])
    assert crowds.line("orders.place", SEEN) == LINE
    assert crowds.line("orders.place", ["customer/C8"]) == []


def test_a_refusal_that_was_outrun_changes_no_line() -> None:
    crowds = outrun()
    crowds.met("orders.place", [], "customer/C8")
    assert crowds.line("orders.place", SEEN) == LINE


def test_sixteen_commands_stand_in_line_and_then_one_tries_first() -> None:
    crowds = outrun()
    told = [crowds.line("orders.place", SEEN) for _ in range(17)]
    assert told == [LINE] * 16 + [[]]


def test_whoever_is_outrun_again_lengthens_the_line() -> None:
    crowds = outrun()
    crowds.line("orders.place", SEEN)
    crowds.met("orders.place", ["credit/C7", STOCK], STOCK)
    assert [bool(crowds.line("orders.place", SEEN)) for _ in range(17)] == [True] * 16 + [False]


def test_where_nothing_was_written_the_line_is_over() -> None:
    crowds = outrun()
    crowds.over(LINE)
    assert crowds.line("orders.place", SEEN) == []


def test_a_store_that_does_not_say_where_is_taken_for_everywhere() -> None:
    crowds = Crowds()
    crowds.met("orders.place", ["credit/C8", STOCK])
    assert crowds.line("orders.place", ["credit/C8"]) == ["credit/C8"]


def test_only_so_many_places_are_remembered() -> None:
    crowds = Crowds()
    for n in range(300):
        crowds.met("stock.receive", [f"stock/S{n}@BER"])
    told = [n for n in range(300) if crowds.line("stock.receive", [f"stock/S{n}@BER"])]
    assert told == list(range(44, 300))
