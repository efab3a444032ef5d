"""Scores, for the model: what a bureau says of a customer on a day, and whether credit takes it."""

from __future__ import annotations

from datetime import date, timedelta

__all__ = [
    "CLASSES",
    "LOOKED_AT",
    "SCORE_MIN",
    "STALE_HOLDS",
    "STALE_INFORMS",
    "Scored",
    "score_of",
    "stops",
]

# Value, first day and last day.
Scored = tuple[int, date, date]
SCORE_MIN = 50
# Risk classes of which a score is wanted: a stale one holds, or only informs; and one that a person looks at always.
STALE_HOLDS = "S"
STALE_INFORMS = "T"
LOOKED_AT = "X"
CLASSES = (STALE_HOLDS, STALE_INFORMS, LOOKED_AT)
FIRST = date(2026, 3, 2)
EVERY, GOOD = timedelta(days=5), timedelta(days=3)
# Exactly what is wanted, more, less. Of others nobody knows a score, and of one only every other time.
NOW_AND_THEN = "C2"
VALUES = {"C1": 50, "C2": 80, "C3": 49, "C5": 50}


def score_of(customer: str, today: date) -> Scored | None:
    """Return the newest score: the bureau makes one every five days, good for three, and for two nothing is."""
    turn = (today - FIRST) // EVERY
    if customer not in VALUES or (customer == NOW_AND_THEN and turn % 2):
        return None
    made = FIRST + turn * EVERY
    return VALUES[customer], made, made + GOOD - timedelta(days=1)


def stops(risk_class: str, customer: str, today: date) -> bool:
    """Whether the risk class or the score of a customer has his orders wait for a person."""
    if risk_class not in (STALE_HOLDS, STALE_INFORMS):
        return risk_class == LOOKED_AT
    score = score_of(customer, today)
    if score is None:
        return True
    value, made, last = score
    if not made <= today <= last:
        return risk_class == STALE_HOLDS
    return value < SCORE_MIN
