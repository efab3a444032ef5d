"""What every clock promises: a moment with its zone, the same for everybody, that goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any, ClassVar

from salesorders.kernel.calendar import zone_of
from salesorders.testing.builders import House, a_customer, a_house, a_request, an_item
from salesorders.testing.suite import Suite, promise

__all__ = ["ClockSuite"]

AT_ONCE = 8
# Machines that are kept in time are nearer than this.
NEAR = timedelta(minutes=5)


class _SetBack:
    """A clock that somebody sets back by an hour at the second reading, as happens when it is corrected."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock
        self._reads = 0

    def now(self) -> datetime:
        """Return the moment, or that less an hour."""
        self._reads += 1
        moment: datetime = self._clock.now()
        return moment - timedelta(hours=1) if self._reads > 2 else moment


class ClockSuite(Suite):
    """Subclass it and write ``make``, so that it returns a clock.

    ``real = False`` is for a clock that shows another time than the machine's, ``moves = False`` for one
    that stands still; both need their reason.
    """

    port: ClassVar[str] = "clock"
    flags: ClassVar[tuple[str, ...]] = ("real", "moves")
    real: ClassVar[bool] = True
    moves: ClassVar[bool] = True

    @promise("every command: a moment without a zone is refused")
    def test_a_moment_has_its_zone(self) -> None:
        now = self.adapter.now()
        assert type(now) is datetime, type(now)
        assert now.tzinfo is not None
        assert now.utcoffset() is not None

    @promise("the business date: the moment can't be told in another zone")
    def test_a_moment_can_be_told_in_every_zone(self) -> None:
        now = self.adapter.now()
        for zone in ("UTC", "Pacific/Kiritimati", "America/New_York", "Asia/Kathmandu"):
            told = now.astimezone(zone_of(zone))
            assert told.astimezone(UTC) == now.astimezone(UTC)
        # Payment terms and leases are added to it.
        assert datetime(1970, 1, 1, tzinfo=UTC) < now < datetime(9000, 1, 1, tzinfo=UTC)

    @promise("the hour: it shows local time and calls it UTC", needs="real")
    def test_it_shows_the_time_that_it_is(self) -> None:
        assert abs(self.adapter.now() - datetime.now(UTC)) < NEAR

    @promise("whatever waits: leases and reservations never end", needs="moves")
    def test_time_goes_on(self) -> None:
        first = self.adapter.now()
        sleep(0.02)
        assert timedelta(0) < self.adapter.now() - first < NEAR

    @promise("agreement: two that ask at the same time are told moments that are far apart")
    def test_many_that_ask_at_once_are_told_the_same(self) -> None:
        answers = self.adapter.at_once("now", [()] * AT_ONCE)
        assert {type(answer) for answer in answers} == {datetime}, answers
        assert max(answers) - min(answers) < NEAR

    @promise("work: a desk can't go by this clock, or stops when it is set back")
    def test_a_desk_goes_by_it_and_bears_its_being_set_back(self) -> None:
        clock = self.adapter.inner
        house: House = a_house(clock=clock)
        placed = house.order(1).unwrap()
        assert abs(placed.placed_at - clock.now()) < NEAR
        back = House(store=house.raw_store, clock=_SetBack(clock), prefix="back")
        back.ada.catalog.add(an_item("NUT"), a_customer("C8"))
        for _ in range(3):
            back.ann.orders.place(a_request(1)).unwrap()
        moments = [row.recorded_at for row in back.rows()]
        assert moments == sorted(moments)
        assert back.desk.audit.verify()
