"""What an order is worth at other quantities, for the model: written beside the library, in whole cents.

``Terms`` are lines with the quantities for which they were agreed, with the document's allowance. An
order that was never changed is its own terms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from salesorders.testing.simulation.arithmetic import (
    Sums,
    TaxKey,
    half_up,
    line_up_to,
    part_of,
    shares_of,
    up_to,
)

__all__ = [
    "cut_from",
    "first_units",
    "grown_off_list",
    "line_at",
    "may_hold",
    "open_worth",
    "resized",
    "termed",
    "terms_of",
    "with_lines",
]

Terms = Mapping[str, Any]
Line = dict[str, Any]


def open_worth(order: Terms) -> int:
    """What is still to be shipped is worth; so much an order counts for credit. It may be a cent less than nothing."""
    shipped = {line["id"]: line["shipped"] for line in order["lines"]}
    gone = part_of(terms_of(order), {}, shipped)[0].gross if any(shipped.values()) else 0
    return int(order["sums"].gross) - gone


def terms_of(order: Terms) -> Terms:
    """Return what was agreed for an order or, once something has left, what shipments are cut from."""
    return order.get("terms") or order


def cut_from(order: Terms) -> Terms:
    """Return that of which the next shipment is a part."""
    if order.get("terms") is None:
        return order
    started = any(line["shipped"] for line in order["lines"])
    found: Terms = order["terms"] if started else order["amounts"]
    return found


def termed(
    line: Mapping[str, Any],
    q: int,
    price: int | Fraction,
    how: str,
    much: int,
    *,
    kept: bool = True,
) -> Line:
    """Return a line's terms at a quantity and price; a discount of nothing is none unless it is ``kept``."""
    worth = half_up(price * q, 10_000)
    off = half_up(worth * much, 10_000) if how == "p" else much
    if not off and not kept:
        how, much = "p", 0
    return {
        "id": line["id"],
        "q": q,
        "price": price,
        "tax": line["tax"],
        "percent": much if how == "p" else 0,
        "amount": much if how == "a" else None,
        "worth": worth,
        "off": off,
        "net": worth - off,
    }


def line_at(line: Mapping[str, Any], q: int) -> Mapping[str, Any]:
    """Return a line's terms at another quantity: a percentage anew, an amount in full or in proportion."""
    if q == line["q"]:
        return line
    if line["amount"] is None:
        return termed(line, q, line["price"], "p", line["percent"])
    worth = half_up(line["price"] * q, 10_000)
    off = line["amount"]
    if worth < line["worth"]:
        off = half_up(off * worth, line["worth"])
    return termed(line, q, line["price"], "a", min(off, worth))


def _summed(lines: Sequence[Mapping[str, Any]], allowance: int, bears: TaxKey | None) -> Sums:
    bases: dict[TaxKey, int] = {}
    for line in lines:
        bases[line["tax"]] = bases.get(line["tax"], 0) + line["net"]
    if bears is not None:
        bases[bears] -= allowance
    groups = {key: (base, half_up(base * key[1], 100)) for key, base in bases.items()}
    return Sums(sum(bases.values()), groups)


def _as_terms(lines: Sequence[Mapping[str, Any]], terms: Terms, allowance: int) -> Terms:
    bears = terms["bears"]
    sums = _summed(lines, allowance, bears)
    return {
        "lines": list(lines),
        "percent": terms["percent"],
        "allowance": allowance,
        "bears": bears,
        "sums": sums,
    }


def resized(terms: Terms, quantities: Mapping[str, int]) -> Terms:
    """Return the terms at other quantities, as long as nothing has left."""
    lines = [line_at(line, quantities.get(line["id"], 0)) for line in terms["lines"]]
    if all(now is then for now, then in zip(lines, terms["lines"], strict=True)):
        return terms
    allowance = half_up(sum(line["net"] for line in lines) * terms["percent"], 10_000)
    if terms["bears"] is not None:
        room = sum(line["net"] for line in lines if line["tax"] == terms["bears"])
        allowance = min(allowance, max(0, room))
    return _as_terms(lines, terms, allowance)


def with_lines(terms: Terms, others: Mapping[str, Mapping[str, Any]]) -> Terms:
    """Return the terms with other lines in place of those of the same id, or after them."""
    known = {line["id"] for line in terms["lines"]}
    lines = [others.get(line["id"], line) for line in terms["lines"]]
    lines += [line for name, line in others.items() if name not in known]
    return _as_terms(
        lines, terms, half_up(sum(line["net"] for line in lines) * terms["percent"], 10_000)
    )


def first_units(terms: Terms, quantities: Mapping[str, int]) -> Terms:
    """Return the first so many units of every line, of terms that parts were cut from."""
    lines = []
    for line in terms["lines"]:
        q = quantities[line["id"]]
        worth, net = half_up(line["price"] * q, 10_000), line_up_to(line, q)
        lines.append({**line, "q": q, "worth": worth, "off": worth - net, "net": net})
    whole = all(quantities[line["id"]] == line["q"] for line in terms["lines"])
    allowance = terms["allowance"] if whole else up_to(terms, quantities)[0]
    sums = part_of(terms, {}, quantities)[0]
    return {**_as_terms(lines, terms, allowance), "sums": sums}


def may_hold(order: Terms, name: str, q: int) -> bool:
    """Whether so much of a line can be in force: what parts were cut from allowances of does not grow."""
    (line,) = (line for line in order["lines"] if line["id"] == name)
    terms = terms_of(order)
    (there,) = (line for line in terms["lines"] if line["id"] == name)
    if q <= there["q"] or not any(one["shipped"] for one in order["lines"]):
        return True
    cut = line["shipped"] and (there["percent"] or there["amount"] is not None)
    return not cut and terms["bears"] is None


def grown_off_list(
    amounts: Terms, touched: set[str], today: Mapping[str, int | Fraction]
) -> list[int]:
    """Return how far below list the touched lines are, and all of them together: hundredths of a percent.

    ``today`` is today's list price of lines that grew; where it is dearer, they are judged against it.
    """
    offs, worths = [], []
    shares = shares_of(amounts["lines"], amounts["allowance"], amounts["bears"])
    for line, share in zip(amounts["lines"], shares, strict=True):
        if line["id"] in touched:
            dearer = max(0, today.get(line["id"], 0) - line["price"])
            offs.append(10_000 * (line["off"] + share) + dearer * line["q"])
            worths.append((line["price"] + dearer) * line["q"])
    measures = [pair for pair in zip(offs, worths, strict=True) if pair[0] > 0]
    if sum(offs) > 0:
        measures.append((sum(offs), sum(worths)))
    return [half_up(off * 10_000, worth) if worth else 0 for off, worth in measures]
