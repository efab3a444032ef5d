"""Every kind of fault that is put in, with the place where it strikes, and those that are tested elsewhere."""

from __future__ import annotations

import attrs

__all__ = ["ELSEWHERE", "KINDS", "SECOND", "Crash", "FaultKind", "HostError"]


class Crash(BaseException):
    """The process dies here. Nobody catches it: what is not in the store is gone."""


class HostError(Exception):
    """Something of the host's own raised: a clock, a policy, a gateway."""


@attrs.frozen
class FaultKind:
    """One kind: which faults of the rule book it stands for, the point it strikes at, and for whom.

    ``on`` says which steps it fits: ``command``, ``reading``, ``relay``, ``import`` or ``order`` (what
    promises stock). ``codes`` are the errors that a sender may see of it; with none it must not be seen
    at all. ``says`` is a line for the table.
    """

    name: str
    book: str
    point: str
    on: tuple[str, ...]
    says: str
    codes: tuple[str, ...] = ()
    lasts: int = 1

    @property
    def cause(self) -> str:
        """The kind that it is, wherever it strikes."""
        return self.name.removesuffix(IN_HAND)


IN_HAND = ".in_hand"
COMMAND = ("command", "import", "order")
ANY = (*COMMAND, "reading", "relay")
RELAY = ("relay",)

KINDS: dict[str, FaultKind] = {
    kind.name: kind
    for kind in (
        FaultKind("conflict.once", "F01", "commit", COMMAND, "a newer version at the commit"),
        FaultKind(
            "conflict.budget",
            "F02",
            "commit",
            COMMAND,
            "newer versions until the budget of 8 tries is used up",
            ("concurrency.exhausted",),
            8,
        ),
        FaultKind("crash.reading", "F03", "read", COMMAND, "the process dies while it reads"),
        FaultKind("crash.before_commit", "F03", "commit", COMMAND, "it dies before the commit"),
        FaultKind("crash.after_commit", "F04", "commit", COMMAND, "it dies after it, unanswered"),
        FaultKind("answer.lost", "F04", "begin", COMMAND, "the answer is lost; sent again"),
        FaultKind("crash.before_relay", "F05", "lease", RELAY, "it dies before it took effects"),
        FaultKind("crash.leased", "F05", "leased", RELAY, "it dies holding leases"),
        FaultKind("crash.before_gateway", "F05", "deliver", RELAY, "it dies before the gateway"),
        FaultKind(
            "crash.gateway_effect", "F06", "deliver", RELAY, "it dies after the gateway acted"
        ),
        FaultKind("gateway.timeout_before", "F07", "deliver", RELAY, "time-out, nothing was done"),
        FaultKind("gateway.timeout_after", "F08", "deliver", RELAY, "time-out, it was done"),
        FaultKind("gateway.declines", "F09", "deliver", RELAY, "the gateway says no, this time"),
        FaultKind("gateway.pending", "F10", "deliver", RELAY, "taken now, done days later"),
        FaultKind("gateway.twice", "F11", "deliver", RELAY, "the transport hands it over twice"),
        FaultKind("message.twice", "F12", "begin", COMMAND, "the command comes twice in a row"),
        FaultKind("gateway.reordered", "F13", "deliver", RELAY, "overtaken by the next message"),
        FaultKind("message.lost", "F14", "begin", COMMAND, "it never arrives; sent again later"),
        FaultKind("message.late", "F15", "begin", COMMAND, "a copy comes much later"),
        FaultKind(
            "gateway.poison", "F16", "deliver", RELAY, "this effect fails until somebody repairs it"
        ),
        FaultKind(
            "import.broken",
            "F17",
            "commit",
            ("import",),
            "the store fails at a line in the middle of a file",
            ("store.unavailable",),
        ),
        FaultKind("store.full", "F19", "commit", COMMAND, "no room left", ("store.full",)),
        FaultKind("store.read_only", "F20", "commit", COMMAND, "read only", ("store.read_only",)),
        FaultKind(
            "unknown.kept",
            "F21",
            "commit",
            COMMAND,
            "connection lost, committed",
            ("store.unknown",),
        ),
        FaultKind(
            "unknown.gone",
            "F21",
            "commit",
            COMMAND,
            "connection lost, not done",
            ("store.unknown",),
        ),
        FaultKind("store.serialization", "F22", "commit", COMMAND, "serialization abort, deadlock"),
        FaultKind("store.busy", "F23", "commit", COMMAND, "lock time-out", ("store.busy",)),
        FaultKind(
            "store.unavailable",
            "F23",
            "read",
            COMMAND,
            "no answer to a read",
            ("store.unavailable",),
        ),
        FaultKind("clock.back", "F24", "begin", ANY, "the clock steps back one hour"),
        FaultKind("clock.forward", "F25", "begin", ANY, "the clock jumps 400 days"),
        FaultKind("clock.summer_time", "F26", "begin", ANY, "the clock stands at a change of time"),
        FaultKind("clock.zone", "F26", "begin", ANY, "a host in another zone"),
        FaultKind(
            "find.unavailable", "F23", "find", ANY, "no answer to a search", ("store.unavailable",)
        ),
        FaultKind("crash.finding", "F03", "find", ANY, "it dies while it searches"),
        FaultKind(
            "answer.unavailable",
            "F23",
            "answer",
            COMMAND,
            "a first answer is not to be had",
            ("store.unavailable",),
        ),
        FaultKind("crash.answering", "F04", "answer", COMMAND, "it dies before a first answer"),
        FaultKind(
            "delivered.unavailable",
            "F06",
            "delivered",
            RELAY,
            "what was done can't be noted",
            ("store.unavailable",),
        ),
        FaultKind("crash.delivered", "F06", "delivered", RELAY, "it dies when that is noted"),
        FaultKind(
            "give_back.unavailable",
            "F05",
            "give_back",
            RELAY,
            "what failed can't be given back",
            ("store.unavailable",),
        ),
        FaultKind("crash.giving_back", "F05", "give_back", RELAY, "it dies before it gives back"),
        FaultKind("store.stale", "F27", "read", COMMAND, "a replica answers with older versions"),
        FaultKind("relay.rival", "F28", "deliver", RELAY, "a second relay runs meanwhile"),
        FaultKind(
            "relay.expired", "F28", "deliver", RELAY, "the lease ends meanwhile, another takes it"
        ),
        FaultKind(
            "adapter.none", "F29", "read", COMMAND, "the store answers None", ("store.answer",)
        ),
        FaultKind(
            "adapter.type", "F29", "read", COMMAND, "a document of another type", ("store.answer",)
        ),
        FaultKind("adapter.extra", "F29", "read", COMMAND, "rows that nobody asked for"),
        FaultKind("gateway.garbage", "F29", "deliver", RELAY, "a gateway that answers nonsense"),
        FaultKind("clock.naive", "F29", "clock", COMMAND, "no zone", ("moment.naive",)),
        FaultKind("clock.nonsense", "F29", "clock", COMMAND, "no moment", ("clock.answer",)),
        FaultKind("clock.raises", "F30", "clock", COMMAND, "the host's clock raises"),
        FaultKind("policy.raises", "F30", "policy", ("order",), "the host's policy raises"),
        FaultKind("gateway.reenters", "F30, F33", "deliver", RELAY, "a gateway gives a command"),
        FaultKind("context.changed", "F34", "begin", ANY, "six digits, rounding down, traps set"),
    )
}

# Whoever was outrun commits with its documents in hand: what strikes at a commit strikes there too, as the second
# fault of a step.
KINDS |= {
    kind.name + IN_HAND: attrs.evolve(
        kind, name=kind.name + IN_HAND, point="decide", on=(), says=f"{kind.says}; in hand"
    )
    for kind in tuple(KINDS.values())
    if kind.point == "commit" and kind.name not in ("conflict.budget", "import.broken")
}

_ANSWERS = ("answer.unavailable", "crash.answering")
_BACK = ("give_back.unavailable", "crash.giving_back")
# What a first fault opens the way to: a second one on the same step.
SECOND: dict[str, tuple[str, ...]] = {
    "conflict.once": tuple(name for name in KINDS if name.endswith(IN_HAND)),
    "store.serialization": tuple(name for name in KINDS if name.endswith(IN_HAND)),
    "unknown.kept": _ANSWERS,
    "unknown.gone": _ANSWERS,
    "answer.lost": _ANSWERS,
    "message.twice": _ANSWERS,
    "gateway.declines": _BACK,
    "gateway.poison": _BACK,
    "gateway.timeout_before": _BACK,
    "gateway.timeout_after": _BACK,
}

# What needs a real file, process, rule or interpreter, or a room that is not there, and where it is looked at.
ELSEWHERE: dict[str, str] = {
    "F11": "another amount: no gateway answers with one yet",
    "F18": "torn write: tests/stores/test_links.py cuts a journal anywhere and damages every page of"
    " a file; tests/races/test_killed.py kills workers in the middle of a commit",
    "F30": "a rule that gives a command: tests/stores/test_rules_that_write.py",
    "F31": "a newer schema: tests/stores/test_sql.py; an older one: tests/stores/test_migrations.py",
    "F32": "fork with an open connection: tests/stores/test_forks.py",
    "F33": "a rule that gives a command while documents are held and nothing is committed: "
    "tests/stores/test_rules_that_write.py; a gateway that does: gateway.reenters",
    "F34": "hash seed, locale, order of a dict and Python version: "
    "tests/simulation/test_determinism.py",
}
