"""The examples are run as a stranger runs them; what they write is held to the official rules."""

import pytest

from tests.einvoices import assert_valid, invoice_rules, invoice_schema, rules_folder

pytest.importorskip("lxml", reason="lxml is not installed")

__all__ = ["assert_valid", "invoice_rules", "invoice_schema", "rules_folder"]
