"""What a level holds is written as it would be read back, whatever arithmetic it came from."""

from datetime import date
from decimal import Decimal

from salesorders.inventory import StockLevel
from salesorders.kernel.codec import decode, encode

DAY = date(2026, 3, 5)


def test_what_is_left_of_a_days_claims_is_text_that_reads_back_the_same() -> None:
    level = StockLevel("FLOUR", "BER", on_hand=60).claim(DAY, Decimal("25.5"))
    for after in (level.issue(DAY, Decimal("8.5")), level.release(DAY, Decimal("8.5"))):
        assert encode(decode(encode(after))) == encode(after)
