"""What a host says of duties and authority is refused when it is said, not at somebody's order."""

from typing import Any

import pytest

import salesorders as so
from salesorders.billing import BillingPolicy
from salesorders.governance import AuthorityLevel, AuthorityPolicy, DutyPolicy

WRONG: list[tuple[Any, str]] = [
    ("orders", "duties"),
    (None, "duties"),
    ([("orders",)], "duties[0]"),
    (["orders"], "duties[0]"),
    ([("orders", "*")], "duties[0][1]"),
    ([("orders", ("sales",)), ("cash", "cash")], "duties[1][1]"),
    ([("orders", None)], "duties[0][1]"),
    ({"orders": ("sales",)}, "duties"),
]


@pytest.mark.parametrize(("duties", "path"), WRONG)
def test_duties_that_are_none_are_refused(duties: Any, path: str) -> None:
    with pytest.raises(so.SalesOrdersError) as raised:
        DutyPolicy(duties=duties)
    assert (raised.value.code, raised.value.path) == ("value.type", path)


@pytest.mark.parametrize("pair", [(1, ("sales",)), ("orders", (1,)), ("", ("sales",))])
def test_a_name_or_a_role_is_text(pair: Any) -> None:
    with pytest.raises(so.SalesOrdersError) as raised:
        DutyPolicy(duties=[pair])  # type: ignore[arg-type]  # a list is taken too
    assert raised.value.code in ("text.type", "text.blank")


def test_of_two_entries_for_one_verb_the_later_counts() -> None:
    policy = DutyPolicy(duties=(("orders", ("sales",)), ("orders", ("desk",))))
    assert policy.roles_for("orders.place") == ("desk",)


@pytest.mark.parametrize("levels", ["sales", None, [("sales", 10)], ["sales"]])
def test_levels_of_authority_are_levels(levels: Any) -> None:
    with pytest.raises(so.SalesOrdersError) as raised:
        AuthorityPolicy(levels=levels)
    assert raised.value.code == "value.type"


def test_a_role_with_authority_is_text() -> None:
    with pytest.raises(so.SalesOrdersError) as raised:
        AuthorityLevel(7, 10)  # type: ignore[arg-type]  # what a host may do
    assert (raised.value.code, raised.value.path) == ("text.type", "role")


@pytest.mark.parametrize("flag", ["no", 1, None])
def test_numbers_by_year_or_not_is_said_by_yes_or_no(flag: Any) -> None:
    with pytest.raises(so.SalesOrdersError) as raised:
        BillingPolicy(per_year=flag)
    assert (raised.value.code, raised.value.path) == ("value.type", "per_year")
