"""Orders: pricing and placing, with every gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from salesorders.amounts import Amounts, allowance
from salesorders.lifecycle import Quote
from salesorders.orders import Line, OrderRequest
from salesorders.testing.simulation.arithmetic import off_list, priced
from salesorders.testing.simulation.horizon import planned
from salesorders.testing.simulation.lending import closed, redated
from salesorders.testing.simulation.model import Expected, Model, Now, Ref, answers, raises
from salesorders.testing.simulation.promising import HOLD, claim, levels_of, put_levels
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.seen import cents, decimal, sums
from salesorders.testing.simulation.units import lines_refused, list_price, sold_in, unit_of
from salesorders.testing.simulation.verbs import STAFF, Choice, Dice, Verb, by_role, codes_of

__all__ = ["VERBS", "choose_line", "discount_of", "expect_place", "line_of", "read_order"]

ZERO = Decimal(0)
TENTH = 1_000
# In which other unit an item is ordered, and up to how many: cartons, thousands by the piece, sacks.
SOLD_IN = {"BOLT": ("XCT", 12), "SCREW": ("MIL", 60), "FLOUR": ("XSA", 4)}


# --- what is asked


def choose_line(dice: Dice, model: Model, now: Now) -> list[Any]:
    """Return a line as a script tells it: item, quantity, discount, day, whether it comes at once or not, its unit."""
    sku = dice.pick(["BOLT", "BOLT", "SCREW", "FLOUR", "BOOK", "VISIT"])
    most = {"BOLT": 150, "SCREW": 60, "FLOUR": 40, "BOOK": 12, "VISIT": 2}[sku]
    q = 1_000 * (1 + dice.upto(most))
    unit = []
    if sku in SOLD_IN and dice.chance(0.35):
        code, upto = SOLD_IN[sku]
        unit = [code] if dice.chance(0.98) else ["XPX"]
        q = (1 if code == "MIL" else 1_000) * (1 + dice.upto(upto))
    elif sku == "FLOUR" and dice.chance(0.5):
        q -= 500
    if dice.chance(0.01):
        sku = "NOTHING"
    if dice.chance(0.01):
        q += 500
    discount = None
    if dice.chance(0.35):
        discount = dice.pick([["p", 300], ["p", 1000], ["p", 1250], ["a", 50], ["a", 333]])
    on = None
    if dice.chance(0.25):
        on = (now.today + timedelta(days=dice.upto(30) - 4)).isoformat()
    return [sku, q, discount, on, dice.chance(0.1), *unit]


def _choose(dice: Dice, model: Model, now: Now) -> Choice | None:
    customer = dice.pick(["C1", "C1", "C2", "C3", "C3", "C4"])
    if dice.chance(0.01):
        customer = "C99"
    lines = [choose_line(dice, model, now) for _ in range(1 + dice.upto(3))]
    percent = dice.pick([200, 500, 1500, 6000]) if dice.chance(0.12) else 0
    args: dict[str, Any] = {"customer": customer, "lines": lines, "percent": percent}
    if dice.chance(0.1):
        args["complete"] = True
    if dice.chance(0.12):
        args["prepaid"] = True
    return by_role(dice, "sales"), args


def _choose_place(dice: Dice, model: Model, now: Now) -> Choice | None:
    chosen = _choose(dice, model, now)
    if chosen is None or not dice.chance(0.15):
        return chosen
    who, args = chosen
    shown = 10_000 + dice.upto(10_000)
    order = _priced(model, args)
    if isinstance(order, dict) and dice.chance(0.7):
        shown = order["sums"].gross + dice.upto(3) - 1
    return who, {**args, "shown": max(0, shown)}


def discount_of(told: Any) -> str | None:
    """Return a discount of a script as a sender writes it."""
    if told is None:
        return None
    value = decimal(told[1], 2)
    return f"{value:f}%" if told[0] == "p" else f"{value:f}"


def line_of(told: Any) -> Line:
    """Return the library's line of what a script tells."""
    sku, q, discount, on, complete, *_ = told
    day = None if on is None else date.fromisoformat(on)
    off = discount_of(discount)
    unit = unit_of(told) or None
    return Line(sku, decimal(q, 3), discount=off, unit=unit, requested_on=day, complete=complete)


def _request(args: Mapping[str, Any]) -> OrderRequest:
    lines = [line_of(told) for told in args["lines"]]
    whole = [allowance(f"{decimal(args['percent'], 2):f}%")] if args["percent"] else []
    return OrderRequest(
        args["customer"],
        lines,
        adjustments=whole,
        complete=args.get("complete", False),
        prepaid=args.get("prepaid", False),
    )


# --- what it is worth


def _refused(model: Model, args: Mapping[str, Any]) -> set[str]:
    customer = model.customers.get(args["customer"])
    found = set()
    if customer is None:
        found.add("customer.unknown")
    elif customer["retired"]:
        found.add("customer.retired")
    return found | lines_refused(model, args["lines"])


def _priced(model: Model, args: Mapping[str, Any]) -> dict[str, Any] | set[str]:
    """Return an order's lines and sums, or the codes of what refuses it."""
    found = _refused(model, args)
    if found:
        return found
    lines = []
    for number, told in enumerate(args["lines"], 1):
        sku, q, discount, on, complete, *_ = told
        item = model.items[sku]
        unit = sold_in(item, unit_of(told))
        if item["retired"]:
            found.add("item.retired")
        how, much = discount or ("p", 0)
        lines.append(
            {
                "id": str(number),
                "sku": sku,
                "q": q,
                "price": list_price(item, unit, q),
                "percent": much if how == "p" else 0,
                "amount": much if how == "a" else None,
                "tax": item["tax"],
                "stocked": item["stocked"],
                **unit,
                "on": on and date.fromisoformat(on),
                "complete": complete,
                "shipped": 0,
                "invoiced": 0,
                "cancelled": 0,
                "confirmed": [],
                "claimed": [],
            }
        )
    total, taken, bears = priced(lines, args["percent"])
    if any(line["net"] < 0 for line in lines):
        found.add("price.line_negative")
    elif not found and any(base < 0 for base, _ in total.groups.values()):
        found.add("price.document_negative")
    if found:
        return found
    return {"lines": lines, "sums": total, "allowance": taken, "bears": bears}


# --- price


def _send_price(world: Any, step: Step) -> Any:
    return world.desk(step.by).orders.price(_request(step.args))


def _expect_price(model: Model, step: Step, now: Now) -> Expected:
    order = _priced(model, step.args)
    if isinstance(order, set):
        return raises("outcome.refused")
    return answers("Quote", order["sums"].view())


def _read_price(outcome: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
    return ("Quote", sums(outcome.amounts))


# --- place


def _send_place(world: Any, step: Step) -> Any:
    asked = _request(step.args)
    request: OrderRequest | Quote = asked
    if "shown" in step.args:
        shown = decimal(step.args["shown"], 2)
        amounts = Amounts("EUR", (), (), (), ZERO, ZERO, ZERO, shown, ZERO, shown)
        request = Quote(asked, amounts)
    return world.desk(step.by).orders.place(request, key=step.key, dry_run=step.dry)


def _gates(model: Model, step: Step, order: Mapping[str, Any], now: Now) -> list[str]:
    gates = []
    gross = order["sums"].gross
    if gross > step.args.get("shown", gross):
        gates.append("price")
    bounded = "sales-manager" not in STAFF[step.by]
    measures = off_list(order["lines"], order["allowance"], order["bears"])
    if bounded and any(percent > TENTH for percent in measures):
        gates.append("authority")
    unpaid = gross > 0 and step.args.get("prepaid", False)
    if unpaid or model.credit_holds(step.args["customer"], planned(order, gross), now):
        gates.append("credit")
    return gates


def expect_place(model: Model, step: Step, now: Now) -> Expected:
    order = _priced(model, step.args)
    if isinstance(order, set):
        return answers("Rejected", tuple(sorted(order)))
    if "blocked" in closed(model.accounts, step.args["customer"]):
        return answers("Rejected", ("credit.account_blocked",))
    for line in order["lines"]:
        line["on"] = line["on"] or now.today
    gates = _gates(model, step, order, now)
    customer, key = step.args["customer"], step.key
    until = now.at + HOLD if gates else None
    order |= {
        "key": key,
        "customer": customer,
        "makers": [step.by],
        "gates": gates,
        "released": [],
        "percent": step.args["percent"],
        "terms": None,
        "endings": [],
        "ship_to_name": "",
        "decided": (order["sums"].gross, *model.decided(customer, step.by, now)),
        "held_until": until,
        "complete": step.args.get("complete", False),
        "prepaid": step.args.get("prepaid", False),
        "ahead": 0,
        "at": now.at,
        "booked": order["sums"].gross,
        "placed_on": now.today,
    }
    levels = claim(model, order, levels_of(model, order), now, until)

    def change() -> Sequence[Ref]:
        model.orders[key] = order
        written: list[Ref] = [("order", key), *put_levels(model, levels)]
        if not gates:
            model.accounts[customer]["ordered"] += order["sums"].gross
            redated(model.accounts[customer], {}, model.days_of(order))
            model.effect(key, "order.confirmed", key)
            written.append(("credit", customer))
        return written

    return Expected(("Held" if gates else "Placed", key), change)


def read_order(outcome: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
    """Say an outcome that is about an order."""
    kind = type(outcome).__name__
    if kind == "Rejected":
        return (kind, codes_of(outcome))
    return (kind, names.get(outcome.order.id, "?"))


# --- what must hold


def _lines_add_up(model: Model, store: Any, now: Now) -> None:
    """I09: ordered = open + shipped + cancelled, each at least 0; I22: invoiced <= shipped."""
    for order in store.documents("order"):
        for line in order.lines:
            assert line.ordered == line.open + line.shipped + line.cancelled, (order.id, line.id)
            assert min(line.open, line.shipped, line.cancelled, line.invoiced) >= 0, order.id
            assert line.invoiced <= line.shipped, (order.id, line.id)


def _totals_add_up(model: Model, store: Any, now: Now) -> None:
    """I17: an order's total is the sum of its lines less allowances plus taxes, to the cent; I30."""
    for order in store.documents("order"):
        worth = order.amounts
        net = sum(cents(line.net) for line in worth.lines)
        net += sum(cents(part.signed) for part in worth.adjustments)
        assert net == cents(worth.net), order.id
        assert cents(worth.gross) == net + sum(cents(g.amount) for g in worth.groups), order.id


def _states_follow(model: Model, store: Any, now: Now) -> None:
    """I13, I14: held orders ship nothing; what is declined stays so; status is counted from quantities."""
    for order in store.documents("order"):
        kept = model.orders[store.names[order.id]]
        shipped = any(line.shipped for line in order.lines)
        assert not (order.holds and shipped), order.id
        if kept.get("declined"):
            assert not any(line.open or line.shipped for line in order.lines), order.id
        want = "held" if kept["gates"] else None
        assert (order.status == "held") == (want == "held"), order.id


INVARIANTS = (_lines_add_up, _totals_add_up, _states_follow)

VERBS = (
    Verb(
        name="orders.price",
        choose=_choose,
        send=_send_price,
        expect=_expect_price,
        read=_read_price,
        share=7,
        duty="sales",
        keeps=False,
    ),
    Verb(
        name="orders.place",
        choose=_choose_place,
        send=_send_place,
        expect=expect_place,
        read=read_order,
        share=15,
        duty="sales",
    ),
)
