"""Sales orders from a customer's request to matched cash, as a library.

``import salesorders as so`` gives the names that hosts and notebooks use; each capability has its own
door (``salesorders.credit``), and ``salesorders.aio`` is the same desk for async hosts. Names are
imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from salesorders.amounts import Adjustment, Amounts, Tax, allowance, charge
    from salesorders.billing import IssuedInvoice
    from salesorders.catalog import Address, Customer, Item, Price, Seller, Terms
    from salesorders.credit import UNLIMITED, CreditAccount, CreditPolicy, CreditRequest, Exposure
    from salesorders.fulfilment import Shipment
    from salesorders.governance import AuthorityLevel, AuthorityPolicy, DutyPolicy
    from salesorders.interchange import read_camt053, read_ubl_order, write_ubl_invoice
    from salesorders.kernel.actors import Actor
    from salesorders.kernel.decision import Decision, Effect, Finding
    from salesorders.kernel.errors import (
        ConcurrencyExhausted,
        Conflict,
        InvalidValue,
        KeyReused,
        NotAllowed,
        NotFound,
        Refused,
        SalesOrdersError,
        StaleVersion,
    )
    from salesorders.kernel.money import CurrencyMismatch, Money
    from salesorders.kernel.policy import Dated, PolicyVersion
    from salesorders.kernel.quantity import Quantity
    from salesorders.lifecycle import (
        Added,
        Applied,
        Declined,
        Held,
        Issued,
        LimitChanged,
        Placed,
        Policies,
        Preview,
        Proposed,
        Quote,
        Rejected,
        Shipped,
        Stocked,
        Unapplied,
        Unidentified,
    )
    from salesorders.orders import Line, Order, OrderRequest
    from salesorders.receivables import OpenItem, Payment
    from salesorders.sync import Desk, FixedClock, MemoryStore, SystemClock
    from salesorders.tables import Table

_HOMES = {
    "amounts": "Adjustment Amounts Tax allowance charge",
    "billing": "IssuedInvoice",
    "catalog": "Address Customer Item Price Seller Terms",
    "credit": "UNLIMITED CreditAccount CreditPolicy CreditRequest Exposure",
    "fulfilment": "Shipment",
    "governance": "AuthorityLevel AuthorityPolicy DutyPolicy",
    "interchange": "read_camt053 read_ubl_order write_ubl_invoice",
    "kernel.actors": "Actor",
    "kernel.decision": "Decision Effect Finding",
    "kernel.errors": (
        "ConcurrencyExhausted Conflict InvalidValue KeyReused NotAllowed NotFound Refused SalesOrdersError StaleVersion"
    ),
    "kernel.money": "CurrencyMismatch Money",
    "kernel.policy": "Dated PolicyVersion",
    "kernel.quantity": "Quantity",
    "lifecycle": (
        "Added Applied Declined Held Issued LimitChanged Placed Policies Preview Proposed Quote Rejected Shipped Stocked "
        "Unapplied Unidentified"
    ),
    "orders": "Line Order OrderRequest",
    "receivables": "OpenItem Payment",
    "sync": "Desk FixedClock MemoryStore SystemClock",
    "tables": "Table",
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [  # noqa: PLE0604  # the names are listed once, with their homes
    *sorted(_HOME)
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'salesorders' has no attribute {name!r}")
    value = getattr(import_module(f"salesorders.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
