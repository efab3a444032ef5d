"""What the tests of XML need: lxml, and the rules that a written e-invoice is held to."""

import pytest

from tests.einvoices import assert_valid, invoice_rules, invoice_schema, rules_folder

pytest.importorskip("lxml", reason="lxml is not installed")

__all__ = ["assert_valid", "invoice_rules", "invoice_schema", "rules_folder"]
