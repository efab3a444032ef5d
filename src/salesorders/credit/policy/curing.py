"""What a payment has to come to: the smallest amount after which a limit would let an order go, whatever it settles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from salesorders.credit.model import CreditAccount
from salesorders.credit.requests import CreditRequest
from salesorders.kernel.limits import exact
from salesorders.kernel.money import Money, exponent_of

__all__ = ["payment_for", "smallest"]

ZERO = Decimal(0)
DOUBLINGS = 12


@exact
def smallest(enough: Callable[[Decimal], bool], guess: Decimal, currency: str) -> Decimal | None:
    """Return the smallest amount above 0, to the minor unit, that is ``enough``, as all above it are.

    ``guess`` is a first one that may be; ``None`` where none up to some thousands of times as much is.
    """
    unit = Decimal(1).scaleb(-exponent_of(currency))
    high = int(max(guess, ZERO) / unit) + 1
    for _ in range(DOUBLINGS):
        if enough(high * unit):
            break
        high *= 2
    else:
        return None
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle * unit) else (middle, high)
    return high * unit


@exact
def payment_for(excess: Decimal, request: CreditRequest, account: CreditAccount, on: date) -> Money:
    """Return what has to be paid so that ``excess`` less counts, all in the books' currency.

    Cash on account lowers what counts at once. To settle what collateral secures lowers nothing, so that a payment
    that settles what is open first has to come to more; that is enough whichever way it goes.
    """
    exposure = account.exposure
    bare = exposure.open_items - account.secured(on)
    if excess > bare:
        # Of a group, a payment settles what its payer has open.
        settled = exposure.open_items if request.open_items is None else request.open_items
        excess += max(settled - bare, ZERO)
    return Money(excess, exposure.currency)
