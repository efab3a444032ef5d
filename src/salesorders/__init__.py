"""Sales orders from a customer's request to matched cash, as a library.

``import salesorders as so`` gives the names that hosts and notebooks use; each capability has its own
door (``salesorders.credit``), and ``salesorders.aio`` is the same desk for async hosts. Names are
imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module

# Type checkers know the name. The module that has it takes longer to import than all that is here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from salesorders import testing as testing
    from salesorders.amounts import Adjustment as Adjustment
    from salesorders.amounts import Amounts as Amounts
    from salesorders.amounts import Tax as Tax
    from salesorders.amounts import allowance as allowance
    from salesorders.amounts import charge as charge
    from salesorders.analytics import CreditHistory as CreditHistory
    from salesorders.analytics import PastOrder as PastOrder
    from salesorders.analytics import Replay as Replay
    from salesorders.analytics import replay as replay
    from salesorders.billing import IssuedInvoice as IssuedInvoice
    from salesorders.catalog import Address as Address
    from salesorders.catalog import Customer as Customer
    from salesorders.catalog import Item as Item
    from salesorders.catalog import Price as Price
    from salesorders.catalog import Seller as Seller
    from salesorders.catalog import Terms as Terms
    from salesorders.credit import UNLIMITED as UNLIMITED
    from salesorders.credit import Collateral as Collateral
    from salesorders.credit import CreditAccount as CreditAccount
    from salesorders.credit import CreditPolicy as CreditPolicy
    from salesorders.credit import CreditRequest as CreditRequest
    from salesorders.credit import CreditTerms as CreditTerms
    from salesorders.credit import ExchangeRate as ExchangeRate
    from salesorders.credit import Exclusion as Exclusion
    from salesorders.credit import Exposure as Exposure
    from salesorders.credit import Horizon as Horizon
    from salesorders.credit import Score as Score
    from salesorders.fulfilment import Shipment as Shipment
    from salesorders.governance import AuthorityLevel as AuthorityLevel
    from salesorders.governance import AuthorityPolicy as AuthorityPolicy
    from salesorders.governance import DutyPolicy as DutyPolicy
    from salesorders.interchange import read_camt053 as read_camt053
    from salesorders.interchange import read_ubl_order as read_ubl_order
    from salesorders.interchange import write_ubl_invoice as write_ubl_invoice
    from salesorders.kernel.actors import Actor as Actor
    from salesorders.kernel.decision import Decision as Decision
    from salesorders.kernel.decision import Effect as Effect
    from salesorders.kernel.decision import Finding as Finding
    from salesorders.kernel.errors import ConcurrencyExhausted as ConcurrencyExhausted
    from salesorders.kernel.errors import Conflict as Conflict
    from salesorders.kernel.errors import InvalidValue as InvalidValue
    from salesorders.kernel.errors import KeyReused as KeyReused
    from salesorders.kernel.errors import NotAllowed as NotAllowed
    from salesorders.kernel.errors import NotFound as NotFound
    from salesorders.kernel.errors import Refused as Refused
    from salesorders.kernel.errors import SalesOrdersError as SalesOrdersError
    from salesorders.kernel.errors import StaleVersion as StaleVersion
    from salesorders.kernel.errors import StoreError as StoreError
    from salesorders.kernel.money import CurrencyMismatch as CurrencyMismatch
    from salesorders.kernel.money import Money as Money
    from salesorders.kernel.policy import Dated as Dated
    from salesorders.kernel.policy import PolicyVersion as PolicyVersion
    from salesorders.kernel.quantity import Quantity as Quantity
    from salesorders.lifecycle import Added as Added
    from salesorders.lifecycle import Amended as Amended
    from salesorders.lifecycle import Applied as Applied
    from salesorders.lifecycle import Cancelled as Cancelled
    from salesorders.lifecycle import Closed as Closed
    from salesorders.lifecycle import Declined as Declined
    from salesorders.lifecycle import Dismissed as Dismissed
    from salesorders.lifecycle import Disputed as Disputed
    from salesorders.lifecycle import Held as Held
    from salesorders.lifecycle import Issued as Issued
    from salesorders.lifecycle import LimitChanged as LimitChanged
    from salesorders.lifecycle import Placed as Placed
    from salesorders.lifecycle import Policies as Policies
    from salesorders.lifecycle import Preview as Preview
    from salesorders.lifecycle import Proposed as Proposed
    from salesorders.lifecycle import PutBack as PutBack
    from salesorders.lifecycle import Quote as Quote
    from salesorders.lifecycle import Rechecked as Rechecked
    from salesorders.lifecycle import Recounted as Recounted
    from salesorders.lifecycle import Rejected as Rejected
    from salesorders.lifecycle import Reopened as Reopened
    from salesorders.lifecycle import Reversed as Reversed
    from salesorders.lifecycle import Shipped as Shipped
    from salesorders.lifecycle import Stocked as Stocked
    from salesorders.lifecycle import Unapplied as Unapplied
    from salesorders.lifecycle import Unidentified as Unidentified
    from salesorders.orders import Line as Line
    from salesorders.orders import LineChange as LineChange
    from salesorders.orders import Order as Order
    from salesorders.orders import OrderRequest as OrderRequest
    from salesorders.outbox import DeadLetter as DeadLetter
    from salesorders.outbox import RelayPolicy as RelayPolicy
    from salesorders.receivables import OpenItem as OpenItem
    from salesorders.receivables import Payment as Payment
    from salesorders.sync import Desk as Desk
    from salesorders.sync import FixedClock as FixedClock
    from salesorders.sync import MemoryStore as MemoryStore
    from salesorders.sync import Sources as Sources
    from salesorders.sync import SystemClock as SystemClock
    from salesorders.tables import Table as Table

_HOMES = {
    "amounts": "Adjustment Amounts Tax allowance charge",
    "analytics": "CreditHistory PastOrder Replay replay",
    "billing": "IssuedInvoice",
    "catalog": "Address Customer Item Price Seller Terms",
    "credit": (
        "UNLIMITED Collateral CreditAccount CreditPolicy CreditRequest CreditTerms ExchangeRate "
        "Exclusion Exposure Horizon Score"
    ),
    "fulfilment": "Shipment",
    "governance": "AuthorityLevel AuthorityPolicy DutyPolicy",
    "interchange": "read_camt053 read_ubl_order write_ubl_invoice",
    "kernel.actors": "Actor",
    "kernel.decision": "Decision Effect Finding",
    "kernel.errors": (
        "ConcurrencyExhausted Conflict InvalidValue KeyReused NotAllowed NotFound Refused SalesOrdersError "
        "StaleVersion StoreError"
    ),
    "kernel.money": "CurrencyMismatch Money",
    "kernel.policy": "Dated PolicyVersion",
    "kernel.quantity": "Quantity",
    "lifecycle": (
        "Added Amended Applied Cancelled Closed Declined Dismissed Disputed Held Issued LimitChanged Placed Policies "
        "Preview Proposed PutBack Quote Rechecked Recounted Rejected Reopened Reversed Shipped Stocked "
        "Unapplied Unidentified"
    ),
    "orders": "Line LineChange Order OrderRequest",
    "outbox": "DeadLetter RelayPolicy",
    "receivables": "OpenItem Payment",
    "sync": "Desk FixedClock MemoryStore Sources SystemClock",
    "tables": "Table",
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = sorted(_HOME)  # noqa: PLE0605 - the names stand once, with their homes


def __getattr__(name: str) -> Any:
    if name == "testing":
        # Integrators say ``so.testing.StoreSuite``; the kit and what it needs are loaded then, not before.
        return import_module("salesorders.testing")
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'salesorders' has no attribute {name!r}")
    value = getattr(import_module(f"salesorders.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*(name for name in globals() if name.startswith("__")), *__all__])
