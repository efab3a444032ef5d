"""What many runs came to: commands by kind and answer, faults by kind, checks, violations, commands a second."""

from __future__ import annotations

from collections import Counter
from typing import Any

import attrs

from salesorders.testing.simulation.faults import KINDS
from salesorders.testing.simulation.run import Result

__all__ = ["Report"]


@attrs.define
class Report:
    """The sum of many runs."""

    runs: int = 0
    answers: Counter[str] = attrs.field(factory=Counter)
    faults: Counter[str] = attrs.field(factory=Counter)
    crashes: int = 0
    checks: int = 0
    queries: int = 0
    resent: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    failed: list[Result] = attrs.field(factory=list)

    def add(self, result: Result) -> None:
        """Count a run."""
        self.runs += 1
        self.answers += result.commands
        self.faults += result.faults
        self.crashes += result.crashes
        self.checks += result.checks
        self.queries += result.queries
        self.resent += result.resent
        if result.violation:
            self.failed.append(result)

    @property
    def commands(self) -> int:
        """Every call of a verb: commands, copies of them, queries and what was cut off by a fault."""
        return sum(count for name, count in self.answers.items() if " " not in name)

    def numbers(self) -> dict[str, float]:
        """Return all as one flat object of numbers, with a number for each kind of fault and each verb."""
        return {
            **self.sums(),
            **{f"faults.{kind}": self.faults[kind] for kind in KINDS},
            **{
                f"commands.{name}": n for name, n in sorted(self.answers.items()) if " " not in name
            },
        }

    def sums(self) -> dict[str, float]:
        """Return what all runs come to together."""
        rate = self.commands / self.seconds if self.seconds else 0.0
        return {
            "commands": self.commands,
            "faults": sum(self.faults.values()),
            "fault_kinds": len(self.faults),
            "fault_kinds_known": len(KINDS),
            "faults_of_rarest_kind": min((self.faults[kind] for kind in KINDS), default=0),
            "crashes": self.crashes,
            "checks": self.checks,
            "queries": self.queries,
            "resent": self.resent,
            "violations": len(self.failed),
            "commands_per_s": round(rate, 1),
            "runs": self.runs,
            "seconds": round(self.seconds, 1),
            "cpu_seconds": round(self.cpu_seconds, 1),
            "commands_per_cpu_s": round(
                self.commands / self.cpu_seconds if self.cpu_seconds else 0.0, 1
            ),
        }

    def text(self) -> str:
        """Return all as text for people."""
        lines = ["Commands", *_table(self._by_verb()), "", "Faults"]
        lines += _table([(name, f"{self.faults[name]:,}") for name in sorted(KINDS)])
        lines += ["", "Sums", *_table([(k, f"{v:,}") for k, v in self.sums().items()])]
        return "\n".join(lines)

    def _by_verb(self) -> list[tuple[str, ...]]:
        rows: list[tuple[str, ...]] = []
        for name in sorted(name for name in self.answers if " " not in name):
            parts: dict[str, Any] = {
                key.partition(" ")[2]: count
                for key, count in sorted(self.answers.items())
                if key.startswith(f"{name} ")
            }
            cut_off = self.answers[name] - sum(parts.values())
            told = ", ".join(f"{kind} {count:,}" for kind, count in parts.items())
            rows.append((name, f"{self.answers[name]:,}", f"{told}, cut off {cut_off:,}"))
        return rows


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    first, *others = widths
    lines = []
    for row in rows:
        cells = [row[0].ljust(first), row[1].rjust(others[0]), *row[2:]]
        lines.append("  " + "  ".join(cells).rstrip())
    return lines
