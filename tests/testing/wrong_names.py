"""Stores that take one name for another: of tenants, of kinds, of what documents are found by."""

import re
import unicodedata
from typing import Any

import attrs

from salesorders.kernel.change import Page
from salesorders.storage import Versioned
from salesorders.sync import MemoryStore


class FindsTheFirst(MemoryStore):
    """Lists are made of what each document was at first."""

    def __init__(self) -> None:
        super().__init__()
        self.first: dict[tuple[str, str], Versioned] = {}

    def commit(self, tenant: str, entry: Any) -> None:
        super().commit(tenant, entry)
        for put in entry.puts:
            one = Versioned(1, put.document)
            self.first.setdefault((tenant, put.document.ref), one)

    def find(self, tenant: str, *args: Any, **page: Any) -> Any:
        found = super().find(tenant, *args, **page)
        first = (self.first.get((tenant, one.document.ref), one) for one in found.items)
        return attrs.evolve(found, items=tuple(first))


class FindsTheFirstByName(FindsTheFirst):
    """A name that did not change is not written again, nor is what stands beside it."""

    def find(self, tenant: str, kind: str, name: str, *args: Any, **page: Any) -> Any:
        finding = MemoryStore if name == "all" else FindsTheFirst
        return finding.find(self, tenant, kind, name, *args, **page)


class TenantsInOneCase(MemoryStore):
    """A collation that takes capital and small letters for the same, in the tenant's column."""

    def _of(self, tenant: str) -> Any:
        return super()._of(tenant.casefold())


class TenantsTrimmed(MemoryStore):
    """A column of fixed width, filled up with blanks."""

    def _of(self, tenant: str) -> Any:
        return super()._of(tenant.rstrip())


class TenantsLike(MemoryStore):
    """Answers are looked up with LIKE."""

    def answer(self, tenant: str, key: str) -> Any:
        tenants = [one for one in self._tenants if like(tenant, one)]
        found = (MemoryStore.answer(self, one, key) for one in (tenant, *tenants))
        return next((row for row in found if row is not None), None)


def like(asked: str, there: str) -> bool:
    """Whether a text is LIKE another, as databases read it."""
    said = "".join({"%": ".*", "_": "."}.get(letter, re.escape(letter)) for letter in asked)
    return re.fullmatch(said, there, re.DOTALL) is not None


class Loose(MemoryStore):
    """Compares in a way of its own what documents are found by."""

    @staticmethod
    def same(asked: tuple[str, str, str], there: tuple[str, str, str]) -> bool:
        return asked == there

    def find(
        self, tenant: str, kind: str, name: str, value: str, *, after: str = "", limit: int = 100
    ) -> Page[Versioned]:
        held, place = self._of(tenant), (kind, name, value)
        found = (
            ref for there, refs in held.lookups.items() if self.same(place, there) for ref in refs
        )
        refs = sorted({ref for ref in found if ref > after})
        chosen = refs[:limit]
        more = chosen[-1] if len(refs) > limit else None
        return Page(tuple(held.documents[ref] for ref in chosen), more)


class ValuesInOneCase(Loose):
    """A collation that takes capital and small letters for the same."""

    @staticmethod
    def same(asked: Any, there: Any) -> bool:
        return (*asked[:2], asked[2].casefold()) == (*there[:2], there[2].casefold())


class ValuesLike(Loose):
    """Looks for values with LIKE."""

    @staticmethod
    def same(asked: Any, there: Any) -> bool:
        return bool(asked[:2] == there[:2] and like(asked[2], there[2]))


class ValuesTrimmed(Loose):
    """Values lose the blanks at their ends."""

    @staticmethod
    def same(asked: Any, there: Any) -> bool:
        return (*asked[:2], asked[2].strip()) == (*there[:2], there[2].strip())


class ValuesWithoutAccents(Loose):
    """A collation that takes letters with and without accents for the same."""

    @staticmethod
    def same(asked: Any, there: Any) -> bool:
        bare, other = (
            "".join(one for one in unicodedata.normalize("NFD", text) if one.isascii())
            for text in (asked[2], there[2])
        )
        return bool(asked[:2] == there[:2] and bare == other)


class NamesInOneCase(Loose):
    """The names of lists are compared without their case."""

    @staticmethod
    def same(asked: Any, there: Any) -> bool:
        return (asked[0], asked[1].casefold(), asked[2]) == (
            there[0],
            there[1].casefold(),
            there[2],
        )


class AnyKind(Loose):
    """A list has a name and a value; the kind is known from them."""

    @staticmethod
    def same(asked: Any, there: Any) -> bool:
        return bool(asked[1:] == there[1:] and (asked[1] != "all" or asked[0] == there[0]))


class KindsByTheirBeginning(Loose):
    """A kind is looked for as the beginning of a reference."""

    @staticmethod
    def same(asked: Any, there: Any) -> bool:
        return bool(there[0].startswith(asked[0]) and asked[1:] == there[1:])


class TextTrimmed(MemoryStore):
    """Text loses the blanks at its ends."""

    def read(self, tenant: str, refs: Any) -> Any:
        return {ref: _trimmed(held) for ref, held in super().read(tenant, refs).items()}


def _trimmed(held: Versioned) -> Versioned:
    name = getattr(held.document, "name", None)
    if not isinstance(name, str):
        return held
    return attrs.evolve(held, document=attrs.evolve(held.document, name=name.strip()))


WRONG: list[Any] = [
    FindsTheFirst,
    FindsTheFirstByName,
    TenantsInOneCase,
    TenantsTrimmed,
    TenantsLike,
    ValuesInOneCase,
    ValuesLike,
    ValuesTrimmed,
    ValuesWithoutAccents,
    NamesInOneCase,
    AnyKind,
    KindsByTheirBeginning,
    TextTrimmed,
]
