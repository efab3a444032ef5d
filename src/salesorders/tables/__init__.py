"""Results that people look at: one table value, printed as text, shown as HTML, given as records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any

import attrs

from salesorders.kernel.errors import invalid
from salesorders.kernel.money import Money

__all__ = ["Table"]

Cell = str | int | Decimal | Money | date | None


def shown_cell(cell: Cell) -> str:
    """Return a cell as text: amounts with thousands separated, dates in ISO form, nothing as empty."""
    if cell is None:
        return ""
    if isinstance(cell, Money):
        return f"{cell.currency.code} {cell.amount:,f}"
    if isinstance(cell, Decimal):
        return f"{cell:,f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


@attrs.frozen
class Table:
    """A title, columns, rows and what holds for all of it (``notes``).

    >>> print(Table("Ageing", ("bucket", "EUR"), (("current", Decimal("108.53")),)))
    Ageing
    bucket      EUR
    -------  ------
    current  108.53
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        for index, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                invalid("table.width", f"rows[{index}]", f"{len(self.columns)} cells are wanted")

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict a row, values as they are."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def __str__(self) -> str:
        texts = [[shown_cell(cell) for cell in row] for row in self.rows]
        widths = [max(map(len, column)) for column in zip(self.columns, *texts, strict=True)]
        right = [self._is_number(index) for index in range(len(self.columns))]
        lines = [_aligned(self.columns, widths, right), "  ".join("-" * width for width in widths)]
        lines += [_aligned(row, widths, right) for row in texts]
        return "\n".join([self.title, *lines, *self.notes])

    def _is_number(self, index: int) -> bool:
        cells = [row[index] for row in self.rows if row[index] is not None]
        return bool(cells) and all(isinstance(cell, (int, Decimal, Money)) for cell in cells)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(column)}</th>" for column in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(shown_cell(cell))}</td>" for cell in row) + "</tr>"
            for row in self.rows
        )
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        caption = f"<caption>{escape(self.title)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"


def _aligned(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    parts = [
        cell.rjust(width) if flag else cell.ljust(width)
        for cell, width, flag in zip(cells, widths, right, strict=True)
    ]
    return "  ".join(parts).rstrip()
