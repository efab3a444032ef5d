"""Who acts: actors with roles inside one tenant."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from salesorders.kernel.errors import invalid
from salesorders.kernel.ids import ident_of, text_of

__all__ = ["HOST", "Actor"]


def _ident(value: str) -> str:
    return ident_of(value, "actor.id")


def _roles(value: Iterable[str]) -> frozenset[str]:
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, Iterable):
        invalid("id.type", "actor.roles", f"role names are wanted, not {type(value).__name__}")
    return frozenset(ident_of(role, "actor.roles") for role in names)


def _tenant(value: str | None) -> str | None:
    return None if value is None else ident_of(value, "actor.tenant")


@attrs.frozen
class Actor:
    """A person or system that gives commands.

    ``id`` is the person, not the role: four-eyes rules compare persons. ``roles`` give duties.
    ``tenant`` may be left out where the desk's is meant; an actor of another tenant is refused.
    """

    id: str = attrs.field(converter=_ident)
    roles: frozenset[str] = attrs.field(converter=_roles, factory=frozenset)
    tenant: str | None = attrs.field(default=None, converter=_tenant, kw_only=True)


HOST = Actor("host")


def reason_of(value: str, path: str = "reason") -> str:
    """Return the reason that a person gave: never blank, at most 1,000 characters."""
    return text_of(value, path)
