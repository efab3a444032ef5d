"""Values to canonical text, directly: one writer a class, put together from its fields once.

Fields stand in the order of their names, defaults are left out, decimals never are (0.00 equals 0
and would come back with other cents). A field of another type than promised is refused.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache, lru_cache
from json.encoder import encode_basestring
from typing import Any, NoReturn, Union, cast, get_args, get_origin

import attrs

from salesorders.kernel.building import FACTORY
from salesorders.kernel.decision import Fact
from salesorders.kernel.errors import InvalidValue, SalesOrdersError, invalid
from salesorders.kernel.events import name_of
from salesorders.kernel.limits import NUMBER, decimal_of
from salesorders.kernel.money import Money

__all__ = [
    "Told",
    "encode",
    "encode_all",
    "is_stored_union",
    "moment_text",
    "quoted",
    "request_text",
]

Write = Callable[[Any], str]
Kind = Any  # a type as a field names it
# A decimal of so few characters is inside every bound on magnitude and scale.
SURELY_READ = 12
UNIONS = (Union, types.UnionType)
PAIR = 2

# Text as JSON; raises TypeError for anything else.
quoted: Write = encode_basestring


def encode(value: Any) -> str:
    """Return the canonical text of a value of a stored class, with its name under ``type``."""
    cls: Kind = type(value)
    return _told(_named_writer(cls), value)


def encode_all(values: tuple[Any, ...]) -> str:
    """Return the canonical text of several values of stored classes, as a list."""
    return f"[{','.join([encode(value) for value in values])}]"


def request_text(request: Any) -> str:
    """Return the canonical text of a request; a field of another type than promised is refused with its path."""
    cls: Kind = type(request)
    return _told(_class_writer(cls, None), request)


def moment_text(value: datetime) -> str:
    """Return a moment in UTC with microseconds; raises ``moment.naive``."""
    if value.tzinfo is None:
        invalid("moment.naive", "", "a moment without a zone")
    return _in_utc(value if value.tzinfo is UTC else value.astimezone(UTC))


@lru_cache(maxsize=100)
def _in_utc(value: datetime) -> str:
    """A command's moment is written several times. In another zone the two hours of a clock set back are equal."""
    return value.isoformat(timespec="microseconds")


def _told(write: Write, value: Any) -> str:
    try:
        return write(value)
    except SalesOrdersError as error:
        if error.code == "value.type":
            _refuse_wrong_field(value, "")
        raise
    except (TypeError, ValueError, AttributeError):
        _refuse_wrong_field(value, "")
        name = type(value).__name__
        raise InvalidValue("value.type", name, "a field has another type") from None


def _refuse_wrong_field(value: Any, path: str) -> None:
    for field in attrs.fields(type(value)):
        part, where = getattr(value, field.name), f"{path}.{field.name}".lstrip(".")
        try:
            _writer(cast("Kind", field.type))(part)
        except (SalesOrdersError, TypeError, ValueError, AttributeError):
            for index, entry in enumerate(part if isinstance(part, tuple) else ()):
                if attrs.has(type(entry)):
                    _refuse_wrong_field(entry, f"{where}[{index}]")
            if attrs.has(type(part)):
                _refuse_wrong_field(part, where)
            invalid("value.type", where, f"{type(part).__name__} does not fit")


# --- classes


class Told:
    """Base of values that keep the text they were written as: frozen, and part of several documents.

    The text is kept in two parts, between which the stored name stands where the value is written by itself.
    """

    __slots__ = ("_told",)


_KEEP = vars(Told)["_told"].__set__


@cache
def _named_writer(cls: Kind) -> Write:
    return _class_writer(cls, name_of(cls))


@cache
def _class_writer(cls: Kind, stored_name: str | None) -> Write:
    """Put a class's writer together as source, as attrs does for ``__init__``: half the time of a loop."""
    attrs.resolve_types(cls)
    names: dict[str, Any] = {
        "cls": cls,
        "wrong": _wrong_class,
        "Decimal": Decimal,
        "date": date,
        "day": _day_text,
        "keep": _KEEP,
    }
    steps = {field.name: _step(field, names) for field in attrs.fields(cls)}
    before = "\n".join(steps[name] for name in sorted(steps) if name < "type")
    after = "\n".join(steps[name] for name in sorted(steps) if name > "type")
    constant = "" if stored_name is None else f',"type":{quoted(stored_name)}'
    body = f"""    text = ""
{before}
    head = text
    text = ""
{after}"""
    if issubclass(cls, Told):
        body = f"""    told = getattr(value, "_told", None)
    if told is None:
{_indented(body, 4)}
        keep(value, (head, text))
    else:
        head, text = told"""
    source = f"""def write(value):
    if value.__class__ is not cls:
        wrong(cls, value)
{body}
    return "{{" + (head + {constant!r} + text)[1:] + "}}"
"""
    exec(compile(source, f"<writer of {cls.__qualname__}>", "exec"), names)
    write: Write = names["write"]
    return write


def _step(field: attrs.Attribute[Any], names: dict[str, Any]) -> str:
    """Return the lines that add one field to ``text``; what they need is put among ``names``."""
    name, kind = field.name, cast("Kind", field.type)
    default: Any = field.default
    if type(default) is FACTORY:
        default = default.factory()
    names[f"write_{name}"] = _writer(kind)
    if _is_list(kind):
        names[f"each_{name}"] = _writer(get_args(kind)[0])
    lines = _lines(kind, name)
    if default is attrs.NOTHING or kind in (Decimal, Decimal | None):
        return f"    part = value.{name}\n" + _indented(lines, 4)
    names[f"default_{name}"] = default
    asked = f"    part = value.{name}\n    if part != default_{name}:\n"
    return asked + _indented(lines, 8)


def _lines(kind: Kind, name: str) -> str:
    """Return the lines that add ``part`` to ``text``: what nearly always comes, without a call."""
    key = f",{quoted(name)}:"
    called = f"text += {key!r} + write_{name}(part)"
    if kind is Decimal:
        plain = f'len(shown) <= {SURELY_READ} and "/" < shown < ":" and "E" not in shown'
        return f"""shown = str(part)
if part.__class__ is Decimal and {plain}:
    text += {key + '"'!r} + shown + '"'
else:
    {called}"""
    if kind is date:
        return f"""if part.__class__ is date:
    text += {key + '"'!r} + day(part) + '"'
else:
    {called}"""
    if _is_list(kind):
        return f"""if part.__class__ is tuple:
    text += {key + "["!r} + ",".join([each_{name}(one) for one in part]) + "]"
else:
    {called}"""
    return called


def _is_list(kind: Kind) -> bool:
    """Whether a field holds any number of one kind."""
    origin: Any = get_origin(kind)
    return origin is tuple and get_args(kind)[1:] == (Ellipsis,)


def _indented(lines: str, by: int) -> str:
    return "\n".join(" " * by + line for line in lines.split("\n"))


def _wrong_class(cls: type, value: Any) -> NoReturn:
    invalid("value.type", "", f"{cls.__name__} is wanted, not {type(value).__name__}")


def is_stored_union(kind: Any) -> bool:
    """A union of classes: written with the stored name of the member."""
    if get_origin(kind) not in UNIONS:
        return False
    members = [member for member in get_args(kind) if member is not types.NoneType]
    return len(members) > 1 and all(attrs.has(member) for member in members)


@cache
def _writer(kind: Kind) -> Write:
    """Return the writer of a type as a field names it."""
    origin: Any = get_origin(kind)
    if kind == Fact:
        return _fact
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if is_stored_union(kind):
        return lambda value: "null" if value is None else encode(value)
    if origin in UNIONS:
        (member,) = (part for part in get_args(kind) if part is not types.NoneType)
        write = _writer(member)
        return lambda value: "null" if value is None else write(value)
    if origin is tuple:
        return _tuple_writer(get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        members = {member: quoted(member.value) for member in kind}
        return lambda value: members[value] if value in members else invalid("value.type", "", "")
    if attrs.has(kind):
        return _class_writer(kind, None)
    raise SalesOrdersError("codec.kind", str(kind)[:80], "no value of that type is written")


def _tuple_writer(parts: tuple[Any, ...]) -> Write:
    if parts[1:] == (Ellipsis,):
        write = _writer(parts[0])
        return lambda value: f"[{','.join([write(part) for part in _as_tuple(value)])}]"
    writes = tuple(_writer(part) for part in parts)

    def write_each(value: Any) -> str:
        pairs = zip(writes, _as_tuple(value), strict=True)
        return f"[{','.join([write(part) for write, part in pairs])}]"

    def write_pair(value: Any) -> str:
        first, second = _as_tuple(value)
        return f"[{writes[0](first)},{writes[1](second)}]"

    return write_pair if len(writes) == PAIR else write_each


def _as_tuple(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, tuple):
        invalid("value.type", "", f"a tuple is wanted, not {type(value).__name__}")
    return value


# --- single values

# Days are few, and most of a document's are the same.
_day_text = lru_cache(maxsize=1_000)(date.isoformat)


def _decimal(value: Any) -> str:
    """Write a decimal without an exponent, trailing zeros kept; what could not be read again is refused."""
    text = str(value)
    # Digits first, no exponent, short: nearly all there are.
    if type(value) is Decimal and len(text) <= SURELY_READ and "/" < text < ":" and "E" not in text:
        return f'"{text}"'
    if not isinstance(value, Decimal):
        invalid("value.type", "", f"Decimal is wanted, not {type(value).__name__}")
    if value.is_zero() and value.is_signed():
        value = value.copy_abs()
        text = str(value)
    if len(text) > SURELY_READ or not NUMBER.match(text):
        decimal_of(value)
        text = f"{value:f}"
    return f'"{text}"'


def _whole(value: Any) -> str:
    if type(value) is not int:
        invalid("value.type", "", f"a whole number is wanted, not {type(value).__name__}")
    return str(value)


def _flag(value: Any) -> str:
    if value is True or value is False:
        return "true" if value else "false"
    invalid("value.type", "", f"true or false is wanted, not {type(value).__name__}")


def _day(value: Any) -> str:
    if type(value) is not date:
        invalid("value.type", "", f"a date is wanted, not {type(value).__name__}")
    return f'"{_day_text(value)}"'


def _written(cls: type) -> Write:
    """Return a writer that takes values of one type only: what is stored is what was promised."""

    def write(value: Any) -> str:
        if not isinstance(value, cls):
            invalid("value.type", "", f"{cls.__name__} is wanted, not {type(value).__name__}")
        return f'"{value}"'

    return write


_SIMPLE: dict[Any, Write] = {
    str: quoted,
    int: _whole,
    bool: _flag,
    Decimal: _decimal,
    date: _day,
    datetime: lambda value: f'"{moment_text(value)}"',
    Fraction: _written(Fraction),
    Money: _written(Money),
}


# --- facts are of several types: those that JSON has no word for are tagged


def _fact(value: Fact) -> str:
    if isinstance(value, str):
        return quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Money):
        return f'{{"money":"{value}"}}'
    if isinstance(value, Decimal):
        return f'{{"number":{_decimal(value)}}}'
    if isinstance(value, datetime):
        return f'{{"moment":"{moment_text(value)}"}}'
    if isinstance(value, date):
        return f'{{"date":"{value.isoformat()}"}}'
    if isinstance(value, tuple):
        return f"[{','.join([_fact(part) for part in value])}]"
    raise InvalidValue("codec.fact", "", f"a fact can't be a {type(value).__name__}")
