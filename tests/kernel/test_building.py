"""A value that is built open behaves as attrs.frozen made it, in all but the time that it takes."""

import copy
import inspect
import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import salesorders as so
from salesorders.kernel.building import built_open, open_twin
from salesorders.kernel.change import assumed, changed


@attrs.frozen
class ByAttrs:
    """As attrs makes it."""

    name: str
    number: int = attrs.field(converter=int)
    _hidden: str = "h"
    parts: list[str] = attrs.field(factory=list)
    rate: Decimal = attrs.field(default="0.10", converter=Decimal)
    note: str = attrs.field(default="", kw_only=True)
    needed: str = attrs.field(kw_only=True)


@built_open
@attrs.frozen
class Open:
    """The same fields, built open."""

    name: str
    number: int = attrs.field(converter=int)
    _hidden: str = "h"
    parts: list[str] = attrs.field(factory=list)
    rate: Decimal = attrs.field(default="0.10", converter=Decimal)
    note: str = attrs.field(default="", kw_only=True)
    needed: str = attrs.field(kw_only=True)


@built_open
@attrs.frozen
class Checked:
    """Raises when its fields do not go together."""

    least: int
    most: int

    def __attrs_post_init__(self) -> None:
        if self.least > self.most:
            raise ValueError("least")
        object.__setattr__(self, "most", self.most + 1)


class Plain(Open):
    """Somebody's subclass, with a dict."""


@attrs.frozen
class Longer(Open):
    """A subclass with a field more."""

    more: int = 0


def made(**fields: Any) -> Open:
    return Open(**{"name": "n", "number": "7", "needed": "x", **fields})


@given(
    st.fixed_dictionaries(
        {"name": st.text(max_size=3), "number": st.integers(), "needed": st.text(max_size=3)},
        optional={
            "hidden": st.text(max_size=3),
            "parts": st.lists(st.text(max_size=2), max_size=2),
            "rate": st.decimals(allow_nan=False),
            "note": st.text(max_size=3),
        },
    )
)
def test_it_holds_what_attrs_would_have_put_into_it(fields: dict[str, Any]) -> None:
    ours, theirs = Open(**fields), ByAttrs(**fields)
    assert type(ours) is Open
    assert attrs.asdict(ours) == attrs.asdict(theirs)
    assert repr(ours).replace("Open", "ByAttrs") == repr(theirs)


def test_it_is_asked_for_as_attrs_would() -> None:
    assert str(inspect.signature(Open)) == str(inspect.signature(ByAttrs))
    assert Open.__init__.__qualname__ == "Open.__init__"
    assert Open.__init__.__annotations__ == ByAttrs.__init__.__annotations__


@pytest.mark.parametrize("value", [made(), Checked(1, 2), so.Line("A", 1)])
def test_it_is_frozen_once_it_is_there(value: object) -> None:
    name = attrs.fields(type(value))[0].name
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(value, name, "other")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        delattr(value, name)


def test_each_has_a_default_of_its_own() -> None:
    first, second = made(), made()
    first.parts.append("a")
    assert second.parts == []


def test_a_converter_is_not_asked_about_a_default_that_it_leaves_as_it_is() -> None:
    asked: list[object] = []

    def noted(value: Any) -> Decimal:
        asked.append(value)
        return Decimal(value)

    @built_open
    @attrs.frozen
    class Noted:
        stays: Decimal = attrs.field(default=Decimal("0.10"), converter=noted)
        changes: Decimal = attrs.field(default="0.10", converter=noted)

    asked.clear()
    assert (Noted().stays, Noted().changes) == (Decimal("0.10"), Decimal("0.10"))
    assert asked == ["0.10", "0.10"]
    assert str(Noted("7", "8").stays) == "7"
    assert asked[2:] == ["7", "8"]


def test_what_a_converter_refuses_is_not_made() -> None:
    with pytest.raises(ValueError, match="seven"):
        made(number="seven")
    with pytest.raises(TypeError):
        Open(name="n", number=7)


def test_what_is_said_after_it_is_built_counts() -> None:
    assert Checked(1, 2).most == 3
    with pytest.raises(ValueError, match="least"):
        Checked(3, 2)


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_copies_are_equal_and_of_its_class(way: Callable[[Open], Open]) -> None:
    value = made(parts=["a"], note="n")
    assert way(value) == value
    assert type(way(value)) is Open


def test_a_subclass_builds_itself() -> None:
    plain = Plain("n", 1, needed="x")
    plain.__dict__["extra"] = 1
    longer = Longer("n", 1, needed="x", more=2)
    assert type(plain) is Plain
    assert type(longer) is Longer
    assert (plain.name, longer.more, longer.needed) == ("n", 2, "x")


def test_a_changed_value_is_of_the_class_and_frozen() -> None:
    line = so.Line("A", 1)
    other = changed(line, sku="B")
    assert (type(other), other.sku, line.sku) == (so.Line, "B", "A")
    assert other == attrs.evolve(line, sku="B")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(other, "sku", "C")  # noqa: B010 - a type checker refuses the plain way


def test_a_field_that_is_none_is_never_put_in() -> None:
    with pytest.raises(AttributeError):
        changed(so.Line("A", 1), colour="red")
    with pytest.raises(AttributeError):
        changed(so.Line("A", 1), **{"sku = value.sku; new.sku": "red"})


def test_an_assumed_value_needs_every_field() -> None:
    value = assumed(Checked, least=5, most=1)
    assert (type(value), value.least, value.most) == (Checked, 5, 1)
    with pytest.raises(KeyError):
        assumed(Checked, least=5)


def test_the_open_twin_has_the_layout_of_its_class() -> None:
    twin = open_twin(Open)
    value = object.__new__(twin)
    value.__class__ = Open
    assert type(value) is Open
    assert not hasattr(value, "__dict__")


def test_a_field_that_could_not_be_set_plainly_is_refused_when_the_class_is_made() -> None:
    @attrs.frozen
    class Watched:
        number: int = attrs.field(validator=attrs.validators.ge(0))

    @attrs.frozen
    class Itself:
        number: int = attrs.field(default=attrs.Factory(lambda self: 1, takes_self=True))

    @attrs.frozen
    class Inner:
        number: int = attrs.field(init=False, default=1)

    for cls in (Watched, Itself, Inner):
        with pytest.raises(TypeError):
            built_open(cls)
