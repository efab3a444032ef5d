"""Which documents a payment's reference names: exactly, or but for case, blanks and leading zeros.

Nothing is corrected here: a number that is nearly right names nothing, and is reported as unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import attrs

from salesorders.receivables.model import OpenItem

__all__ = ["Evidence", "evidence_in"]

_RUN = re.compile(r"[0-9]+|[^\W\d_]+")
_LETTER = r"[^\W\d_]"
_DIGITS = re.compile("[0-9]")
_NUMBERS = re.compile("[0-9]+")
_WORDS = re.compile("[a-z]+", re.ASCII)
# What ties a number to its neighbour: INV-1 is not named by XINV-1, INV-10 or INV-1-2.
_JOINS_BEFORE = ("+", "#", ".", "-")
_JOINS_AFTER = ("+", "#", "-")
_BETWEEN = r"[\W_]{0,3}"
# A short bare number in prose may be a day or a count; alone it names a document.
_BARE_DIGITS = 4
_UNKNOWN_DIGITS = 5


@attrs.frozen
class Evidence:
    """What a reference says.

    ``documents`` are named by number or id; ``orders`` only through their order or the buyer's
    reference of it. ``unclear``: one piece of text fits several documents. ``unknown``: something
    that looks like a document number of ours is not among the items.
    """

    documents: tuple[OpenItem, ...] = ()
    orders: tuple[OpenItem, ...] = ()
    unclear: bool = False
    unknown: bool = False


@attrs.frozen
class _Hit:
    start: int
    end: int
    exact: bool
    items: frozenset[int]
    document: bool

    def beaten_by(self, other: _Hit) -> bool:
        """An exact name beats a folded one; of two alike the one that holds the other wins."""
        if other.end <= self.start or self.end <= other.start:
            return False
        if self.exact != other.exact:
            return other.exact
        inside = other.start <= self.start and self.end <= other.end
        return inside and other.end - other.start > self.end - self.start

    def disputes(self, other: _Hit) -> bool:
        """Whether both read the same text as different documents."""
        return self.start < other.end and other.start < self.end and self.items != other.items


def evidence_in(text: str, items: Sequence[OpenItem], customer: str = "") -> Evidence:
    """Return what ``text`` names among ``items``.

    Order references are the buyers' own and may repeat between them, so with a known ``customer``
    only that one's orders count; invoice numbers count whoever they belong to.
    """
    if not text.strip():
        return Evidence()
    whole = _whole(text, items)
    if whole is not None:
        return Evidence((whole,))
    hits = list(_hits(text, items, customer))
    kept = [hit for hit in hits if not any(hit.beaten_by(other) for other in hits)]
    unclear = any(hit.document and len(hit.items) > 1 for hit in kept) or any(
        hit.disputes(other) for n, hit in enumerate(kept) for other in kept[n + 1 :]
    )
    documents = {index for hit in kept if hit.document for index in hit.items}
    orders = {index for hit in kept if not hit.document for index in hit.items} - documents
    return Evidence(
        tuple(items[index] for index in sorted(documents)),
        tuple(items[index] for index in sorted(orders)),
        unclear,
        _names_unknown(text, kept, items),
    )


def _whole(text: str, items: Sequence[OpenItem]) -> OpenItem | None:
    """The one item whose number is all that the text says, and that no other name is: most references."""
    if not _NUMBERS.search(text):
        return None
    named = [item for item in items if text in (item.number, item.invoice)]
    others = any(text in (item.order, item.order_reference) for item in items)
    return named[0] if len(named) == 1 and not others else None


def _hits(text: str, items: Sequence[OpenItem], customer: str) -> Iterator[_Hit]:
    keys: dict[tuple[str, bool], set[int]] = {}
    for index, item in enumerate(items):
        for key in (item.number, item.invoice):
            keys.setdefault((key, True), set()).add(index)
        if not customer or item.customer == customer:
            for key in (item.order, item.order_reference):
                keys.setdefault((key, False), set()).add(index)
    small = text.lower() if text.isascii() else ""
    digits = "".join(re.findall("[0-9]", text))
    wordless = not re.search(_LETTER, text)
    for (key, document), indexes in keys.items():
        if not _may_stand_in(key, digits, wordless) or not _words_stand_in(key, small):
            continue
        for start, end, is_exact in _spans(key, text):
            yield _Hit(start, end, is_exact, frozenset(indexes), document)


def _may_stand_in(key: str, digits: str, wordless: bool) -> bool:
    """Cheap refusals first: thousands of items are looked at, few are named."""
    numbers = _NUMBERS.findall(key)
    # The end of the last number, as short as it can be written: 000010 as 10, 010000 as 0000.
    if not numbers or (numbers[-1].lstrip("0") or "0")[-4:] not in digits:
        return False
    bare = all(run.isdigit() for run in _RUN.findall(key))
    return wordless or not bare or len(re.sub("[^0-9]", "", key).lstrip("0")) >= _BARE_DIGITS


def _words_stand_in(key: str, small: str) -> bool:
    """Whether plain text in small letters holds every word of the key; no text means that nobody looked."""
    return not small or all(word in small for word in _WORDS.findall(key.lower()))


def _spans(key: str, text: str) -> Iterator[tuple[int, int, bool]]:
    seen = set(_exactly(key, text))
    for start, end in seen:
        yield start, end, True
    left = _without(text, seen)
    # Most references name a document exactly, and nothing is left that could name it otherwise.
    if seen and not _may_stand_in(key, "".join(_DIGITS.findall(left)), True):
        return
    for found in re.finditer(_folded(_RUN.findall(key)), text, re.IGNORECASE):
        if not any(start <= found.start() and found.end() <= end for start, end in seen):
            yield (*found.span(), False)


def _exactly(key: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the key stands as a word of its own, to the letter."""
    start = text.find(key)
    while start >= 0:
        end = start + len(key)
        before, after = text[start - 1 : start], text[end : end + 1]
        goes_on = after in (".", ":") and _is_word(text[end + 1 : end + 2])
        if not (
            _is_word(before)
            or before in _JOINS_BEFORE
            or _is_word(after)
            or after in _JOINS_AFTER
            or goes_on
        ):
            yield start, end
        start = text.find(key, start + 1)


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with line breaks where the spans were, so that nothing grows together."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = "\n" * (end - start)
    return "".join(letters)


def _folded(runs: Sequence[str]) -> str:
    parts = ["0*" + (run.lstrip("0") or "0") if run.isdigit() else re.escape(run) for run in runs]
    return _bounded(_BETWEEN.join(parts), runs)


def _bounded(pattern: str, runs: Sequence[str]) -> str:
    before, after = ("[0-9]" if run.isdigit() else _LETTER for run in (runs[0], runs[-1]))
    return f"(?<!{before}){pattern}(?!{after})"


def _names_unknown(text: str, hits: Iterable[_Hit], items: Iterable[OpenItem]) -> bool:
    """Whether something left in the text has the shape of our invoice numbers."""
    left = _without(text, ((hit.start, hit.end) for hit in hits))
    shapes = {shape for item in items if (shape := _shape(item.number))}
    return any(re.search(shape, left, re.IGNORECASE) for shape in shapes)


def _shape(number: str) -> str:
    runs = _RUN.findall(number)
    if runs and all(run.isdigit() for run in runs):
        return (
            _bounded(_BETWEEN.join(f"[0-9]{{{len(run)}}}" for run in runs), runs)
            if len(number) >= _UNKNOWN_DIGITS
            else ""
        )
    if not any(run.isdigit() for run in runs):
        return ""
    return _bounded(
        "[^\\w\\n]?".join("[0-9]+" if run.isdigit() else re.escape(run) for run in runs), runs
    )
