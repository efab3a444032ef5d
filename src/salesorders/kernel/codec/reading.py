"""Text back to values of our classes: strict about every type, and never a foreign exception."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, get_args, get_origin

from salesorders.kernel.codec.strict import DIGITS, parse_json
from salesorders.kernel.codec.writing import is_stored_union
from salesorders.kernel.decision import Fact
from salesorders.kernel.errors import InvalidValue, SalesOrdersError, invalid
from salesorders.kernel.events import stored_class, upcast
from salesorders.kernel.limits import NUMBER, SURELY_BOUNDED, decimal_of, exact
from salesorders.kernel.money import Money

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["decode", "revive"]

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)


def _fact(value: Any) -> Fact:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, list):
        return tuple(_fact(part) for part in value)
    if isinstance(value, dict) and len(value) == 1:
        ((tag, text),) = value.items()
        reader = _FACTS.get(tag)
        if reader is not None and isinstance(text, str):
            return reader(text)
    invalid("codec.fact", "", "no fact is written like that")


def _read_moment(value: Any, _: Any = None) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        invalid("moment.naive", "", "a moment without a zone")
    return moment


def _read_money(value: Any, _: Any = None) -> Money:
    currency, _, amount = _text(value).partition(" ")
    return Money(amount, currency)


def _kept_decimal(value: Any, _: Any = None) -> Decimal:
    return _decimal(_text(value))


@lru_cache(maxsize=4_096)
def _decimal(text: str) -> Decimal:
    # Stored amounts keep their trailing zeros: 12.50 stays 12.50.
    if len(text) > SURELY_BOUNDED or not NUMBER.match(text):
        decimal_of(text)
    return Decimal(text)


def _read_fraction(value: Any, _: Any = None) -> Fraction:
    over, slash, under = _text(value).partition("/")
    if not (over.isdecimal() and (under.isdecimal() or not slash)) or len(value) > 2 * DIGITS:
        invalid("codec.fraction", "", "a factor is written 12 or 25/6")
    return Fraction(int(over), int(under or 1))


def _read_day(value: Any, _: Any = None) -> date:
    text = _text(value)
    if not DAY.match(text):
        invalid("codec.date", "", "a day is written 2026-07-01")
    try:
        return date.fromisoformat(text)
    except ValueError:
        invalid("codec.date", "", "no such day")


def _text(value: Any, _: Any = None) -> str:
    if value.__class__ is not str:
        invalid("codec.type", "", f"text is wanted, not {type(value).__name__}")
    return value


def _whole(value: Any, _: Any = None) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        invalid("codec.type", "", f"a whole number is wanted, not {type(value).__name__}")
    return value


def _flag(value: Any, _: Any = None) -> bool:
    if not isinstance(value, bool):
        invalid("codec.type", "", f"true or false is wanted, not {type(value).__name__}")
    return value


_FACTS: dict[str, Callable[[str], Fact]] = {
    "money": _read_money,
    "number": _kept_decimal,
    "moment": _read_moment,
    "date": _read_day,
}


@cache
def _converter() -> Converter:
    from cattrs import Converter

    converter = Converter(forbid_extra_keys=True, detailed_validation=False)
    for cls, read in (
        (Decimal, _kept_decimal),
        (datetime, _read_moment),
        (date, _read_day),
        (Fraction, _read_fraction),
        (Money, _read_money),
        (str, _text),
        (int, _whole),
        (bool, _flag),
    ):
        converter.register_structure_hook(cls, read)
    converter.register_structure_hook_func(lambda kind: kind == Fact, lambda value, _: _fact(value))
    converter.register_structure_hook_func(
        is_stored_union, lambda value, _: None if value is None else revive(value)
    )
    converter.register_structure_hook_factory(_is_tuple, _strict_list)
    return converter


def _is_tuple(kind: Any) -> bool:
    origin: Any = get_origin(kind)
    return origin is tuple


def _strict_list(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    parts = get_args(kind)
    if len(parts) == 2 and parts[1] is Ellipsis:
        hook = converter.get_structure_hook(parts[0])
        return lambda value, _: tuple([hook(part, parts[0]) for part in _list(value)])
    hooks = [converter.get_structure_hook(part) for part in parts]
    return lambda value, _: tuple(
        [hook(part, kind) for hook, part, kind in zip(hooks, _list(value), parts, strict=True)]
    )


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        invalid("codec.type", "", f"a list is wanted, not {type(value).__name__}")
    return value


@exact
def revive(record: Any) -> Any:
    """Turn a plain record back into the value; raises ``codec.*`` codes."""
    if not isinstance(record, dict) or not isinstance(record.get("type"), str):
        invalid("codec.type", "type", "a record names its type")
    fields = dict(record)
    name, fields = upcast(fields.pop("type"), fields)
    cls = stored_class(name)
    try:
        return _converter().structure(fields, cls)
    except SalesOrdersError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a malformed record makes the library below raise is one thing to the caller
        raise InvalidValue("codec.malformed", name, type(error).__name__) from None


def decode(text: str | bytes) -> Any:
    """Return the value that :func:`encode` wrote."""
    return revive(parse_json(text))
