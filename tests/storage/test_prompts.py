"""Which messages with choices a bare digit may mean, as the rows tell it."""

from datetime import datetime

import pytest

from core.clock import FakeClock
from core.ports import Verdict
from storage import conversations, delivery, outbox, prompts
from storage.conversations import Conversation
from storage.unit_of_work import Database, UnitOfWork
from tests.storage.rows import CHOICES, LEASE_SECONDS, WEB, claim, deliver, ended, minutes, queue
from tests.support.database import START, FakeStopwatch


def ask(database: Database, chat: str = "minh") -> int:
    """Queue a question."""
    return queue(database, chat, choices=CHOICES)


def alert(database: Database, chat: str = "minh") -> int:
    """Queue what nobody asked for, with choices."""
    return queue(database, chat, choices=CHOICES, asked=False)


def seen(database: Database, chat: str = "minh") -> list[int]:
    """The messages that digits may mean."""
    return [prompt.outbox_id for prompt in database.read_now(lambda uow: prompts.prompts(uow, WEB, chat))]


def open_form(database: Database, chat: str = "minh") -> None:
    form = Conversation(bot_account=WEB, chat=chat, form="report", form_id=1, data={}, updated_at=START)
    database.write_now(lambda uow: conversations.save(uow, form))


def test_a_message_counts_once_it_has_left(database: Database) -> None:
    question = ask(database)
    assert seen(database) == []
    (going,) = claim(database)
    assert seen(database) == [question]
    ended(database, going)
    (prompt,) = database.read_now(lambda uow: prompts.prompts(uow, WEB, "minh"))
    assert (prompt.choices, prompt.delivered_at, prompt.answered) == (len(CHOICES), START, False)


@pytest.mark.parametrize(("verdict", "counts"), [(Verdict.TEMPORARY, False), (Verdict.UNKNOWN, True)])
def test_a_failed_attempt_counts_only_if_it_may_have_arrived(
    database: Database, verdict: Verdict, counts: bool
) -> None:
    ask(database)
    ended(database, claim(database)[0], verdict)
    assert bool(seen(database)) is counts


def test_messages_without_choices_and_of_other_chats_do_not_count(database: Database) -> None:
    queue(database, "minh")
    ask(database, "lan")
    deliver(database)
    assert seen(database) == []


def test_choices_die_after_half_a_day(database: Database, clock: FakeClock) -> None:
    ask(database)
    deliver(database)
    clock.advance(outbox.CHOICES_LIVE - minutes(1))
    assert len(seen(database)) == 1
    clock.advance(minutes(1))
    assert seen(database) == []


def test_an_alert_takes_digits_when_nothing_else_wants_them(database: Database) -> None:
    alert(database)
    (claimed,) = claim(database)
    assert claimed.takes_digits


def test_an_alert_takes_no_digits_while_a_form_is_open(database: Database) -> None:
    open_form(database)
    alert(database)
    (claimed,) = claim(database)
    ended(database, claimed)
    assert not claimed.takes_digits
    assert seen(database) == []


def test_an_alert_takes_no_digits_while_a_question_is_fresh(database: Database, clock: FakeClock) -> None:
    question = ask(database)
    deliver(database)
    clock.advance(prompts.ATTENTION - minutes(1))
    alert(database)
    deliver(database)
    assert seen(database) == [question]
    clock.advance(minutes(1))
    late = alert(database)
    deliver(database)
    assert seen(database) == [question, late]


def test_an_answered_question_makes_room(database: Database) -> None:
    question = ask(database)
    deliver(database)
    database.write_now(lambda uow: outbox.note_answer(uow, question))
    later = alert(database)
    deliver(database)
    assert seen(database) == [question, later]


def test_closed_questions_are_answered_ones(database: Database) -> None:
    ask(database)
    deliver(database)
    going = ask(database)
    claim(database)
    assert database.read_now(lambda uow: prompts.question_is_open(uow, WEB, "minh"))
    database.write_now(lambda uow: prompts.close_questions(uow, WEB, "minh"))
    assert not database.read_now(lambda uow: prompts.question_is_open(uow, WEB, "minh"))
    rows = database.read_now(lambda uow: prompts.prompts(uow, WEB, "minh"))
    assert [(p.outbox_id == going, p.answered) for p in rows] == [(False, True), (True, False)]


def test_digits_that_a_lost_copy_may_have_offered_stay_with_the_message(
    database: Database, stopwatch: FakeStopwatch
) -> None:
    """Else a digit typed at the first copy would act on an older message."""
    message = alert(database)
    (first,) = claim(database)
    open_form(database)
    stopwatch.advance(LEASE_SECONDS)
    (second,) = claim(database)
    assert (first.takes_digits, second.takes_digits) == (True, True)
    assert seen(database) == [message]


def test_digits_are_decided_anew_when_nothing_has_arrived(database: Database) -> None:
    alert(database)
    ended(database, claim(database)[0], Verdict.TEMPORARY)
    open_form(database)
    assert claim(database)[0].takes_digits is False


def test_a_press_finds_its_message_in_its_own_chat_only(database: Database) -> None:
    question = ask(database, "minh")

    def look(chat: str) -> bool:
        return database.read_now(lambda uow: outbox.find(uow, question, WEB, chat)) is not None

    assert (look("minh"), look("lan")) == (True, False)


def on_a_page(database: Database) -> int:
    """A question that is stored for a page, which has not shown it yet."""
    question = ask(database)
    ended(database, claim(database)[0], delivered=False, platform_message_id=f"line {question}")
    return question


def show(database: Database, *shown: int, earlier: int = 0) -> None:
    def mark(uow: UnitOfWork) -> None:
        delivery.mark_shown(uow, WEB, "minh", list(shown), uow.now - minutes(earlier))

    database.write_now(mark)


def arrivals(database: Database) -> list[datetime | None]:
    rows = database.read_now(lambda uow: prompts.prompts(uow, WEB, "minh"))
    return [prompt.delivered_at for prompt in rows]


def test_what_a_page_has_not_shown_is_perhaps_seen(database: Database) -> None:
    on_a_page(database)
    assert arrivals(database) == [None]


def test_what_a_page_never_needed_is_not_seen(database: Database) -> None:
    ask(database)
    ended(database, claim(database)[0], delivered=False)
    assert seen(database) == []


def test_a_shown_message_of_the_web_counts_as_delivered(database: Database, clock: FakeClock) -> None:
    question = on_a_page(database)
    show(database, question)
    clock.advance(minutes(3))
    show(database, question)
    assert arrivals(database) == [START]


def test_a_receipt_that_comes_late_says_when_it_was_shown(database: Database, clock: FakeClock) -> None:
    question = on_a_page(database)
    clock.advance(minutes(3))
    show(database, question)
    show(database, question, earlier=2)
    assert arrivals(database) == [START + minutes(1)]


def test_what_a_page_has_passed_over_is_not_meant(database: Database) -> None:
    on_a_page(database)
    newer = on_a_page(database)
    show(database, newer)
    assert seen(database) == [newer]


def test_an_alert_takes_no_digits_from_a_question_that_a_page_will_show_with_it(database: Database) -> None:
    on_a_page(database)
    alert(database)
    assert claim(database)[0].takes_digits is False
