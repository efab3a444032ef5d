"""Writing a camt.053.001.08 statement, for tests, examples and simulated banks."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from salesorders.interchange.statement import Statement, StatementLine
from salesorders.interchange.xml import Builder
from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import exact

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["write_camt053"]

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\Z", re.ASCII)
_DOMAIN = re.compile(r"([A-Z]{4})-([A-Z]{4})-([A-Z]{4})\Z", re.ASCII)
_USTRD_MOST = 140


@exact
def write_camt053(statement: Statement) -> bytes:
    """Return ``statement`` as camt.053.001.08, which :func:`read_camt053` reads back equal.

    Its findings and the entries that were pending are not written. Raises ``statement.date``
    where neither ``to_on`` nor a line names a day.
    """
    days = [line.booked_on for line in statement.lines]
    last = statement.to_on or max(days, default=None)
    if last is None:
        invalid("statement.date", "to_on", "a statement without lines needs the day it ends")
    built = Builder("Document", {None: NAMESPACE})
    message = built.group(built.root, "BkToCstmrStmt")
    header = built.group(message, "GrpHdr")
    built.leaf(header, "MsgId", statement.id)
    built.leaf(header, "CreDtTm", f"{last.isoformat()}T23:59:00")
    node = built.group(message, "Stmt")
    built.leaf(node, "Id", statement.id)
    built.leaf(node, "CreDtTm", f"{last.isoformat()}T23:59:00")
    if statement.from_on and statement.to_on:
        span = built.group(node, "FrToDt")
        built.leaf(span, "FrDtTm", f"{statement.from_on.isoformat()}T00:00:00")
        built.leaf(span, "ToDtTm", f"{statement.to_on.isoformat()}T23:59:59")
    account = built.group(node, "Acct")
    _account(built, account, statement.account)
    built.leaf(account, "Ccy", statement.currency)
    opened = statement.from_on or min(days, default=last)
    _balance(built, node, "OPBD", statement.opening, statement.currency, opened)
    _balance(built, node, "CLBD", statement.closing, statement.currency, last)
    for line in statement.lines:
        _entry(built, node, line)
    return built.to_bytes()


def _account(built: Builder, parent: _Element, number: str) -> None:
    ident = built.group(parent, "Id")
    if _IBAN.match(number):
        built.leaf(ident, "IBAN", number)
    else:
        built.leaf(built.group(ident, "Othr"), "Id", number or "NOTPROVIDED")


def _balance(
    built: Builder, node: _Element, code: str, amount: Decimal | None, currency: str, day: date
) -> None:
    if amount is None:
        return
    balance = built.group(node, "Bal")
    built.leaf(built.group(built.group(balance, "Tp"), "CdOrPrtry"), "Cd", code)
    _signed(built, balance, amount, currency)
    built.leaf(built.group(balance, "Dt"), "Dt", day.isoformat())


def _signed(built: Builder, parent: _Element, amount: Decimal, currency: str) -> None:
    built.leaf(parent, "Amt", f"{abs(amount):f}", Ccy=currency)
    built.leaf(parent, "CdtDbtInd", "DBIT" if amount < 0 else "CRDT")


def _entry(built: Builder, node: _Element, line: StatementLine) -> None:
    entry = built.group(node, "Ntry")
    _signed(built, entry, line.amount, line.currency)
    if line.is_reversal:
        built.leaf(entry, "RvslInd", "true")
    built.leaf(built.group(entry, "Sts"), "Cd", "BOOK")
    built.leaf(built.group(entry, "BookgDt"), "Dt", line.booked_on.isoformat())
    built.leaf(built.group(entry, "ValDt"), "Dt", line.value_on.isoformat())
    built.leaf(entry, "AcctSvcrRef", line.bank_ref)
    _code(built, built.group(entry, "BkTxCd"), line.code)
    details = built.group(built.group(entry, "NtryDtls"), "TxDtls")
    built.leaf(built.group(details, "Refs"), "EndToEndId", line.end_to_end_id or "NOTPROVIDED")
    other = "Dbtr" if (line.amount >= 0) != line.is_reversal else "Cdtr"
    if line.payer_name or line.payer_iban:
        parties = built.group(details, "RltdPties")
        if line.payer_name:
            party = built.group(built.group(parties, other), "Pty")
            built.leaf(party, "Nm", line.payer_name)
        if line.payer_iban:
            _account(built, built.group(parties, f"{other}Acct"), line.payer_iban)
    if line.remittance or line.reference:
        remitted = built.group(details, "RmtInf")
        for part in _cut(line.remittance):
            built.leaf(remitted, "Ustrd", part)
        if line.reference:
            named = built.group(built.group(remitted, "Strd"), "CdtrRefInf")
            built.leaf(named, "Ref", line.reference)


def _code(built: Builder, node: _Element, code: str) -> None:
    found = _DOMAIN.match(code)
    if not found:
        built.leaf(built.group(node, "Prtry"), "Cd", code or "NOTPROVIDED")
        return
    domain = built.group(node, "Domn")
    built.leaf(domain, "Cd", found[1])
    family = built.group(domain, "Fmly")
    built.leaf(family, "Cd", found[2])
    built.leaf(family, "SubFmlyCd", found[3])


def _cut(text: str) -> list[str]:
    """Cut free text at blanks into parts of at most 140 characters, which is all one may hold."""
    parts: list[str] = []
    for word in text.split():
        if parts and len(parts[-1]) + 1 + len(word) <= _USTRD_MOST:
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    return parts
