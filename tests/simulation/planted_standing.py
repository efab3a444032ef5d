"""Bugs of what stands around an account: collateral and its days, status, risk class, scores."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from salesorders.credit import Collateral
from salesorders.credit.model import CreditAccount
from salesorders.kernel.change import changed
from tests.simulation.planting import planted


@planted("collateral still counts on the day after its last")
def collateral_forever() -> Iterator[None]:
    real = Collateral.secures

    def secures(self: Any, on: Any, currency: str) -> Decimal:
        return real(self, min(on, self.valid_to), currency)

    with patch.object(Collateral, "secures", secures):
        yield


@planted("collateral counts before its first day")
def collateral_early() -> Iterator[None]:
    real = Collateral.secures

    def secures(self: Any, on: Any, currency: str) -> Decimal:
        return real(self, max(on, self.valid_from), currency)

    with patch.object(Collateral, "secures", secures):
        yield


@planted("collateral counts in full although it covers a part")
def coverage_ignored() -> Iterator[None]:
    real = Collateral.secures

    def secures(self: Any, on: Any, currency: str) -> Decimal:
        return real(changed(self, coverage_percent=Decimal(100)), on, currency)

    with patch.object(Collateral, "secures", secures):
        yield


@planted("collateral secures more than is open")
def secured_beyond_items() -> Iterator[None]:
    def secured(self: Any, on: Any) -> Decimal:
        currency = self.exposure.currency
        return sum((one.secures(on, currency) for one in self.collateral), Decimal(0))

    with patch.object(CreditAccount, "secured", secured):
        yield
