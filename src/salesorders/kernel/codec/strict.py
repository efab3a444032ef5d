"""JSON itself: the canonical text of plain data, hashes, and a reader that refuses what is not exact."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from salesorders.kernel.errors import InvalidValue, invalid, shown
from salesorders.kernel.limits import LIMITS

__all__ = ["DIGITS", "canonical", "digest", "parse_json"]

DIGITS = 40


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
        value = _STRICT.decode(text if isinstance(text, str) else _decoded(text))
    except InvalidValue as error:
        raise error.within(path) if path else error from None
    except RecursionError:
        raise InvalidValue("json.depth", path, f"more than {LIMITS.depth} levels") from None
    except (ValueError, UnicodeError) as error:
        raise InvalidValue("json.malformed", path, type(error).__name__) from None
    # A text with so few brackets can't be deep, and most of ours are short.
    if isinstance(text, bytes) or text.count("{") + text.count("[") > LIMITS.depth:
        _shallow(value, path)
    return value


def _decoded(text: bytes) -> str:
    """Return bytes as text, in whichever of Unicode's encodings JSON may be written."""
    return text.decode(json.detect_encoding(text), "surrogatepass")


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


_STRICT = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_constant=_no_constant,
    parse_float=_no_float,
    parse_int=_short_int,
)


def _shallow(value: Any, path: str) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > LIMITS.depth:
            invalid("json.depth", path, f"more than {LIMITS.depth} levels")
        nested: list[Any] = []
        for part in level:
            if part.__class__ is dict:
                nested += part.values()
            elif part.__class__ is list:
                nested += part
        level = nested
