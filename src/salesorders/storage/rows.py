"""Command rows: their canonical text, and the chain of hashes that holds them in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from salesorders.kernel.actors import Actor
from salesorders.kernel.change import Change, Command
from salesorders.kernel.codec import (
    digest,
    encode,
    encode_all,
    moment_text,
    quoted,
    request_text,
)
from salesorders.storage.values import Row

__all__ = ["FIRST_HASH", "body_of", "entry_text", "follows", "row_hash", "sealed"]

FIRST_HASH = "0" * 64


def body_of(verb: str, actor: Actor, request: Any) -> str:
    """Return the hash of what is asked by whom: under one key it is asked once."""
    told = f'{{"actor":{quoted(actor.id)},"request":{request_text(request)},"verb":{quoted(verb)}}}'
    return digest(told)


def entry_text(
    verb: str, body: str, command: Command, change: Change[Any], written: Iterable[tuple[str, int]]
) -> str:
    """Return the canonical text of a command: who, what, when, why, and which versions it wrote.

    It does not depend on the command's place in the chain, so it is made before anything is locked.
    """
    puts = ",".join([f"[{quoted(ref)},{version}]" for ref, version in written])
    parts = (
        f'"actor":{quoted(command.actor.id)}',
        f'"at":"{moment_text(command.at)}"',
        f'"body":"{body}"',
        f'"effects":{encode_all(change.effects)}',
        f'"events":{encode_all(change.events)}',
        f'"key":{quoted(command.key)}',
        f'"outcome":{encode(change.outcome)}',
        f'"puts":[{puts}]',
        f'"verb":{quoted(verb)}',
    )
    return f"{{{','.join(parts)}}}"


def row_hash(seq: int, recorded_at: datetime, text: str, before: str) -> str:
    """Return the hash of a row: over the hash before, its place, its moment and its text."""
    place = f"{seq} {moment_text(recorded_at)}\n"
    return digest(place + text, before)


def sealed(key: str, body: str, text: str, at: datetime, last: Row | None) -> Row:
    """Return the row that follows ``last`` (``None`` for the first).

    Time in the chain never runs backwards, even where the clock does.
    """
    if last is None:
        recorded_at, before, place = at, FIRST_HASH, 1
    else:
        recorded_at, before, place = max(at, last.recorded_at), last.hash, last.seq + 1
    return Row(
        place, key, body, recorded_at, text, before, row_hash(place, recorded_at, text, before)
    )


def follows(row: Row, last: Row | None, record: Mapping[str, Any]) -> bool:
    """Whether ``row`` is what was written behind ``last``; ``record`` is its text, read."""
    before, place = (FIRST_HASH, 1) if last is None else (last.hash, last.seq + 1)
    return (
        (row.seq, row.before) == (place, before)
        and row.hash == row_hash(row.seq, row.recorded_at, row.text, before)
        and (last is None or last.recorded_at <= row.recorded_at)
        and (record["key"], record["body"]) == (row.key, row.body)
    )
