"""The tables of the reference that come from the code: ``python -m tests.simulation.pages`` prints them."""

from salesorders.testing.simulation.faults import ELSEWHERE, KINDS
from salesorders.testing.simulation.rooms import INVARIANTS, ROOMS


def faults() -> list[str]:
    rows = [
        "| kind | of the book | strikes at | says | a sender may see |",
        "| --- | --- | --- | --- | --- |",
    ]
    for kind in KINDS.values():
        codes = ", ".join(f"`{code}`" for code in kind.codes) or "nothing"
        rows.append(f"| `{kind.name}` | {kind.book} | {kind.point} | {kind.says} | {codes} |")
    return rows


def elsewhere() -> list[str]:
    return [
        "| fault | where |",
        "| --- | --- |",
        *(f"| {n} | {where} |" for n, where in ELSEWHERE.items()),
    ]


def commands() -> list[str]:
    rows = ["| room | verbs |", "| --- | --- |"]
    for room in ROOMS:
        name = room.__name__.rpartition(".")[2]
        rows.append(f"| `{name}` | {', '.join(f'`{verb.name}`' for verb in room.VERBS)} |")
    return rows


def invariants() -> list[str]:
    rows = ["| checked in | what must hold |", "| --- | --- |"]
    for invariant in INVARIANTS:
        room = invariant.__module__.rpartition(".")[2]
        said = (invariant.__doc__ or "").split("\n", maxsplit=1)[0]
        rows.append(f"| `{room}` | {said} |")
    return rows


TABLES = (commands, faults, elsewhere, invariants)

if __name__ == "__main__":
    for table in TABLES:
        print("\n".join(table()), end="\n\n")
