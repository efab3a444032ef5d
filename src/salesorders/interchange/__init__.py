"""Documents of partners and banks, in and out: bytes in, values out, and back.

Everything here is pure: no file, no network, no clock. XML needs lxml (``pip install
"salesorders[xml]"``), which is imported when a document is read or written and not before.

Read ``xml.py`` (the strict door), then ``document.py``, ``reading.py``, ``ubl_order.py``,
``ubl_party.py`` and ``totals.py`` (orders in); ``einvoice.py`` and ``ubl_invoice.py`` (invoices
out); ``statement.py``, ``camt.py`` and ``camt_write.py`` (bank statements).
"""

from salesorders.interchange.camt import read_camt053
from salesorders.interchange.camt_write import write_camt053
from salesorders.interchange.document import (
    DocumentAddress,
    DocumentLine,
    DocumentParty,
    ItemIds,
    OrderDocument,
    StatedTotals,
)
from salesorders.interchange.einvoice import EInvoiceIncomplete, check_einvoice
from salesorders.interchange.statement import Statement, StatementLine
from salesorders.interchange.ubl_invoice import write_ubl_invoice
from salesorders.interchange.ubl_order import read_ubl_order

__all__ = [
    "DocumentAddress",
    "DocumentLine",
    "DocumentParty",
    "EInvoiceIncomplete",
    "ItemIds",
    "OrderDocument",
    "StatedTotals",
    "Statement",
    "StatementLine",
    "check_einvoice",
    "read_camt053",
    "read_ubl_order",
    "write_camt053",
    "write_ubl_invoice",
]
