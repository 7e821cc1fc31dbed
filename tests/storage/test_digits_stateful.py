"""A digit never acts on a message that did not reach the person, nor when two could be meant.

Random interleavings of questions, alerts, sends that are late, lost, repeated or of unknown end, and
digits, against the real rows. What the person has really seen is kept apart, by the test.
"""

import atexit
import shutil
import tempfile
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.clock import FakeClock
from core.digits import REACTION, Act, meaning
from core.messages import Choice, Lane, Message
from core.ports import SendResult, Verdict
from storage import delivery, migrate, outbox, prompts
from storage.delivery import Claimed
from storage.outbox import Queued
from storage.unit_of_work import Database, UnitOfWork
from tests.support.database import START, FakeStopwatch

ACCOUNT, CHAT = "echo", "lan"
LEASE = 60.0


@lru_cache
def migrated() -> Path:
    """A migrated database that every example copies."""
    file = Path(tempfile.mkdtemp()) / "template.db"
    migrate.upgrade(f"sqlite:///{file}")
    atexit.register(shutil.rmtree, file.parent)
    return file


class Chat(RuleBasedStateMachine):
    """One chat, and the person who reads it: without buttons, or on a page that tells what it has shown."""

    @initialize(page=st.booleans())
    def open(self, *, page: bool) -> None:
        self.page = page
        self.on_page: list[Claimed] = []
        """Stored for the page, which is closed or has not come to it yet."""
        self.untold: list[int] = []
        """Shown by the page, which could not say so yet."""
        self.folder = tempfile.TemporaryDirectory()
        file = shutil.copy(migrated(), Path(self.folder.name) / "chat.db")
        url = f"sqlite:///{file}"
        self.clock, self.stopwatch = FakeClock(START), FakeStopwatch()
        self.db = Database(url, self.clock, self.stopwatch, sync="OFF")
        self.flying: list[Claimed] = []
        self.seen: dict[int, tuple[datetime, int]] = {}
        """What the person has read: outbox id to the moment it came last and the number of choices."""
        self.answered: set[int] = set()

    def teardown(self) -> None:
        if hasattr(self, "db"):
            self.db.close()
            self.folder.cleanup()

    @rule(choices=st.integers(1, 4), asked=st.booleans())
    def queue(self, choices: int, *, asked: bool) -> None:
        options = tuple(Choice(label="choice.take", do="x", typed="nhan 1") for _ in range(choices))
        lane = Lane.REPLY if asked else Lane.ALERT
        message = Message(key="menu", choices=options, asked=asked, lane=lane)
        self.db.write_now(lambda uow: outbox.add(uow, Queued(message, ACCOUNT, CHAT, commune_id=None)))

    @rule(limit=st.integers(1, 3))
    def claim(self, limit: int) -> None:
        self.flying += self.db.write_now(
            lambda uow: delivery.claim(uow, owner="t", lease_seconds=LEASE, limit=limit)
        )

    @precondition(lambda self: self.flying)
    @rule(arrives=st.booleans(), reported=st.sampled_from(["sent", "unknown", "temporary", "killed"]))
    def land(self, *, arrives: bool, reported: str) -> None:
        """An attempt ends. What the platform reports need not be all that happened."""
        claimed = self.flying.pop(0)
        if reported == "sent" or (arrives and reported in ("unknown", "killed")):
            if self.page:
                self.on_page.append(claimed)
            else:
                self._read(claimed)
        if reported != "killed":
            result = SendResult(Verdict(reported), platform_message_id=f"{claimed.id}", detail="test")
            self.db.write_now(lambda uow: self._record(uow, claimed, result))

    def _record(self, uow: UnitOfWork, claimed: Claimed, result: SendResult) -> None:
        delivery.record(uow, claimed, result, retry_at=uow.real_seconds + 2, delivered=not self.page)

    @precondition(lambda self: self.on_page)
    @rule(told=st.booleans())
    def look(self, *, told: bool) -> None:
        """The page shows all that it has; its receipts arrive or hang."""
        for claimed in self.on_page:
            self._read(claimed)
        self.untold += [claimed.id for claimed in self.on_page]
        self.on_page = []
        if told:
            self._tell()

    def _tell(self) -> None:
        shown, self.untold = self.untold, []
        self.db.write_now(lambda uow: delivery.mark_shown(uow, ACCOUNT, CHAT, shown))

    def _read(self, claimed: Claimed) -> None:
        if claimed.takes_digits and not (
            self.page and claimed.id in self.seen
        ):  # there a copy takes its place
            self.seen[claimed.id] = (self.clock.now(), len(claimed.message.choices))

    @rule(
        choices=st.integers(1, 4), asked=st.booleans(), reported=st.sampled_from(["sent", "sent", "unknown"])
    )
    def say(self, choices: int, reported: str, *, asked: bool) -> None:
        """A message that arrives at once, though perhaps nobody here knows that it did."""
        self.queue(choices, asked=asked)
        self.claim(3)
        while self.flying:
            self.land(arrives=True, reported=reported)

    @rule(seconds=st.sampled_from([0, 1, 2, 5, 70, 700]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        self.stopwatch.advance(seconds)

    @rule()
    def settle(self) -> None:
        self.db.write_now(lambda uow: prompts.close_questions(uow, ACCOUNT, CHAT))

    @rule(digit=st.integers(1, 4))
    def type_digit(self, digit: int) -> None:
        now = self.clock.now()
        if self.untold:
            self._tell()  # a post brings the receipts along that hang
        found = self.db.read_now(lambda uow: meaning(prompts.prompts(uow, ACCOUNT, CHAT), digit, now))
        if not isinstance(found, Act):
            return
        assert found.outbox_id in self.seen, "it acted on what the person has not seen"
        came, choices = self.seen[found.outbox_id]
        assert digit <= choices
        later = [
            other
            for other, (moment, count) in self.seen.items()
            if other != found.outbox_id and count >= digit and moment > came
        ]
        assert not later, "the person has read a newer message that this digit fits"
        self._no_rival(found.outbox_id, digit)
        self.db.write_now(lambda uow: outbox.note_answer(uow, found.outbox_id))
        self.answered.add(found.outbox_id)

    def _no_rival(self, acted: int, digit: int) -> None:
        """An older unanswered message that the digit fits may be meant while each newer one just came."""
        now, waiting = self.clock.now(), self.db.read_now(lambda uow: prompts.prompts(uow, ACCOUNT, CHAT))
        certain = {p.outbox_id: p.answered for p in waiting if p.delivered_at is not None}
        order = sorted((moment, other) for other, (moment, _) in self.seen.items() if other in certain)
        place = [other for _, other in order].index(acted)
        while place > 0 and now - order[place][0] < REACTION:
            place -= 1
            before = order[place][1]
            assert certain[before] or self.seen[before][1] < digit, "the digit could have meant one before"

    @invariant()
    def one_attempt_at_a_time(self) -> None:
        ids = [claimed.id for claimed in getattr(self, "flying", [])]
        assert len(ids) == len(set(ids)) or self.stopwatch.seconds() > LEASE


Chat.TestCase.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)
TestDigits = Chat.TestCase
