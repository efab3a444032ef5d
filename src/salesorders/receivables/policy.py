"""What a host may set about matching cash, and the sentences that the rules speak."""

from __future__ import annotations

from decimal import Decimal

import attrs

from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import decimal_of, exact, rate_of, whole_of
from salesorders.kernel.messages import register
from salesorders.kernel.money import rounded
from salesorders.kernel.policy import PolicyVersion, version_of

__all__ = ["MatchingPolicy"]

FIRST_VERSION = PolicyVersion("cash.matching")

register(
    {
        "cash.match": "Which invoices does this payment settle?",
        "match.exact": "{amount} is exactly what is open on the invoices named: {invoices}.",
        "match.discount": "{amount} and the discount of {discount} settle {invoices}.",
        "match.tolerance": "{short} is missing on {invoices}, inside the tolerance of {tolerance}.",
        "match.partial": "{amount} is part of what is open on the invoice named; {short} stays.",
        "match.subset": "{amount} fits one set of the payer's invoices and no other: {invoices}.",
        "match.short": "{amount} is {short} less than what is open on the invoices named.",
        "match.short/cure": "Say how much belongs to each invoice.",
        "match.ambiguous": "{amount} can be explained in {ways} or more ways.",
        "match.ambiguous/cure": "Name the invoices in the reference, or choose: {invoices}.",
        "match.too_many": "{items} open items combine in more ways than are searched for {amount}.",
        "match.too_many/cure": "Name the invoices in the reference.",
        "match.reference_unclear": "The reference fits several documents.",
        "match.reference_unknown": "The reference names a document that is not open here.",
        "match.nothing": "Nothing of the payment is left to apply.",
        "discount.late": "The discount of {discount} ended on {until}; the value date is {on}.",
        "payment.surplus": "{surplus} more was paid than is open on the invoices named.",
        "payment.unmatched": "{amount} fits no set of the payer's invoices; it stays on account.",
        "payment.unidentified": "Nobody knows who paid {amount}.",
        "payment.unidentified/cure": "Name the invoices exactly, or say who paid.",
        "payment.other_customer": "The payer is {customer}, the invoices are of {others}.",
        "payment.already_paid": "The reference names invoices that are paid: {invoices}.",
        "payment.other_currency": "The reference names invoices of another currency: {invoices}.",
    }
)


@attrs.frozen(kw_only=True)
class MatchingPolicy:
    """How payments are matched.

    * ``tolerance_amount`` (currency units) and ``tolerance_percent`` (of what is open): the lower
      of both may be missing on one named invoice; 0, the default, is no tolerance.
    * ``candidates_max``: explanations offered to a person, 20.
    * ``search_states_max``: sums that the search for fitting sets may visit above 24 items;
      beyond it the payment is held, never guessed.
    """

    version: PolicyVersion = attrs.field(default=FIRST_VERSION, converter=version_of)
    tolerance_amount: Decimal = Decimal(0)
    tolerance_percent: Decimal = Decimal(0)
    candidates_max: int = 20
    search_states_max: int = 100_000_000

    def __attrs_post_init__(self) -> None:
        if decimal_of(self.tolerance_amount, "tolerance_amount", code="money") < 0:
            invalid("money.negative", "tolerance_amount", "a tolerance is at least 0")
        rate_of(self.tolerance_percent, "tolerance_percent")
        whole_of(self.candidates_max, "candidates_max", least=1, most=1_000)
        whole_of(self.search_states_max, "search_states_max", least=1, most=10**10)

    @exact
    def tolerance(self, open_amount: Decimal, currency: str) -> Decimal:
        """Return how much may be missing on an item with so much open: the lower of both bounds."""
        share = rounded(open_amount * self.tolerance_percent / 100, currency)
        return min(rounded(self.tolerance_amount, currency), share)
