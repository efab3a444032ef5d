"""What a payment settles, for the model: every set of items is counted, nothing is guessed.

A share is (invoice, cash, discount). A match is the customer who pays, the shares that are booked and,
where a person has to choose, how many ways there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import attrs

from salesorders.testing.simulation.arithmetic import half_up
from salesorders.testing.simulation.model import Model

__all__ = ["Match", "discount_on", "matched", "unsound"]

Share = tuple[str, int, int]
# As many explanations as are offered to a person.
MOST = 20


@attrs.frozen
class Match:
    """Who paid, what is booked, and how many ways are offered where nothing is."""

    customer: str
    shares: tuple[Share, ...] = ()
    ways: int = 0


def discount_on(model: Model, invoice: str, on: date, part: int | None = None) -> int:
    """Return what payment on a day earns on what is open of an invoice, or on a part of it."""
    document = model.invoices[invoice]
    if document["early"] is None or on > document["early"]:
        return 0
    return half_up((model.open_of(invoice) if part is None else part) * document["percent"], 10_000)


def unsound(model: Model, key: str) -> str:
    """Say what is wrong with the ways that a person is offered for a payment, if anything."""
    payment, offers = model.payments[key], model.offers[key]
    if len({tuple(sorted(offer)) for offer in offers}) != len(offers):
        return "one way is offered twice"
    for offer in offers:
        if len({invoice for invoice, _, _ in offer}) != len(offer) or not offer:
            return "a way names an item twice, or none"
        if sum(cash for _, cash, _ in offer) > payment["amount"]:
            return "a way takes more than was paid"
        for invoice, cash, discount in offer:
            whole = cash + discount
            if whole > model.open_of(invoice):
                return "a way takes more than is open"
            if discount > discount_on(model, invoice, payment["on"], whole):
                return "a way takes a discount that is not earned"
    return ""


def _ways(options: Sequence[Sequence[tuple[int, int]]], target: int) -> tuple[int, tuple[int, ...]]:
    """Count the choices of at most one option an item that add up to ``target``; return the first one too.

    An option is (amount, its number). Sums are kept with the count of ways to them, up to ``MOST``.
    """
    sums: dict[int, tuple[int, tuple[int, ...]]] = {0: (1, ())}
    for index, choices in enumerate(options):
        grown = dict(sums)
        for total, (count, way) in sums.items():
            for amount, number in choices:
                if amount > 0 and total + amount <= target:
                    there = grown.get(total + amount, (0, ()))
                    first = there[1] if there[0] else (*way, index, number)
                    grown[total + amount] = (min(MOST, there[0] + count), first)
        sums = grown
    return sums.get(target, (0, ())) if target > 0 else (0, ())


def _sets(model: Model, live: Sequence[str], cash: int, on: date) -> tuple[int, tuple[Share, ...]]:
    """Count the sets of items, each in full or less its discount, that make up the cash."""
    options = []
    for invoice in live:
        whole, off = model.open_of(invoice), discount_on(model, invoice, on)
        options.append([(whole, 0), (whole - off, off)] if off else [(whole, 0)])
    count, way = _ways(options, cash)
    shares = [
        (live[index], model.open_of(live[index]) - off, off)
        for index, off in zip(way[::2], way[1::2], strict=True)
    ]
    return count, tuple(shares)


def _named_ways(
    model: Model, live: Sequence[str], cash: int, on: date
) -> tuple[int, tuple[Share, ...]]:
    short = sum(model.open_of(invoice) for invoice in live) - cash
    if short <= 0:
        whole = tuple((invoice, model.open_of(invoice), 0) for invoice in live)
        return (0, ()) if short else (1, whole)
    earned = [discount_on(model, invoice, on) for invoice in live]
    count, way = _ways([[(off, 1)] if off else [] for off in earned], short)
    taken = set(way[::2])
    shares = []
    for n, invoice in enumerate(live):
        off = earned[n] if n in taken else 0
        shares.append((invoice, model.open_of(invoice) - off, off))
    return count, tuple(shares)


def matched(
    model: Model, customer: str, cash: int, on: date, named: Sequence[str], unknown: bool
) -> Match:
    """Return what a payment settles: ``named`` are the invoices its reference names.

    ``unknown`` is whether it also names a number that nobody knows, where any number is looked at.
    """
    live = [invoice for invoice in named if model.open_of(invoice)]
    others = {model.invoices[invoice]["customer"] for invoice in named} - {customer}
    if customer and others:
        return Match(customer, (), _sets(model, live, cash, on)[0])
    if not customer:
        if len(others) == 1 and live:
            count, shares = _named_ways(model, live, cash, on)
            if count == 1:
                return Match(others.pop(), shares)
        return Match("", (), _sets(model, live, cash, on)[0])
    if named:
        return _by_name(model, customer, cash, on, named, live, unknown)
    own = [
        invoice
        for invoice, document in model.invoices.items()
        if document["customer"] == customer and model.open_of(invoice)
    ]
    count, shares = _sets(model, own, cash, on)
    if count == 1 and not (unknown and own):
        return Match(customer, shares)
    return Match(customer, (), count)


def _by_name(
    model: Model,
    customer: str,
    cash: int,
    on: date,
    named: Sequence[str],
    live: Sequence[str],
    unknown: bool,
) -> Match:
    if not live:
        return Match(customer)
    count, shares = _named_ways(model, live, cash, on)
    if count == 1:
        return Match(customer, shares)
    if count:
        return Match(customer, (), count)
    total = sum(model.open_of(invoice) for invoice in live)
    if cash > total:
        return Match(customer, tuple((invoice, model.open_of(invoice), 0) for invoice in live))
    if len(live) == 1 and len(named) == 1 and not unknown:
        return Match(customer, ((live[0], cash, 0),))
    count = _sets(model, live, cash, on)[0]
    return Match(customer, (), min(MOST, count + (not _oldest_whole(model, live, cash))))


def _oldest_whole(model: Model, live: Sequence[str], cash: int) -> bool:
    """Whether the oldest items, in full, make up the cash: then the usual order is one of the sets."""
    for invoice in sorted(live, key=lambda name: (model.invoices[name]["due"], model.ranks[name])):
        if cash <= 0:
            break
        cash -= model.open_of(invoice)
    return cash == 0
