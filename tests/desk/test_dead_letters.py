"""What no gateway takes is given up, stands where a person can read it, and goes again or never (F16)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import salesorders as so
from salesorders.kernel.change import GatewayEffect
from salesorders.outbox import DeadLetter, EffectDismissed, EffectPutBack, EffectSetAside
from tests.builders import House, a_house, codes, finished
from tests.desk.conftest import MakeHouse


class Notices:
    """Takes what it can; keys in ``refused`` never. Delivers at once on either twin."""

    def __init__(self) -> None:
        self.refused: set[str] = set()
        self.taken: list[tuple[str, GatewayEffect]] = []
        self.twin = "sync"

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> Any:
        if key in self.refused:
            raise ConnectionError("the password is s3cret")
        self.taken.append((key, effect))
        return None if self.twin == "sync" else _nothing()

    @property
    def keys(self) -> list[str]:
        return [key for key, _ in self.taken]


async def _nothing() -> None:
    return None


def with_a_bad_one(make_house: MakeHouse, notices: Notices, **policies: Any) -> House:
    """A house whose first confirmation nobody takes."""
    house = make_house(gateways={"notices": notices}, policies=so.Policies(**policies))
    notices.twin = house.twin
    house.order(key="bad").unwrap()
    notices.refused.add("bad/0")
    return house


@pytest.fixture
def notices() -> Notices:
    return Notices()


@pytest.fixture
def office(make_house: MakeHouse, notices: Notices) -> House:
    """A house that gives up after three tries over two days."""
    return with_a_bad_one(make_house, notices, relay=so.RelayPolicy(tries=3, days=2))


def given_up(house: House) -> DeadLetter:
    """The letter of the one effect, after as many runs as it takes."""
    for _ in range(3):
        house.clock.advance(days=1)
        house.desk.relay.run()
    (letter,) = house.desk.dead_letters.find(state="open").items
    assert isinstance(letter, DeadLetter)
    return letter


def test_one_that_fails_holds_up_nobody_and_the_others_keep_their_order(
    office: House, notices: Notices
) -> None:
    for n in range(3):
        office.order(1, key=f"good-{n}").unwrap()
    ran = office.desk.relay.run()
    assert notices.keys == ["good-0/0", "good-1/0", "good-2/0"]
    assert (ran.delivered, ran.failed, ran.set_aside) == (3, (("bad/0", "ConnectionError"),), ())


def test_it_is_given_up_after_tries_and_days_and_not_before(office: House) -> None:
    runs = []
    for days in (0, 1, 0, 1):
        office.clock.advance(days=days)
        runs.append(office.desk.relay.run().set_aside)
    # Three tries are there at the third run; two days only at the fourth.
    assert runs == [(), (), (), ("bad/0",)]
    assert office.desk.relay.run() == type(office.desk.relay.run())()


def test_days_alone_give_nothing_up(office: House) -> None:
    office.desk.relay.run()
    office.clock.advance(days=400)
    assert office.desk.relay.run().set_aside == ()
    assert office.desk.relay.run().set_aside == ("bad/0",)


def test_a_letter_tells_all_but_secrets(office: House) -> None:
    began = office.clock.now() + timedelta(days=1)
    letter = given_up(office)
    assert (letter.place, letter.tries, letter.problem) == ("bad/0", 3, "ConnectionError")
    assert (letter.failing_since, letter.set_aside_at) == (began, office.clock.now())
    assert letter.effect.kind == "order.confirmed"
    assert office.desk.dead_letters.get(letter.id) == letter
    assert office.desk.dead_letters.find(gateway="notices").items == (letter,)
    assert "s3cret" not in str(office.records())
    (event,) = [one for one in office.events() if isinstance(one, EffectSetAside)]
    assert (event.letter, event.place, event.tries) == (letter.id, "bad/0", 3)
    assert office.records()[-1]["actor"] == "relay"


def test_what_was_put_back_goes_once_under_its_own_key(office: House, notices: Notices) -> None:
    letter = given_up(office)
    back = office.oli.dead_letters.retry(letter.id, reason="mail server is back", key="again")
    assert (back.letter.state, back.letter.by) == ("put_back", "oli")
    notices.refused.clear()
    for _ in range(2):
        office.desk.relay.run()
    assert notices.taken == [("bad/0", letter.effect)]
    assert office.desk.dead_letters.find(state="open").items == ()
    assert [one.reason for one in office.events() if isinstance(one, EffectPutBack)] == [
        "mail server is back"
    ]
    assert office.desk.audit.verify()


def test_what_was_put_back_and_fails_again_opens_its_letter_again(office: House) -> None:
    letter = given_up(office)
    office.oli.dead_letters.retry(letter.id, reason="try", key="again").unwrap()
    again = given_up(office)
    assert (again.id, again.tries, again.by) == (letter.id, 6, "")
    assert again.failing_since == letter.failing_since


def test_what_was_dismissed_never_goes(office: House, notices: Notices) -> None:
    letter = given_up(office)
    done = office.oli.dead_letters.dismiss(letter.id, reason="told by telephone").unwrap()
    assert (done.state, done.reason) == ("dismissed", "told by telephone")
    notices.refused.clear()
    office.desk.relay.run()
    assert notices.keys == []
    assert [one.letter for one in office.events() if isinstance(one, EffectDismissed)] == [done.id]


@pytest.mark.parametrize("first", ["retry", "dismiss"])
@pytest.mark.parametrize("then", ["retry", "dismiss"])
def test_a_letter_is_decided_once(office: House, first: str, then: str) -> None:
    letter = given_up(office)
    verbs = {
        "retry": office.oli.dead_letters.retry,
        "dismiss": office.oli.dead_letters.dismiss,
    }
    verbs[first](letter.id, reason="r").unwrap()
    before = office.state()
    assert codes(verbs[then](letter.id, reason="r")) == {"dead_letter.not_open"}
    documents, _, waiting = office.state()
    assert (documents, waiting) == (before[0], before[2])


def test_a_key_sent_again_puts_back_once(office: House) -> None:
    letter = given_up(office)
    answers = [office.oli.dead_letters.retry(letter.id, reason="r", key="again") for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(office.store.pending("main", limit=9)) == 1


def test_a_dry_run_puts_nothing_back(office: House) -> None:
    letter = given_up(office)
    before = office.state()
    preview = office.oli.dead_letters.retry(letter.id, reason="r", key="again", dry_run=True)
    assert preview.outcome.letter.state == "put_back"
    assert office.state() == before


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (lambda house, letter: house.ann.dead_letters.retry(letter, reason="r"), "duty.missing"),
        (lambda house, letter: house.ann.dead_letters.dismiss(letter, reason="r"), "duty.missing"),
        (
            lambda house, letter: house.oli.dead_letters.retry("DL-1", reason="r"),
            "dead_letter.unknown",
        ),
        (lambda house, letter: house.oli.dead_letters.retry(letter, reason=" "), "text.blank"),
        (lambda house, letter: house.oli.dead_letters.retry("a b", reason="r"), "id.characters"),
        (lambda house, letter: house.oli.dead_letters.find(state="", gateway=""), "find.lookups"),
    ],
)
def test_what_cannot_be_is_refused(office: House, asked: Any, code: str) -> None:
    letter = given_up(office)
    before = office.state()
    with pytest.raises(so.SalesOrdersError) as raised:
        asked(office, letter.id)
    assert (raised.value.code, office.state()) == (code, before)


def test_another_tenant_sees_and_moves_nothing(office: House) -> None:
    letter = given_up(office)
    other = a_house(office.twin, store=office.raw_store, tenant="other")
    assert other.desk.dead_letters.find().items == ()
    with pytest.raises(so.NotFound):
        other.oli.dead_letters.retry(letter.id, reason="r")


def test_where_nobody_may_write_letters_it_stays_in_the_outbox(
    make_house: MakeHouse, notices: Notices
) -> None:
    duties = so.DutyPolicy(duties=(("orders", ("sales",)), ("catalog", ("*",)), ("stock", ("*",))))
    relay = so.RelayPolicy(tries=1, days=0)
    house = with_a_bad_one(make_house, notices, relay=relay, duties=duties)
    for _ in range(2):
        assert house.desk.relay.run().failed == (("bad/0", "ConnectionError"),)
    assert [one.tries for one in house.store.pending("main", limit=9)] == [2]


def test_a_death_before_the_outbox_is_cleared_leaves_one_letter(office: House) -> None:
    """The letter is written and the effect still waits: another run finds the letter and clears it."""
    for _ in range(2):
        office.clock.advance(days=1)
        office.desk.relay.run()
    office.clock.advance(days=1)
    store, relay = office.raw_store, office.raw.relay

    class Dies(BaseException):
        """The process ends here."""

    def dies(*args: Any, **more: Any) -> Any:
        raise Dies

    relay._store = _But(store, delivered=dies)
    with pytest.raises(Dies):
        finished(relay.run())
    (letter,) = office.desk.dead_letters.find(state="open").items
    assert len(office.store.pending("main", limit=9)) == 1
    office.clock.advance(days=1)
    assert office.desk.relay.run().set_aside == ("bad/0",)
    assert office.desk.dead_letters.find(state="open").items == (letter,)
    assert office.store.pending("main", limit=9) == ()


class _But:
    """A store, but for some verbs."""

    def __init__(self, store: Any, **verbs: Any) -> None:
        self._store = store
        self.__dict__ |= verbs

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"tries": 0}, "number.range"),
        ({"days": -1}, "number.range"),
        ({"tries": "3"}, "number.type"),
        ({"days": 1.5}, "number.type"),
    ],
)
def test_a_policy_that_says_nothing_is_refused(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(so.InvalidValue) as raised:
        so.RelayPolicy(**fields)
    assert (raised.value.code, raised.value.path) == (code, next(iter(fields)))


class Odd:
    """A clock that tells the day's moment, until somebody sets it to something else."""

    def __init__(self) -> None:
        self.told: Any = MOMENT

    def now(self) -> Any:
        return self.told


MOMENT = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (MOMENT.replace(tzinfo=None), "moment.naive"),
        (MOMENT.date(), "clock.answer"),
        (None, "clock.answer"),
    ],
)
def test_a_clock_that_tells_no_moment_holds_nothing_up_for_longer(
    make_house: MakeHouse, notices: Notices, wrong: Any, code: str
) -> None:
    clock = Odd()
    house = make_house(clock=clock, gateways={"notices": notices})
    notices.twin = house.twin
    house.order(key="k").unwrap()
    clock.told = wrong
    with pytest.raises(so.InvalidValue) as refused:
        house.desk.relay.run()
    assert (refused.value.code, refused.value.path, notices.keys) == (code, "clock", [])
    clock.told = MOMENT
    assert house.desk.relay.run().delivered == 1


def test_nothing_is_given_up_by_moments_without_a_zone() -> None:
    with pytest.raises(so.InvalidValue) as refused:
        so.RelayPolicy(days=0).gives_up(20, MOMENT.replace(tzinfo=None), MOMENT)
    assert (refused.value.code, refused.value.path) == ("moment.naive", "failing_since")
