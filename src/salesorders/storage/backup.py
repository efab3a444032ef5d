"""A tenant as one canonical text: one JSON object a line, a last line that says how much there was."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from salesorders.kernel.calendar import moment_of
from salesorders.kernel.codec import canonical, decode, digest, encode, moment_text, parse_json
from salesorders.kernel.errors import InvalidValue, invalid
from salesorders.storage.rows import follows
from salesorders.storage.values import Pending, Row, Snapshot, Stored

__all__ = ["backup_lines", "read_backup", "state_hash"]

FORMAT = "salesorders.tenant/1"
LONGEST = 50_000_000


def state_hash(snapshot: Snapshot) -> str:
    """Return one hash over every document with its version: equal states have equal hashes."""
    return digest(canonical([[one.ref, one.version, one.body] for one in snapshot.documents]))


def backup_lines(snapshot: Snapshot) -> Iterator[str]:
    """Yield the lines of a backup, each with its end; the last holds counts and the hash of the others."""
    running = hashlib.sha256()
    for record in _records(snapshot):
        line = canonical(record) + "\n"
        running.update(line.encode())
        yield line
    end = {
        "documents": len(snapshot.documents),
        "hash": running.hexdigest(),
        "rows": len(snapshot.rows),
        "waiting": len(snapshot.waiting),
    }
    yield canonical({"end": end}) + "\n"


def _records(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    yield {"format": FORMAT}
    for one in snapshot.documents:
        yield {"document": {"body": one.body, "ref": one.ref, "version": one.version}}
    for row in snapshot.rows:
        yield {
            "row": {
                "before": row.before,
                "body": row.body,
                "hash": row.hash,
                "key": row.key,
                "recorded_at": moment_text(row.recorded_at),
                "seq": row.seq,
                "text": row.text,
            }
        }
    for item in snapshot.waiting:
        waiting = {"effect": encode(item.effect), "key": item.key, "number": item.number}
        if item.failing_since is not None:
            waiting |= {"failing_since": moment_text(item.failing_since), "tries": item.tries}
        yield {"waiting": waiting}


def read_backup(lines: Iterable[str]) -> Snapshot:
    """Return what a backup holds, checked whole: format, counts, hash, every document, the chain.

    Raises ``backup.format`` for anything else, ``backup.cut`` without the last line and
    ``backup.changed`` where a hash or the chain does not fit.
    """
    if not isinstance(lines, Iterable):
        invalid("backup.format", "lines", f"lines are wanted, not {type(lines).__name__}")
    found: dict[str, list[dict[str, Any]]] = {"document": [], "row": [], "waiting": []}
    running, end = hashlib.sha256(), None
    for number, line in enumerate(lines, 1):
        path = f"line {number}"
        if end is not None:
            invalid("backup.format", path, "something follows the last line")
        kind, record = _record(line, path)
        if number == 1 or kind == "format":
            if number != 1 or (kind, record) != ("format", FORMAT):
                invalid("backup.format", path, f"a backup begins with {FORMAT}")
        elif kind == "end":
            end = record
            continue
        elif kind in found:
            found[kind].append(record)
        else:
            invalid("backup.format", path, "unknown kind of line")
        running.update(line.encode())
    counts = {"documents": "document", "rows": "row", "waiting": "waiting"}
    if end is None:
        invalid("backup.cut", "", "the last line is missing")
    wanted: dict[str, Any] = {name: len(found[kind]) for name, kind in counts.items()}
    if end != {**wanted, "hash": running.hexdigest()}:
        invalid("backup.changed", "", "counts or hash of the last line do not fit")
    return _snapshot(found)


def _record(line: object, path: str) -> tuple[str, Any]:
    if not isinstance(line, str) or len(line) > LONGEST or not line.endswith("\n"):
        invalid("backup.format", path, "lines of text that end are wanted")
    try:
        record = parse_json(line)
    except InvalidValue as error:
        raise error.within(path) from None
    if not isinstance(record, dict) or len(record) != 1:
        invalid("backup.format", path, "one named object a line is wanted")
    return next(iter(record.items()))


def _pending(item: dict[str, Any]) -> Pending:
    """Return an effect that waits; one without tries has none that failed, or is of a release that kept none."""
    tries, since = item.get("tries", 0), item.get("failing_since")
    if type(tries) is not int or tries < 0 or bool(tries) is (since is None):
        raise ValueError("tries and the moment of the first stand together")
    failing_since = None if since is None else moment_of(datetime.fromisoformat(since))
    return Pending(item["key"], item["number"], decode(item["effect"]), tries, failing_since)


def _snapshot(found: dict[str, list[dict[str, Any]]]) -> Snapshot:
    try:
        documents = tuple(
            Stored(one["ref"], one["version"], one["body"]) for one in found["document"]
        )
        rows = tuple(
            Row(**{**row, "recorded_at": datetime.fromisoformat(row["recorded_at"])})
            for row in found["row"]
        )
        waiting = tuple(map(_pending, found["waiting"]))
    except (KeyError, TypeError, ValueError):
        invalid("backup.format", "", "a line lacks what it has to hold")
    for one in documents:
        if decode(one.body).ref != one.ref:
            invalid("backup.changed", one.ref[:80], "the text is another document's")
    last = None
    for row in rows:
        if not follows(row, last, parse_json(row.text)):
            invalid("backup.changed", f"row {row.seq}", "it does not follow the row before")
        last = row
    _once("document", [one.ref for one in documents])
    _once("row", [row.key for row in rows])
    _once("effect", [f"{item.key}/{item.number}" for item in waiting])
    return Snapshot(documents, rows, waiting)


def _once(what: str, names: list[str]) -> None:
    if len(set(names)) < len(names):
        invalid("backup.changed", what, f"one {what} is there twice")
