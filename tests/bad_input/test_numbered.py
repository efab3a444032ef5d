"""The 99 bad inputs: each is refused with its code and path, quickly, in little memory, and changes nothing."""

import time
import tracemalloc
from typing import Any

import pytest

import salesorders as so
from tests.bad_input.order_cases import CASES, NO_DOOR, Case
from tests.builders import House, a_customer, a_house, a_request

SECONDS = 2.0
BYTES = 64_000_000


@pytest.fixture(scope="module")
def busy() -> House:
    """Two customers, an order that is half shipped, one that waits for an approval, and cash on account."""
    house = a_house("sync", encoded=True)
    order = house.order(key="used").unwrap()
    house.billed(house.shipped(order, {"1": 10}))
    house.shipped(order, {"1": 10})
    house.kai.cash.receive("C7", so.Money("7.77", "EUR"))
    house.ann.orders.place(a_request(10, discount="50%"))
    house.ada.catalog.add(a_customer("C6"), a_customer("C8"))
    house.ada.credit.arrange("C6", status="blocked")
    house.sold(5, customer="C8")
    return house


def answered(case: Case, house: House) -> list[tuple[str, str]]:
    """Code and path of everything that the door says is wrong."""
    try:
        outcome = case.call(house)
    except so.SalesOrdersError as error:
        raised = error
    else:
        assert isinstance(outcome, so.Rejected), type(outcome)
        return [(finding.code, finding.path) for finding in outcome.findings]
    assert len(str(raised)) < 1_000
    return [(raised.code, raised.path)]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_bad_input_has_its_code_and_path_and_changes_nothing(case: Case, busy: House) -> None:
    documents, _, waiting = busy.state()
    began = time.perf_counter()
    assert (case.code, case.path) in answered(case, busy)
    assert time.perf_counter() - began < SECONDS
    again = busy.state()
    assert (again[0], again[2]) == (documents, waiting)


@pytest.mark.parametrize("number", [7, 8, 20, 56, 65, 85, 86])
def test_what_is_huge_takes_little_memory(number: int, busy: House) -> None:
    for case in (case for case in CASES if case.number == number):
        tracemalloc.start()
        try:
            answered(case, busy)
            assert tracemalloc.get_traced_memory()[1] < BYTES
        finally:
            tracemalloc.stop()


def test_every_number_has_a_case_or_a_reason_for_none() -> None:
    numbered = {case.number for case in CASES}
    assert numbered | set(NO_DOOR) == set(range(1, 100))
    assert not numbered & set(NO_DOOR)


def test_ids_that_differ_in_case_only_are_two(busy: House) -> None:
    """B63: nothing is folded behind a user's back."""
    house: Any = a_house("sync")
    house.ada.catalog.add(a_customer("abc"), a_customer("ABC", limit="7"))
    limits = [house.desk.credit.get(name).limit for name in ("abc", "ABC")]
    assert limits[0] != limits[1]
