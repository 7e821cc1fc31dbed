"""The outbox: order within a lane of a chat, one claimer for each message, and nothing lost or doubled."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from core.clock import FakeClock
from core.messages import Lane, Message
from core.ports import Verdict
from storage import delivery, outbox
from storage.outbox import Queued
from storage.unit_of_work import OUTBOX, Database
from tests.storage.rows import (
    CHOICES,
    LEASE_SECONDS,
    WEB,
    claim,
    column,
    deliver,
    ended,
    minutes,
    queue,
    queue_in,
    written,
)
from tests.support.database import FakeStopwatch, NewDatabase, add_commune


def test_one_lane_of_a_chat_is_sent_in_the_order_of_queueing(database: Database) -> None:
    queued = [queue(database) for _ in range(3)]
    assert [deliver(database) for _ in range(4)] == [[queued[0]], [queued[1]], [queued[2]], []]


def test_the_next_message_waits_until_the_one_before_has_arrived(database: Database) -> None:
    queue(database)
    queue(database)
    (first,) = claim(database)
    assert claim(database) == []
    ended(database, first)
    assert len(claim(database)) == 1


def test_urgent_lanes_go_first(database: Database) -> None:
    calm = queue(database, "minh", lane=Lane.CALM)
    alert = queue(database, "lan", lane=Lane.ALERT)
    reply = queue(database, "hoa", lane=Lane.REPLY)
    assert deliver(database) == [reply, alert, calm]


def test_lanes_of_one_chat_do_not_wait_for_each_other(database: Database) -> None:
    queue(database, "minh", lane=Lane.CALM)
    reply = queue(database, "minh", lane=Lane.REPLY)
    assert claim(database, limit=1)[0].id == reply
    assert len(claim(database)) == 1


def test_a_failure_holds_that_lane_of_that_chat_only(database: Database, stopwatch: FakeStopwatch) -> None:
    held = [queue(database, "minh"), queue(database, "minh")]
    other = queue(database, "lan")
    first = claim(database, limit=1)[0]
    ended(database, first, Verdict.TEMPORARY, retry_at=stopwatch.seconds() + 30)
    assert deliver(database) == [other]
    stopwatch.advance(30)
    assert [deliver(database), deliver(database)] == [[held[0]], [held[1]]]


def test_a_claimed_message_is_nobody_elses_until_its_lease_runs_out(
    database: Database, stopwatch: FakeStopwatch
) -> None:
    queue(database)
    (first,) = claim(database)
    stopwatch.advance(LEASE_SECONDS - 1)
    assert claim(database) == []
    stopwatch.advance(1)
    (again,) = claim(database)
    assert (first.repeated, again.repeated) == (False, True)
    assert (first.attempts, again.attempts) == (1, 2)


def test_after_a_restart_what_was_being_sent_is_taken_at_once(database: Database) -> None:
    queue(database)
    claim(database)
    database.write_now(delivery.release_all)
    assert [message.repeated for message in claim(database)] == [True]


def test_only_what_may_have_arrived_is_marked_as_repeated(
    database: Database, stopwatch: FakeStopwatch
) -> None:
    queue(database)
    ended(database, claim(database)[0], Verdict.TEMPORARY)
    (second,) = claim(database)
    ended(database, second, Verdict.UNKNOWN)
    (third,) = claim(database)
    ended(database, third, Verdict.TEMPORARY)
    (fourth,) = claim(database)
    assert [m.repeated for m in (second, third, fourth)] == [False, True, True]


def test_a_late_failure_does_not_disturb_the_attempt_that_took_over(
    database: Database, stopwatch: FakeStopwatch
) -> None:
    queue(database)
    (slow,) = claim(database)
    stopwatch.advance(LEASE_SECONDS)
    claim(database)
    ended(database, slow, Verdict.TEMPORARY)
    assert column(database, "SELECT state FROM outbox") == ["sending"]


def test_a_late_success_counts(database: Database, stopwatch: FakeStopwatch) -> None:
    queue(database)
    (slow,) = claim(database)
    stopwatch.advance(LEASE_SECONDS)
    (second,) = claim(database)
    ended(database, slow, platform_message_id="slow")
    ended(database, second, Verdict.TEMPORARY)
    assert column(database, "SELECT platform_message_id FROM outbox WHERE state = 'sent'") == ["slow"]


def test_a_message_refused_for_good_lets_the_next_one_through(database: Database) -> None:
    refused, next_one = queue(database), queue(database)
    ended(database, claim(database)[0], Verdict.PERMANENT, detail="blocked")
    assert deliver(database) == [next_one]
    assert column(database, "SELECT id FROM outbox WHERE state = 'failed'") == [refused]


def test_a_chat_that_moved_gets_its_message_at_the_new_address(
    database: Database, stopwatch: FakeStopwatch
) -> None:
    moved = queue(database, "old group")
    ended(
        database,
        claim(database)[0],
        Verdict.MOVED,
        new_address="new group",
        retry_at=stopwatch.seconds() + 99,
    )
    (again,) = claim(database)
    assert (again.id, again.chat, again.repeated) == (moved, "new group", False)


def test_a_bot_account_that_was_told_to_wait_is_left_out(database: Database) -> None:
    queue(database)
    assert claim(database, stopped=(WEB,)) == []
    assert len(claim(database, stopped=("telegram",))) == 1


def test_a_dedupe_key_is_queued_once(database: Database) -> None:
    first = database.write_now(lambda uow: queue_in(uow, "minh", dedupe_key="reminder:1:0"))
    again = database.write_now(lambda uow: queue_in(uow, "minh", dedupe_key="reminder:1:0"))
    assert first is not None
    assert again is None
    assert deliver(database) == [first]
    assert database.write_now(lambda uow: queue_in(uow, "minh", dedupe_key="reminder:1:0")) is None


def test_many_are_queued_at_once_except_those_that_were_before(database: Database) -> None:
    def note(key: str, dedupe_key: str) -> Queued:
        return Queued(Message(key=key), WEB, "minh", None, dedupe_key=dedupe_key)

    database.write_now(lambda uow: outbox.add(uow, note("first", "a")))
    database.write_now(lambda uow: outbox.add_many(uow, [note("again", "a"), note("second", "b")]))
    assert column(database, "SELECT dedupe_key FROM outbox ORDER BY id") == ["a", "b"]
    assert claim(database)[0].message.key == "first"


def test_queueing_wakes_the_sender_after_the_commit_and_only_then(database: Database) -> None:
    woken: list[int] = []
    database.on_nudge(OUTBOX, lambda: woken.append(len(column(database, "SELECT id FROM outbox"))))
    queue(database)
    assert woken == [1]
    with pytest.raises(ZeroDivisionError):
        database.write_now(lambda uow: (queue_in(uow, "minh"), 1 / 0))
    assert woken == [1]


def test_edits_of_a_card_collapse_to_the_newest(database: Database) -> None:
    queue(database, card="incident:1", choices=CHOICES)
    ended(database, claim(database)[0], platform_message_id="m-1")
    queue(database, key="taken", card="incident:1", edit_only=True)
    other = queue(database, key="other", card="incident:2", edit_only=True, lane=Lane.CALM)
    newest = queue(database, key="resolved", card="incident:1", edit_only=True)
    sent = claim(database)
    assert [(m.id, m.message.key) for m in sent] == [(newest, "resolved"), (other, "other")]
    assert [m.edit_of for m in sent] == ["m-1", ""]


def test_an_edit_that_is_on_its_way_is_not_collapsed(database: Database) -> None:
    queue(database, key="taken", card="incident:1", edit_only=True)
    (going,) = claim(database)
    newest = queue(database, key="resolved", card="incident:1", edit_only=True)
    ended(database, going)
    assert deliver(database) == [newest]


def test_the_card_that_is_edited_is_the_newest_copy_in_that_chat(database: Database) -> None:
    for chat, shown in (("minh", "m-1"), ("minh", "m-2"), ("lan", "l-1")):
        queue(database, chat, card="incident:1")
        ended(database, claim(database)[0], platform_message_id=shown)
    assert database.read_now(lambda uow: outbox.shown_card(uow, WEB, "minh", "incident:1")) == "m-2"
    assert database.read_now(lambda uow: outbox.shown_card(uow, WEB, "hoa", "incident:1")) == ""


def test_an_edit_may_be_for_one_copy_of_a_card(database: Database) -> None:
    copies = []
    for shown in ("m-1", "m-2"):
        copies.append(queue(database, card="incident:1"))
        ended(database, claim(database)[0], platform_message_id=shown)
    for copy in copies:
        queue(database, card="incident:1", edit_only=True, edits=copy)
    again = queue(database, card="incident:1", edit_only=True, edits=copies[0])
    sent = []
    while going := claim(database):
        sent += [(one.id, one.edit_of) for one in going]
        for one in going:
            ended(database, one)
    assert [shown for _, shown in sent] == ["m-2", "m-1"]
    assert sent[-1][0] == again


def test_the_copies_of_a_card_are_those_of_the_commune(database: Database) -> None:
    mine, other = add_commune(database), add_commune(database, "Xã Khác")
    for commune_id, chat in ((mine, "minh"), (mine, "minh"), (other, "stranger")):
        queued = Queued(Message(key="card", card="incident:1"), WEB, chat, commune_id)
        database.write_now(partial(outbox.add, queued=queued))
    found = written(database, lambda uow: outbox.cards_sent(uow, "incident:1"), mine)
    assert [copy[1:] for copy in found] == [(WEB, "minh", None)] * 2


def test_a_page_that_showed_a_message_early_is_believed(database: Database, clock: FakeClock) -> None:
    """The page may report before the attempt is written down."""
    message = queue(database)
    (claimed,) = claim(database)
    database.write_now(lambda uow: delivery.mark_shown(uow, WEB, "minh", [message]))
    clock.advance(minutes(1))
    ended(database, claimed, delivered=False)
    assert column(database, "SELECT id FROM outbox WHERE delivered_at < sent_at") == [message]


def test_one_page_cannot_mark_the_messages_of_another(database: Database) -> None:
    message = queue(database, "minh")
    ended(database, claim(database)[0], delivered=False)
    database.write_now(lambda uow: delivery.mark_shown(uow, WEB, "lan", [message]))
    assert column(database, "SELECT id FROM outbox WHERE delivered_at IS NOT NULL") == []


def test_the_next_attempt_is_that_of_a_message_that_nothing_holds_up(
    database: Database, stopwatch: FakeStopwatch
) -> None:
    assert database.read_now(outbox.next_attempt) is None
    queue(database, "minh")
    queue(database, "minh")
    later = stopwatch.seconds() + 30
    ended(database, claim(database)[0], Verdict.TEMPORARY, retry_at=later)
    assert database.read_now(outbox.next_attempt) == later
    queue(database, "lan")
    claim(database)
    assert database.read_now(outbox.next_attempt) == later
    stopwatch.advance(1)
    assert database.read_now(lambda uow: outbox.next_attempt(uow, (WEB,))) is None


def test_the_next_attempt_may_be_the_end_of_a_lease(database: Database, stopwatch: FakeStopwatch) -> None:
    queue(database)
    claim(database)
    assert database.read_now(outbox.next_attempt) == stopwatch.seconds() + LEASE_SECONDS


def test_waiting_counts_what_is_not_sent(database: Database, clock: FakeClock) -> None:
    first = clock.now()
    queue(database, "minh")
    clock.advance(minutes(5))
    queue(database, "lan")
    claim(database, limit=1)
    assert database.read_now(outbox.waiting) == (2, first)
    database.write_now(delivery.release_all)
    deliver(database)
    assert database.read_now(outbox.waiting) == (0, None)


@pytest.mark.postgres
def test_many_claimers_at_once_share_the_messages_without_a_double(new_database: NewDatabase) -> None:
    database = new_database("postgres")
    chats = [f"chat {number}" for number in range(12)]
    queued = {chat: [queue(database, chat) for _ in range(8)] for chat in chats}
    sent: list[tuple[str, int]] = []

    def work(_: int) -> None:
        while database.read_now(outbox.waiting)[0]:
            for message in claim(database, limit=3):
                sent.append((message.chat, message.id))
                ended(database, message)

    with ThreadPoolExecutor(6) as claimers:
        list(claimers.map(work, range(6)))
    assert {chat: [id_ for name, id_ in sent if name == chat] for chat in chats} == queued
