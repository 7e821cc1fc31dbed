"""P1: the real process is killed again and again, at every step; nothing is lost, every double is marked."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from PIL import Image

from bot.jobs_runner import CLAIMS
from core.clock import Stopwatch
from storage import jobs
from tests.support.database import POSTGRES, SQLITE
from tests.support.echo_commune import (
    ON_DUTY,
    REPORTERS,
    ask,
    at_rest,
    hasten_ladders,
    plan_note,
    report,
)
from tests.support.echo_fixtures import Houses
from tests.support.echo_house import Service, until
from tests.support.echo_kill import AFTER, AT, Place
from tests.support.echo_platform import Accepted, Call, Faults, Platform
from tests.support.photos import encoded

pytestmark = pytest.mark.kill
AGAIN = "(gửi lại) "
MOST_SECONDS = 60.0
KILL_WITHIN = 3.0
"""Real seconds that a round waits for its kill; then the process is killed wherever it is."""

_CLAIM = "UPDATE outbox SET .*lease_until=.*leased_by="
_RECORD = "UPDATE outbox SET state=.*platform_message_id="
_FIRED = "UPDATE reminder SET .*occurrence="
_JOB_CLAIM = "UPDATE job SET state=.*lease_until="
_JOB_END = "UPDATE job SET state=.*detail="
BEFORE_SEND, AFTER_SEND, ANY_MOMENT = "before send", "after send and before record", "any moment"
PLACES = {
    "intake, not committed": Place(AT, "INSERT INTO inbox"),
    "between intake and dispatch": Place(AFTER, "INSERT INTO inbox"),
    "dispatch, not committed": Place(AT, "UPDATE inbox SET state="),
    "between dispatch and claim": Place(AFTER, "UPDATE inbox SET state="),
    "claim, not committed": Place(AT, _CLAIM),
    "between claim and send": Place(AFTER, _CLAIM),
    "record, not committed": Place(AT, _RECORD),
    "after record": Place(AFTER, _RECORD),
    "in the middle of a tick": Place(AT, _FIRED),
    "after a tick": Place(AFTER, _FIRED),
}
JOB_PLACES = {
    "before a job": Place(AFTER, _JOB_CLAIM),
    "during a job": Place(AFTER, _JOB_CLAIM, later=0.25),
    "result of a job, not committed": Place(AT, _JOB_END),
    "after the result of a job": Place(AFTER, _JOB_END),
}
STEPS = (*PLACES, BEFORE_SEND, AFTER_SEND, ANY_MOMENT)
BETWEEN_PROCESSES = (
    "between intake and dispatch",
    "dispatch, not committed",
    "between claim and send",
    AFTER_SEND,
    "record, not committed",
    "in the middle of a tick",
    ANY_MOMENT,
)
"""The steps after which a lease must run out, or a lock of the dead process must be given up."""


@dataclass
class Load:
    """What people write and what comes due while the service is killed."""

    service: Service
    platform: Platform
    reports: int = 0
    digits: int = 0
    notes: int = 0
    photos: int = 0

    @property
    def typed(self) -> int:
        return self.reports + self.digits + self.photos

    def come(self, *, photo: bool) -> None:
        """Let a reminder and some ladders come due, and three people write."""
        self.notes += 1
        plan_note(self.service.url, self.notes, "hoa")
        if self.notes % 6 == 0:
            hasten_ladders(self.service.url)
        for _ in range(2):
            self.reports += 1
            self.platform.type(REPORTERS[self.reports % len(REPORTERS)], report(self.reports))
        if photo:
            self.photos += 1
            picture = Image.effect_noise((64, 48), 20 + self.photos).convert("RGB")
            reporter = REPORTERS[self.reports % len(REPORTERS)]
            self.platform.type(reporter, "", photo=encoded(picture, "JPEG"))
        self.digits += 1
        self.platform.type(sorted(ON_DUTY)[self.digits % len(ON_DUTY)], "1")


@dataclass
class Killer:
    """Kills the service at one step of its work after the other."""

    service: Service
    platform: Platform
    load: Load
    random: random.Random
    hits: Counter[str] = field(default_factory=Counter)
    """How often the process died exactly where it was to die."""
    kills: int = 0

    def round(self, step: str) -> None:
        """Start the service while people write, and let it die."""
        self.load.come(photo=step in JOB_PLACES)
        self.platform.faults = self._faults(step)
        self.service.start((PLACES | JOB_PLACES).get(step))
        if step == ANY_MOMENT:
            until(lambda: self.random.random() < 0.2)
            self.service.kill()
        try:
            until(lambda: not self.service.lives(), KILL_WITHIN)
            self.hits[step] += 1
        except AssertionError:
            self.service.kill()
        self.kills += 1
        self.service.gone()
        self.platform.faults = Faults()

    def _faults(self, step: str) -> Faults:
        """A fault that kills at the n-th request of the round, before or after it is accepted."""
        nth = self.platform.requests + self.random.randint(1, 3)

        def kill(call: Call) -> None:
            if call.number == nth:
                self.service.kill()
                self.service.process and self.service.process.wait(20)

        if step == BEFORE_SEND:
            return Faults(before=kill, status=lambda call: 500 if call.number == nth else 200)
        return Faults(after=kill) if step == AFTER_SEND else Faults()


def run(service: Service, platform: Platform, steps: Sequence[str], kills: int) -> Killer:
    """Kill the service so many times under load, or for a minute, then let it finish in peace."""
    killer = Killer(service, platform, Load(service, platform), random.Random(20260302))  # noqa: S311 the same each time
    order: list[str] = []
    begun = Stopwatch().seconds()
    while killer.kills < kills and Stopwatch().seconds() - begun < MOST_SECONDS:
        if not order:
            order = killer.random.sample(steps, len(steps))
        killer.round(order.pop())
    service.start()
    until(lambda: ask(service.url, "SELECT count(*) FROM inbox")[0][0] >= killer.load.typed)
    until(lambda: at_rest(service.url))
    service.stop()
    return killer


def check_effects(service: Service, load: Load) -> None:
    """Everything that was written, that came due and that a worker was given had its effect once."""
    numbers = ask(service.url, "SELECT number, text FROM incident ORDER BY number")
    assert [number for number, _ in numbers] == list(range(1, load.reports + 1)), "one number for each report"
    assert sorted(int(text[-4:]) for _, text in numbers) == list(range(1, load.reports + 1))
    events = load.typed + load.photos
    assert ask(service.url, "SELECT state, count(*) FROM inbox GROUP BY state") == [("done", events)]
    given_up = check_photos(service, load)
    replies = ask(service.url, "SELECT count(*) FROM outbox WHERE lane = 0")
    assert replies == [(load.typed + given_up,)], "one answer to each message"
    told = ask(service.url, "SELECT count(*) FROM outbox WHERE dedupe_key LIKE 'reminder:%'")
    assert told == [(load.notes,)], "each note is told once"
    check_time_lines(service)


def check_photos(service: Service, load: Load) -> int:
    """Each photo is shown; only one whose work was killed again and again is given up, which is told."""
    ended = ask(service.url, "SELECT state, attempts FROM job")
    killed = [attempts for state, attempts in ended if state == jobs.FAILED]
    assert len(ended) == load.photos
    assert all(attempts > CLAIMS for attempts in killed)
    ready = ask(service.url, "SELECT count(*) FROM attachment WHERE state = 'ready'")
    assert ready == [(load.photos - len(killed),)]
    return len(killed)


def check_time_lines(service: Service) -> None:
    """A ladder takes no step twice and leaves none out; nobody takes an incident a second time."""
    lines: dict[int, list[str]] = defaultdict(list)
    for incident, kind in ask(service.url, "SELECT incident_id, kind FROM incident_event ORDER BY id"):
        lines[incident].append(kind)
    told = ask(service.url, "SELECT count(*) FROM incident_event WHERE kind = 'told'")[0][0]
    climbed = ask(service.url, "SELECT sum(step) FROM reminder WHERE kind = 'ladder'")[0][0]
    assert told == climbed
    for kinds in lines.values():
        assert kinds[:2] == ["reported", "told"]
        assert kinds.count("taken") <= 1


def check_messages(service: Service, platform: Platform) -> int:
    """Each message reached its phone, in order, and says so if it came twice; returns the doubles."""
    assert platform.refused == []
    lanes = dict(ask(service.url, "SELECT id, lane FROM outbox WHERE NOT edit_only"))
    copies: dict[int, list[Accepted]] = defaultdict(list)
    arrived: dict[tuple[str, int], list[int]] = defaultdict(list)
    for message in platform.accepted:
        if message.row not in copies:
            arrived[message.chat, lanes[message.row]].append(message.row)
        copies[message.row].append(message)
    assert set(copies) == set(lanes), "each message reached its phone at least once"
    assert all(rows == sorted(rows) for rows in arrived.values()), "a lane of a chat keeps its order"
    for first, *doubles in copies.values():
        for double in doubles:
            # What to type may differ, since it depends on what else is open by then.
            assert double.text.splitlines()[0] == AGAIN + first.text.splitlines()[0].removeprefix(AGAIN)
            assert double.chat == first.chat
    return sum(len(messages) - 1 for messages in copies.values())


def test_forty_kills_lose_nothing(house: Houses, platform: Platform) -> None:
    service = house(SQLITE)
    steps = (*STEPS, *JOB_PLACES)
    killer = run(service, platform, steps, kills=40)
    check_effects(service, killer.load)
    doubles = check_messages(service, platform)
    assert set(killer.hits) == set(steps), "the process died at each of the steps"
    assert doubles > 0, "a kill between send and record makes a double, which must be marked"


@pytest.mark.postgres
def test_kills_lose_nothing_on_postgresql(house: Houses, platform: Platform) -> None:
    service = house(POSTGRES)
    killer = run(service, platform, BETWEEN_PROCESSES, kills=len(BETWEEN_PROCESSES))
    check_effects(service, killer.load)
    check_messages(service, platform)
    assert set(killer.hits) == set(BETWEEN_PROCESSES), "the process died at each of the steps"
