"""What orders and their parts are worth, in whole cents: written for the model, without the library.

Money is an int of cents, unit prices are ints of tenths of a cent, quantities ints of thousandths,
percentages ints of hundredths. Everything is exact until ``half_up`` divides: the price of
a sack of 12.5 kg is a fraction of tenths of a cent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

__all__ = [
    "Sums",
    "half_up",
    "line_up_to",
    "off_list",
    "part_of",
    "priced",
    "shared_out",
    "shares_of",
    "up_to",
]

TaxKey = tuple[str, int]


def half_up(over: int | Fraction, under: int | Fraction) -> int:
    """Return over / under to the nearest whole, halves away from zero."""
    if over < 0:
        return -half_up(-over, under)
    return int((2 * over + under) // (2 * under))


def shared_out(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` in proportion to ``weights``: cut down, then one each to the largest rests, first come."""
    everything = sum(weights)
    pairs = [divmod(total * weight, everything) for weight in weights]
    shares = [share for share, _ in pairs]
    order = sorted(range(len(weights)), key=lambda n: (-pairs[n][1], n))
    for n in order[: total - sum(shares)]:
        shares[n] += 1
    return shares


class Sums:
    """What a document comes to: net, tax and gross, and for each tax its base and amount."""

    __slots__ = ("gross", "groups", "net", "tax")

    def __init__(self, net: int, groups: dict[TaxKey, tuple[int, int]]) -> None:
        self.net = net
        self.groups = groups
        self.tax = sum(tax for _, tax in groups.values())
        self.gross = net + self.tax

    def view(self) -> tuple[Any, ...]:
        """Everything, to be compared."""
        rows = tuple((*key, *self.groups[key]) for key in sorted(self.groups))
        return (self.net, self.tax, self.gross, rows)


def tax_name(key: TaxKey) -> str:
    """How a tax is written, which decides between two that tax equally much."""
    return f"{key[0]} {key[1]} %"


def priced(lines: Sequence[dict[str, Any]], percent: int) -> tuple[Sums, int, TaxKey | None]:
    """Fill in each line's ``worth``, ``off`` and ``net``; return the sums, the document's allowance and its tax.

    A line has ``price``, ``q``, ``tax`` and its discount: ``percent`` or ``amount``. ``percent`` is the
    document's own allowance; it bears the tax that taxes most of the document.
    """
    nets: dict[TaxKey, int] = {}
    for line in lines:
        line["worth"] = half_up(line["price"] * line["q"], 10_000)
        given = line["amount"]
        line["off"] = half_up(line["worth"] * line["percent"], 10_000) if given is None else given
        line["net"] = line["worth"] - line["off"]
        nets[line["tax"]] = nets.get(line["tax"], 0) + line["net"]
    total = sum(nets.values())
    allowance = half_up(total * percent, 10_000) if percent else 0
    bears = max(nets, key=lambda key: (nets[key], tax_name(key))) if percent else None
    bases = dict(nets)
    if bears is not None:
        bases[bears] -= allowance
    groups = {key: (base, half_up(base * key[1], 100)) for key, base in bases.items()}
    return Sums(total - allowance, groups), allowance, bears


def shares_of(
    lines: Sequence[Mapping[str, Any]], allowance: int, bears: TaxKey | None
) -> list[int]:
    """Return each line's share of the document's allowance.

    It follows the lines that bear its tax, or all where none of those is worth anything.
    """
    worth = [max(line["net"], 0) for line in lines]
    same = [w if line["tax"] == bears else 0 for w, line in zip(worth, lines, strict=True)]
    weights = same if any(same) else worth
    return shared_out(allowance, weights) if allowance and any(weights) else [0] * len(lines)


def off_list(lines: Sequence[dict[str, Any]], allowance: int, bears: TaxKey | None) -> list[int]:
    """Return how far below list each discounted line, then the document, is: hundredths of a percent."""
    shares = shares_of(lines, allowance, bears)
    offs = [line["off"] + share for line, share in zip(lines, shares, strict=True)]
    measures = [
        (off, line["price"] * line["q"]) for off, line in zip(offs, lines, strict=True) if off > 0
    ]
    if sum(offs) > 0:
        measures.append((sum(offs), sum(line["price"] * line["q"] for line in lines)))
    return [half_up(off * 10**8, listed) if listed else 0 for off, listed in measures]


def _share(amount: int, part: int, whole: int) -> int:
    return amount if part == whole else half_up(amount * part, whole)


def line_up_to(line: Mapping[str, Any], q: int) -> int:
    """What the first so many units of a line are worth."""
    if q == line["q"]:
        return int(line["net"])
    part, whole = half_up(line["price"] * q, 10_000), line["worth"]
    cut = (part, whole) if whole else (q, line["q"])
    return part - _share(line["off"], *cut)


def up_to(order: Mapping[str, Any], taken: Mapping[str, int]) -> tuple[int, dict[TaxKey, int]]:
    """The document's allowance and every tax base of the first so many units of each line."""
    nets: dict[TaxKey, int] = {}
    wholes: dict[TaxKey, int] = {}
    for line in order["lines"]:
        key = line["tax"]
        nets[key] = nets.get(key, 0) + line_up_to(line, taken.get(line["id"], 0))
        wholes[key] = wholes.get(key, 0) + line["net"]
    cut, bears = 0, order["bears"]
    if bears is not None and order["allowance"]:
        whole = sum(wholes.values())
        if wholes.get(bears):
            cut = _share(order["allowance"], nets[bears], wholes[bears])
        elif whole:
            cut = _share(order["allowance"], sum(nets.values()), whole)
        elif any(taken.values()):
            cut = int(order["allowance"])
        nets[bears] -= cut
    return cut, nets


def part_of(
    order: Mapping[str, Any], before: Mapping[str, int], take: Mapping[str, int]
) -> tuple[Sums, bool]:
    """Return what ``take`` is worth after ``before``, and whether any line of it is worth less than nothing.

    The cumulative share up to the part less the cumulative share before it, so that all parts add up.
    """
    if all(take.get(line["id"]) == line["q"] for line in order["lines"]):
        return order["sums"], any(line["net"] < 0 for line in order["lines"])
    after = {
        line["id"]: before.get(line["id"], 0) + take.get(line["id"], 0) for line in order["lines"]
    }
    cut_then, bases_then = up_to(order, before)
    cut_now, bases_now = up_to(order, after)
    net, negative, touched = 0, False, set()
    for line in order["lines"]:
        if take.get(line["id"]):
            part = line_up_to(line, after[line["id"]]) - line_up_to(line, before.get(line["id"], 0))
            net += part
            negative |= part < 0
            touched.add(line["tax"])
    groups: dict[TaxKey, tuple[int, int]] = {}
    for key in bases_now:
        base = bases_now[key] - bases_then[key]
        tax = half_up(bases_now[key] * key[1], 100) - half_up(bases_then[key] * key[1], 100)
        if base or tax or key in touched:
            groups[key] = (base, tax)
    return Sums(net - (cut_now - cut_then), groups), negative
