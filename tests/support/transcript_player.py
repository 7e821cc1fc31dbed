"""Plays a transcript through the real intake, dispatch, reminders and delivery; notes what is said."""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from core.clock import VIETNAM, local
from core.events import Attachment, Inbound, InboundKind
from core.messages import Choice, Message
from core.ports import Outgoing
from handlers.dispatch import process_one
from handlers.registry import STEPS
from handlers.turn import Args, Step, Turn, say
from storage import inbox, outbox
from storage.outbox import Queued
from storage.unit_of_work import UnitOfWork
from tests.support import transcript_village as village
from tests.support.photos import phone_photo
from tests.support.transcript_channel import KilledError, Shown, event_ids
from tests.support.transcript_format import (
    ANSWERS,
    AT,
    AT_ONCE,
    NOTE,
    PHOTO,
    PLACE,
    STATE,
    TOGETHER,
    Entry,
    Said,
    answer,
    numbered,
    spoken,
)
from tests.support.transcript_house import House
from tests.support.transcript_state import state_of

BETWEEN_LINES = timedelta(seconds=10)
"""How much time passes before each line of a person."""
_DAY_AND_TIME = "%d/%m/%Y %H:%M"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_CHOICE = re.compile(r"\[([^\]]+)\]\s*(.*)")
_BEFORE = "ở tin trước"
_FAULTS = ("too_big", "wrong_kind", "lost")
_SICK = "test.sick"
_DIES = {"intake": 0, "dispatch": 1}


class Player:
    """Plays one transcript on one house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._next_id = event_ids()
        self._together: list[Inbound] = []
        self._last: Inbound | None = None
        self._sick = False
        self._dies = ""
        self._seen = 0
        self._at = ""
        self._played: list[Entry] = []
        self._mode = house.mode
        self._do: dict[str, Callable[[str], Awaitable[None]]] = {
            "clock": self._clock,
            "down": self._down,
            "roster": self._roster,
            "account": self._account,
            "stock": self._stock,
            "device": self._device,
            "restart": self._restart,
            "crash": self._crash,
            "again": self._again,
            "sick": self._poison,
            "healed": self._heal,
            "replay": self._replay,
        }

    async def play(self, entries: Sequence[Entry]) -> list[Entry]:
        """Play a file and return it with what the bot really said and how things really stand."""
        with self._sickness():
            for place, entry in enumerate(entries):
                if entry.verb in ANSWERS:
                    continue
                await self._one(entry, entries[place + 1 : place + 2])
        return self._played

    async def _one(self, entry: Entry, following: Sequence[Entry]) -> None:
        if entry.verb == NOTE:
            self._played.append(entry)
        elif entry.verb == STATE:
            self._played.append(Entry(STATE, self._house.db.read_now(lambda uow: state_of(uow, entry.words))))
        elif entry.who:
            await self._person(entry, together=bool(following) and following[0].verb == TOGETHER)
        else:
            self._played.append(entry)
            await self._do[entry.verb](entry.words)
        if entry.verb != NOTE and not self._together:
            self._collect()
            if self._mode.restarts:
                self._house.restart()

    # What people do

    async def _person(self, entry: Entry, *, together: bool) -> None:
        if entry.verb not in (TOGETHER, AT_ONCE):
            await self._pass(BETWEEN_LINES)
        self._played.append(entry)
        self._together.append(self._event(entry))
        if not together:
            events, self._together = self._together, []
            await self._take_in(events)

    def _event(self, entry: Entry) -> Inbound:
        kind, words, press = InboundKind.TEXT, spoken(entry.words), ""
        attachments: tuple[Attachment, ...] = ()
        where: tuple[float | None, float | None] = (None, None)
        if entry.verb == PHOTO:
            kind, words, attachments = self._photo(entry.words)
        elif entry.verb == PLACE:
            latitude, longitude = map(float, words.split(","))
            kind, words, where = InboundKind.LOCATION, "", (latitude, longitude)
        elif choice := _CHOICE.fullmatch(entry.words):
            kind, words, press = self._chosen(entry, choice[1], choice[2])
        return Inbound(
            bot_account=entry.channel,
            event_id=self._next_id(),
            chat=entry.who,
            sender=entry.who,
            kind=kind,
            text=words,
            press=press,
            attachments=attachments,
            latitude=where[0],
            longitude=where[1],
            sent_at=self._house.clock.now(),
        )

    def _photo(self, words: str) -> tuple[InboundKind, str, tuple[Attachment, ...]]:
        """Return a photo with its caption: "broken | chữ đi kèm"."""
        what, _, caption = words.partition("|")
        what = what.strip()
        if what in _FAULTS:
            return InboundKind.PHOTO, caption.strip(), (Attachment(fault=what),)
        content = b"\xff\xd8\xff\xe0 no picture" if what == "broken" else phone_photo(64, 48)
        file = self._house.files.put(content)
        kept = Attachment(file=file, media_type="image/jpeg", size=len(content))
        return InboundKind.PHOTO, caption.strip(), (kept,)

    def _chosen(self, entry: Entry, label: str, which: str) -> tuple[InboundKind, str, str]:
        """Return the press of a choice, or where there are no buttons, what one types instead."""
        chat = [
            s
            for s in self._house.screen.shown
            if (s.account, s.message.address) == (entry.channel, entry.who)
        ]
        fitting = [s for s in chat if self._place(s, label) and (which == _BEFORE or which in s.message.text)]
        wanted = 2 if which == _BEFORE else 1
        if len(fitting) < wanted:
            raise AssertionError(f"{entry.who} sees no choice [{label}] {which}")
        shown = fitting[-wanted]
        place = self._place(shown, label)
        if self._mode.buttons:
            return InboundKind.PRESS, "", f"{shown.message.outbox_id}:{place}"
        message, digits = self._house.message(shown.message.outbox_id)
        later = [s for s in chat if s.message.outbox_id > shown.message.outbox_id and self._takes_digits(s)]
        if digits and not later and not which:
            return InboundKind.TEXT, f"{place}", ""
        typed = message.choices[place - 1].typed
        if not typed:
            raise AssertionError(f"without buttons {entry.who} cannot choose [{label}] {which}")
        return InboundKind.TEXT, typed, ""

    def _takes_digits(self, shown: Shown) -> bool:
        message, digits = self._house.message(shown.message.outbox_id)
        return digits and bool(message.choices)

    def _place(self, shown: Shown, label: str) -> int:
        labels = self._labels(self._house.message(shown.message.outbox_id)[0])
        fitting = [
            place for place, own in enumerate(labels, start=1) if own == label or own.startswith(f"{label}:")
        ]
        return fitting[0] if fitting else 0

    def _labels(self, message: Message) -> tuple[str, ...]:
        return tuple(self._house.texts.labels(message.choices, self._house.clock.now()))

    # What becomes of it

    async def _take_in(self, events: list[Inbound]) -> None:
        for event in events:
            self._house.receive(event)
            self._last = event
            if self._mode.twice and self._house.receive(event):
                raise AssertionError("the same event counts as new")
        dies, self._dies = self._dies, ""
        if dies == "dispatch":
            self._die_in_dispatch()
        if dies:
            self._house.restart()
        await self._work()
        if self._mode.twice:
            await self._everything_again()

    async def _work(self) -> None:
        try:
            await self._house.work()
        except BaseExceptionGroup as group:
            if group.subgroup(KilledError) is None:
                raise
            self._house.restart()
            await self._house.work()

    async def _everything_again(self) -> None:
        """Deliver every event so far once more: nothing may come of it."""
        shown = len(self._house.screen.shown)
        if self._house.receive(*self._house.received()):
            raise AssertionError("an event that was handled counts as new")
        await self._house.work()
        if len(self._house.screen.shown) != shown:
            raise AssertionError("something is said twice")

    def _die_in_dispatch(self) -> None:
        """Handle the event and die just before the commit."""

        def work(uow: UnitOfWork) -> None:
            process_one(uow)
            raise KilledError("dispatch")

        try:
            self._house.db.write_now(work)
        except KilledError:
            return

    def _collect(self) -> None:
        """Write down what was shown since the last look."""
        new = self._house.screen.shown[self._seen :]
        self._seen += len(new)
        self._played.extend(self._answers(new))

    def _answers(self, new: Sequence[Shown]) -> Iterator[Entry]:
        yield from (answer(self._said(shown)) for shown in new)

    def _said(self, shown: Shown) -> Said:
        sent = shown.message
        message, digits = self._house.message(sent.outbox_id)
        self._check(message)
        labels = self._labels(message)
        typed = self._in_words(message) if labels and not digits else ""
        text = sent.text if self._mode.buttons else _without_choices(sent, labels, digits=digits, typed=typed)
        if self._mode.buttons and tuple(button.label for button in sent.buttons) != labels:
            raise AssertionError(f"the buttons of “{sent.text}” are not {labels}")
        photos, edit = len(sent.photos), bool(sent.edit_of)
        return Said(sent.address, shown.account, self._hidden(text), labels, typed, photos, edit)

    def _check(self, message: Message) -> None:
        """Fail for what no message may do: have no words, or choices that nobody can type."""
        self._house.texts.message(message, self._house.clock.now())
        if not message.asked and not all(choice.typed for choice in message.choices):
            raise AssertionError(f"{message.key} was not asked for, and has a choice without words to type")

    def _in_words(self, message: Message) -> str:
        words = " · ".join(choice.typed for choice in message.choices if choice.typed)
        return str(self._house.texts.words.table["numbers"]).format(words=words) if words else ""

    def _hidden(self, text: str) -> str:
        """Return a text without what is different each time: the reference code of a failure."""
        return self._reference_pattern().sub("MÃ-LỖI", text)

    def _reference_pattern(self) -> re.Pattern[str]:
        def look(uow: UnitOfWork) -> list[str]:
            return list(
                uow.session.connection()
                .exec_driver_sql("SELECT reference FROM inbox WHERE reference != ''")
                .scalars()
            )

        return re.compile("|".join(self._house.db.read_now(look)) or "$^")

    # What is done to the house

    async def _clock(self, words: str) -> None:
        """Let time pass: "02/03/2026 08:00", "14:00" (the next time it is), "+60m"."""
        await self._until(self._moment(words))

    def _moment(self, words: str) -> datetime:
        now = self._house.clock.now()
        if words.startswith("+"):
            return now + timedelta(**{_UNITS[words[-1]]: float(words[1:-1])})
        if "/" in words:
            return datetime.strptime(words, _DAY_AND_TIME).replace(tzinfo=VIETNAM)
        at = datetime.strptime(words, "%H:%M").time()  # noqa: DTZ007 a time of day only
        here = local(now)
        day = here.date() if at > here.time() else here.date() + timedelta(days=1)
        return datetime.combine(day, at, VIETNAM)

    async def _pass(self, by: timedelta) -> None:
        await self._until(self._house.clock.now() + by)

    async def _until(self, moment: datetime) -> None:
        """Move the clock on, and stop at each moment at which something is due."""
        self._at = ""
        while (due := self._house.next_due()) is not None and due <= moment:
            await self._tick_at(max(due, self._house.clock.now()), show=due < moment)
        self._move(moment)

    async def _tick_at(self, due: datetime, *, show: bool) -> None:
        self._move(due)
        try:
            await self._house.tick()
        except BaseExceptionGroup:
            await self._work()
        if (show or self._at) and len(self._house.screen.shown) > self._seen:
            at = local(due).strftime(_DAY_AND_TIME)
            self._played += [Entry(AT, at)] if at != self._at else []
            self._at = at
            self._collect()

    def _move(self, moment: datetime) -> None:
        passed = (moment - self._house.clock.now()).total_seconds()
        self._house.clock.set(moment)
        self._house.stopwatch.advance(max(0.0, passed))

    async def _down(self, words: str) -> None:
        """Be switched off for a time: nothing is due until the program is back."""
        self._move(self._moment(words))
        self._house.restart()
        await self._house.tick()

    async def _restart(self, _words: str) -> None:
        self._house.restart()
        await self._work()

    async def _crash(self, words: str) -> None:
        """Die at the next chance: "intake", "dispatch" (with the next line), "sending", "sent"."""
        if words in _DIES:
            self._dies = words
        else:
            self._house.screen.trap.armed = words

    async def _again(self, _words: str) -> None:
        """Deliver the last event of a person once more."""
        if self._last is not None:
            self._house.receive(self._last)
            await self._work()

    # What is arranged in the commune

    def _arrange(self, work: Callable[[UnitOfWork], None]) -> None:
        self._house.db.write_now(lambda uow: work(village.bound(uow)))

    async def _roster(self, words: str) -> None:
        self._arrange(lambda uow: village.put_on_duty(uow, words, uow.now))

    async def _account(self, words: str) -> None:
        short, channel = words.split()
        self._arrange(lambda uow: village.give_address(uow, short, channel))

    async def _stock(self, words: str) -> None:
        count, short, text = words.split(maxsplit=2)
        self._arrange(lambda uow: village.stock(uow, int(count), short, text))

    async def _device(self, words: str) -> None:
        short, label = words.split(maxsplit=1)
        self._arrange(lambda uow: village.sign_in(uow, short, label))

    # A handler that raises

    @contextmanager
    def _sickness(self) -> Iterator[None]:
        def sick(_turn: Turn, _args: Args) -> Step:
            if self._sick:
                raise RuntimeError("this handler is sick")
            return say("menu", name="", form="")

        STEPS[_SICK] = sick
        try:
            yield
        finally:
            del STEPS[_SICK]

    async def _poison(self, words: str) -> None:
        """Ask somebody something whose answer no handler survives: "lan zalo"."""
        short, channel = words.split()
        self._sick = True
        question = Message(
            key="ask.what", params={"text": "?"}, choices=(Choice(label="choice.mine", do=_SICK),)
        )

        def ask(uow: UnitOfWork) -> None:
            outbox.add(uow, Queued(question, channel, short, uow.commune_id, village.person_id(uow, short)))

        self._arrange(ask)
        await self._work()

    async def _heal(self, _words: str) -> None:
        self._sick = False

    async def _replay(self, _words: str) -> None:
        """Let the failed event be handled again, as `trucso replay CODE` does."""

        def work(uow: UnitOfWork) -> None:
            for reference in (
                uow.session.connection().exec_driver_sql("SELECT reference FROM inbox").scalars()
            ):
                if reference:
                    inbox.replay(uow, reference)

        self._house.db.write_now(work)
        await self._work()


def _without_choices(sent: Outgoing, labels: tuple[str, ...], *, digits: bool, typed: str) -> str:
    """Return the text of a message above its choices, which must be the numbers or words that it has."""
    if not labels:
        return sent.text
    lines = "\n".join(f"{number} {label}" for number, label in enumerate(labels, start=1))
    for way in (numbered(labels), lines) if digits else (typed,):
        if sent.text.endswith(f"\n{way}") or (not way and sent.text):
            return sent.text.removesuffix(f"\n{way}")
    raise AssertionError(f"“{sent.text}” does not show the choices {labels}")
