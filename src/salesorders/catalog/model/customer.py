"""Customers: who buys and on what terms."""

from __future__ import annotations

from functools import cached_property

import attrs

from salesorders.catalog.model.party import Address, Party, clean_lines, vat_id_of
from salesorders.catalog.model.terms import NET_30, Terms
from salesorders.kernel.change import assumed
from salesorders.kernel.errors import invalid
from salesorders.kernel.events import stored
from salesorders.kernel.ids import country_of, ident_of, text_of
from salesorders.kernel.limits import decimal_of, flag_of, tuple_of

__all__ = ["Customer"]


def _retired(value: bool) -> bool:
    return flag_of(value, "retired")


def _id(value: str) -> str:
    return ident_of(value)


def _name(value: str) -> str:
    return text_of(value, "name", most=200)


def _country(value: str) -> str:
    return country_of(value)


def _terms(value: Terms | str) -> Terms:
    return value if isinstance(value, Terms) else Terms.parse(value)


def _limit(value: object) -> str | None:
    if value is None:
        return None
    if value == "unlimited":
        return "unlimited"
    limit = decimal_of(value, "credit_limit", code="money")
    if limit < 0:
        invalid("money.negative", "credit_limit", "a limit is not negative")
    return str(limit)


def _aliases(values: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return tuple(text_of(value, "aliases", most=200) for value in tuple_of(values, "aliases"))


@stored("catalog.customer/1")
@attrs.frozen
class Customer:
    """Someone who buys. Terms default to ``net 30``.

    ``credit_limit`` is only read when the customer is added: an amount in the desk's currency,
    ``"unlimited"``, or ``None`` for "not set", on which every credit order is held. 0 means nothing
    on credit. From then on the limit lives in the credit account.

    ``aliases`` are names and identifiers under which the customer is also known to banks and
    document senders (IBANs, GLNs, trade names): evidence for who pays and who orders.
    """

    id: str = attrs.field(converter=_id)
    name: str = attrs.field(converter=_name)
    country: str = attrs.field(converter=_country, kw_only=True)
    vat_id: str = attrs.field(default="", converter=vat_id_of, kw_only=True)
    registration: str = attrs.field(default="", kw_only=True)
    registration_scheme: str = attrs.field(default="", kw_only=True)
    street: str = attrs.field(default="", kw_only=True)
    additional: str = attrs.field(default="", kw_only=True)
    city: str = attrs.field(default="", kw_only=True)
    postal_code: str = attrs.field(default="", kw_only=True)
    email: str = attrs.field(default="", kw_only=True)
    endpoint: str = attrs.field(default="", kw_only=True)
    endpoint_scheme: str = attrs.field(default="", kw_only=True)
    terms: Terms = attrs.field(default=NET_30, converter=_terms, kw_only=True)
    credit_limit: str | None = attrs.field(default=None, converter=_limit, kw_only=True)
    aliases: tuple[str, ...] = attrs.field(default=(), converter=_aliases, kw_only=True)
    retired: bool = attrs.field(default=False, converter=_retired, kw_only=True)

    def __attrs_post_init__(self) -> None:
        clean_lines(self)

    @property
    def ref(self) -> str:
        """The text key under which the customer is stored."""
        return f"customer/{self.id}"

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Names under which customers are found: ``alias`` with the name and each alias."""
        return (("alias", self.name), *(("alias", alias) for alias in self.aliases))

    @cached_property
    def receiver(self) -> Party:
        """Who goods go to where nobody else is named: the customer by name and address."""
        return Party(self.name, address=self.party.address)

    @cached_property
    def party(self) -> Party:
        """The customer as a party of a document."""
        address = assumed(
            Address,
            street=self.street,
            additional=self.additional,
            city=self.city,
            postal_code=self.postal_code,
            region="",
            country=self.country,
        )
        return assumed(
            Party,
            name=self.name,
            address=address,
            vat_id=self.vat_id,
            registration=self.registration,
            registration_scheme=self.registration_scheme,
            endpoint=self.endpoint,
            endpoint_scheme=self.endpoint_scheme,
            contact="",
            email=self.email,
        )
