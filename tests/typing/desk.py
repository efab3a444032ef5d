"""What a type checker has to see in the desk of either kind; mypy reads this file, nobody runs it."""

from typing import assert_type

import salesorders as so
from salesorders import aio


def a_blocking_desk_answers(desk: so.Desk, order: so.OrderRequest) -> None:
    outcome = desk.orders.place(order, key="k")
    assert_type(outcome, so.Placed | so.Held | so.Rejected)


def what_is_unwrapped_is_an_order(desk: so.Desk, order: so.OrderRequest) -> None:
    outcome = desk.orders.place(order, key="k")
    # Reported: Rejected.unwrap never returns and should say so; then the ignore has to go.
    assert_type(outcome.unwrap(), so.Order)


async def an_async_desk_is_awaited(desk: aio.Desk, order: so.OrderRequest) -> None:
    outcome = await desk.orders.place(order, key="k")
    assert_type(outcome, so.Placed | so.Held | so.Rejected)


async def a_forgotten_await_is_seen(desk: aio.Desk, order: so.OrderRequest) -> None:
    desk.orders.place(order, key="k").unwrap()  # type: ignore[attr-defined]  # a coroutine
