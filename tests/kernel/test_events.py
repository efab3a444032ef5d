"""Stored names: explicit, versioned, for ever."""

import importlib
import pkgutil
import re

import attrs
import pytest

import salesorders
from salesorders.kernel import events
from salesorders.kernel.errors import SalesOrdersError
from salesorders.kernel.events import (
    name_of,
    stored,
    stored_class,
    stored_names,
    upcast,
    upcaster,
)

for module in pkgutil.walk_packages(salesorders.__path__, "salesorders."):
    importlib.import_module(module.name)


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """What a test registers is forgotten after it."""
    for name in ("_CLASSES", "_NAMES", "_UPCASTERS"):
        monkeypatch.setattr(events, name, dict(getattr(events, name)))


def refused(function, *args):
    with pytest.raises(SalesOrdersError) as caught:
        function(*args)
    return caught.value.code


def test_every_stored_name_says_its_capability_its_shape_and_its_version():
    wrong = [n for n in stored_names() if not re.fullmatch(r"[a-z]+\.[a-z_]+/[1-9][0-9]*", n)]
    assert not wrong


def test_every_stored_class_is_frozen_attrs():
    for cls in stored_names().values():
        assert attrs.has(cls)
        with pytest.raises(attrs.exceptions.FrozenError):
            object.__new__(cls).anything = 1


def test_no_stored_class_has_a_field_called_type():
    assert not [c for c in stored_names().values() if "type" in attrs.fields_dict(c)]


def test_a_name_leads_to_its_class_and_back():
    for name, cls in stored_names().items():
        assert stored_class(name) is cls
        assert name_of(cls) == name


def test_two_classes_never_share_a_name():
    stored("test.one/1")(type("One", (), {}))
    assert refused(stored("test.one/1"), type("Other", (), {})) == "stored.taken"


def test_what_has_no_stored_name_is_said():
    assert refused(name_of, int) == "stored.unknown"
    assert refused(stored_class, "nobody.knows/1") == "stored.unknown"


def test_upcasters_are_chained_to_the_newest_name():
    upcaster("test.old/1", "test.old/2")(lambda record: {**record, "b": 2})
    upcaster("test.old/2", "test.new/1")(lambda record: {"c": record["a"] + record["b"]})
    assert upcast("test.old/1", {"a": 1}) == ("test.new/1", {"c": 3})


def test_a_record_of_the_newest_name_stays_as_it_is():
    assert upcast("test.new/1", {"c": 3}) == ("test.new/1", {"c": 3})


def test_the_list_of_names_cannot_be_changed_from_outside():
    stored_names().clear()
    assert stored_names()
