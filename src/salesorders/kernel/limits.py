"""Bounds on what comes in, and the one decimal context that every sum runs under.

Numbers are checked before anything else touches them: converting, hashing or printing a decimal
with an exponent of a million takes seconds, so the exponent is looked at first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from decimal import (
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    getcontext,
    localcontext,
    setcontext,
)
from functools import wraps
from itertools import islice
from typing import Any, ParamSpec, TypeVar

import attrs

from salesorders.kernel.errors import InvalidValue, invalid, shown

__all__ = [
    "LIMITS",
    "Limits",
    "Rounding",
    "added",
    "decimal_of",
    "exact",
    "flag_of",
    "pinned_context",
    "rate_of",
    "round_to",
    "tuple_of",
    "whole_of",
]

P = ParamSpec("P")
R = TypeVar("R")

PRECISION = 50
# An exponent bound that nobody else would choose marks the context as ours: one number to compare.
OURS = 999_983
CONTEXT = Context(
    prec=PRECISION,
    rounding=ROUND_HALF_UP,
    Emax=OURS,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
# Half up rounds away from zero on both sides, which is what the trade and EN 16931 expect.
Rounding = str
HALF_UP: Rounding = ROUND_HALF_UP
HALF_EVEN: Rounding = ROUND_HALF_EVEN


@attrs.frozen
class Limits:
    """Bounds on input. Every bound is inclusive.

    * ``lines``: lines of one order or document, 10,000.
    * ``text``: characters of a name or note, 1,000.
    * ``ident``: characters of an id, 64; ``key``: of a command key, 255.
    * ``magnitude``: powers of ten before the decimal point, 15 (below 10**15).
    * ``scale``: digits after the decimal point, 12.
    * ``document_bytes``: bytes of a file that a reader takes, 20,000,000.
    * ``depth``: nesting of JSON or XML, 64.
    """

    lines: int = 10_000
    text: int = 1_000
    ident: int = 64
    key: int = 255
    magnitude: int = 15
    scale: int = 12
    document_bytes: int = 20_000_000
    depth: int = 64


LIMITS = Limits()
# A number written in so few characters is inside every bound on magnitude and scale.
SURELY_BOUNDED = 12
_WHOLE = 10**LIMITS.magnitude
NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40})(?:\.[0-9]{1,40})?\Z", re.ASCII)


def exact(function: Callable[P, R]) -> Callable[P, R]:
    """Run ``function`` under the library's own decimal context and restore the caller's after it.

    A host may have set ``getcontext().prec = 6``; 123456.78 + 0.01 would silently become 123457.
    """

    @wraps(function)
    def pinned(*args: P.args, **kwargs: P.kwargs) -> R:
        callers = getcontext()
        if callers.Emax == OURS and callers.prec == PRECISION:
            return function(*args, **kwargs)
        setcontext(CONTEXT.copy())
        try:
            return function(*args, **kwargs)
        finally:
            setcontext(callers)

    return pinned


def added(values: Iterable[Decimal]) -> Decimal:
    """Return the sum, exact under any context of the caller; 0 for nothing."""
    total = Decimal(0)
    for value in values:
        total = CONTEXT.add(total, value)
    return total


def pinned_context() -> AbstractContextManager[Context]:
    """Run a block under the library's own decimal context and restore the caller's after it."""
    return localcontext(CONTEXT)


def decimal_of(value: object, path: str = "", *, code: str = "number") -> Decimal:
    """Return ``value`` as a finite decimal inside :data:`LIMITS`, or raise with ``path``.

    Takes ``Decimal``, ``int`` and plain decimal text (``"12.50"``, ASCII digits, a point, no
    exponent, no blanks, no grouping). ``code`` is the first word of the error codes: ``number``
    gives ``number.type``, ``number.not_finite``, ``number.range``, ``number.precision``.
    """
    if type(value) is Decimal and _is_plain(str(value)):
        return value
    if type(value) is int and -_WHOLE < value < _WHOLE:
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, (Decimal, int, str)):
        invalid(
            f"{code}.type",
            path,
            f"a decimal, whole number or decimal text is wanted, not {type(value).__name__}",
        )
    if isinstance(value, str):
        if len(value) > 2 * LIMITS.magnitude + LIMITS.scale or not NUMBER.match(value):
            invalid(f"{code}.text", path, f"{shown(value)} is not plain decimal text such as 12.50")
        number = Decimal(value)
        if _is_plain(value):
            return number
    elif isinstance(value, int):
        if value.bit_length() > 64:
            invalid(f"{code}.range", path, f"below 10**{LIMITS.magnitude} is wanted")
        number = Decimal(value)
    else:
        number = value
    return _bounded(number, path, code)


def _is_plain(text: str) -> bool:
    """Whether a number is written as we keep it: short, no sign, no exponent, no zero at the end of decimals.

    Nearly all are, and looking at the text is a quarter of taking the number apart.
    """
    return (
        len(text) <= SURELY_BOUNDED
        and "/" < text < ":"
        and "E" not in text
        and ("." not in text or text[-1] != "0")
    )


def _bounded(number: Decimal, path: str, code: str) -> Decimal:
    if not number.is_finite():
        invalid(f"{code}.not_finite", path, "NaN and infinity are not numbers of the trade")
    if number.is_zero():
        return Decimal(0)
    if number.adjusted() >= LIMITS.magnitude:
        invalid(f"{code}.range", path, f"below 10**{LIMITS.magnitude} is wanted")
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    if exponent < -LIMITS.scale:
        surplus = -LIMITS.scale - exponent
        if surplus > len(digits) or any(digits[-surplus:]):
            invalid(f"{code}.precision", path, f"at most {LIMITS.scale} decimals are kept")
        number = number.quantize(Decimal(1).scaleb(-LIMITS.scale), context=CONTEXT)
        digits, exponent = number.as_tuple().digits, -LIMITS.scale
    if exponent > 0:
        return number.quantize(Decimal(1), context=CONTEXT)
    if exponent < 0 and digits[-1] == 0:
        return _stripped(number)
    return number if type(number) is Decimal else Decimal(number)


def _stripped(number: Decimal) -> Decimal:
    """Drop trailing zeros, so that 1.50 and 1.5 are one value to keys and hashes."""
    short = number.normalize(CONTEXT)
    exponent = short.as_tuple().exponent
    return (
        short.quantize(Decimal(1), context=CONTEXT)
        if isinstance(exponent, int) and exponent > 0
        else short
    )


def tuple_of(value: object, path: str, *, most: int = LIMITS.lines) -> tuple[Any, ...]:
    """Return a list, tuple or other iterable as a tuple of at most ``most`` parts; text is none."""
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        invalid("value.type", path, f"several are wanted, not {type(value).__name__}")
    parts = tuple(islice(value, most + 1))
    if len(parts) > most:
        invalid("limit.exceeded", path, f"at most {most} are taken")
    return parts


def whole_of(value: object, path: str = "", *, least: int = 0, most: int = 10**9) -> int:
    """Return ``value`` as a whole number between ``least`` and ``most``; booleans are refused."""
    if isinstance(value, bool) or not isinstance(value, int):
        invalid("number.type", path, f"a whole number is wanted, not {type(value).__name__}")
    if not least <= value <= most:
        invalid("number.range", path, f"between {least} and {most} is wanted")
    return value


def flag_of(value: object, path: str = "") -> bool:
    """Return ``True`` or ``False``; nothing else stands for them."""
    if not isinstance(value, bool):
        invalid("value.type", path, f"True or False is wanted, not {type(value).__name__}")
    return value


def rate_of(value: object, path: str = "", *, least: str = "0", most: str = "100") -> Decimal:
    """Return a percentage between ``least`` and ``most``; takes ``"5%"`` as well as ``5``."""
    text = value[:-1] if isinstance(value, str) and value.endswith("%") else value
    rate = decimal_of(text, path, code="rate")
    if not Decimal(least) <= rate <= Decimal(most):
        raise InvalidValue(
            "rate.range", path, f"between {least} % and {most} % is wanted, not {shown(rate)}"
        )
    return rate


def round_to(number: Decimal, digits: int, rounding: Rounding = HALF_UP) -> Decimal:
    """Round to ``digits`` decimals, half away from zero unless ``rounding`` says otherwise."""
    return number.quantize(_QUANTA[digits], rounding, CONTEXT)


_QUANTA = tuple(Decimal(1).scaleb(-digits) for digits in range(LIMITS.scale + 1))
