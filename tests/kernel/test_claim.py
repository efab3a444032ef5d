"""Claims: the one state machine for a bounded resource."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext

import pytest

from salesorders.kernel.claim import Book, Claim
from salesorders.kernel.errors import SalesOrdersError

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(microseconds=1)


def refused(function, *args, **kwargs):
    with pytest.raises(SalesOrdersError) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path


def test_a_claim_counts_until_the_very_moment_of_its_expiry_and_not_at_it():
    claim = Claim("SO-1", Decimal(5), NOON)
    assert claim.live(NOON - SECOND)
    assert not claim.live(NOON)


def test_what_expired_is_free_at_that_very_moment():
    book = Book(Decimal(10)).claim("SO-1", Decimal(10), NOON - SECOND, NOON)
    assert book.headroom(NOON - SECOND) == 0
    assert book.claim("SO-2", Decimal(10), NOON).firm == 10


def test_a_claim_without_expiry_never_ends():
    assert Claim("SO-1", Decimal(5)).live(datetime.max.replace(tzinfo=UTC))


def test_a_book_without_capacity_has_no_bound():
    book = Book().claim("SO-1", Decimal(10**12), NOON)
    assert book.headroom(NOON) is None
    assert book.consume(Decimal(10**12)).capacity is None


def test_h9_a_capacity_of_zero_is_a_bound():
    assert refused(Book(Decimal(0)).claim, "SO-1", Decimal("0.01"), NOON) == (
        "claim.exceeds",
        "amount",
    )


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_a_claim_of_nothing_is_refused(amount):
    assert refused(Book(Decimal(1)).claim, "SO-1", Decimal(amount), NOON) == (
        "claim.amount",
        "amount",
    )


@pytest.mark.parametrize(
    ("step", "code"), [("consume", "claim.consume"), ("release", "claim.release")]
)
@pytest.mark.parametrize("amount", ["5.01", "-1"])
def test_no_more_is_let_go_than_is_firm(step, code, amount):
    book = Book(Decimal(10)).claim("SO-1", Decimal(5), NOON)
    assert refused(getattr(book, step), Decimal(amount)) == (code, "amount")


def test_consuming_leaves_capacity_and_releasing_does_not():
    book = Book(Decimal(10)).claim("SO-1", Decimal(4), NOON)
    assert (book.consume(Decimal(4)).capacity, book.release(Decimal(4)).capacity) == (6, 10)


def test_only_live_claims_of_the_holder_are_confirmed():
    book = Book(Decimal(10)).claim("SO-1", Decimal(3), NOON, NOON + 2 * SECOND)
    book = book.claim("SO-1", Decimal(4), NOON, NOON + SECOND)
    assert book.confirm("SO-1", NOON + SECOND) == Book(Decimal(10), Decimal(3))


def test_an_over_claimed_book_has_no_headroom():
    assert Book(Decimal(5), Decimal(9)).headroom(NOON) == 0


def test_six_digits_of_the_host_change_no_claim():
    with localcontext() as context:
        context.prec = 6
        book = Book(Decimal(200000)).claim("SO-1", Decimal("123456.78"), NOON)
        book = book.claim("SO-2", Decimal("0.01"), NOON, NOON + SECOND)
        assert book.claimed(NOON) == Decimal("123456.79")


def test_six_digits_of_the_host_do_not_change_what_somebody_holds():
    book = Book().claim("SO-1", Decimal("123456.78"), NOON, NOON + SECOND)
    book = book.claim("SO-1", Decimal("0.01"), NOON, NOON + SECOND)
    with localcontext() as context:
        context.prec = 6
        assert book.held_by("SO-1", NOON) == Decimal("123456.79")


def test_a_claim_that_has_expired_already_is_refused():
    assert refused(Book(Decimal(1)).claim, "SO-1", Decimal(1), NOON, NOON)[1] == "expires_at"
