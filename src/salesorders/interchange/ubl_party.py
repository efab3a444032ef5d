"""Parties, places and requested days of a UBL document."""

from __future__ import annotations

from datetime import date

from salesorders.interchange.document import DocumentAddress, DocumentParty
from salesorders.interchange.reading import Reading
from salesorders.interchange.xml import Node

__all__ = ["read_address", "read_party", "read_requested", "read_ship_to"]

NAME_MOST = 200


def read_party(reading: Reading, holder: Node | None, path: str) -> DocumentParty | None:
    """Return the party inside ``holder`` (``cac:BuyerCustomerParty`` and its like)."""
    if holder is None:
        return None
    party = holder.one("Party") or holder
    legal = ("PartyLegalEntity", "RegistrationName")
    named = party.first(legal, ("PartyName", "Name"), ("PartyTaxScheme", "RegistrationName"))
    endpoint = party.one("EndpointID")
    registration = party.one("PartyLegalEntity", "CompanyID")
    postal = party.first(("PostalAddress",), ("PartyLegalEntity", "RegistrationAddress"))
    customer = holder.first(("SupplierAssignedAccountID",), ("CustomerAssignedAccountID",))
    contact = party.one("Contact") or party

    def line(node: Node | None, name: str) -> str:
        return "" if node is None else reading.text(node.text(), f"{path}.{name}", NAME_MOST)

    return DocumentParty(
        name=line(named, "name"),
        trade_name=line(party.one("PartyName", "Name"), "trade_name"),
        ids=tuple(
            (node.attribute("schemeID"), reading.ident(node.text(), f"{path}.ids[{n}]"))
            for n, node in enumerate(party.all("PartyIdentification", "ID"))
            if node.text()
        ),
        customer_id=line(customer, "customer_id"),
        vat_id=_vat_id(party),
        registration=line(registration, "registration"),
        registration_scheme=registration.attribute("schemeID") if registration else "",
        endpoint=line(endpoint, "endpoint"),
        endpoint_scheme=endpoint.attribute("schemeID") if endpoint else "",
        address=None if postal is None else read_address(reading, postal, f"{path}.address"),
        contact=line(contact.one("Name"), "contact"),
        telephone=line(contact.one("Telephone"), "telephone"),
        email=line(contact.one("ElectronicMail"), "email"),
    )


def _vat_id(party: Node) -> str:
    """Return the VAT id as written, or the registration under another tax where there is none."""
    schemes = [scheme for scheme in party.all("PartyTaxScheme") if scheme.text("CompanyID")]
    for scheme in schemes:
        if "VAT" in scheme.text("TaxScheme", "ID").upper():
            return scheme.text("CompanyID")[:64]
    return schemes[0].text("CompanyID")[:64] if schemes else ""


def read_address(reading: Reading, node: Node, path: str, name: str = "") -> DocumentAddress:
    """Return an address; the number of the house follows the street, further lines are joined."""

    def line(*names: str) -> str:
        return node.text(*names)

    street = " ".join(part for part in (line("StreetName"), line("BuildingNumber")) if part)
    further = (
        line("AdditionalStreetName"),
        line("BuildingName"),
        *node.texts("AddressLine", "Line"),
    )
    parts = {
        "name": name,
        "street": street,
        "additional": ", ".join(part for part in further if part),
        "city": line("CityName"),
        "postal_code": line("PostalZone"),
        "region": line("CountrySubentity"),
        "country": line("Country", "IdentificationCode"),
    }
    return DocumentAddress(
        **{key: reading.text(text, f"{path}.{key}", NAME_MOST) for key, text in parts.items()}
    )


def read_ship_to(reading: Reading, deliveries: list[Node], path: str) -> DocumentAddress | None:
    """Return where the goods go; several different places want a person."""
    places: list[DocumentAddress] = []
    for delivery in deliveries:
        place = _place(reading, delivery, path)
        if place is not None and place not in places:
            places.append(place)
    if len(places) > 1:
        reading.refer("ship_to.several", path, count=len(places))
    return places[0] if places else None


def _place(reading: Reading, delivery: Node, path: str) -> DocumentAddress | None:
    location = delivery.one("DeliveryLocation")
    address = delivery.first(
        ("DeliveryLocation", "Address"), ("DeliveryAddress",), ("DeliveryParty", "PostalAddress")
    )
    named = delivery.first(("DeliveryParty", "PartyName", "Name"), ("DeliveryLocation", "Name"))
    name = named.text() if named is not None else ""
    place = location.one("ID") if location is not None else None
    if address is None and place is None:
        return None
    known = read_address(reading, address or delivery, path, name)
    if place is None:
        return known
    return DocumentAddress(
        name=known.name,
        location_id=reading.ident(place.text(), f"{path}.location_id"),
        location_scheme=place.attribute("schemeID"),
        street=known.street,
        additional=known.additional,
        city=known.city,
        postal_code=known.postal_code,
        region=known.region,
        country=known.country,
    )


def read_requested(
    reading: Reading, deliveries: list[Node], path: str
) -> tuple[date | None, date | None]:
    """Return the earliest start and the latest end of the requested delivery periods."""
    starts: list[date] = []
    ends: list[date] = []
    for delivery in deliveries:
        for period in delivery.all("RequestedDeliveryPeriod"):
            start = reading.day(period.text("StartDate"), f"{path}requested_on")
            end = reading.day(period.text("EndDate"), f"{path}requested_until")
            starts += [start] if start else []
            ends += [end] if end else []
        if not delivery.all("RequestedDeliveryPeriod"):
            latest = reading.day(delivery.text("LatestDeliveryDate"), f"{path}requested_until")
            ends += [latest] if latest else []
    requested_on, requested_until = min(starts, default=None), max(ends, default=None)
    if requested_on and requested_until and requested_until < requested_on:
        reading.refer(
            "requested.reversed", f"{path}requested_until", start=requested_on, end=requested_until
        )
    return requested_on, requested_until
