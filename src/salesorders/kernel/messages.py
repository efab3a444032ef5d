"""Sentences for people, by code: one catalogue, filled with facts, numbers and dates by locale.

Capabilities register their sentences; a host may register translations. A code without a sentence
is printed with its facts, so an explanation never fails.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import moneyed

from salesorders.kernel.errors import SHOWN_MAX
from salesorders.kernel.limits import pinned_context

__all__ = ["register", "sentence", "shown_fact"]

_CATALOGUE: dict[str, dict[str, str]] = {}


def register(sentences: Mapping[str, str], locale: str = "en") -> None:
    """Add sentences by code; ``{name}`` stands for the fact of that name.

    ``code/cure`` is the sentence on what would change the answer; it is said where all its facts are known.
    Templates are the program's own text, never a user's.
    """
    _CATALOGUE.setdefault(locale, {}).update(sentences)


def registered(locale: str = "en") -> dict[str, str]:
    """Return the catalogue of a locale, for the rule reference."""
    return dict(_CATALOGUE.get(locale, {}))


def sentence(code: str, facts: Mapping[str, Any], locale: str = "en") -> str:
    """Return the sentence of ``code`` in ``locale`` (its language, else English) with the facts filled in."""
    language, is_cure = locale.replace("-", "_").split("_")[0], code.endswith("/cure")
    for name in (locale, language, "en"):
        template = _CATALOGUE.get(name, {}).get(code)
        if template is not None and (not is_cure or _is_told(template, facts)):
            return _Filler(locale).vformat(template, (), facts)
    if is_cure:
        return ""
    if facts.get("detail"):
        return (
            f"{shown_fact(facts.get('written', ''), locale)}: {shown_fact(facts['detail'], locale)}"
        )
    listed = ", ".join(f"{name} {shown_fact(value, locale)}" for name, value in facts.items())
    return f"{code} ({listed})" if listed else code


def _is_told(template: str, facts: Mapping[str, Any]) -> bool:
    """Whether every fact of a cure is known; a decision of an earlier release may know fewer."""
    named = (name for _, name, _, _ in string.Formatter().parse(template) if name)
    return all(facts.get(name) is not None for name in named)


class _Filler(string.Formatter):
    """Fills names only: no attributes, no indexes, no format language of user text."""

    def __init__(self, locale: str) -> None:
        self._locale = locale

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[str, str]:
        return shown_fact(kwargs.get(field_name), self._locale), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        return str(value)

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        return value


def shown_fact(value: Any, locale: str = "en") -> str:
    """Return a fact as people read it: money as ``EUR 1,200.50``, numbers and days in the locale's order.

    A locale that nobody knows is taken for English; text is cut and never makes a line of its own.
    """
    if isinstance(value, (tuple, list, frozenset)):
        parts = sorted(value) if isinstance(value, frozenset) else value
        return ", ".join(shown_fact(part, locale) for part in parts) or "nobody"
    if isinstance(value, (moneyed.Money, Decimal, date)):
        return _localised(value, locale)
    text = "".join(c if c.isprintable() else " " for c in str(value)[: SHOWN_MAX + 1])
    return text if len(text) <= SHOWN_MAX else text[: SHOWN_MAX - 3] + "..."


def _localised(value: moneyed.Money | Decimal | date, locale: str) -> str:
    if locale != "en":
        # Where babel does not know the locale, or does not take it for one, English is spoken.
        with suppress(LookupError, ValueError):
            return _by_babel(value, locale)
    if isinstance(value, moneyed.Money):
        return f"{value.currency.code} {value.amount:,f}"
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return value.strftime("%Y-%m-%d %H:%M %Z") if isinstance(value, datetime) else value.isoformat()


def _by_babel(value: moneyed.Money | Decimal | date, locale: str) -> str:
    from babel import Locale, UnknownLocaleError
    from babel.dates import format_date, format_datetime
    from babel.numbers import format_decimal

    try:
        known = Locale.parse(locale.replace("-", "_"))
    except UnknownLocaleError:
        raise LookupError(locale) from None
    if isinstance(value, datetime):
        return format_datetime(value, "medium", locale=known)
    if isinstance(value, date):
        return format_date(value, "medium", locale=known)
    number = value.amount if isinstance(value, moneyed.Money) else value
    exponent = number.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    with pinned_context():
        text = format_decimal(number, pattern, known)
    return f"{value.currency.code} {text}" if isinstance(value, moneyed.Money) else text
