"""A Django shop that keeps its own rows and our orders in one transaction: both are there, or neither.

    python examples/django_shop.py [sqlite:///shop.db | postgresql+psycopg://user@host/name]

One file, so that it can be read from top to bottom; in a project the parts go where Django wants them.

Needs ``python -m pip install "salesorders[sql,examples]"``, and the extra ``postgres`` for PostgreSQL.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from sqlalchemy import make_url

import salesorders as so
from salesorders.sync.sql import SqlStore, open_store


def databases(url: str) -> dict[str, dict[str, Any]]:
    """Return Django's setting for a database URL."""
    at = make_url(url)
    if at.get_backend_name() == "sqlite":
        # Whoever will write says so at once, or two requests that both read first would deadlock.
        options = {"transaction_mode": "IMMEDIATE"}
        return {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": at.database,
                "OPTIONS": options,
            }
        }
    named = {
        "NAME": at.database,
        "USER": at.username,
        "PASSWORD": at.password,
        "HOST": at.host,
        "PORT": at.port,
    }
    return {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            **{name: value or "" for name, value in named.items()},
            "OPTIONS": dict(at.query),
        }
    }


# settings.py
URL = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(tempfile.mkdtemp()) / 'shop.db'}"
settings.configure(
    DATABASES=databases(URL),
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["testserver"],
    SECRET_KEY="only for this example",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django.db import connection, models, transaction  # noqa: E402 - Django wants its settings first
from django.http import HttpRequest, JsonResponse  # noqa: E402 - Django wants its settings first
from django.test import Client  # noqa: E402 - Django wants its settings first
from django.urls import path  # noqa: E402 - Django wants its settings first


class Basket(models.Model):
    """The host's own table (models.py)."""

    number = models.CharField(max_length=40, unique=True)
    order = models.CharField(max_length=64, default="")

    class Meta:
        """The app that the table belongs to."""

        app_label = "shop"


SELLER = so.Seller("Nordwerk Handels GmbH", country="DE", vat_id="DE822222224")


def desk_for(roles: list[str]) -> so.Desk:
    """Return a desk that writes inside the transaction of this request, and never ends it."""
    connection.ensure_connection()
    store = SqlStore.on(connection.connection)
    desk = so.Desk(store=store, seller=SELLER, currency="EUR")
    return desk.as_(so.Actor("web", roles=roles))


# views.py
def checkout(request: HttpRequest) -> JsonResponse:
    """Turn a basket into an order; a refusal leaves neither."""
    asked = json.loads(request.body)
    try:
        with transaction.atomic():
            basket, _ = Basket.objects.get_or_create(number=asked["basket"])
            lines = [so.Line(sku, quantity) for sku, quantity in asked["lines"]]
            wanted = so.OrderRequest(asked["customer"], lines, reference=asked["basket"])
            outcome = desk_for(["sales"]).orders.place(wanted, key=f"basket-{asked['basket']}")
            # Raises so.Refused where there is no order, and takes the basket back with it. An order
            # that is held for credit or approval is an order: it is kept, and somebody will look.
            order = outcome.order if isinstance(outcome, so.Held) else outcome.unwrap()
            basket.order = order.id
            basket.save()
    except so.Refused as refused:
        reasons = [{"code": finding.code, "why": finding.explain()} for finding in refused.findings]
        return JsonResponse({"reasons": reasons}, status=422)
    except so.InvalidValue as error:
        return JsonResponse({"reasons": [{"code": error.code, "why": error.detail}]}, status=400)
    held = isinstance(outcome, so.Held)
    total = str(order.total)
    return JsonResponse(
        {"order": order.id, "total": total, "held": held}, status=202 if held else 201
    )


# urls.py
urlpatterns = [path("checkout", checkout)]


def prepare() -> None:
    """What a deployment does once: make the tables, the host's and ours, and the master data."""
    open_store(URL).close()
    if Basket._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Basket)
    with transaction.atomic():
        desk = desk_for(["master-data", "warehouse"])
        desk.catalog.add(
            so.Item("TEA", "Tea, 250 g", prices=[so.Price("4.20")], tax="S7"),
            so.Customer("C-1", "Café Anker", country="DE", credit_limit="100"),
            key="master-data",
        ).unwrap()
        desk.stock.receive("TEA", 500, site="HAMBURG", key="delivery-1").unwrap()


def main() -> None:
    """Send the shop a few requests and say what lies in the database after each."""
    prepare()
    client = Client()
    for basket, customer, quantity in (
        ("B-1", "C-1", 10),
        ("B-1", "C-1", 10),
        ("B-2", "C-9", 10),
        ("B-3", "C-1", 30),
        ("B-4", "C-1", -1),
    ):
        body = {"basket": basket, "customer": customer, "lines": [["TEA", quantity]]}
        answer = client.post("/checkout", json.dumps(body), content_type="application/json")
        orders = len(desk_for([]).orders.find().items)
        print(f"{basket}: {answer.status_code} {answer.json()}")
        print(f"  baskets {Basket.objects.count()}, orders {orders}")
    connection.close()


if __name__ == "__main__":
    main()
