"""Who acts: a person with roles, in a tenant."""

import attrs
import pytest

from salesorders.kernel.actors import HOST, Actor, reason_of
from salesorders.kernel.errors import InvalidValue


def refused(function, *args, **kwargs):
    with pytest.raises(InvalidValue) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path


def test_one_role_may_be_given_as_text():
    assert Actor("ann", "clerk").roles == {"clerk"}


def test_roles_are_a_set_without_order():
    assert Actor("ann", ["clerk", "manager"]) == Actor("ann", ["manager", "clerk", "clerk"])


def test_an_actor_without_roles_holds_none():
    assert Actor("ann").roles == frozenset()


def test_an_actor_is_frozen():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Actor("ann").roles = frozenset({"admin"})


def test_a_tenant_may_be_left_out():
    assert Actor("ann").tenant is None
    assert Actor("ann", tenant="north").tenant == "north"


@pytest.mark.parametrize(
    ("arguments", "code", "path"),
    [
        ({"id": ""}, "id.blank", "actor.id"),
        ({"id": None}, "id.type", "actor.id"),
        ({"id": "a b"}, "id.characters", "actor.id"),
        ({"id": "ann", "roles": ["clerk", ""]}, "id.blank", "actor.roles"),
        ({"id": "ann", "roles": [1]}, "id.type", "actor.roles"),
        ({"id": "ann", "tenant": ""}, "id.blank", "actor.tenant"),
        ({"id": "ann", "tenant": "x" * 65}, "id.too_long", "actor.tenant"),
    ],
)
def test_a_malformed_actor_is_refused(arguments, code, path):
    assert refused(Actor, **arguments) == (code, path)


@pytest.mark.parametrize("roles", [None, 5])
def test_roles_that_are_no_collection_are_refused_as_a_value(roles):
    assert refused(Actor, "ann", roles) == ("id.type", "actor.roles")


def test_the_host_acts_without_roles():
    assert (HOST.id, HOST.roles) == ("host", frozenset())


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("", "text.blank"),
        ("   ", "text.blank"),
        (None, "text.type"),
        pytest.param("x" * 1_001, "text.too_long", id="long"),
    ],
)
def test_a_reason_is_never_blank(reason, code):
    assert refused(reason_of, reason) == (code, "reason")


def test_a_reason_is_kept_as_written():
    assert reason_of("Agreed with the customer") == "Agreed with the customer"
