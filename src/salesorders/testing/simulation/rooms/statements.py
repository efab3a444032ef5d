"""Bank statements: every credit a command of its own, whatever happens in the middle of a file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from salesorders.interchange import Statement, StatementLine
from salesorders.testing.simulation.model import Expected, Model, Now, answers
from salesorders.testing.simulation.rooms.cash import choose_payment, expect_receipt, money
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role, codes_of

__all__ = ["VERBS", "line_commands"]

ACCOUNT = "DE02120300000000202051"


def _choose(dice: Dice, model: Model, now: Now) -> Choice | None:
    lines = []
    for _ in range(1 + dice.upto(3)):
        paid = choose_payment(dice, model, now, now.today)
        iban = f"DE-IBAN-{paid['customer']}" if paid["customer"] and dice.chance(0.7) else ""
        sign = -1 if dice.chance(0.1) else 1
        lines.append([sign * paid["amount"], paid["refs"], iban, f"L{dice.upto(10**9)}"])
    return by_role(dice, "cash"), {
        "id": f"ST{dice.upto(10**6)}",
        "lines": lines,
        "on": now.today.isoformat(),
    }


def _send(world: Any, step: Step) -> Any:
    day = date.fromisoformat(step.args["on"])
    lines = tuple(
        StatementLine(
            n=n,
            amount=money(amount).amount,
            currency="EUR",
            booked_on=day,
            value_on=day,
            bank_ref=bank_ref,
            payer_iban=iban,
            remittance=" ".join(refs),
        )
        for n, (amount, refs, iban, bank_ref) in enumerate(step.args["lines"], 1)
    )
    statement = Statement(id=step.args["id"], account=ACCOUNT, currency="EUR", lines=lines)
    return world.desk(step.by).cash.import_statement(statement, key=step.key)


def _keyed(step: Step) -> list[tuple[str, dict[str, Any]]]:
    """Return the key and the payment of every credit."""
    found = []
    for n, (amount, refs, iban, bank_ref) in enumerate(step.args["lines"], 1):
        if amount > 0:
            told = f"{ACCOUNT}/{step.args['id']}/{bank_ref}/{n}"
            key = "statement:" + hashlib.sha256(told.encode()).hexdigest()[:32]
            paid = {"customer": "", "amount": amount, "refs": refs, "bank_ref": bank_ref}
            found.append((key, {**paid, "iban": iban, "on": step.args["on"]}))
    return found


def line_commands(model: Model, step: Step, now: Now) -> dict[str, Callable[[], Expected]]:
    """Return what each line must do when it is committed, by its key."""

    def expected(key: str, paid: Mapping[str, Any]) -> Callable[[], Expected]:
        return lambda: expect_receipt(model, key, paid, now)

    return {key: expected(key, paid) for key, paid in _keyed(step)}


def _expect(model: Model, step: Step, now: Now) -> Expected:
    # Asked when all lines are committed: each has its answer by then.
    views = tuple(model.answers[key][1] for key, _ in _keyed(step) if key in model.answers)
    return answers("StatementResult", len(step.args["lines"]), views)


def _read(outcome: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
    views: list[Any] = []
    for _, answer in outcome.lines:
        kind = type(answer).__name__
        if kind == "Rejected":
            views.append((kind, codes_of(answer)))
        else:
            views.append((kind, names.get(answer.payment.id, "?")))
    return ("StatementResult", len(outcome.lines) + outcome.skipped, tuple(views))


VERBS = (
    Verb(
        name="cash.import_statement",
        choose=_choose,
        send=_send,
        expect=_expect,
        read=_read,
        share=5,
        duty="cash",
        dry=False,
    ),
)
