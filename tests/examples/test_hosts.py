"""The examples of hosts: Django with one transaction for both, FastAPI over the async desk."""

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name: str, url: str, *needs: str) -> str:
    """What an example prints over an empty database."""
    for need in (*needs, "sqlalchemy"):
        if find_spec(need) is None:
            pytest.skip(f"{need} is not installed")
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name), url],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shop(request: pytest.FixtureRequest, all_stores) -> str:
    return run("django_shop.py", all_stores.url(request.param), "django")


def test_a_basket_and_its_order_are_kept_together_and_once(shop):
    first, second = re.findall(r"^B-1: (.+)\n  (baskets 1, orders 1)$", shop, re.MULTILINE)
    assert first == second
    assert first[0].startswith("201")


def test_a_refusal_leaves_neither_basket_nor_order(shop):
    assert re.search(r"^B-2: 422 .*customer.unknown.*\n  baskets 1, orders 1$", shop, re.MULTILINE)
    assert re.search(r"^B-4: 400 .*not_positive.*\n  baskets 2, orders 2$", shop, re.MULTILINE)


def test_a_held_order_is_kept(shop):
    assert re.search(r"^B-3: 202 .*'held': True.*\n  baskets 2, orders 2$", shop, re.MULTILINE)


@pytest.fixture(scope="module", params=["memory", "sqlite", "postgres"])
def service(request: pytest.FixtureRequest, all_stores) -> str:
    url = "sqlite://" if request.param == "memory" else all_stores.url(request.param)
    return run("fastapi_orders.py", url, "fastapi", "httpx")


def answers(service: str, key: str) -> list[tuple[str, dict]]:
    found = re.findall(rf"^/orders\S* {key}: (\d+) (.+)$", service, re.MULTILINE)
    return [(status, json.loads(body)) for status, body in found]


def test_a_request_sent_three_times_at_once_is_one_order(service):
    *same, other = answers(service, "web-1")
    assert len(same) == 3
    assert all(answer == same[0] for answer in same)
    assert same[0][0] == "201"
    assert (other[0], other[1]["code"]) == ("409", "key.reused")


@pytest.mark.parametrize(
    ("key", "status"),
    [("web-2", "422"), ("web-3", "400"), ("web-4", "403"), ("web-5", "202"), ("web-5-ok", "201")],
)
def test_an_outcome_has_its_status(service, key, status):
    assert answers(service, key)[0][0] == status


def test_an_unknown_order_is_not_found(service):
    assert service.splitlines()[-1] == "404"
