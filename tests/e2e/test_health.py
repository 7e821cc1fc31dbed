"""P8: the real service says that it is well only while it is, and gets over what goes wrong around it."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from psycopg import sql

from core.clock import Stopwatch, SystemClock
from scheduler.jobs import HEARTBEAT
from scheduler.ticker import Ticker
from storage import system
from storage.unit_of_work import Database
from tests.support import processes
from tests.support.database import POSTGRES, SQLITE
from tests.support.echo_commune import ask, change, plan_note, report
from tests.support.echo_fixtures import Houses
from tests.support.echo_house import Service, until
from tests.support.echo_platform import BROKEN, Call, Faults, HungUpError, Platform
from tests.support.echo_watchdog import running_watchdog

AGAIN = "(gửi lại) "
OTHER = "echo-2"
_LIMITED_SECONDS = 3.0


def health(service: Service) -> tuple[int, dict[str, Any]]:
    """Ask the service how it is."""
    answer = httpx.get(f"http://127.0.0.1:{service.port}/healthz", timeout=20, trust_env=False)
    return answer.status_code, answer.json()


def break_sqlite(url: str, *, broken: bool) -> None:
    """Take a table away, or give it back."""
    here, there = ("heartbeat", "gone") if broken else ("gone", "heartbeat")
    change(url, f"ALTER TABLE {here} RENAME TO {there}")


def break_postgres(url: str, *, broken: bool) -> None:
    """Shut the database for everybody, as a server that restarts does, or open it again."""
    name = urlsplit(url).path.lstrip("/")
    server = urlsplit(url)._replace(path="/postgres", query="").geturl()
    closing = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(server, autocommit=True) as connection:
        allowed = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        connection.execute(allowed.format(sql.Identifier(name), sql.SQL(str(not broken).lower())))
        connection.execute(closing, [name])


@pytest.mark.parametrize(
    ("kind", "cut"),
    [(SQLITE, break_sqlite), pytest.param(POSTGRES, break_postgres, marks=pytest.mark.postgres)],
)
def test_without_its_database_the_service_is_not_well_and_comes_back(
    kind: str, cut: Callable[..., None], house: Houses, platform: Platform
) -> None:
    service = house(kind)
    with running_watchdog() as watchdog:
        service.settings["TRUCSO_HEARTBEAT_URL"] = watchdog.url
        service.start()
        until(lambda: watchdog.calls > 0)
        assert health(service)[0] == 200
        cut(service.url, broken=True)
        until(lambda: bool(service.logged("tick_failed")))
        until(lambda: health(service)[0] == 503)
        calls, failed = watchdog.calls, len(service.logged("tick_failed"))
        platform.type("lan", report(1))
        until(lambda: len(service.logged("tick_failed")) >= failed + 2)
        assert watchdog.calls == calls, "nothing is told while rounds fail"
        cut(service.url, broken=False)
        until(lambda: watchdog.calls > calls)
        until(lambda: health(service)[0] == 200)
    until(lambda: bool(platform.texts("lan")) and bool(platform.texts("minh")))
    assert service.lives(), "it got over it by itself"


def test_a_platform_that_hangs_and_an_adapter_that_raises_stop_no_other(
    house: Houses, platform: Platform
) -> None:
    service = house(SQLITE, {"lan": OTHER, "hoa": BROKEN})
    plan_note(service.url, 1, "hoa")
    released = threading.Event()

    def hang(call: Call) -> None:
        if call.token == OTHER:
            released.wait(60)

    platform.faults = Faults(before=hang)
    try:
        service.start()
        platform.type("lan", report(1), token=OTHER)
        until(lambda: bool(platform.texts("minh")) and bool(platform.texts("mai")))
        assert platform.texts("lan") == []
        until(lambda: bool(service.logged("listening_failed")) and bool(service.logged("send_failed")))
        until(lambda: health(service)[1]["oldest_waiting_seconds"]["outbox"] > 3)
        metrics = httpx.get(f"http://127.0.0.1:{service.port}/metrics", timeout=20, trust_env=False).text
        waiting = 'trucso_oldest_waiting_seconds{table="outbox"} '
        (shown,) = [line for line in metrics.splitlines() if line.startswith(waiting)]
        assert float(shown.removeprefix(waiting)) > 3
        platform.faults = Faults()
    finally:
        released.set()
    until(
        lambda: not ask(service.url, "SELECT 1 FROM outbox WHERE state != 'sent' AND bot_account != 'broken'")
    )
    assert any(text.startswith(AGAIN) for text in platform.texts("lan"))


def test_each_way_in_which_a_platform_fails_ends_well(house: Houses, platform: Platform) -> None:
    """Each of five people is let down once in a way of their own, and is answered nevertheless."""
    service = house(SQLITE, {"chin": OTHER, "hoa": OTHER})
    first: dict[str, Call] = {}

    def is_first(call: Call, chat: str) -> bool:
        return call.chat == chat and first.setdefault(chat, call) == call

    def hang_up(chat: str) -> Callable[[Call], None]:
        def fault(call: Call) -> None:
            if is_first(call, chat):
                raise HungUpError

        return fault

    platform.faults = Faults(
        before=hang_up("tam"),
        after=hang_up("lan"),
        status=lambda call: 500 if is_first(call, "bay") else 429 if is_first(call, "chin") else 200,
        retry_after=_LIMITED_SECONDS,
    )
    service.start()
    for who in ("lan", "tam", "bay", "minh"):
        platform.type(who, "?")
    platform.type("chin", "?", token=OTHER)
    until(lambda: "chin" in first)
    platform.type("hoa", "?", token=OTHER)
    everybody = ("lan", "tam", "bay", "minh", "chin", "hoa")
    until(lambda: all(platform.texts(who) for who in everybody) and len(platform.texts("lan")) == 2)
    text, double = platform.texts("lan")
    assert double == AGAIN + text, "accepted, and the answer lost: a marked double"
    (text,) = platform.texts("tam")
    assert text.startswith(AGAIN), "not accepted, which the sender cannot know"
    for who in ("bay", "minh", "chin", "hoa"):
        (text,) = platform.texts(who)
        assert not text.startswith(AGAIN), "surely not accepted the first time"
    at = {message.chat: message.at for message in platform.accepted}
    earliest = first["chin"].at + _LIMITED_SECONDS
    assert min(at["chin"], at["hoa"]) >= earliest, "the whole account stood still"
    assert at["minh"] < earliest, "and no other did"


def test_a_ticker_that_is_stopped_tells_nothing_and_one_that_waits_for_an_answer_goes_on(
    new_url: Callable[[str], str],
) -> None:
    database = Database(new_url(SQLITE), SystemClock(), Stopwatch(), sync="OFF")
    told: list[str] = []
    answered = asyncio.Event()

    async def tell() -> None:
        told.append("well")
        if len(told) == 3:
            await answered.wait()

    def beat() -> float:
        found = database.read_now(lambda uow: system.last_beat(uow, HEARTBEAT))
        return found.real_seconds if found else 0.0

    async def watch() -> None:
        ticker = Ticker(database, 0.05, [tell])
        ticker.start()
        await processes.until(lambda: len(told) == 3)
        hung = beat()
        await processes.until(lambda: beat() > hung + 0.3)
        assert len(told) == 3, "only one call is under way"
        answered.set()
        await processes.until(lambda: len(told) > 3)
        ticker.stop()
        await asyncio.sleep(0.2)
        last, calls = beat(), len(told)
        await asyncio.sleep(0.3)
        assert (beat(), len(told)) == (last, calls)

    try:
        asyncio.run(watch())
    finally:
        database.close()
