"""Master data: items and customers, with a credit account for each customer."""

from __future__ import annotations

import attrs

from salesorders.catalog import Customer, CustomerChanged, Item, ItemChanged
from salesorders.credit import CreditAccount, CreditLimit, Exposure
from salesorders.kernel.change import Ask, Change, Command, Document, Loading
from salesorders.kernel.decision import refuse
from salesorders.kernel.errors import invalid
from salesorders.kernel.ids import ident_of, text_of
from salesorders.kernel.messages import register
from salesorders.lifecycle.outcomes import Added, Rejected
from salesorders.lifecycle.usecase import Setting, UseCase

__all__ = ["ADD", "CHANGE", "RETIRE", "MasterRequest", "RetireRequest"]

register(
    {
        "item.exists": "{id} is an item already.",
        "customer.exists": "{id} is a customer already.",
        "item.unknown": "{id} is no item here.",
        "customer.unknown": "{id} is no customer here.",
    }
)


def _things(values: tuple[Item | Customer, ...]) -> tuple[Item | Customer, ...]:
    for index, value in enumerate(values):
        if not isinstance(value, (Item, Customer)):
            invalid(
                "catalog.type",
                f"[{index}]",
                f"an Item or a Customer is wanted, not {type(value).__name__}",
            )
    if not values:
        invalid("catalog.nothing", "", "there is nothing to write")
    refs = [value.ref for value in values]
    for index, ref in enumerate(refs):
        if ref in refs[:index]:
            invalid("catalog.duplicate", f"[{index}]", f"{ref} stands twice")
    return values


@attrs.frozen
class MasterRequest:
    """Items and customers to add or to change."""

    things: tuple[Item | Customer, ...] = attrs.field(converter=_things)


@attrs.frozen
class MasterCase:
    """Which of the things there are already."""

    setting: Setting
    known: frozenset[str]


def load_master(request: MasterRequest, setting: Setting, command: Command) -> Loading[MasterCase]:
    """Ask which of the things exist."""
    loaded = yield Ask(tuple(thing.ref for thing in request.things))
    return MasterCase(setting, frozenset(ref for ref in loaded.documents))


def _kind(thing: Item | Customer) -> tuple[str, str]:
    return ("item", thing.sku) if isinstance(thing, Item) else ("customer", thing.id)


def add(request: MasterRequest, case: MasterCase, command: Command) -> Change[Added | Rejected]:
    """Add items and customers, all or none; what exists already is a finding."""
    kinds = [
        (index, *_kind(thing))
        for index, thing in enumerate(request.things)
        if thing.ref in case.known
    ]
    if kinds:
        return Change(
            Rejected(
                tuple(
                    refuse(f"{kind}.exists", f"[{index}]", id=name) for index, kind, name in kinds
                )
            )
        )
    puts: list[Document] = []
    events: list[object] = []
    for index, thing in enumerate(request.things):
        if isinstance(thing, Customer):
            puts += [
                attrs.evolve(thing, credit_limit=None),
                _account(thing, index, case.setting),
            ]
            events.append(CustomerChanged(thing.id, "added"))
        else:
            puts.append(thing)
            events.append(ItemChanged(thing.sku, "added"))
    return Change(Added(tuple(thing.ref for thing in request.things)), tuple(puts), tuple(events))


def _account(customer: Customer, index: int, setting: Setting) -> CreditAccount:
    limit = CreditLimit.of(customer.credit_limit, setting.currency, f"[{index}].credit_limit")
    account = CreditAccount(customer.id, limit, Exposure(setting.currency))
    return account.dated() if setting.policies.credit.keeps_days else account


def change(request: MasterRequest, case: MasterCase, command: Command) -> Change[Added | Rejected]:
    """Replace items and customers by new versions; orders keep what they were made from.

    A customer's limit is changed by ``credit.set_limit`` only.
    """
    unknown = [
        refuse(f"{_kind(thing)[0]}.unknown", f"[{index}]", id=_kind(thing)[1])
        for index, thing in enumerate(request.things)
        if thing.ref not in case.known
    ]
    for index, thing in enumerate(request.things):
        if isinstance(thing, Customer) and thing.credit_limit is not None:
            unknown.append(refuse("credit.limit_elsewhere", f"[{index}].credit_limit", id=thing.id))
    if unknown:
        return Change(Rejected(tuple(unknown)))
    events = tuple(
        ItemChanged(thing.sku, "changed")
        if isinstance(thing, Item)
        else CustomerChanged(thing.id, "changed")
        for thing in request.things
    )
    return Change(Added(tuple(thing.ref for thing in request.things)), request.things, events)


def _ref_of(value: str) -> str:
    kind, _, name = text_of(value, "ref", most=200).partition("/")
    if kind not in ("item", "customer"):
        invalid("catalog.ref", "ref", "item/... or customer/... is wanted")
    return f"{kind}/{ident_of(name, 'ref')}"


@attrs.frozen
class RetireRequest:
    """An item or customer that is no longer used: ``item/BOLT`` or ``customer/C7``."""

    ref: str = attrs.field(converter=_ref_of)


def load_retire(
    request: RetireRequest, setting: Setting, command: Command
) -> Loading[Item | Customer]:
    """Ask for it."""
    loaded = yield Ask((request.ref,))
    if request.ref.startswith("item/"):
        return loaded.need(Item, request.ref, "ref")
    return loaded.need(Customer, request.ref, "ref")


def retire(request: RetireRequest, case: Item | Customer, command: Command) -> Change[Added]:
    """Take it out of use: new orders refuse it, old documents keep it."""
    event = (
        ItemChanged(case.sku, "retired")
        if isinstance(case, Item)
        else CustomerChanged(case.id, "retired")
    )
    return Change(Added((case.ref,)), (attrs.evolve(case, retired=True),), (event,))


ADD = UseCase("catalog.add", load_master, add)
CHANGE = UseCase("catalog.change", load_master, change)
RETIRE = UseCase("catalog.retire", load_retire, retire)
