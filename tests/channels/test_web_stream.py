"""The stream of a phone: an open page misses nothing, and no phone takes all the room."""

import itertools
import re
from contextlib import ExitStack

from bot.web.hub import STREAMS_PER_PHONE
from tests.support.website import Website, shown


def test_an_open_page_gets_lines_changes_and_who_is_on_duty(either_website: Website) -> None:
    phone = either_website.phone("minh")
    with phone.stream() as events:
        duty = next(events)
        assert (duty["event"], shown(duty["data"])) == ("duty", "Trực: Trần Văn Minh 0912 000 002 đến 17:00")
        line_id = either_website.say("minh", "Chưa ai nhận", ("Nhận",), outbox_id=55, severity=3)
        first = next(events)
        assert (first["event"], first["id"]) == ("line", "1")
        assert f'id="l{line_id}"' in first["data"]
        phone.post("chon", {"press": "55:1"})
        answered = next(events)
        assert (f'id="l{line_id}"' in answered["data"], answered["id"]) == (True, "2")
        phone.post("tin", {"text": "đang tới", "event_id": f"{phone.slot}-0001"})
        mine = next(events)
        assert (f'data-event="{phone.slot}-0001"' in mine["data"], mine["id"]) == (True, "3")


def test_a_page_that_was_away_gets_what_it_missed_in_order(either_website: Website) -> None:
    phone = either_website.phone("lan")
    with phone.stream() as events:
        next(events)
        either_website.say("lan", "một")
        last_seen = next(events)["id"]
    first = either_website.say("lan", "hai")
    either_website.say("lan", "ba")
    either_website.say("lan", "hai, đã sửa", edit_of=first)
    with phone.stream(after=0, **{"Last-Event-ID": last_seen}) as events:
        missed = [next(events) for _ in range(3)]
    lines = [(event["id"], shown(event["data"])) for event in missed if event["event"] == "line"]
    assert [number for number, _ in lines] == ["3", "4"]
    assert "ba" in lines[0][1]
    assert "hai, đã sửa" in lines[1][1]


def test_a_long_absence_is_made_up_for_completely(website: Website) -> None:
    phone = website.phone("lan")
    for number in range(230):
        website.say("lan", f"tin số {number};")
    with phone.stream() as events:
        got = "".join(shown(event["data"]) for event in itertools.islice(events, 231))
    assert re.findall(r"tin số (\d+);", got) == [str(number) for number in range(230)]


def test_a_page_that_shares_a_stream_fetches_what_it_missed_and_ends(website: Website) -> None:
    for number in range(250):
        website.say("lan", f"tin {number}")
    answer = website.phone("lan").get("luong?once=1&after=10")
    told = re.findall(r"^event: (\S+)$", answer.text, re.MULTILINE)
    assert told == ["line"] * 240 + ["duty", "enough"]
    assert re.findall(r"^id: (\d+)$", answer.text, re.MULTILINE) == [str(seq) for seq in range(11, 251)]


def test_the_oldest_stream_of_a_phone_with_too_many_ends_kindly(website: Website) -> None:
    lan, minh = website.phone("lan"), website.phone("minh")
    with ExitStack() as open_ones:
        streams = [open_ones.enter_context(lan.stream()) for _ in range(STREAMS_PER_PHONE)]
        other = open_ones.enter_context(minh.stream())
        for events in (*streams, other):
            assert next(events)["event"] == "duty"
        newest = open_ones.enter_context(lan.stream())
        assert next(newest)["event"] == "duty"
        assert [told["event"] for told in streams[0]] == ["elsewhere"]
        website.say("lan", "chào")
        website.say("minh", "chào")
        for events in (*streams[1:], newest, other):
            assert next(events)["event"] == "line"


def test_the_stream_ends_when_the_service_stops(website: Website) -> None:
    phone = website.phone("lan")
    with phone.stream() as events:
        next(events)
        website.stop()
        assert list(events) == []


def test_a_quiet_stream_gives_signs_of_life(website: Website) -> None:
    phone = website.phone("lan")
    with phone.stream() as events:
        assert next(events)["event"] == "duty"
        website.stopwatch.advance(16)
        website.wake("lan")
        assert next(events)["event"] == "here"
