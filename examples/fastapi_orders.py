"""A web service over the async desk: the caller's Idempotency-Key is our key, our outcomes are its statuses.

    python examples/fastapi_orders.py [sqlite:///orders.db | postgresql+psycopg://user@host/name]

Run like this it sends itself a few requests; a server starts ``fastapi_orders:service()``.

Needs ``python -m pip install "salesorders[sql,examples]"``, and the extra ``postgres`` for PostgreSQL.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import httpx
from fastapi import Depends, FastAPI, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

import salesorders as so
from salesorders import aio

SELLER = so.Seller("Nordwerk Handels GmbH", country="DE", vat_id="DE822222224")
STATUS: dict[type, int] = {
    so.InvalidValue: 400,
    so.NotAllowed: 403,
    so.NotFound: 404,
    so.Conflict: 409,
    so.StoreError: 503,
}


class LineBody(BaseModel):
    """A line of the request; quantities are text, so that no float touches them."""

    sku: str
    quantity: str


class OrderBody(BaseModel):
    """What a caller orders."""

    customer: str
    lines: list[LineBody]
    reference: str = ""


def clerk(
    request: Request, x_user: Annotated[str, Header()], x_roles: Annotated[str, Header()]
) -> aio.Desk:
    """Return the desk with the caller at it; who the caller is, a real host takes from its session."""
    desk: aio.Desk = request.app.state.desk
    return desk.as_(so.Actor(x_user, roles=x_roles.split()))


Clerk = Annotated[aio.Desk, Depends(clerk)]
Key = Annotated[str, Header(alias="Idempotency-Key")]


def told(outcome: so.Placed | so.Held | so.Rejected) -> JSONResponse:
    """Return an outcome as a response: 201 placed, 202 held until somebody decides, 422 refused."""
    reasons = [
        {"code": finding.code, "path": finding.path, "why": finding.explain()}
        for finding in outcome.findings
    ]
    if isinstance(outcome, so.Rejected):
        return JSONResponse({"reasons": reasons}, 422)
    order = outcome.order
    body = {"order": order.id, "total": str(order.total), "reasons": reasons}
    if isinstance(outcome, so.Held):
        return JSONResponse({**body, "held_by": [hold.gate for hold in order.holds]}, 202)
    return JSONResponse(body, 201)


def service(url: str = "sqlite:///orders.db") -> FastAPI:
    """Return the service over a database."""

    @asynccontextmanager
    async def open_desk(app: FastAPI) -> AsyncIterator[None]:
        async with await aio.Desk.open(url, seller=SELLER, currency="EUR") as desk:
            app.state.desk = desk
            yield

    app = FastAPI(title="Orders", lifespan=open_desk)

    @app.exception_handler(so.SalesOrdersError)
    async def refuse(_: Request, error: so.SalesOrdersError) -> JSONResponse:
        kind = next((kind for kind in type(error).__mro__ if kind in STATUS), None)
        body = {"code": error.code, "path": error.path, "why": error.detail}
        return JSONResponse(body, STATUS[kind] if kind else 500)

    @app.post("/orders")
    async def place(body: OrderBody, desk: Clerk, key: Key) -> JSONResponse:
        lines = [so.Line(line.sku, line.quantity) for line in body.lines]
        request = so.OrderRequest(body.customer, lines, reference=body.reference)
        return told(await desk.orders.place(request, key=key))

    @app.post("/orders/{order}/release")
    async def release(order: str, reason: str, desk: Clerk, key: Key) -> JSONResponse:
        return told(await desk.orders.release(order, reason=reason, key=key))

    @app.get("/orders/{order}")
    async def show(order: str, desk: Clerk) -> dict[str, Any]:
        found = await desk.orders.get(order)
        return {"order": found.id, "customer": found.customer, "total": str(found.total)}

    return app


async def prepare(desk: aio.Desk) -> None:
    """Enter the master data and some stock."""
    ada = desk.as_(so.Actor("ada", roles=["master-data", "warehouse"]))
    tea = so.Item("TEA", "Tea, 250 g", prices=[so.Price("4.20")], tax="S7")
    cafe = so.Customer("C-1", "Café Anker", country="DE", credit_limit="100")
    (await ada.catalog.add(tea, cafe, key="master-data")).unwrap()
    (await ada.stock.receive("TEA", 500, site="HAMBURG", key="delivery-1")).unwrap()


async def main(url: str) -> None:
    """Send the service what callers send, twice and wrong, too."""
    app = service(url)
    async with app.router.lifespan_context(app):
        await prepare(app.state.desk)
        sales, credit = (
            {"X-User": name, "X-Roles": role}
            for name, role in (("ann", "sales"), ("ben", "credit"))
        )
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://orders") as client:

            async def send(path: str, who: dict[str, str], key: str, **what: Any) -> dict[str, Any]:
                answer = await client.post(path, headers={**who, "Idempotency-Key": key}, **what)
                print(f"{path} {key}: {answer.status_code} {answer.text}")
                body: dict[str, Any] = answer.json()
                return body

            def tea(quantity: str, customer: str = "C-1") -> dict[str, Any]:
                return {"customer": customer, "lines": [{"sku": "TEA", "quantity": quantity}]}

            await asyncio.gather(
                *(send("/orders", sales, "web-1", json=tea("10")) for _ in range(3))
            )
            await send("/orders", sales, "web-1", json=tea("11"))
            await send("/orders", sales, "web-2", json=tea("10", "C-9"))
            await send("/orders", sales, "web-3", json=tea("-1"))
            await send("/orders", credit, "web-4", json=tea("1"))
            held = await send("/orders", sales, "web-5", json=tea("30"))
            way = f"/orders/{held['order']}/release"
            await send(way, credit, "web-5-ok", params={"reason": "the wire of today was seen"})
            answer = await client.get(f"/orders/{held['order']}", headers=sales)
            print(f"{answer.status_code} {answer.text}")
            print((await client.get("/orders/SO-NONE", headers=sales)).status_code)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "sqlite://"))
