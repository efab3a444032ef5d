"""Duties: which roles hold which verb."""

import pytest

from salesorders.governance import DutyPolicy, check_duty
from salesorders.kernel.actors import HOST, Actor
from salesorders.kernel.errors import NotAllowed

#: The table of API.md, verb by verb.
TABLE = {
    "catalog.add": "master-data",
    "contracts.agree": "master-data",
    "credit.set_limit": "master-data",
    "credit.recheck": "credit",
    "orders.price": "sales",
    "orders.place": "sales",
    "orders.amend": "sales",
    "orders.cancel": "sales",
    "orders.approve": "sales-manager",
    "orders.decline": "sales-manager",
    "orders.release": "credit",
    "stock.receive": "warehouse",
    "shipments.ship": "warehouse",
    "returns.receive": "warehouse",
    "invoices.issue": "billing",
    "cash.receive": "cash",
    "ledger.close_period": "accounting",
}
ROLES = sorted({*TABLE.values(), "boss"})


def may(actor, verb, policy=None):
    try:
        check_duty(actor, verb, policy or DutyPolicy())
    except NotAllowed as error:
        assert (error.code, error.path) == ("duty.missing", "by")  # noqa: PT017  # both answers count
        return False
    return True


@pytest.mark.parametrize("verb", TABLE)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_holds_the_duties_of_the_table_and_no_others(verb, role):
    assert may(Actor("x", role), verb) == (TABLE[verb] == role)


@pytest.mark.parametrize(
    "verb", ["nobody.knows", "", "Orders.place", "ordersplace", "orders2.place"]
)
def test_what_is_not_named_is_nobodys(verb):
    assert not may(Actor("x", ROLES), verb)


def test_audit_is_open_to_anyone():
    assert may(Actor("x"), "audit.verify")


@pytest.mark.parametrize("verb", TABLE)
def test_without_a_role_there_is_no_duty(verb):
    assert not may(HOST, verb)


def test_one_of_several_roles_is_enough():
    assert may(Actor("x", ["cash", "sales"]), "orders.place")


def test_a_host_may_set_its_own_table():
    policy = DutyPolicy(duties=(("orders", ("desk",)), ("orders.place", ("web",))))
    assert may(Actor("x", "web"), "orders.place", policy)
    assert not may(Actor("x", "desk"), "orders.place", policy)
    assert may(Actor("x", "desk"), "orders.amend", policy)


def test_a_verb_that_is_given_to_nobody_is_nobodys():
    policy = DutyPolicy(duties=(("orders", ("sales",)), ("orders.release", ())))
    assert policy.roles_for("orders.release") == ()
