"""Parties: who buys, who sells, and where they are."""

from __future__ import annotations

import re
from functools import cached_property

import attrs

from salesorders.kernel.change import assumed
from salesorders.kernel.codec import Told
from salesorders.kernel.errors import invalid, shown
from salesorders.kernel.ids import country_of, text_of

__all__ = ["Address", "Party", "Seller", "vat_id_of"]

_VAT_ID = re.compile(r"[A-Z]{2}[A-Z0-9+*]{2,18}\Z", re.ASCII)


# One line of people's text each, at most 200 characters, may be empty.
LINES = frozenset(
    {
        "street",
        "additional",
        "city",
        "postal_code",
        "region",
        "registration",
        "registration_scheme",
        "endpoint",
        "endpoint_scheme",
        "contact",
        "email",
        "iban",
    }
)


def clean_lines(value: attrs.AttrsInstance) -> None:
    """Check and normalise the one-line texts of a new value; paths are the names of the fields."""
    for name in attrs.fields_dict(type(value)):
        if name in LINES and (text := getattr(value, name)) != "":
            object.__setattr__(value, name, text_of(text, name, most=200, blank=True))


def vat_id_of(value: str) -> str:
    """Return a VAT id without blanks; it starts with the two letters of a country (BR-CO-09) or is empty."""
    text = text_of(value, "vat_id", most=30, blank=True).replace(" ", "").upper()
    if text and not _VAT_ID.match(text):
        invalid(
            "vat_id.form", "vat_id", f"{shown(text)} does not start with the letters of a country"
        )
    return text


def _country(value: str) -> str:
    return country_of(value)


def _name(value: str) -> str:
    return text_of(value, "name", most=200)


@attrs.frozen(kw_only=True)
class Address:
    """A postal address; only ``country`` (ISO 3166 alpha-2) is needed. A line has at most 200 characters."""

    street: str = ""
    additional: str = ""
    city: str = ""
    postal_code: str = ""
    region: str = ""
    country: str = attrs.field(converter=_country)

    def __attrs_post_init__(self) -> None:
        clean_lines(self)


@attrs.frozen
class Party(Told):
    """A legal person as it stands on a document.

    ``vat_id`` starts with its country's letters (``DE123456789``; Greece ``EL``);
    ``registration`` is a company number, with its ISO 6523 scheme where that is known;
    ``endpoint`` is an electronic address with its EAS scheme.
    """

    name: str = attrs.field(converter=_name)
    address: Address = attrs.field(kw_only=True)
    vat_id: str = attrs.field(default="", converter=vat_id_of, kw_only=True)
    registration: str = attrs.field(default="", kw_only=True)
    registration_scheme: str = attrs.field(default="", kw_only=True)
    endpoint: str = attrs.field(default="", kw_only=True)
    endpoint_scheme: str = attrs.field(default="", kw_only=True)
    contact: str = attrs.field(default="", kw_only=True)
    email: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        clean_lines(self)


@attrs.frozen
class Seller:
    """The legal person that sells, as the host names it once for the desk.

    ``vat_id`` is needed as soon as VAT is charged on an e-invoice; ``iban`` is printed as the
    account to pay to.

    >>> Seller("ACME", country="DE").party.name
    'ACME'
    """

    name: str = attrs.field(converter=_name)
    country: str = attrs.field(converter=_country, kw_only=True)
    vat_id: str = attrs.field(default="", converter=vat_id_of, kw_only=True)
    registration: str = attrs.field(default="", kw_only=True)
    street: str = attrs.field(default="", kw_only=True)
    city: str = attrs.field(default="", kw_only=True)
    postal_code: str = attrs.field(default="", kw_only=True)
    email: str = attrs.field(default="", kw_only=True)
    iban: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        clean_lines(self)

    @cached_property
    def party(self) -> Party:
        """The seller as a party of a document."""
        address = assumed(
            Address,
            street=self.street,
            additional="",
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
            registration_scheme="",
            endpoint="",
            endpoint_scheme="",
            contact="",
            email=self.email,
        )
