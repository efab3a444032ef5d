"""Canonical JSON and the strict way back.

Canonical: keys sorted, no blanks, UTF-8, decimals as text, dates as ISO text, moments in UTC with
microseconds. A value has one text and one hash; 1.5 and 1.50 are two values here. Reading refuses duplicate keys, NaN,
numbers with a fraction (ours are text), unknown fields, deep nesting and endless digits.
"""

from __future__ import annotations

import hashlib
import json
import re
import types
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar, Union, cast, get_args, get_origin

import attrs
from cattrs import Converter, override
from cattrs.gen import make_dict_unstructure_fn

from salesorders.kernel.decision import Fact
from salesorders.kernel.errors import InvalidValue, SalesOrdersError, invalid, shown
from salesorders.kernel.events import name_of, stored_class, upcast
from salesorders.kernel.limits import LIMITS, NUMBER, decimal_of
from salesorders.kernel.money import Money

__all__ = [
    "canonical",
    "decode",
    "digest",
    "encode",
    "parse_json",
    "plain",
    "request_record",
    "revive",
]

T = TypeVar("T")
DIGITS = 40
# A decimal of so few characters is inside every bound on magnitude and scale.
SURELY_READ = 12
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)


def canonical(value: Any) -> str:
    """Return the canonical JSON of plain data (text, whole numbers, booleans, None, lists, dicts)."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(text: str, before: str = "") -> str:
    """Return the SHA-256, in hex, of ``before`` followed by ``text``."""
    return hashlib.sha256((before + text).encode("utf-8", "surrogatepass")).hexdigest()


def parse_json(text: str | bytes, path: str = "") -> Any:
    """Read strict JSON; raises ``json.*`` codes and never a foreign exception."""
    if len(text) > LIMITS.document_bytes:
        invalid("json.too_long", path, f"at most {LIMITS.document_bytes} bytes are read")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_float=_no_float,
            parse_int=_short_int,
        )
    except InvalidValue as error:
        raise error.within(path) if path else error from None
    except RecursionError:
        raise InvalidValue("json.depth", path, f"more than {LIMITS.depth} levels") from None
    except (ValueError, UnicodeError) as error:
        raise InvalidValue("json.malformed", path, type(error).__name__) from None
    _shallow(value, path)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        invalid("json.duplicate_key", "", "a key stands twice")
    return record


def _no_constant(name: str) -> Any:
    invalid("json.constant", "", f"{shown(name)} is no number")


def _no_float(text: str) -> Any:
    invalid("json.float", "", f"{shown(text)} must be text, to be exact")


def _short_int(text: str) -> int:
    if len(text) > DIGITS:
        invalid("json.digits", "", f"at most {DIGITS} digits are read")
    return int(text)


def _shallow(value: Any, path: str) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > LIMITS.depth:
            invalid("json.depth", path, f"more than {LIMITS.depth} levels")
        nested: list[Any] = []
        for part in level:
            if isinstance(part, dict):
                nested.extend(part.values())
            elif isinstance(part, list):
                nested.extend(part)
        level = nested


# Facts are of several types: those that JSON has no word for are tagged.
def _plain_fact(value: Fact) -> Any:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Money):
        return {"money": str(value)}
    if isinstance(value, Decimal):
        return {"number": _decimal_text(value)}
    if isinstance(value, datetime):
        return {"moment": _moment(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, tuple):
        return [_plain_fact(part) for part in value]
    raise InvalidValue("codec.fact", "", f"a fact can't be a {type(value).__name__}")


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


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        invalid("moment.naive", "", "a moment without a zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _read_moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        invalid("moment.naive", "", "a moment without a zone")
    return moment


def _read_money(value: Any) -> Money:
    currency, _, amount = _text(value).partition(" ")
    return Money(amount, currency)


def _kept_decimal(value: Any) -> Decimal:
    # Stored amounts keep their trailing zeros: 12.50 stays 12.50.
    text = _text(value)
    decimal_of(text)
    return Decimal(text)


def _read_fraction(value: Any) -> Fraction:
    over, slash, under = _text(value).partition("/")
    if not (over.isdecimal() and (under.isdecimal() or not slash)) or len(value) > 2 * DIGITS:
        invalid("codec.fraction", "", "a factor is written 12 or 25/6")
    return Fraction(int(over), int(under or 1))


def _written(cls: type) -> Callable[[Any], str]:
    """Return a writer that takes values of one type only: what is stored is what was promised."""

    def write(value: Any) -> str:
        if not isinstance(value, cls):
            invalid("value.type", "", f"{cls.__name__} is wanted, not {type(value).__name__}")
        return str(value)

    return write


def _decimal_text(value: Any) -> str:
    """Write a decimal without an exponent, trailing zeros kept; what could not be read again is refused."""
    if not isinstance(value, Decimal):
        invalid("value.type", "", f"Decimal is wanted, not {type(value).__name__}")
    if value.is_zero() and value.is_signed():
        value = value.copy_abs()
    text = str(value)
    if len(text) > SURELY_READ or not NUMBER.match(text):
        decimal_of(value)
        text = f"{value:f}"
    return text


def _read_day(value: Any) -> date:
    text = _text(value)
    if not DAY.match(text):
        invalid("codec.date", "", "a day is written 2026-07-01")
    return date.fromisoformat(text)


def _day(value: Any) -> str:
    if type(value) is not date:
        invalid("value.type", "", f"a date is wanted, not {type(value).__name__}")
    return value.isoformat()


def _text(value: Any) -> str:
    if not isinstance(value, str):
        invalid("codec.type", "", f"text is wanted, not {type(value).__name__}")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        invalid("codec.type", "", f"a whole number is wanted, not {type(value).__name__}")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        invalid("codec.type", "", f"true or false is wanted, not {type(value).__name__}")
    return value


_FACTS: dict[str, Callable[[str], Fact]] = {
    "money": _read_money,
    "number": _kept_decimal,
    "moment": _read_moment,
    "date": _read_day,
}


def _is_stored_union(kind: Any) -> bool:
    """A union of attrs classes: written with the stored name of the member."""
    if get_origin(kind) not in (Union, types.UnionType):
        return False
    members = [member for member in get_args(kind) if member is not type(None)]
    return len(members) > 1 and all(attrs.has(member) for member in members)


def _converter() -> Converter:
    converter = Converter(omit_if_default=True, forbid_extra_keys=True, detailed_validation=False)
    for cls, write, read in (
        (Decimal, _decimal_text, _kept_decimal),
        (datetime, _moment, _read_moment),
        (date, _day, _read_day),
        (Fraction, _written(Fraction), _read_fraction),
        (Money, _written(Money), _read_money),
        (str, _text, _text),
        (int, _whole, _whole),
        (bool, _flag, _flag),
        (frozenset, sorted, None),
    ):
        converter.register_unstructure_hook(cls, cast("Any", write))
        if read is not None:
            converter.register_structure_hook(
                cls, lambda value, _, read=read: cast("Any", read)(value)
            )
    converter.register_unstructure_hook_func(lambda kind: kind == Fact, _plain_fact)
    converter.register_structure_hook_func(lambda kind: kind == Fact, lambda value, _: _fact(value))
    converter.register_unstructure_hook_func(
        _is_stored_union, lambda value: None if value is None else plain(value)
    )
    converter.register_structure_hook_func(
        _is_stored_union, lambda value, _: None if value is None else revive(value)
    )
    converter.register_structure_hook_factory(_is_tuple, _strict_list)
    converter.register_unstructure_hook_factory(attrs.has, _with_decimals)
    return converter


def _with_decimals(cls: Any, converter: Converter) -> Callable[[Any], dict[str, Any]]:
    """Leave out defaults, but no decimals: 0.00 equals 0 and would come back with other cents."""
    attrs.resolve_types(cls)
    kept: dict[str, Any] = {
        field.name: override(omit_if_default=False)
        for field in attrs.fields(cls)
        if field.type in (Decimal, Decimal | None)
    }
    write: Callable[[Any], dict[str, Any]] = make_dict_unstructure_fn(
        cls, converter, _cattrs_omit_if_default=True, **kept
    )
    return write


def _is_tuple(kind: Any) -> bool:
    origin: Any = get_origin(kind)
    return origin is tuple


def _strict_list(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    parts = get_args(kind)
    if len(parts) == 2 and parts[1] is Ellipsis:
        hook = converter.get_structure_hook(parts[0])
        return lambda value, _: tuple(hook(part, parts[0]) for part in _list(value))
    hooks = [converter.get_structure_hook(part) for part in parts]
    return lambda value, _: tuple(
        hook(part, kind) for hook, part, kind in zip(hooks, _list(value), parts, strict=True)
    )


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        invalid("codec.type", "", f"a list is wanted, not {type(value).__name__}")
    return value


CONVERTER = _converter()


def plain(value: Any) -> dict[str, Any]:
    """Return the plain record of a value of a stored class, with its name under ``type``."""
    record: dict[str, Any] = CONVERTER.unstructure(value)
    record["type"] = name_of(type(value))
    return record


def revive(record: Any) -> Any:
    """Turn a plain record back into the value; raises ``codec.*`` codes."""
    if not isinstance(record, dict) or not isinstance(record.get("type"), str):
        invalid("codec.type", "type", "a record names its type")
    fields = {name: value for name, value in record.items() if name != "type"}
    name, fields = upcast(record["type"], fields)
    cls = stored_class(name)
    try:
        return CONVERTER.structure(fields, cls)
    except SalesOrdersError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a malformed record makes the library below raise is one thing to the caller
        raise InvalidValue("codec.malformed", name, type(error).__name__) from None


def request_record(request: Any) -> Any:
    """Return the plain record of a request; a field of another type than promised is refused with its path."""
    try:
        return CONVERTER.unstructure(request)
    except Exception:  # noqa: BLE001 - whatever a wrong type makes the library below raise, the field is found next
        _refuse_wrong_field(request, "")
        raise InvalidValue(
            "value.type", type(request).__name__, "a field has another type"
        ) from None


def _refuse_wrong_field(value: Any, path: str) -> None:
    attrs.resolve_types(type(value))
    for field in attrs.fields(type(value)):
        part, where = getattr(value, field.name), f"{path}.{field.name}".lstrip(".")
        try:
            CONVERTER.unstructure(part, unstructure_as=field.type)
        except Exception:  # noqa: BLE001 - see request_record
            for index, entry in enumerate(part if isinstance(part, tuple) else ()):
                if attrs.has(type(entry)):
                    _refuse_wrong_field(entry, f"{where}[{index}]")
            if attrs.has(type(part)):
                _refuse_wrong_field(part, where)
            invalid("value.type", where, f"{type(part).__name__} does not fit")


def encode(value: Any) -> str:
    """Return the canonical text of a value of a stored class."""
    return canonical(plain(value))


def decode(text: str | bytes) -> Any:
    """Return the value that :func:`encode` wrote."""
    return revive(parse_json(text))
