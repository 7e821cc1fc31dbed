"""The lines of a web chat: a page that asks for what comes after its last line misses nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial

from core.ports import Button, Outgoing
from storage import webchat
from storage.unit_of_work import Database, UnitOfWork
from storage.webchat import Line
from tests.storage.rows import WEB, event

WRITERS, EACH = 6, 25


def show(uow: UnitOfWork, outbox_id: int, text: str = "", edit_of: str = "") -> str:
    buttons = (Button("Nhận", f"{outbox_id}:1"), Button("Báo cấp trên", f"{outbox_id}:2"))
    return webchat.put(uow, WEB, Outgoing(outbox_id, "minh", text, buttons, edit_of=edit_of))


def typed(uow: UnitOfWork, event_id: str, chat: str = "minh") -> int:
    return webchat.add_typed(uow, event(event_id, chat), "xin chào")


def after(database: Database, seq: int, chat: str = "minh") -> list[Line]:
    return database.read_now(lambda uow: webchat.lines_after(uow, WEB, chat, seq))


def test_a_reader_never_skips_a_line_of_a_slower_writer(postgres_database: Database) -> None:
    """Else a line committed late, with a number below one that was read already, would never be shown."""
    read: list[str] = []
    done = threading.Event()

    def read_on() -> None:
        last = 0
        while True:
            finished = done.is_set()
            lines = after(postgres_database, last)
            read.extend(line.event_id for line in lines)
            last = lines[-1].seq if lines else last
            if finished and not lines:
                return

    def write(writer: int) -> None:
        for number in range(EACH):
            postgres_database.write_now(partial(typed, event_id=f"{writer}/{number}"))

    with ThreadPoolExecutor(WRITERS + 1) as people:
        reader = people.submit(read_on)
        writing = [people.submit(write, writer) for writer in range(WRITERS)]
        wait(writing)
        done.set()
        for one in (*writing, reader):
            one.result()
    assert sorted(read) == sorted(f"{writer}/{number}" for writer in range(WRITERS) for number in range(EACH))


def test_a_page_gets_what_is_new_since_its_last_line(database: Database) -> None:
    first = database.write_now(lambda uow: typed(uow, "1"))
    database.write_now(lambda uow: show(uow, 7, "Đã ghi"))
    database.write_now(lambda uow: typed(uow, "elsewhere", "lan"))
    (line,) = after(database, first)
    assert (line.direction, line.text, line.outbox_id) == (webchat.OUT, "Đã ghi", 7)
    assert line.buttons == (("Nhận", "7:1"), ("Báo cấp trên", "7:2"))


def test_a_changed_line_comes_again_and_stays_one_line(database: Database) -> None:
    line_id = database.write_now(lambda uow: show(uow, 7, "chưa ai nhận"))
    seen = after(database, 0)[-1].seq
    database.write_now(lambda uow: show(uow, 8, "anh Minh đã nhận", edit_of=line_id))
    (changed,) = after(database, seen)
    assert (str(changed.id), changed.text, changed.outbox_ids) == (line_id, "anh Minh đã nhận", (7, 8))
    assert len(after(database, 0)) == 1


def test_what_is_sent_again_after_a_crash_replaces_itself(database: Database) -> None:
    first = database.write_now(lambda uow: show(uow, 7, "sự cố"))
    again = database.write_now(lambda uow: show(uow, 7, "sự cố (gửi lại)"))
    assert first == again
    assert [line.text for line in after(database, 0)] == ["sự cố (gửi lại)"]


def test_an_answered_line_remembers_what_was_pressed(database: Database) -> None:
    database.write_now(lambda uow: show(uow, 7))
    seen = after(database, 0)[-1].seq
    for data in ("7:9", "8:1", "nonsense"):
        database.write_now(partial(webchat.note_answer, bot_account=WEB, chat="minh", data=data))
    database.write_now(lambda uow: webchat.note_answer(uow, WEB, "lan", "7:1"))
    assert after(database, seen) == []
    database.write_now(lambda uow: webchat.note_answer(uow, WEB, "minh", "7:1"))
    assert [line.answer for line in after(database, seen)] == ["Nhận"]


def test_the_newest_lines_come_in_their_order_page_by_page(database: Database) -> None:
    for number in range(5):
        database.write_now(partial(typed, event_id=str(number)))

    def page(before: int | None) -> list[Line]:
        return database.read_now(lambda uow: webchat.newest_lines(uow, WEB, "minh", limit=2, before=before))

    newest = page(None)
    older = page(newest[0].id)
    assert [[line.event_id for line in lines] for lines in (newest, older)] == [["3", "4"], ["1", "2"]]


def test_a_photo_is_open_to_the_chat_that_shows_it(database: Database) -> None:
    file = "a" * 64
    database.write_now(lambda uow: webchat.add_typed(uow, event("1", "minh"), "", (file,)))

    def may_see(chat: str, name: str) -> bool:
        return database.read_now(lambda uow: webchat.has_photo(uow, WEB, chat, name))

    assert may_see("minh", file)
    assert not may_see("lan", file)
    assert not may_see("minh", "a" * 63)
    assert not may_see("minh", "%")
