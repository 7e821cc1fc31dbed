"""P2, P4 and P9: whatever moment a restart comes at, nothing is done twice and nothing is forgotten."""

from datetime import timedelta

import pytest

from tests.support.database import POSTGRES, SQLITE
from tests.support.echo_commune import (
    ON_DUTY,
    REPORTERS,
    ask,
    at_rest,
    change,
    hasten_ladders,
    plan_note,
    report,
)
from tests.support.echo_fixtures import Houses
from tests.support.echo_house import LEASE_SECONDS, Service, until
from tests.support.echo_platform import Call, Faults, Platform

AGAIN, LATE = "(gửi lại) ", "(nhắc muộn) "
REPORTS = 12


def killed(service: Service) -> None:
    service.kill()
    service.gone()


def test_every_update_that_comes_twice_has_one_effect(house: Houses, platform: Platform) -> None:
    """Twice in one answer of the platform, and all of them again after a restart that forgot its place."""
    service = house(SQLITE)
    platform.faults = Faults(twice=True)
    service.start()
    for number, who in enumerate(REPORTERS, 1):
        platform.type(who, report(number))
    until(lambda: all(platform.texts(who) for who in (*REPORTERS, *ON_DUTY)) and at_rest(service.url))
    platform.type("minh", "nhan 1")
    until(lambda: ask(service.url, "SELECT count(*) FROM inbox") == [(len(REPORTERS) + 1,)])
    until(lambda: at_rest(service.url))
    shown = list(platform.accepted)
    killed(service)
    (service.folder / "cursor-echo").unlink()
    service.start()
    until(lambda: (service.folder / "cursor-echo").exists())
    platform.type("chin", "?")
    until(lambda: len(platform.accepted) > len(shown) and at_rest(service.url))
    assert [message.chat for message in platform.accepted[len(shown) :]] == ["chin"], "only what is new"
    assert ask(service.url, "SELECT count(*) FROM incident") == [(len(REPORTERS),)]
    assert ask(service.url, "SELECT count(*) FROM incident_event WHERE kind = 'taken'") == [(1,)]


def test_a_paused_ladder_outlives_restarts_and_what_came_due_is_told_once(
    house: Houses, platform: Platform
) -> None:
    service = house(SQLITE)
    service.start()
    platform.type("lan", report(1))
    until(lambda: bool(platform.texts("minh")) and bool(platform.texts("mai")))
    platform.type("minh", "nhan 1")
    until(lambda: ask(service.url, "SELECT state FROM reminder WHERE kind = 'ladder'") == [("paused",)])
    until(lambda: at_rest(service.url))
    killed(service)
    alerts = len(platform.texts("mai"))
    change(service.url, "UPDATE reminder SET next_due_at = '2020-01-01 00:00:00' WHERE state = 'paused'")
    plan_note(service.url, 1, "hoa", ago=timedelta(hours=1))
    plan_note(service.url, 2, "hoa", ago=timedelta(hours=26))
    service.start()
    until(lambda: len(platform.texts("hoa")) == 2 and at_rest(service.url))
    queued = ask(service.url, "SELECT dedupe_key FROM outbox WHERE chat = 'hoa' ORDER BY id")
    assert [key for (key,) in queued] == [f"reminder:{n}:0" for n in _ids_of_notes(service.url, 2, 1)]
    assert all(text.startswith(LATE) for text in platform.texts("hoa"))
    killed(service)
    service.start()
    platform.type("minh", "tra lai 1")
    until(lambda: len(platform.texts("mai")) > alerts)
    until(lambda: at_rest(service.url))
    assert "SC-0001" in platform.texts("mai")[-1]
    assert len(platform.texts("hoa")) == 2, "told once"
    steps = ask(service.url, "SELECT count(*) FROM incident_event WHERE kind = 'told'")
    assert steps == [(2,)], "the next step, and only after it was given back"


def _ids_of_notes(url: str, *subjects: int) -> list[int]:
    found = dict(ask(url, "SELECT subject_id, id FROM reminder WHERE kind = 'note'"))
    return [found[subject] for subject in subjects]


@pytest.mark.postgres
def test_two_processes_do_nothing_twice_and_one_takes_over_from_the_other(
    house: Houses, platform: Platform
) -> None:
    """Both ask for the same updates, both tick, both send."""
    one = house(POSTGRES)
    two = Service(one.folder.with_name("other"), one.url, platform.url)
    try:
        for number in range(1, REPORTS + 1):
            platform.type(REPORTERS[number % len(REPORTERS)], report(number))
            plan_note(one.url, number, "hoa")
        one.start()
        two.start()
        until(lambda: ask(one.url, "SELECT count(*) FROM incident") == [(REPORTS,)] and at_rest(one.url))
        hasten_ladders(one.url)
        until(lambda: ask(one.url, "SELECT count(*) FROM reminder WHERE step = 2") == [(REPORTS,)])
        until(lambda: at_rest(one.url))
        rows = [message.row for message in platform.accepted]
        assert len(rows) == len(set(rows)), "nobody was killed, so nothing may come twice"
        assert len(platform.texts("hoa")) == REPORTS
        told = ask(one.url, "SELECT count(*) FROM incident_event WHERE kind = 'told'")
        assert told == [(2 * REPORTS,)], "each step of each ladder once"
        _one_dies_while_sending(one, two, platform)
    finally:
        two.kill()
        two.gone()


def _one_dies_while_sending(one: Service, two: Service, platform: Platform) -> None:
    """The process that is just sending dies; the other sends again, but not before the lease is over."""
    two.stop()

    def kill(_call: Call) -> None:
        platform.faults = Faults()
        one.kill()
        assert one.process is not None
        one.process.wait(20)

    platform.faults = Faults(after=kill)
    platform.type("chin", "?")
    until(lambda: not one.lives())
    two.start()
    until(lambda: at_rest(two.url))
    first, second = [message for message in platform.accepted if message.chat == "chin"][-2:]
    assert second.text == AGAIN + first.text
    assert second.at - first.at > LEASE_SECONDS - 1
