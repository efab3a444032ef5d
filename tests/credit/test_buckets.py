"""Limits of one bucket: in the limits' currency, and against what makes the bucket larger."""

from decimal import Decimal

from salesorders.credit import BucketLimit, CreditPolicy, Evidence, ExchangeRate
from salesorders.kernel.money import Money
from tests.credit.builders import TODAY, an_account, decided, refused, the_finding


def test_a_bucket_has_a_limit_of_its_own():
    account = an_account(open_orders="90", bucket_limits=(BucketLimit("open_orders", "100"),))
    assert decided("10", account).allowed
    finding = the_finding(decided("10.01", account), "credit.bucket_limit")
    assert finding.fact("excess") == Money("0.01", "EUR")
    assert refused(BucketLimit, "unapplied", "1") == ("credit.bucket", "bucket")


def test_a_bucket_limit_of_zero_is_a_limit():
    account = an_account(bucket_limits=(BucketLimit("open_orders", "0"),))
    assert decided("0.01", account).codes == {"credit.bucket_limit"}


def test_a_bucket_is_compared_with_its_limit_in_the_limits_currency():
    limits = (BucketLimit("open_orders", "100"),)
    account = an_account("1000", limit_currency="USD", open_orders="20", bucket_limits=limits)
    rates = Evidence(rates=(ExchangeRate("EUR", "USD", "2", TODAY),))
    assert decided("30", account, evidence=rates).allowed
    finding = the_finding(decided("30.01", account, evidence=rates), "credit.bucket_limit")
    assert finding.fact("amount_after") == Money("100.02", "USD")
    assert finding.fact("rate_EUR") == 2
    assert decided("1", account).codes == {"credit.rate_missing"}


def test_a_bucket_holds_only_what_makes_it_larger():
    def full(bucket):
        return an_account(bucket_limits=(BucketLimit(bucket, "100"),), **{bucket: "400"})

    assert decided("10", full("open_items")).allowed
    assert decided("10", full("delivered_unbilled")).allowed
    smaller = {"checkpoint": "reopen", "claimed": Decimal(20)}
    assert decided("10", full("open_orders"), **smaller).allowed
    at_the_door = {"checkpoint": "ship", "claimed": Decimal(50)}
    policy = CreditPolicy(checkpoints=("ship",))
    for bucket, limit, held in (
        ("delivered_unbilled", "29", {"credit.bucket_limit"}),
        ("delivered_unbilled", "30", set()),
        ("open_items", "29", {"credit.bucket_limit"}),
        ("open_items", "30", set()),
        ("open_orders", "0", set()),
    ):
        limits = (BucketLimit(bucket, limit),)
        account = an_account(open_orders="50", delivered_unbilled="10", bucket_limits=limits)
        answer = decided("50", account, policy, leaving=Decimal(20), **at_the_door)
        assert answer.codes == held, (bucket, limit)
