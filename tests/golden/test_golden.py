"""The numbers of other systems, of standards and of banks come out of ours."""

import pytest

from tests.golden.areas import AREAS, LEFT_OUT
from tests.golden.harness import Case, cases


def check(case: Case) -> None:
    AREAS[case.area](case.inputs, case.expected)


@pytest.mark.parametrize("case", cases("erp_cases.json", AREAS, LEFT_OUT))
def test_a_case_of_another_erp_comes_out(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", cases("ifrs15_cases.json", AREAS, LEFT_OUT))
def test_an_example_of_the_revenue_standard_comes_out(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", cases("en16931_documents.json", AREAS, LEFT_OUT))
def test_an_invoice_of_the_european_standard_totals_as_printed(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", cases("einvoice_rules.json", AREAS, LEFT_OUT))
def test_a_rule_for_invoices_fires_where_it_must_and_only_there(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", cases("document_flows.json", AREAS, LEFT_OUT))
def test_a_chain_of_documents_is_followed(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", cases("bank_statements.json", AREAS, LEFT_OUT))
def test_a_bank_statement_foots_as_its_bank_says(case: Case) -> None:
    check(case)
