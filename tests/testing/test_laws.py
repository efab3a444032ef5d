"""The shipped laws hold for our own rules, and each catches a rule that breaks it."""

from collections.abc import Callable, Iterator
from decimal import ROUND_DOWN, Decimal
from typing import Any

import attrs
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st

import salesorders as so
from salesorders.kernel.claim import Book
from salesorders.ledger import Entry, Line
from salesorders.pricing import PriceRequest, PricingPolicy, price
from salesorders.testing import laws, strategies
from salesorders.testing.builders import DAY


@pytest.fixture(autouse=True)
def unshrunk() -> Iterator[None]:
    """A fault is to be found; how small it can be made is Hypothesis's own matter, and takes long."""
    before = settings.get_current_profile_name()
    parent = settings.get_profile(before)
    settings.register_profile("unshrunk", parent, phases=(Phase.explicit, Phase.generate))
    settings.load_profile("unshrunk")
    yield
    settings.load_profile(before)


class Cents(int):
    """Money as a host may have it: whole cents."""

    def __add__(self, other: Any) -> "Cents":
        return Cents(int(self) + int(other))

    def __sub__(self, other: Any) -> "Cents":
        return Cents(int(self) - int(other))

    def __neg__(self) -> "Cents":
        return Cents(-int(self))


CENTS = st.integers(-(10**12), 10**12).map(Cents)


def test_our_own_rules_keep_every_law() -> None:
    laws.money_laws(examples=30)
    laws.split_conserves(examples=30)
    laws.journal_balances(examples=15)
    laws.claim_laws(examples=30)
    laws.pricing_laws(examples=15)


def test_laws_are_asked_of_a_hosts_own_things() -> None:
    laws.money_laws(CENTS, examples=20)
    laws.pricing_laws(PricingPolicy(), examples=5)
    laws.pricing_laws(lambda request: price(request, PricingPolicy()), examples=5)


class Rounds(Decimal):
    """An amount that goes by the caller's precision."""

    def __add__(self, other: Any) -> "Rounds":
        return Rounds(Decimal(self) + Decimal(other))

    def __sub__(self, other: Any) -> "Rounds":
        return Rounds(Decimal(self) - Decimal(other))

    def __neg__(self) -> "Rounds":
        return Rounds(-Decimal(self))


@attrs.frozen
class Generous(Book):
    """Claims what is asked."""

    def headroom(self, at: Any) -> Any:
        return Decimal(100)


@attrs.frozen
class Inclusive(Book):
    """Counts a claim at the very moment at which it ends."""

    def claimed(self, at: Any) -> Decimal:
        return sum((c.amount for c in self.expiring if c.expires_at >= at), self.firm)  # type: ignore[operator]  # never None here


@attrs.frozen
class Leaky(Book):
    """Forgets half of what is released."""

    def release(self, amount: Decimal) -> Any:
        return attrs.evolve(self, firm=self.firm - amount / 2)


def floats(total: Decimal, weights: Any, digits: int) -> list[Decimal]:
    everything = sum(map(float, weights))
    return [Decimal(repr(round(float(total) * float(w) / everything, digits))) for w in weights]


def cut(total: Decimal, weights: Any, digits: int) -> list[Decimal]:
    """What is left over stays nobody's."""
    everything = sum(weights)
    unit = Decimal(1).scaleb(-digits)
    return [(total * w / everything).quantize(unit, ROUND_DOWN) for w in weights]


def all_to_the_last(total: Decimal, weights: Any, digits: int) -> list[Decimal]:
    return [*[Decimal(0)] * (len(weights) - 1), total]


def unbalanced() -> Any:
    """Entries that were put together past the door."""

    def made(cents: int) -> list[Entry]:
        entry = Entry(
            "E1",
            "x/1",
            "shipment",
            DAY,
            "EUR",
            (Line("AR", debit=Decimal(1)), Line("REVENUE", credit=Decimal(1))),
        )
        object.__setattr__(entry, "lines", (entry.lines[0], Line("REVENUE", credit=Decimal(cents))))
        return [entry]

    return st.integers(1, 9).map(made)


def by_position(request: PriceRequest) -> Any:
    """The first line is priced at a discount."""
    first, *others = request.wants
    cheaper = attrs.evolve(first, adjustments=(*first.adjustments, so.allowance("50%")))
    return price(attrs.evolve(request, wants=(cheaper, *others)), PricingPolicy())


def lost_line(request: PriceRequest) -> Any:
    sheet = price(request, PricingPolicy())
    return attrs.evolve(sheet, amounts=attrs.evolve(sheet.amounts, lines=sheet.amounts.lines[1:]))


def dearer(request: PriceRequest) -> Any:
    sheet = price(request, PricingPolicy())
    gross = sheet.amounts.gross + Decimal("0.01")
    return attrs.evolve(sheet, amounts=attrs.evolve(sheet.amounts, gross=gross))


COUNT = iter(range(10**9))
FINDING = so.Finding("own.rule", so.Effect.ALLOW)

BROKEN: dict[str, Callable[[], None]] = {
    "money that rounds": lambda: laws.money_laws(st.integers(1, 10**12).map(Rounds)),
    "money as floats": lambda: laws.money_laws(st.floats(0, 10**6)),
    "a split by floats": lambda: laws.split_conserves(floats),
    "a split that cuts": lambda: laws.split_conserves(cut),
    "a split that gives all to the last": lambda: laws.split_conserves(all_to_the_last),
    "entries that do not balance": lambda: laws.journal_balances(unbalanced()),
    "a resource without a bound": lambda: laws.claim_laws(Generous),
    "claims that end too late": lambda: laws.claim_laws(Inclusive),
    "releases that are lost": lambda: laws.claim_laws(Leaky),
    "prices by position": lambda: laws.pricing_laws(by_position),
    "a line that is lost": lambda: laws.pricing_laws(lost_line),
    "a total that is dearer": lambda: laws.pricing_laws(dearer),
    "a rule that counts": lambda: laws.rule_laws(
        lambda _: attrs.evolve(FINDING, facts={"n": next(COUNT)}), st.integers()
    ),
    "a rule that says yes": lambda: laws.rule_laws(lambda _: True, st.integers()),  # type: ignore[arg-type,return-value]  # that is the fault
    "a code without a home": lambda: laws.rule_laws(
        lambda _: so.Finding("Nope", so.Effect.REFUSE), st.integers()
    ),
}


@pytest.mark.parametrize("what", BROKEN)
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
def test_a_rule_that_breaks_a_law_is_caught(what: str) -> None:
    with pytest.raises((AssertionError, TypeError, ArithmeticError)):
        BROKEN[what]()


def test_a_rule_of_the_library_keeps_the_law_of_rules() -> None:
    laws.rule_laws(lambda n: FINDING, st.integers(), examples=5)


EVERY = {
    "money": strategies.money(),
    "quantities": strategies.quantities(places=3),
    "dates": strategies.dates(),
    "moments": strategies.moments(),
    "keys": strategies.keys(),
    "customers": strategies.customers(),
    "items": strategies.items(),
    "order lines": strategies.order_lines(),
    "requests": strategies.requests(),
    "commands": strategies.commands(),
    "price requests": strategies.price_requests(),
    "journals": strategies.journals(),
}


@pytest.mark.parametrize("what", EVERY)
def test_what_a_strategy_gives_is_well_formed(what: str) -> None:
    """Values are checked where they are made: that one is made at all says that it is well-formed."""
    laws.rule_laws(lambda value: None if value else FINDING, EVERY[what], examples=15)
