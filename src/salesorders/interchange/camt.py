"""Bank statements in ISO 20022 camt.053, versions 02 and later.

What the bank booked is taken as it is; what does not add up is said, never repaired.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from salesorders.interchange.reading import Reading, day_text, plain_number
from salesorders.interchange.statement import Statement, StatementLine
from salesorders.interchange.xml import Node, parse_xml
from salesorders.kernel.calendar import date_of
from salesorders.kernel.errors import invalid, shown
from salesorders.kernel.ids import text_of
from salesorders.kernel.limits import LIMITS, exact
from salesorders.kernel.money import amount_of, currency_of

__all__ = ["read_camt053"]

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
STATEMENTS_MAX = 1_000
ENTRIES_MAX = 100_000
ZERO = Decimal(0)
_SIGNS = {"CRDT": Decimal(1), "DBIT": Decimal(-1)}
# What banks write where they have nothing to say.
_NOTHING = frozenset({"NOTPROVIDED", "NOTAVAILABLE", "NONREF", "NOREF", "NONE"})
_OPENING = ("OPBD", "PRCD")
_CLOSING = ("CLBD",)


@exact
def read_camt053(document: bytes | str) -> tuple[Statement, ...]:
    """Return the statements of a camt.053 message, booked entries only.

    Raises what the XML door raises, and ``statement.*``, ``money.*``, ``date.*``, ``currency.*``
    with a path for an entry whose amount, sign, day or currency can't be read: money is never
    guessed. What can be read but does not add up is a finding of the statement that refuses:
    ``statement.unbalanced`` (opening and lines do not give the closing balance),
    ``statement.batch`` (the parts of a batch do not give the entry) and ``currency.mismatch``.
    """
    root = parse_xml(document, root="Document", namespace=NAMESPACE)
    nodes = root.all("BkToCstmrStmt", "Stmt")
    if not nodes:
        invalid("statement.none", "statements", "the message holds no statement")
    if len(nodes) > STATEMENTS_MAX or sum(len(node.all("Ntry")) for node in nodes) > ENTRIES_MAX:
        invalid("statement.too_large", "statements", f"at most {ENTRIES_MAX} entries are taken")
    return tuple(_statement(node, f"statements[{n}]") for n, node in enumerate(nodes))


def _statement(node: Node, path: str) -> Statement:
    reading = Reading()
    entries = node.all("Ntry")
    amounts = [entry.one("Amt") for entry in (*node.all("Bal"), *entries)]
    named = node.text("Acct", "Ccy") or next((a.attribute("Ccy") for a in amounts if a), "")
    currency = currency_of(named, f"{path}.currency")
    opening, opened_on = _balance(reading, node, _OPENING, currency, path)
    closing, closed_on = _balance(reading, node, _CLOSING, currency, path)
    ident = _clean(node.text("Id"), f"{path}.id", LIMITS.ident)
    if not ident:
        invalid("statement.id", f"{path}.id", "a statement needs an id: references are made of it")
    statement = Statement(
        id=ident,
        account=_clean(
            node.text("Acct", "Id", "IBAN") or node.text("Acct", "Id", "Othr", "Id"), path
        ),
        currency=currency,
        from_on=_day(node.text("FrToDt", "FrDtTm"), f"{path}.from_on") or opened_on,
        to_on=_day(node.text("FrToDt", "ToDtTm"), f"{path}.to_on") or closed_on,
        opening=opening,
        closing=closing,
    )
    lines: list[StatementLine] = []
    pending = 0
    for n, entry in enumerate(entries):
        if (entry.text("Sts", "Cd") or entry.text("Sts")) not in ("BOOK", ""):
            pending += 1
            continue
        lines += _entry(reading, entry, statement, len(lines), f"{path}.entries[{n}]")
    for n, line in enumerate(lines):
        if line.currency != currency:
            reading.refuse(
                "currency.mismatch", f"{path}.lines[{n}].currency", written=line.currency
            )
    statement = attrs.evolve(statement, lines=_unique(lines), pending=pending)
    _balanced(reading, statement, path)
    return statement.with_findings(reading.findings)


def _balanced(reading: Reading, statement: Statement, path: str) -> None:
    if statement.opening is None or statement.closing is None:
        reading.allow("statement.balance_missing", f"{path}.closing")
        return
    if any(line.currency != statement.currency for line in statement.lines):
        return
    expected = statement.opening + statement.turnover
    if expected != statement.closing:
        difference = statement.closing - expected
        reading.refuse(
            "statement.unbalanced",
            f"{path}.closing",
            opening=statement.opening,
            closing=statement.closing,
            expected=expected,
            difference=difference,
        )


def _balance(
    reading: Reading, node: Node, codes: tuple[str, ...], currency: str, path: str
) -> tuple[Decimal | None, date | None]:
    """Return the balance of the first of ``codes`` that the statement has, with its day."""
    for code in codes:
        for balance in node.all("Bal"):
            if balance.text("Tp", "CdOrPrtry", "Cd") != code:
                continue
            amount, written = _amount(balance, balance.one("Amt"), f"{path}.{code.lower()}")
            if written != currency:
                at = f"{path}.{code.lower()}"
                reading.refuse("currency.mismatch", at, written=written, currency=currency)
                return None, None
            return amount, _moment(balance.one("Dt"), f"{path}.{code.lower()}")
    return None, None


def _amount(holder: Node, node: Node | None, path: str, sign: str = "") -> tuple[Decimal, str]:
    """Return the signed amount of an entry, a balance or a part, and its currency."""
    written = holder.text("CdtDbtInd") or sign
    if written not in _SIGNS:
        invalid("statement.sign", path, f"CRDT or DBIT is wanted, not {shown(written)}")
    currency = currency_of(node.attribute("Ccy") if node else "", f"{path}.currency")
    amount = amount_of(plain_number(node.text() if node else ""), currency, path)
    if amount < 0:
        invalid("money.negative", path, "an amount is stated without a sign; CdtDbtInd says it")
    return _SIGNS[written] * amount, currency


def _moment(node: Node | None, path: str) -> date | None:
    return None if node is None else _day(node.text("Dt") or node.text("DtTm"), path)


def _day(text: str, path: str) -> date | None:
    return date_of(day_text(text), path) if text else None


def _clean(text: str, path: str, most: int = LIMITS.text) -> str:
    """Return a bank's text, cut and without characters that can't be printed."""
    cut = text[:most]
    if cut.isascii() and cut.isprintable():
        return cut
    kept = "".join(c for c in cut if c.isprintable() or c == " ")
    return text_of(kept, path, most=most, blank=True)


def _entry(
    reading: Reading, entry: Node, statement: Statement, before: int, path: str
) -> list[StatementLine]:
    """Return the lines of one booked entry: its parts where they add up to it, else itself."""
    amount, currency = _amount(entry, entry.one("Amt"), f"{path}.amount")
    booked_on = _moment(entry.one("BookgDt"), f"{path}.booked_on")
    value_on = _moment(entry.one("ValDt"), f"{path}.value_on")
    day = booked_on or value_on or statement.to_on
    if day is None:
        invalid("statement.date", f"{path}.booked_on", "the entry and the statement name no day")
    number = _meant(entry.text("NtryRef"), path)
    bank_ref = _meant(entry.text("AcctSvcrRef"), path)
    position = f"{statement.id}:{number or f'#{before + 1}'}"
    whole = StatementLine(
        n=before + 1,
        amount=amount,
        currency=currency,
        booked_on=day,
        value_on=value_on or day,
        bank_ref=bank_ref or position,
        is_reversal=entry.text("RvslInd").lower() in ("true", "1"),
        code=_code(entry),
    )
    parts = entry.all("NtryDtls", "TxDtls")
    if len(parts) > 1:
        lines = _batch(reading, entry, parts, whole, path)
        if lines:
            return lines
    line = _detailed(whole, entry, parts, path)
    if len(parts) == 1 and not bank_ref:
        own = _meant(parts[0].text("Refs", "AcctSvcrRef"), path)
        line = attrs.evolve(line, bank_ref=own or position)
    return [line]


def _batch(
    reading: Reading, entry: Node, parts: list[Node], whole: StatementLine, path: str
) -> list[StatementLine]:
    """Return one line per part of a batch, none where the parts do not give the entry."""
    amounts: list[Decimal] = []
    for n, part in enumerate(parts):
        node = part.first(("Amt",), ("AmtDtls", "TxAmt", "Amt"))
        if node is None or node.attribute("Ccy") != whole.currency:
            reading.allow("statement.batch_whole", path, parts=len(parts))
            return []
        sign = entry.text("CdtDbtInd")
        amounts.append(_amount(part, node, f"{path}.parts[{n}].amount", sign)[0])
    if sum(amounts, ZERO) != whole.amount:
        total = sum(amounts, ZERO)
        reading.refuse("statement.batch", path, amount=whole.amount, parts=total)
        return []
    lines = []
    for n, (part, amount) in enumerate(zip(parts, amounts, strict=True)):
        own = _meant(part.text("Refs", "AcctSvcrRef"), path)
        bank_ref = own if own and own != whole.bank_ref else f"{whole.bank_ref}:{n + 1}"
        line = attrs.evolve(whole, n=whole.n + n, amount=amount, bank_ref=bank_ref)
        lines.append(_detailed(line, entry, [part], f"{path}.parts[{n}]"))
    return lines


def _detailed(line: StatementLine, entry: Node, parts: list[Node], path: str) -> StatementLine:
    """Return ``line`` with who paid and what for, gathered over ``parts``."""
    # A returned payment names its parties as they were: the other side is the one that had paid.
    other = "Dbtr" if (line.amount >= 0) != line.is_reversal else "Cdtr"
    named = [
        node
        for part in parts
        if (
            node := part.first(
                ("RltdPties", other, "Pty", "Nm"),
                ("RltdPties", other, "Nm"),
                ("RltdPties", f"Ultmt{other}", "Pty", "Nm"),
                ("RltdPties", f"Ultmt{other}", "Nm"),
            )
        )
    ]
    accounts = [
        node
        for part in parts
        if (
            node := part.first(
                ("RltdPties", f"{other}Acct", "Id", "IBAN"),
                ("RltdPties", f"{other}Acct", "Id", "Othr", "Id"),
            )
        )
    ]
    structured = [t for part in parts for t in part.texts("RmtInf", "Strd", "CdtrRefInf", "Ref")]
    named_documents = [
        t for part in parts for t in part.texts("RmtInf", "Strd", "RfrdDocInf", "Nb")
    ]
    free = [t for part in parts for t in part.texts("RmtInf", "Ustrd")]
    remittance = " ".join([*free, *named_documents, *structured[1:]])
    if not remittance:
        remittance = " ".join(
            [*(t for part in parts for t in part.texts("AddtlTxInf")), *entry.texts("AddtlNtryInf")]
        )
    single = parts[0] if len(parts) == 1 else None
    return attrs.evolve(
        line,
        end_to_end_id=_meant(single.text("Refs", "EndToEndId") if single else "", path),
        payer_name=_clean(named[0].text() if len(named) == 1 else "", f"{path}.payer_name"),
        payer_iban=_clean(accounts[0].text() if len(accounts) == 1 else "", f"{path}.payer_iban"),
        remittance=_clean(remittance, f"{path}.remittance"),
        reference=_clean(structured[0] if structured else "", f"{path}.reference"),
    )


def _meant(text: str, path: str) -> str:
    """Return a reference, ``""`` for the words with which banks say that there is none."""
    nothing = text.upper().replace(" ", "") in _NOTHING
    return "" if nothing else _clean(text, path, LIMITS.ident)


def _code(entry: Node) -> str:
    """Return ``PMNT-RCDT-ESCT``, or the bank's own code."""
    domain = entry.one("BkTxCd", "Domn")
    if domain is None:
        return _meant(entry.text("BkTxCd", "Prtry", "Cd"), "code")
    parts = (domain.text("Cd"), domain.text("Fmly", "Cd"), domain.text("Fmly", "SubFmlyCd"))
    return "-".join(part for part in parts if part)


def _unique(lines: list[StatementLine]) -> tuple[StatementLine, ...]:
    """Return the lines with references that differ: one that a bank used again counts on."""
    seen: set[str] = set()
    result = []
    for n, line in enumerate(lines):
        bank_ref, times = line.bank_ref, 1
        while bank_ref in seen:
            times += 1
            bank_ref = f"{line.bank_ref}+{times}"
        seen.add(bank_ref)
        result.append(attrs.evolve(line, n=n + 1, bank_ref=bank_ref))
    return tuple(result)
