"""Canonical JSON and the strict way back.

Canonical: keys sorted, no blanks, UTF-8, decimals as text, dates as ISO text, moments in UTC with
microseconds. A value has one text and one hash; 1.5 and 1.50 are two values here. Reading refuses
duplicate keys, NaN, numbers with a fraction (ours are text), unknown fields, deep nesting and
endless digits. ``strict`` is JSON itself, ``writing`` and ``reading`` are for values of our classes.
"""

from salesorders.kernel.codec.reading import decode, revive
from salesorders.kernel.codec.strict import canonical, digest, parse_json
from salesorders.kernel.codec.writing import (
    Told,
    encode,
    encode_all,
    moment_text,
    quoted,
    request_text,
)

__all__ = [
    "Told",
    "canonical",
    "decode",
    "digest",
    "encode",
    "encode_all",
    "moment_text",
    "parse_json",
    "quoted",
    "request_text",
    "revive",
]
