"""A race from its start to its end, and its figures."""

from __future__ import annotations

from random import Random
from typing import Any

import attrs

from tests.races.course import End, Race, summary
from tests.races.crew import Crew
from tests.races.ground import Desks, Where, dealt, run_threads

DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


@attrs.frozen
class Result:
    """What a race showed: everything that is wrong, and what the table says of it."""

    broken: list[str]
    figures: dict[str, Any]


def raced(
    race: Race, where: Where, *, threads: int, size: int | None = None, crew: Crew | None = None
) -> Result:
    """Prepare, run and look; with a crew on every one of its processes, else on threads of this one."""
    size = race.small if size is None else size
    store = where.opened(threads)
    try:
        race.ready(Desks(store), size)
        before = deadlocks(where.url)
        steps = race.steps(size, Random(where.seed))
        if crew is None:
            ran = run_threads(where.watched(store), dealt(steps, threads))
        else:
            ran = crew.run(where, dealt(steps, threads * len(crew.pipes)))
        end = End(size, ran, Desks(store))
        broken = race.broken(end)
        locked = deadlocks(where.url) - before
        if locked:
            broken.append(f"{locked} deadlocks")
        rate = round(len(ran.answers) / ran.seconds)
        return Result(broken, {**summary(end), "deadlocks": locked, "commands_per_s": rate})
    finally:
        if where.url != "memory":
            store.close()


def deadlocks(url: str) -> int:
    """How many deadlocks the server has counted; elsewhere there are none."""
    if not url.startswith("postgresql"):
        return 0
    import psycopg

    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        # What a backend counts is told with a delay, but for one that asks for it.
        connection.execute("SELECT pg_stat_clear_snapshot()")
        found = connection.execute(DEADLOCKS).fetchone()
    return int(found[0]) if found else 0
