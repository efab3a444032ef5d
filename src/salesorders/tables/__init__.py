"""Results that people look at: one table value, printed as text, shown as HTML, given as records."""

from __future__ import annotations

import csv
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from html import escape
from importlib import import_module
from typing import Any, Protocol

import attrs

from salesorders.kernel.errors import SalesOrdersError, invalid
from salesorders.kernel.money import Money

__all__ = ["Table", "Tabled", "Writable", "new_figure", "takes_text"]


class Writable(Protocol):
    """Whatever takes text: a file opened with ``newline=""``, a ``StringIO``."""

    def write(self, text: str, /) -> object:
        """Take some text."""


def takes_text(file: Writable, path: str = "file") -> None:
    """Raise ``file.type`` for what can't be written text to: a path, a binary file, nothing."""
    try:
        file.write("")
    except (AttributeError, TypeError):
        detail = f"an open text file is wanted, not {type(file).__name__}"
        invalid("file.type", path, detail)


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


FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def safe_text(text: str) -> str:
    """Return text that no spreadsheet runs."""
    return f"'{text}" if text.startswith(FORMULAS) else text


def written_cell(cell: Cell, *, two: bool) -> list[str]:
    """Return a cell as CSV holds it: plain numbers, safe text; two fields where the column is money."""
    if isinstance(cell, Money):
        return [f"{cell.amount:f}", cell.currency.code]
    if isinstance(cell, str):
        texts = [safe_text(cell)]
    elif isinstance(cell, Decimal):
        texts = [f"{cell:f}"]
    else:
        texts = [shown_cell(cell)]
    return [*texts, ""] if two else texts


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

    def to_csv(self, file: Writable) -> None:
        """Write the table as CSV (RFC 4180, lines ending in CRLF) to anything with ``write``.

        Numbers are plain (``1234.50``), dates ISO; an amount takes two columns, ``<column>`` and
        ``<column> currency``. Text that a spreadsheet would run as a formula (it begins with ``=``,
        ``+``, ``-``, ``@``, a tab or a return) gets an apostrophe in front, so that a customer's name
        can't act on the machine of who opens the file. Title and notes are left out. Raises ``file.type``.

        >>> from io import StringIO
        >>> file = StringIO(newline="")
        >>> table = Table("Open", ("who", "due"), (("=HYPERLINK(1)", Money("7.50", "EUR")),))
        >>> table.to_csv(file)
        >>> file.getvalue().splitlines()
        ['who,due,due currency', "'=HYPERLINK(1),7.50,EUR"]
        """
        takes_text(file)
        money = [any(isinstance(cell, Money) for cell in cells) for cells in self._by_column()]
        writer = csv.writer(file)
        titles = zip(self.columns, money, strict=True)
        writer.writerow(
            [
                text
                for name, two in titles
                for text in (safe_text(name), f"{name} currency")[: 1 + two]
            ]
        )
        for row in self.rows:
            cells = zip(row, money, strict=True)
            writer.writerow([text for cell, two in cells for text in written_cell(cell, two=two)])

    def _by_column(self) -> Iterator[tuple[Cell, ...]]:
        return (tuple(row[index] for row in self.rows) for index in range(len(self.columns)))

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


class Tabled(ABC):
    """A result that one table says whole: as text, as HTML and as records it is that table."""

    __slots__ = ()

    @abstractmethod
    def table(self) -> Table:
        """Return the result as a table."""

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict a row of the table, values as they are."""
        return self.table().to_records()

    def __str__(self) -> str:
        return str(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def new_figure() -> Any:
    """Return an empty matplotlib figure, without any global state; raises ``plot.missing`` with the install line."""
    try:
        return import_module("matplotlib.figure").Figure(layout="constrained")
    except ModuleNotFoundError as missing:
        raise SalesOrdersError("plot.missing", "", "pip install 'salesorders[plot]'") from missing
