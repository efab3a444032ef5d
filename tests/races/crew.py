"""Processes that race against each other at one database, each with threads of its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from tests.races.ground import Ran, Step, Where, run_threads

CONTEXT = multiprocessing.get_context("spawn")
PATIENCE = 120


def work(pipe: Connection) -> None:
    """What a process does until it is told nothing: open the store, say so, wait for the word, run."""
    while (told := pipe.recv()) is not None:
        where, shares = told
        store = where.opened(len(shares))
        try:
            watched = where.watched(store)
            pipe.send("ready")
            pipe.recv()
            pipe.send(run_threads(watched, shares))
        except Exception as error:  # noqa: BLE001 - it is told to whoever waits for the answer
            pipe.send(repr(error))
        finally:
            store.close()


class Crew:
    """Worker processes, started once for many races."""

    def __init__(self, processes: int) -> None:
        self.pipes: list[Connection] = []
        self.members: list[Any] = []
        for _ in range(processes):
            ours, theirs = CONTEXT.Pipe()
            member = CONTEXT.Process(target=work, args=(theirs,), daemon=True)
            member.start()
            self.pipes.append(ours)
            self.members.append(member)

    def run(self, where: Where, shares: Sequence[Sequence[Step]]) -> Ran:
        """Let every process take its part of the shares, a thread for each, all from one moment on."""
        for n, pipe in enumerate(self.pipes):
            pipe.send((where, shares[n :: len(self.pipes)]))
        for pipe in self.pipes:
            self._heard(pipe)
        for pipe in self.pipes:
            pipe.send("go")
        ran: list[Ran] = [self._heard(pipe) for pipe in self.pipes]
        answers = tuple(answer for one in ran for answer in one.answers)
        return Ran(answers, sum(one.outrun for one in ran), max(one.seconds for one in ran))

    @staticmethod
    def _heard(pipe: Connection) -> Any:
        if not pipe.poll(PATIENCE):
            raise TimeoutError("a worker says nothing")
        said = pipe.recv()
        if isinstance(said, str) and said != "ready":
            raise RuntimeError(said)
        return said

    def dismissed(self) -> None:
        """Tell everybody to go home, and wait until they have."""
        for pipe, member in zip(self.pipes, self.members, strict=True):
            if member.is_alive():
                pipe.send(None)
            member.join(PATIENCE)


@contextmanager
def crew(processes: int) -> Iterator[Crew]:
    """A crew for as long as the block."""
    made = Crew(processes)
    try:
        yield made
    finally:
        made.dismissed()
