"""A canary where a password stands: no error, repr, row, event or log ever sings."""

import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest

import salesorders as so
from salesorders.kernel.codec import encode
from salesorders.storage import backup_lines
from salesorders.sync.sql import open_store
from tests.builders import House, a_house
from tests.interchange.builders import a_line, an_order

CANARY = "kNaRiEnVoGeL7"
URLS = [
    "postgresql+psycopg://u:{}@127.0.0.1:1/x",
    "postgresql+psycopg://u:{}@127.0.0.1:port/x",
    "postgresql+psycopg://u@127.0.0.1:1/x?sslpassword={}",
    "postgresql+nothing://u:{}@h/x",
    "mysql://u:{}@h/x",
    "u:{}@h",
]


def told(call: Callable[[], Any]) -> str:
    """Everything that a log would hold of what was raised."""
    with pytest.raises(so.SalesOrdersError) as raised:
        call()
    error = raised.value
    return "".join([*traceback.format_exception(error), repr(error), str(error.__dict__)])


class Leaky:
    """A gateway that knows a password and says so when it fails."""

    def __init__(self) -> None:
        self.password = CANARY

    def __repr__(self) -> str:
        return f"Leaky({self.password})"

    def deliver(self, tenant: str, key: str, effect: so.Effect) -> None:
        raise PermissionError(f"401 for {self.password}")


@pytest.mark.parametrize("url", URLS)
def test_a_database_that_does_not_answer_keeps_its_password(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        text = told(lambda: open_store(url.format(CANARY)))
    assert CANARY not in text
    assert CANARY not in caplog.text


def test_an_open_store_and_its_desk_do_not_show_where_they_are(any_store: Any) -> None:
    store = any_store.make("sync", "sqlite")
    house = House("sync", store=store)
    for thing in (store, house.desk, house.ann, house.ann.orders, house.desk.engine):
        assert "sqlite:" not in repr(thing)


@pytest.fixture
def leaky(caplog: pytest.LogCaptureFixture) -> House:
    """A house that sold something, whose gateway failed, with every log on."""
    caplog.set_level(logging.DEBUG)
    house = a_house("sync", gateways={"notices": Leaky()})
    house.billed(house.shipped(house.order().unwrap(), {"1": 10}))
    return house


def test_what_a_gateway_says_of_itself_stays_with_it(
    leaky: House, caplog: pytest.LogCaptureFixture
) -> None:
    relayed = leaky.desk.relay.run()
    assert relayed.failed
    assert {problem for _, problem in relayed.failed} == {"PermissionError"}
    for text in (repr(relayed), repr(leaky.desk), repr(leaky.desk.relay), caplog.text):
        assert CANARY not in text


def test_no_row_event_or_backup_holds_it(leaky: House) -> None:
    leaky.desk.relay.run()
    store = leaky.raw_store
    assert CANARY not in "".join(row.text for row in store.rows("main"))
    assert CANARY not in "".join(encode(item.effect) for item in store.pending("main"))
    assert CANARY not in "".join(backup_lines(store.snapshot("main")))


@pytest.mark.parametrize(
    "document",
    [
        f"<!DOCTYPE x [<!ENTITY e '{CANARY}'>]><x>&e;</x>".encode(),
        f"<Password>{CANARY}</Password>".encode(),
        an_order(a_line())[:-20] + CANARY.encode(),
    ],
)
def test_a_reader_does_not_repeat_what_it_refuses(document: bytes) -> None:
    for reader in (so.read_ubl_order, so.read_camt053):
        assert CANARY not in told(lambda: reader(document))  # noqa: B023 - called at once


def test_an_object_in_the_wrong_place_is_named_by_its_type_only() -> None:
    house = a_house("sync")
    for call in (
        lambda: so.Money(Leaky(), "EUR"),
        lambda: so.Money(1, Leaky()),
        lambda: so.Line(Leaky(), 1),
        lambda: so.Line("BOLT", Leaky()),
        lambda: house.ann.orders.place(Leaky(), key="k"),
        lambda: house.kai.cash.receive("C7", Leaky(), key="k"),
    ):
        assert CANARY not in told(call)
