"""The same script on memory, SQLite and PostgreSQL ends in the same state, rows and backup (I47)."""

import io

import pytest
from hypothesis import HealthCheck, given, settings

from salesorders.testing.scripts import Script, ended
from salesorders.testing.strategies import commands
from tests.builders import House, a_house
from tests.storing import Stores


@pytest.mark.parametrize("kind", ["text", "sqlite", "postgres"])
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=commands())
def test_one_script_has_one_end(
    any_store: Stores, kind: str, steps: list[tuple[str, int, str]]
) -> None:
    here = a_house("aio", store=any_store.make("aio", kind))
    assert ended(here, steps) == ended(a_house("sync"), steps)
    any_store.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_backup_of_one_store_is_the_backup_of_another(any_store: Stores, kind: str) -> None:
    script = [("place", 3, "C7"), ("ship", 0, ""), ("bill", 0, ""), ("pay", 9, "C7")]
    there = House("sync", store=any_store.make("sync", kind))
    first, second = io.StringIO(), io.StringIO()
    memory = a_house("sync")
    Script(memory).play(script)
    told = memory.desk.backup.write(first)
    assert there.desk.backup.read(io.StringIO(first.getvalue())) == told
    there.desk.backup.write(second)
    assert second.getvalue() == first.getvalue()
    assert there.desk.audit.verify() == memory.desk.audit.verify()
