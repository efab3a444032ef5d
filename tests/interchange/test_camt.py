"""Bank statements: booked movements as the bank booked them, and whether they add up."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesorders.interchange import Statement, StatementLine, read_camt053, write_camt053
from salesorders.kernel.decision import Effect
from salesorders.kernel.errors import SalesOrdersError
from salesorders.kernel.limits import exact
from tests.interchange.builders import IBAN, a_statement, an_entry, details, refusal

EXAMPLE = Path(__file__).parents[2] / "examples" / "data" / "statement.xml"


def the_statement(*entries, **parts):
    return read_camt053(a_statement(*entries, **parts))[0]


def refused(document):
    with pytest.raises(SalesOrdersError) as caught:
        read_camt053(document)
    return caught.value.code, caught.value.path


def test_a_statement_that_adds_up_has_no_findings():
    statement = the_statement(an_entry("50.00"))
    assert statement.findings == ()
    assert statement.is_sound
    assert (statement.id, statement.account, statement.currency) == ("ST-1", IBAN, "EUR")
    assert (statement.opening, statement.turnover, statement.closing) == (100, 50, 150)
    line = statement.lines[0]
    assert (line.n, line.amount, line.bank_ref) == (1, 50, "B-1")
    assert (line.booked_on, line.value_on) == (date(2026, 4, 7), date(2026, 4, 8))


def test_a_statement_that_does_not_add_up_says_so_with_the_difference():
    statement = the_statement(an_entry("50.00"), closing="151.00")
    finding = statement.findings[0]
    assert (finding.code, finding.path, finding.effect) == (
        "statement.unbalanced", "statements[0].closing", Effect.REFUSE,
    )  # fmt: skip
    assert (finding.fact("expected"), finding.fact("difference")) == (150, 1)
    assert not statement.is_sound


def test_without_both_balances_nothing_can_be_checked():
    statement = the_statement(an_entry("50.00"), closing="")
    assert [(f.code, f.effect) for f in statement.findings] == [
        ("statement.balance_missing", Effect.ALLOW)
    ]


@pytest.mark.parametrize("version", ["02", "04", "06", "08", "13"])
def test_every_version_is_read(version):
    assert the_statement(an_entry("50.00"), version=version).is_sound


def test_money_out_is_negative():
    assert the_statement(an_entry("50.00", "DBIT"), closing="50.00").lines[0].amount == -50


@pytest.mark.parametrize("status", ["PDNG", "<Cd>PDNG</Cd>", "<Cd>INFO</Cd>"])
def test_what_is_not_booked_is_counted_and_left_out(status):
    statement = the_statement(an_entry("50.00"), an_entry("7.00", status=status))
    assert (len(statement.lines), statement.pending) == (1, 1)
    assert statement.is_sound


def test_the_status_of_older_versions_is_plain_text():
    assert len(the_statement(an_entry("50.00", status="BOOK"), version="02").lines) == 1


def test_who_paid_and_what_for_is_read_from_the_details():
    part = (
        "<Refs><EndToEndId>E-1</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Payer</Nm></Pty></Dbtr>"
        f"<DbtrAcct><Id><IBAN>{IBAN}</IBAN></Id></DbtrAcct><Cdtr><Pty><Nm>Us</Nm></Pty></Cdtr></RltdPties>"
        "<RmtInf><Ustrd>INV-1</Ustrd><Ustrd>INV-2</Ustrd>"
        "<Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>"
    )
    line = the_statement(an_entry("50.00", details=details(part))).lines[0]
    assert (line.payer_name, line.payer_iban, line.end_to_end_id) == ("Payer", IBAN, "E-1")
    assert (line.remittance, line.reference) == ("INV-1 INV-2", "RF18539007547034")


def test_parties_of_older_versions_have_their_name_at_once():
    part = "<RltdPties><Dbtr><Nm>Payer</Nm></Dbtr></RltdPties>"
    assert the_statement(an_entry("50.00", details=details(part))).lines[0].payer_name == "Payer"


def test_the_other_side_of_money_out_is_the_creditor():
    part = "<RltdPties><Dbtr><Nm>Us</Nm></Dbtr><Cdtr><Nm>Supplier</Nm></Cdtr></RltdPties>"
    entry = an_entry("50.00", "DBIT", details=details(part))
    assert the_statement(entry, closing="50.00").lines[0].payer_name == "Supplier"


def test_a_returned_payment_is_still_the_payers():
    part = "<RltdPties><Dbtr><Nm>Payer</Nm></Dbtr><Cdtr><Nm>Us</Nm></Cdtr></RltdPties>"
    entry = an_entry("50.00", "DBIT", more="<RvslInd>true</RvslInd>", details=details(part))
    line = the_statement(entry, closing="50.00").lines[0]
    assert (line.is_reversal, line.amount, line.payer_name) == (True, -50, "Payer")


@pytest.mark.parametrize("word", ["NOTPROVIDED", "NONREF", "not provided"])
def test_words_for_nothing_are_nothing(word):
    part = f"<Refs><EndToEndId>{word}</EndToEndId></Refs>"
    line = the_statement(an_entry("50.00", ref=word, details=details(part))).lines[0]
    assert (line.end_to_end_id, line.bank_ref) == ("", "ST-1:#1")


def test_an_entrys_own_number_counts_within_its_statement_only():
    entry = an_entry("50.00", ref="").replace("<Ntry>", "<Ntry><NtryRef>7</NtryRef>")
    assert the_statement(entry).lines[0].bank_ref == "ST-1:7"


def test_a_reference_that_the_bank_uses_twice_names_two_movements():
    statement = the_statement(an_entry("20.00"), an_entry("30.00"))
    assert [line.bank_ref for line in statement.lines] == ["B-1", "B-1+2"]


def part(amount, end_to_end, how="{}"):
    inner = f'<Amt Ccy="EUR">{amount}</Amt>'
    return f"<Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>{how.format(inner)}"


@pytest.mark.parametrize("how", ["{}", "<AmtDtls><TxAmt>{}</TxAmt></AmtDtls>"])
def test_a_batch_is_as_many_lines_as_it_has_parts(how):
    entry = an_entry("50.00", details=details(part("20.00", "E-1", how), part("30.00", "E-2", how)))
    statement = the_statement(entry)
    assert [(x.n, x.amount, x.end_to_end_id, x.bank_ref) for x in statement.lines] == [
        (1, 20, "E-1", "B-1:1"),
        (2, 30, "E-2", "B-1:2"),
    ]
    assert statement.is_sound


def test_a_batch_whose_parts_do_not_give_it_stays_whole_and_is_refused():
    entry = an_entry("50.00", details=details(part("20.00", "E-1"), part("31.00", "E-2")))
    statement = the_statement(entry)
    assert [line.amount for line in statement.lines] == [50]
    assert [(f.code, f.path) for f in statement.findings] == [
        ("statement.batch", "statements[0].entries[0]")
    ]
    assert not statement.is_sound


def test_a_batch_without_amounts_stays_whole_with_a_warning():
    one, two = ("<RmtInf><Ustrd>INV-1</Ustrd></RmtInf>", "<RmtInf><Ustrd>INV-2</Ustrd></RmtInf>")
    statement = the_statement(an_entry("50.00", details=details(one, two)))
    assert [line.remittance for line in statement.lines] == ["INV-1 INV-2"]
    assert [(f.code, f.effect) for f in statement.findings] == [
        ("statement.batch_whole", Effect.ALLOW)
    ]


def test_money_of_another_currency_is_refused():
    statement = the_statement(an_entry("50.00", currency="USD"))
    assert [(f.code, f.path) for f in statement.findings] == [
        ("currency.mismatch", "statements[0].lines[0].currency")
    ]


@pytest.mark.parametrize(
    ("document", "code", "path"),
    [
        (a_statement(an_entry("x")), "money.text", "statements[0].entries[0].amount"),
        (a_statement(an_entry("-1.00")), "money.negative", "statements[0].entries[0].amount"),
        (a_statement(an_entry("1.001")), "money.precision", "statements[0].entries[0].amount"),
        (a_statement(an_entry("1.00", "")), "statement.sign", "statements[0].entries[0].amount"),
        (a_statement(an_entry("1.00", currency="XYZ")), "currency.unknown",
         "statements[0].entries[0].amount.currency"),
        (a_statement(an_entry().replace("2026-04-07", "2026-02-30")), "date.text",
         "statements[0].entries[0].booked_on"),
        (a_statement().replace(b"<Id>ST-1</Id>", b""), "statement.id", "statements[0].id"),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>', "statement.none", "statements"),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"/>', "xml.root", "document"),
    ],
)  # fmt: skip
def test_money_that_cannot_be_read_is_never_guessed(document, code, path):
    assert refused(document) == (code, path)


def test_the_published_statements_give_their_control_figures(shared_data):
    file = shared_data.parent / "golden" / "bank_statements.json"
    if not file.is_file():
        pytest.skip("the control figures are not here")
    cases = [c for c in json.loads(file.read_text())["cases"] if c["format"].startswith("camt.053")]
    assert cases
    for case in cases:
        statement = read_camt053((shared_data.parent / case["file"]).read_bytes())[0]
        amounts = [line.amount for line in statement.lines]
        assert statement.account == case["account"]
        assert statement.opening == Decimal(case["balances"]["OPBD"][0])
        assert statement.closing == Decimal(case["balances"]["CLBD"][0])
        assert sum(a for a in amounts if a > 0) == Decimal(case["credits"])
        assert sum(a for a in amounts if a < 0) == Decimal(case["debits"])
        assert [line.end_to_end_id for line in statement.lines] == case["end_to_end_ids"]
        assert statement.is_sound is case["balances_ok"]
        if not case["balances_ok"]:
            finding = statement.findings[0]
            assert finding.code == "statement.unbalanced"
            assert finding.fact("expected") == Decimal(case["expected_closing"])
            assert finding.fact("difference") == Decimal(case["difference"])


def test_our_own_example_pays_three_ways():
    statement = read_camt053(EXAMPLE.read_bytes())[0]
    assert statement.is_sound
    assert [str(line.amount) for line in statement.lines] == ["429.34", "650.69", "500.00"]


def test_what_is_written_is_read_back_equal_under_our_example():
    statement = read_camt053(EXAMPLE.read_bytes())[0]
    assert read_camt053(write_camt053(statement)) == (statement,)


def test_a_statement_that_names_no_day_is_not_written():
    with pytest.raises(SalesOrdersError) as caught:
        write_camt053(Statement(id="ST-1", account=IBAN, currency="EUR"))
    assert (caught.value.code, caught.value.path) == ("statement.date", "to_on")


words = st.lists(st.text("abcÄ&<-/0", min_size=1, max_size=12), max_size=40).map(" ".join)
names = st.lists(st.text("abcÄ&<-/0", min_size=1, max_size=12), max_size=4).map(" ".join)
amounts = st.integers(-(10**9), 10**9).filter(bool).map(lambda n: Decimal(n) / 100)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
entries = st.builds(
    StatementLine,
    n=st.just(0),
    amount=amounts,
    currency=st.just("EUR"),
    booked_on=days,
    value_on=days,
    bank_ref=st.just(""),
    end_to_end_id=st.text("AB-9", max_size=35),
    payer_name=names,
    payer_iban=st.sampled_from(["", IBAN, "12345"]),
    remittance=words,
    reference=st.sampled_from(["", "RF18539007547034"]),
    is_reversal=st.booleans(),
    code=st.sampled_from(["", "PMNT-RCDT-ESCT", "NTRF+166"]),
)


@given(st.lists(entries, max_size=5), amounts, days)
def test_what_is_written_is_read_back_equal(lines, opening, day):
    numbered = tuple(attrs.evolve(x, n=n, bank_ref=f"B-{n}") for n, x in enumerate(lines, 1))
    closing = exact(sum)([opening, *(line.amount for line in numbered)])
    statement = Statement(
        id="ST-1", account=IBAN, currency="EUR", from_on=day, to_on=day,
        opening=opening, closing=closing, lines=numbered,
    )  # fmt: skip
    assert read_camt053(write_camt053(statement)) == (statement,)


@given(st.binary(max_size=200))
def test_random_bytes_bring_out_our_errors_only(document):
    with pytest.raises(SalesOrdersError):
        read_camt053(document)


PIECES = [
    "",
    "-1",
    "1e9",
    "NaN",
    "<x/>",
    "9" * 50,
    "\u202e",
    "DBIT",
    "USD",
    "true",
    ".5",
    "2026-13-01",
]


@settings(max_examples=200, deadline=2000)
@given(st.data())
def test_a_mutated_statement_is_read_or_refused_and_never_breaks(data):
    text = EXAMPLE.read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from([0, 1, 3, 20, 200])))
        text = text[:start] + data.draw(st.sampled_from(PIECES) | st.text(max_size=5)) + text[end:]
    refusal(read_camt053, text.encode("utf-8", "surrogatepass"))
