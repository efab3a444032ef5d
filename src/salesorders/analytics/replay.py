"""Replaying credit: which orders each policy would have held, and why, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import attrs

from salesorders.analytics.history import CreditHistory, PastOrder
from salesorders.credit import (
    NOT_SET,
    CreditAccount,
    CreditPolicy,
    CreditRequest,
    Exposure,
    decide_credit,
)
from salesorders.kernel.decision import Decision, Finding
from salesorders.kernel.errors import invalid, shown
from salesorders.kernel.limits import added, exact, round_to, tuple_of
from salesorders.kernel.money import Money
from salesorders.kernel.policy import PolicyVersion
from salesorders.tables import Table, Tabled, new_figure

__all__ = ["Replay", "Replayed", "replay"]

ZERO = Decimal(0)
HUNDRED = Decimal(100)
LATE_DAYS = 30
Judge = Callable[[CreditAccount, CreditRequest], "Finding | Iterable[Finding] | None"]


@attrs.frozen
class Replayed:
    """One order of the past: what was owed when it came, and what each policy says of it."""

    past: PastOrder
    exposure: Decimal
    decisions: tuple[tuple[str, Decision], ...]

    @property
    def held_by(self) -> tuple[str, ...]:
        """The policies that would have held it."""
        return tuple(name for name, decision in self.decisions if not decision.allowed)

    def why(self, name: str) -> str:
        """Return the codes for which a policy holds it, blank where it does not; raises ``replay.policies``."""
        _known(name, (each for each, _ in self.decisions))
        return ", ".join(sorted(dict(self.decisions)[name].codes))


@attrs.frozen
class Replay(Tabled):
    """What policies say of a history, order by order. Every policy meets the same accounts: history happened."""

    currency: str
    policies: tuple[str, ...]
    orders: tuple[Replayed, ...]
    known_to: date | None = None

    def table(self) -> Table:
        """Return one row a policy: what it held, and how much of that was paid late or not at all."""
        return Table(
            "Credit replayed",
            (
                "policy",
                "orders",
                "held",
                "% held",
                "value held",
                "of it paid late",
                "paid late and not held",
            ),
            tuple(self._summary(name) for name in self.policies),
            (self._note(),),
        )

    def _note(self) -> str:
        note = f"Late is paid more than {LATE_DAYS} days after the due date (the goods issue where none is known)"
        return f"{note}, or not at all by then; the history ends on {self.known_to}."

    def _was_late(self, past: PastOrder) -> bool:
        due_on, paid_on = past.due_on or past.shipped_on, past.paid_on or self.known_to
        if past.shipped_on is None or due_on is None or paid_on is None:
            return False
        return (paid_on - due_on).days > LATE_DAYS

    @exact
    def _summary(self, name: str) -> tuple[Any, ...]:
        held = [one for one in self.orders if name in one.held_by]
        late = [one for one in self.orders if self._was_late(one.past)]
        caught = [one for one in held if self._was_late(one.past)]
        share = round_to(HUNDRED * len(held) / len(self.orders), 1) if self.orders else None
        return (
            name,
            len(self.orders),
            len(held),
            share,
            self._worth(held),
            self._worth(caught),
            self._worth([one for one in late if one not in caught]),
        )

    def _worth(self, orders: Iterable[Replayed]) -> Money:
        return Money(added(one.past.amount for one in orders), self.currency)

    def held(self, name: str = "") -> Table:
        """Return the orders that a policy, or any, would have held, and why; raises ``replay.policies``."""
        if name:
            _known(name, self.policies)
        names = [name] if name else list(self.policies)
        rows: tuple[tuple[Any, ...], ...] = tuple(
            (
                one.past.placed_on,
                one.past.order,
                one.past.customer,
                Money(one.past.amount, self.currency),
                Money(one.exposure, self.currency),
                *(one.why(each) for each in names),
            )
            for one in self.orders
            if any(each in one.held_by for each in names)
        )
        columns = ("placed on", "order", "customer", "value", "exposure before", *names)
        return Table("Held orders", columns, rows)

    def differences(self) -> Table:
        """Return the orders on which the policies do not agree."""
        table = self.held()
        kept = tuple(
            row
            for row in table.rows
            if len({bool(cell) for cell in row[-len(self.policies) :]}) > 1
        )
        return attrs.evolve(table, title="Orders on which the policies differ", rows=kept)

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict for each order and policy, with the codes that hold it."""
        return [
            {
                "placed_on": one.past.placed_on,
                "order": one.past.order,
                "customer": one.past.customer,
                "amount": one.past.amount,
                "exposure": one.exposure,
                "policy": name,
                "held": not decision.allowed,
                "codes": tuple(sorted(decision.codes)),
            }
            for one in self.orders
            for name, decision in one.decisions
        ]

    def plot(self) -> Any:
        """Return a matplotlib figure of the value held by month; raises ``plot.missing`` with the install line."""
        figure = new_figure()
        axes = figure.add_subplot()
        for name in self.policies:
            months: dict[date, Decimal] = {}
            for one in self.orders:
                month = one.past.placed_on.replace(day=1)
                more = one.past.amount if name in one.held_by else ZERO
                months[month] = added((months.get(month, ZERO), more))
            axes.plot(list(months), list(months.values()), marker="o", label=name)
        axes.set_title("Value held by month")
        axes.set_ylabel(self.currency)
        axes.legend()
        figure.autofmt_xdate()
        return figure


def _known(name: str, policies: Iterable[str]) -> None:
    names = list(policies)
    if name not in names:
        invalid("replay.policies", "name", f"{shown(name)} is none of {', '.join(names)}")


def replay(history: CreditHistory, policies: Mapping[str, CreditPolicy | Judge]) -> Replay:
    """Put every order of a history to every policy, at the moment at which it was placed.

    A policy is a :class:`CreditPolicy`, or a function of an account and a request that returns a finding,
    several or none. What was held is taken to have gone on: that is what happened, so that all policies
    are asked about the same accounts. Raises ``replay.policies`` where there is none.
    """
    if not isinstance(history, CreditHistory):
        invalid("value.type", "history", "a CreditHistory is wanted")
    given: object = policies
    if not isinstance(given, Mapping) or not policies:
        invalid("replay.policies", "policies", "at least one policy is wanted, by name")
    judges = [(name, _judge(name, policy)) for name, policy in policies.items()]
    accounts: dict[str, CreditAccount] = {}
    rows = []
    for on, _, step, past in sorted(
        _steps(history), key=lambda one: (one[0], one[1], one[3].order)
    ):
        account = accounts.get(past.customer) or _opened(past.customer, history)
        if step == "place":
            request = CreditRequest(past.order, past.customer, past.amount, past.ships_on, on=on)
            at = datetime.combine(on, time(12), UTC)
            decisions = tuple((name, judge(account, request, at)) for name, judge in judges)
            rows.append(Replayed(past, account.exposure.total, decisions))
            account = account.claim(past.amount, past.ships_on)
        elif step == "ship":
            account = account.deliver(past.amount, past.ships_on)
            account = account.bill(past.amount, past.due_on)
        else:
            account = account.receive(past.amount).settle(past.amount, ZERO, past.due_on)
        accounts[past.customer] = account
    return Replay(history.currency, tuple(policies), tuple(rows), history.known_to)


def _steps(history: CreditHistory) -> Iterator[tuple[date, int, str, PastOrder]]:
    """Money first, then goods, then new orders, where all is on one day; an order's own steps in their order."""
    for past in history.orders:
        yield past.placed_on, 2, "place", past
        if past.shipped_on is None:
            continue
        same_day = past.shipped_on == past.placed_on
        yield past.shipped_on, 3 if same_day else 1, "ship", past
        if past.paid_on is not None:
            yield past.paid_on, 4 if past.paid_on == past.shipped_on else 0, "pay", past


def _opened(customer: str, history: CreditHistory) -> CreditAccount:
    limit = history.limits.get(customer, NOT_SET)
    return CreditAccount(customer, limit, Exposure(history.currency)).dated()


Asked = Callable[[CreditAccount, CreditRequest, datetime], Decision]


def _judge(name: str, policy: CreditPolicy | Judge) -> Asked:
    if isinstance(policy, CreditPolicy):
        return lambda account, request, at: decide_credit(request, account, policy, at)
    if not callable(policy):
        invalid("replay.policies", f"policies.{name}", "a CreditPolicy or a function is wanted")
    version = PolicyVersion(name)

    def judged(account: CreditAccount, request: CreditRequest, at: datetime) -> Decision:
        said = policy(account, request)
        if said is None:
            findings: tuple[Finding, ...] = ()
        else:
            path = f"policies.{name}"
            findings = (said,) if isinstance(said, Finding) else tuple_of(said, path)
        if not all(isinstance(one, Finding) for one in findings):
            invalid(
                "replay.policies", f"policies.{name}", "it returns something that is no Finding"
            )
        return Decision("credit.order", f"order/{request.order}", version, at, findings)

    return judged
