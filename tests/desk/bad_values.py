"""Values that are no number of the trade, no id, no date, no text, and no flag."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import salesorders as so

# --- values that are no number of the trade, no id, no date, no text

NUMBERS: dict[str, Any] = {
    "nan": Decimal("NaN"),
    "snan": Decimal("sNaN"),
    "infinity": Decimal("Infinity"),
    "-infinity": Decimal("-Infinity"),
    "1e1000000": Decimal("1e1000000"),
    "1e-1000000": Decimal("1e-1000000"),
    "10**400": 10**400,
    "-(10**400)": -(10**400),
    "10**16": 10**16,
    "float": 0.1,
    "whole float": 1.0,
    "float nan": float("nan"),
    "true": True,
    "false": False,
    "none": None,
    "object": object(),
    "list": [],
    "dict": {},
    "bytes": b"1",
    "complex": 1j,
    "blank": "",
    "space": " ",
    "word": "many",
    "nan text": "NaN",
    "exponent text": "1e3",
    "grouped": "1_000",
    "comma": "1,5",
    "padded": " 1\n",
    "arabic": "\u0663",
    "fullwidth": "\uff11\uff12",
    "long": "9" * 10_000,
    "13 decimals": "0.1234567890123",
    "negative": -1,
    "sign": "--1",
}
MONEY = {
    **NUMBERS,
    "half a cent": "0.005",
    "dollars": so.Money("1.00", "USD"),
}
# A quantity of nothing is none; an amount of nothing may be one.
QUANTITIES = {
    **NUMBERS,
    "zero": 0,
    "minus zero": Decimal("-0"),
    "zero text": "0.000",
    "7 decimals": "0.0000001",
    "above 10**12": 10**12 + 1,
    "money": so.Money("1.00", "EUR"),
}
IDS: dict[str, Any] = {
    "none": None,
    "number": 5,
    "zero": 0,
    "false": False,
    "object": object(),
    "list": [],
    "bytes": b"C7",
    "blank": "",
    "space": "   ",
    "overlong": "C" * 161,
    "huge": "C" * 1_000_000,
    "nul": "C\x007",
    "newline": "C7\n",
    "path": "../C7",
    "dots": "C..7",
    "slash": "C/7",
    "cyrillic": "\u0421\u0037",
    "surrogate": "C\ud800",
    "zero width": "C\u200b7",
    "sql": "'; DROP TABLE",
    "format": "{0.__class__}",
}
TEXTS: dict[str, Any] = {
    "none": None,
    "number": 5,
    "zero": 0,
    "object": object(),
    "list": [],
    "bytes": b"x",
    "overlong": "x" * 1_001,
    "huge": "x" * 1_000_000,
    "nul": "a\x00b",
    "escape": "a\x1bb",
    "surrogate": "a\ud800",
    "rtl override": "a\u202eb",
    "zero width": "a\u200bb",
}
REASONS = {**TEXTS, "blank": "", "space": "  "}
DATES: dict[str, Any] = {
    "moment": datetime(2026, 11, 23, tzinfo=UTC),
    "naive moment": datetime(2026, 11, 23),  # noqa: DTZ001  # that is what is wrong with it
    "text": "23.11.2026",
    "no day": "2026-02-30",
    "number": 20261123,
    "object": object(),
    "list": [],
    "false": False,
    "zero": 0,
}
DATES_NEEDED = {**DATES, "none": None}
THINGS: dict[str, Any] = {
    "none": None,
    "number": 5,
    "text": "x",
    "object": object(),
    "list": [],
    "dict": {},
    "true": True,
    "class": so.Line,
}


def but(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def only(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names}
