"""Of many at once each gets what it would have got alone, in some order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from salesorders.billing import NumberSeries
from salesorders.kernel.errors import KeyReused, StaleVersion
from salesorders.storage import Put, Versioned
from salesorders.testing.stores.asking import (
    AT,
    AT_ONCE,
    Play,
    StoreAsking,
    command,
    customer,
    notices,
    written,
)
from salesorders.testing.suite import promise

__all__ = ["CrowdPromises"]

# Who is lucky once is not lucky every time.
ROUNDS = 25


class CrowdPromises(StoreAsking):
    """What is asked by many at the same time."""

    @promise(
        "what the others wrote: of many writers at once more than one wins", needs="concurrent"
    )
    def test_of_many_writers_over_one_version_one_wins(self) -> None:
        self._put("C1")
        known = customer("C1")
        for turn in range(1, ROUNDS + 1):
            calls = [
                ("main", command(f"w{turn}-{n}", Put(turn, customer("C1", f"{turn}0{n}"), known)))
                for n in range(AT_ONCE)
            ]
            answers = self.adapter.at_once("commit", calls)
            won = [n for n, answer in enumerate(answers) if not isinstance(answer, Exception)]
            lost = [answer for answer in answers if isinstance(answer, Exception)]
            assert len(won) == 1, answers
            assert all(isinstance(answer, StaleVersion) for answer in lost), answers
            known = customer("C1", f"{turn}0{won[0]}")
            there = self.adapter.read("main", ("customer/C1",))["customer/C1"]
            assert there == Versioned(turn + 1, known)
        assert len(self._rows()) == ROUNDS + 1

    @promise(
        "once: one key at many doors at the same time happens more than once", needs="concurrent"
    )
    def test_one_key_at_many_doors_happens_once(self) -> None:
        for turn in range(1, ROUNDS + 1):
            key = f"k{turn}"
            calls = [
                ("main", command(key, Put(0, customer(f"C{n}-{turn}")))) for n in range(AT_ONCE)
            ]
            answers = self.adapter.at_once("commit", calls)
            raised = [answer for answer in answers if isinstance(answer, Exception)]
            assert len(raised) == AT_ONCE - 1, answers
            assert all(isinstance(answer, KeyReused | StaleVersion) for answer in raised), answers
            assert (len(self._found()), len(self._rows())) == (turn, turn)

    @promise("the tax office's trust: numbers come twice, or are missing", needs="concurrent")
    def test_numbers_drawn_at_once_are_unique_and_without_gaps(self) -> None:
        day = AT.date()
        drawn: list[str] = []

        def numbered(name: str) -> Any:
            def change(held: Any) -> tuple[Put, ...]:
                there = held.get("series/INV")
                series = there.document if there else NumberSeries("INV")
                number, after = series.draw(day)
                drawn.append(number)
                series_put = Put(there.version, after, series) if there else Put(0, after)
                return Put(0, customer(f"{number}.{name}")), series_put

            return change

        plays = [written(f"k{n}", ("series/INV",), numbered(f"w{n}")) for n in range(AT_ONCE)]
        assert [answer for answer in self.adapter.played(plays) if _failed(answer)] == []
        used = [name.partition(".")[0] for name in self._found()]
        assert used == [f"INV-{n:06d}" for n in range(1, AT_ONCE + 1)]

    @promise(
        "patience: commands that touch the same two things wait for each other for ever",
        needs="concurrent",
    )
    def test_commands_over_the_same_documents_all_get_through(self) -> None:
        self._put("A", "B")
        refs = ("customer/A", "customer/B")

        def raised_by_one(held: Any) -> tuple[Put, ...]:
            return tuple(
                Put(one.version, customer(one.document.id, str(one.version + 1)), one.document)
                for one in (held[ref] for ref in refs)
            )

        plays = [written(f"k{n}", refs, raised_by_one) for n in range(AT_ONCE)]
        assert [answer for answer in self.adapter.played(plays) if _failed(answer)] == []
        there = self.adapter.read("main", refs)
        assert [one.version for one in there.values()] == [AT_ONCE + 1] * 2
        assert len(self._rows()) == AT_ONCE + 2

    @promise("the backup: it shows half of what happened while it was taken", needs="concurrent")
    def test_a_snapshot_shows_one_moment(self) -> None:
        self._put("A", "B")

        def writing() -> Play:
            for n in range(1, 9):
                puts = (Put(n, customer(x, str(n + 1)), customer(x, str(n))) for x in "AB")
                yield "commit", ("main", command(f"k{n}", *puts, effects=notices("x")))

        def looking() -> Play:
            seen: list[Any] = []
            while len(seen) < 8:
                try:
                    seen += [(yield "snapshot", ("main",))]
                except StaleVersion:  # somebody stood in its way: it is asked again
                    yield "pause", (0.001,)
            return seen

        answers = self.adapter.played([writing(), looking(), looking()])
        assert [answer for answer in answers if _failed(answer)] == []
        for taken in (*answers[1], *answers[2]):
            versions = {one.version for one in taken.documents}
            assert len(versions) == 1, versions
            (version,) = versions
            assert (len(taken.rows), len(taken.waiting)) == (version + 1, version - 1)

    @promise("once: many workers at the same time carry one message", needs="concurrent")
    def test_many_workers_at_once_share_the_messages_out(self) -> None:
        kinds = [f"m{n}" for n in range(20)]
        self.adapter.commit("main", command("k", effects=notices(*kinds)))

        def working(worker: str) -> Play:
            until = AT + timedelta(minutes=5)
            asked = {"worker": worker, "now": AT, "until": until, "gateways": ("notices",)}
            taken = yield "lease", ("main",), asked | {"limit": 5}
            return [item.effect.kind for item in taken]

        answers = self.adapter.played([working(f"w{n}") for n in range(AT_ONCE)])
        assert [answer for answer in answers if _failed(answer)] == []
        held = [kind for answer in answers for kind in answer]
        assert len(held) == len(set(held)), held
        assert sorted([*held, *self._leased("last", limit=20)]) == sorted(kinds)


def _failed(answer: Any) -> bool:
    return isinstance(answer, Exception)
