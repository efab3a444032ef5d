"""Which check belongs to which area of the expected numbers.

A check is a function of a case's inputs and its expected values that asserts. Areas are named after
their file, and inside it after the case's own word: ``erp/tax_rounding``, ``ifrs15/allocation``,
``en16931_documents``, ``einvoice_rules``, ``document_flows``, ``bank_statements``.
"""

from collections.abc import Callable
from typing import Any

#: Area -> what asserts that we come to the expected values. An area that is not here is skipped.
AREAS: dict[str, Callable[[dict[str, Any], Any], None]] = {}

#: Case id -> why this one case is skipped though its area is built.
LEFT_OUT: dict[str, str] = {}
