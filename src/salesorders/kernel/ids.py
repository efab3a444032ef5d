"""Ids, names and other text that comes from outside; ids derived from a command's key."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from salesorders.kernel.errors import invalid, shown
from salesorders.kernel.limits import LIMITS, tuple_of

__all__ = ["country_of", "derived_id", "ident_of", "key_of", "text_of", "texts_of"]

_IDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+#-]*\Z", re.ASCII)
# No vowels and nothing that is easily taken for something else: ids are read out over the telephone.
_ALPHABET = "0123456789BCDFGHJKMNPQRSTVWXYZ"
# Two digits at a time, the lower one first.
_PAIRS = tuple(low + high for high in _ALPHABET for low in _ALPHABET)
_TWO = len(_PAIRS)
_FOUR = _TWO * _TWO
_ALPHA2 = re.compile(r"[A-Z]{2}\Z", re.ASCII)


def ident_of(value: object, path: str = "id", *, most: int = LIMITS.ident) -> str:
    """Return ``value`` as an id: 1 to 64 characters of ``A-Z a-z 0-9 _ . : + # -``, the first a letter or digit.

    The set is small on purpose: it keeps look-alikes, blanks, path and control characters out of
    references, file names and logs. Case counts. Raises ``id.type``, ``id.blank``, ``id.too_long``,
    ``id.characters``.
    """
    if not isinstance(value, str):
        invalid("id.type", path, f"text is wanted, not {type(value).__name__}")
    if len(value) > most:
        invalid("id.too_long", path, f"at most {most} characters are taken")
    if not value.strip():
        invalid("id.blank", path, "an id is needed")
    if not _IDENT.match(value) or ".." in value:
        invalid(
            "id.characters",
            path,
            f"{shown(value)} has other characters than letters, digits and _ . : + # -",
        )
    return str(value)


def key_of(value: object, path: str = "key") -> str:
    """Return a command key: 1 to 255 printable ASCII characters without blanks at the ends."""
    if not isinstance(value, str):
        invalid("key.type", path, f"text is wanted, not {type(value).__name__}")
    if not value.strip():
        invalid("key.blank", path, "every writing command needs a key of the caller's")
    if len(value) > LIMITS.key:
        invalid("key.too_long", path, f"at most {LIMITS.key} characters are taken")
    if not value.isascii() or not value.isprintable() or value != value.strip():
        invalid("key.characters", path, "printable ASCII without blanks at the ends is wanted")
    return value


def text_of(value: object, path: str, *, most: int = LIMITS.text, blank: bool = False) -> str:
    """Return people's text in NFC, without control, surrogate or direction-changing characters.

    ``blank`` allows empty text. Raises ``text.type``, ``text.blank``, ``text.too_long``, ``text.characters``.
    """
    if not isinstance(value, str):
        invalid("text.type", path, f"text is wanted, not {type(value).__name__}")
    if len(value) > most:
        invalid("text.too_long", path, f"at most {most} characters are taken")
    if value.isascii() and value.isprintable():
        text = value
    else:
        if any(
            unicodedata.category(c) in ("Cc", "Cs", "Cf", "Zl", "Zp", "Co", "Cn")
            and c not in "\n\t"
            for c in value
        ):
            invalid("text.characters", path, "control and invisible characters are refused")
        text = unicodedata.normalize("NFC", value)
        if len(text) > most:
            invalid("text.too_long", path, f"at most {most} characters are taken")
    if not blank and not text.strip():
        invalid("text.blank", path, "text is needed")
    return text


def texts_of(value: object, path: str) -> tuple[str, ...]:
    """Return several texts as a tuple; one text by itself is refused: it would be taken for its letters."""
    parts = tuple_of(value, path)
    return tuple(text_of(part, f"{path}[{index}]") for index, part in enumerate(parts))


def country_of(value: object, path: str = "country") -> str:
    """Return an ISO 3166 alpha-2 country code in capitals; only its form is checked here."""
    if not isinstance(value, str) or not _ALPHA2.match(value):
        invalid("country.unknown", path, f"{shown(value)} is no ISO 3166 alpha-2 code")
    return value


def derived_id(prefix: str, tenant: str, key: str, kind: str, n: int = 0) -> str:
    """Return the id that this command's key gives to its ``n``-th thing of a kind.

    A retry under the same key names the same things. 13 characters of 30: 63 bits, so two keys
    of a tenant meet with a chance below 1 in 10**7 even after a million commands; a meeting would be
    a version conflict, never a silent overwrite.
    """
    seed = f"{tenant}\x1f{key}\x1f{kind}\x1f{n}".encode()
    number = int.from_bytes(hashlib.sha256(seed).digest()[:8], "big")
    number, low = divmod(number, _FOUR)
    number, middle = divmod(number, _FOUR)
    number, high = divmod(number, _FOUR)
    first = _PAIRS[low % _TWO] + _PAIRS[low // _TWO]
    second = _PAIRS[middle % _TWO] + _PAIRS[middle // _TWO]
    third = _PAIRS[high % _TWO] + _PAIRS[high // _TWO]
    return f"{prefix}-{first}{second}{third}{_ALPHABET[number % len(_ALPHABET)]}"
