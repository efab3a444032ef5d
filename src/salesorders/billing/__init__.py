"""Invoices: drafts without numbers, issued invoices that never change, gapless series.

Read ``model.py``, ``policy.py``, then ``events.py``.
"""

from salesorders.billing.events import InvoiceIssued
from salesorders.billing.model import DraftInvoice, IssuedInvoice, NumberSeries
from salesorders.billing.policy import BillingPolicy

__all__ = ["BillingPolicy", "DraftInvoice", "InvoiceIssued", "IssuedInvoice", "NumberSeries"]
