"""One set of laws for whatever is bounded: the plain book, the stock of a day, the credit of a customer.

Stock and credit keep their claims in shapes of their own. Here each is driven by the same steps as the
kernel's book of claims, and must answer as the book does.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from salesorders.credit import (
    CreditAccount,
    CreditLimit,
    CreditPolicy,
    CreditRequest,
    Exposure,
    decide_credit,
)
from salesorders.inventory import StockLevel
from salesorders.kernel.claim import Book
from salesorders.kernel.errors import SalesOrdersError

DAY = date(2026, 11, 23)
START = datetime(2026, 11, 23, 8, tzinfo=UTC)
CAPACITY = Decimal(100)
some = st.integers(1, 60).map(Decimal)
holders = st.sampled_from(["A", "B", "C"])


def tried(step):
    """Return the new value, or nothing where the step is refused."""
    try:
        return step()
    except SalesOrdersError:
        return None


class StockAsBook(RuleBasedStateMachine):
    """A stock level with everything due today, beside a book of the same capacity."""

    def __init__(self):
        super().__init__()
        self.at = START
        self.book = Book(CAPACITY)
        self.level = StockLevel("BOLT", "BER", CAPACITY)

    def both(self, book, level):
        left, right = tried(book), tried(level)
        assert (left is None) == (right is None)
        if left is not None:
            self.book, self.level = left, right

    @rule(quantity=some)
    def claim(self, quantity):
        self.both(
            lambda: self.book.claim("firm", quantity, self.at),
            lambda: self.level.claim(DAY, quantity, at=self.at),
        )

    @rule(holder=holders, quantity=some, hours=st.integers(1, 5))
    def reserve(self, holder, quantity, hours):
        until = self.at + timedelta(hours=hours)
        self.both(
            lambda: self.book.claim(holder, quantity, self.at, until),
            lambda: self.level.reserve(holder, "1", DAY, quantity, until, at=self.at),
        )

    @rule(quantity=some)
    def consume(self, quantity):
        self.both(lambda: self.book.consume(quantity), lambda: self.level.issue(DAY, quantity))

    @rule(quantity=some)
    def release(self, quantity):
        self.both(lambda: self.book.release(quantity), lambda: self.level.release(DAY, quantity))

    @rule(holder=holders)
    def release_holder(self, holder):
        self.both(lambda: self.book.release_all(holder), lambda: self.level.release_holder(holder))
        assert self.level.release_holder(holder) == self.level

    @rule(holder=holders)
    def confirm(self, holder):
        self.both(
            lambda: self.book.confirm(holder, self.at),
            lambda: self.level.confirm(holder, self.at)[0],
        )

    @rule(hours=st.integers(0, 3))
    def wait(self, hours):
        self.at += timedelta(hours=hours)

    @invariant()
    def they_agree(self):
        assert self.level.claimed == self.book.firm
        assert self.level.claimed + self.level.reserved(self.at) == self.book.claimed(self.at)
        assert self.level.on_hand == self.book.capacity
        assert self.book.claimed(self.at) <= self.book.capacity
        assert self.level.tidy(self.at).reserved(self.at) == self.level.reserved(self.at)


class CreditAsBook(RuleBasedStateMachine):
    """A credit account that is asked before it is claimed, beside a book of the limit."""

    def __init__(self):
        super().__init__()
        self.book = Book(CAPACITY)
        self.account = CreditAccount("C7", CreditLimit.of("100", "EUR"), Exposure("EUR"))

    @rule(amount=some)
    def release_an_order(self, amount):
        asked = CreditRequest("SO-1", "C7", amount)
        allowed = decide_credit(asked, self.account, CreditPolicy(), START).allowed
        booked = tried(lambda: self.book.claim("firm", amount, START))
        assert allowed == (booked is not None)
        if booked is not None:
            self.book, self.account = booked, self.account.claim(amount)

    @rule(amount=some)
    def cancel_an_order(self, amount):
        account = tried(lambda: self.account.unclaim(amount))
        book = tried(lambda: self.book.release(amount))
        if account is not None:
            assert book is not None
            self.book, self.account = book, account

    @rule(amount=some)
    def deliver_bill_and_be_paid(self, amount):
        account = tried(lambda: self.account.deliver(amount))
        if account is None:
            return
        delivered = attrs.evolve(account)
        assert delivered.exposure.total == self.account.exposure.total
        paid = delivered.bill(amount).receive(amount).settle(amount)
        # What was paid is free again: the book gives back what the account no longer counts.
        self.account, self.book = paid, self.book.release(amount)

    @invariant()
    def they_agree(self):
        assert self.account.exposure.total == self.book.claimed(START)
        assert self.account.headroom.amount == self.book.headroom(START)


TestStockAsBook = StockAsBook.TestCase
TestCreditAsBook = CreditAsBook.TestCase
