"""What entries add up to: balances, journal, trial balance, control accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from salesorders.kernel.decision import Finding, refuse
from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import exact
from salesorders.kernel.messages import register
from salesorders.kernel.money import NOTHING, Money, currency_of, rounded
from salesorders.ledger.model import AR, UNAPPLIED, Balance, Entry
from salesorders.ledger.policy import Chart
from salesorders.tables import Table

__all__ = ["balances", "control", "journal", "reconcile", "trial_balance"]

ZERO = Decimal(0)
Cell = str | Decimal | date | None

register(
    {
        "ledger.ar_control": "Receivables: the ledger says {ledger}, open items {subledger}.",
        "ledger.unapplied_control": "Unapplied cash: the ledger says {ledger}, cash {subledger}.",
    }
)


@exact
def balances(entries: Iterable[Entry]) -> tuple[Balance, ...]:
    """Return the sums of both sides by currency and role, sorted; per currency they add up to 0."""
    sums: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for entry in entries:
        for line in entry.lines:
            debit, credit = sums.get((entry.currency, line.role), (ZERO, ZERO))
            sums[entry.currency, line.role] = debit + line.debit, credit + line.credit
    return tuple(
        Balance(currency, role, rounded(debit, currency), rounded(credit, currency))
        for (currency, role), (debit, credit) in sorted(sums.items())
    )


@exact
def control(entries: Iterable[Entry], role: str, currency: str = "", party: str = "") -> Decimal:
    """Return the balance of a role, debits less credits, of one ``party`` where it is named.

    ``currency`` may be left out where all entries have one; raises ``ledger.currency`` where they
    have several.
    """
    listed = list(entries)
    found = {entry.currency for entry in listed}
    if not currency and len(found) > 1:
        invalid("ledger.currency", "currency", "entries of several currencies have no one balance")
    wanted = currency or next(iter(found), "")
    lines = (line for entry in listed if entry.currency == wanted for line in entry.lines)
    total = sum(
        (line.signed for line in lines if line.role == role and party in ("", line.party)), ZERO
    )
    return rounded(total, wanted) if wanted else total


def journal(entries: Iterable[Entry], chart: Chart) -> Table:
    """Return every line in the order of the entries; raises ``ledger.unmapped``."""
    rows: list[tuple[Cell, ...]] = []
    for entry in entries:
        for line in entry.lines:
            account = chart.account(line)
            rows.append(
                (
                    entry.on,
                    entry.id,
                    entry.source,
                    entry.kind,
                    account.code,
                    account.name,
                    line.party,
                    entry.currency,
                    line.debit or None,
                    line.credit or None,
                )
            )
    columns = ("on", "entry", "source", "kind", "account", "name", "party", "currency")
    return Table("Journal", (*columns, "debit", "credit"), tuple(rows))


@exact
def trial_balance(entries: Iterable[Entry], chart: Chart) -> Table:
    """Return the balance of every account on its side, and a total row a currency.

    Raises ``ledger.unmapped`` for a line without an account.
    """
    sums: dict[tuple[str, str, str], Decimal] = {}
    for entry in entries:
        for line in entry.lines:
            account = chart.account(line)
            key = (entry.currency, account.code, account.name)
            sums[key] = sums.get(key, ZERO) + line.signed
    rows: list[tuple[Cell, ...]] = []
    notes = []
    for currency in sorted({key[0] for key in sums}):
        own = {key: rounded(value, currency) for key, value in sums.items() if key[0] == currency}
        zero = NOTHING[currency]
        rows += [
            (*key, value if value >= 0 else None, -value if value < 0 else None)
            for key, value in sorted(own.items())
        ]
        debit = sum((value for value in own.values() if value > 0), zero)
        credit = sum((-value for value in own.values() if value < 0), zero)
        rows.append((currency, "", "total", debit, credit))
        sign = "=" if debit == credit else "differ from"
        notes.append(f"{currency}: debits {debit:,f} {sign} credits {credit:,f}")
    columns = ("currency", "account", "name", "debit", "credit")
    return Table("Trial balance", columns, tuple(rows), tuple(notes))


@exact
def reconcile(
    entries: Iterable[Entry], items_open: Decimal, unapplied: Decimal, currency: str
) -> tuple[Finding, ...]:
    """Compare the control accounts with the sub-ledger; an empty tuple means that they agree.

    ``items_open`` is the sum of what is open on invoices, ``unapplied`` the sum of cash that is
    not yet applied, both in ``currency``. Cash waits in UNAPPLIED, so AR is the open items alone
    and both together are receivables less unapplied cash (I25).
    """
    currency_of(currency)
    listed = list(entries)
    checks = (
        ("ledger.ar_control", control(listed, AR, currency), items_open),
        ("ledger.unapplied_control", -control(listed, UNAPPLIED, currency), unapplied),
    )
    return tuple(
        refuse(
            code,
            currency,
            ledger=Money(ledger, currency),
            subledger=Money(counted, currency),
            difference=Money(ledger - counted, currency),
        )
        for code, ledger, counted in checks
        if ledger != counted
    )
