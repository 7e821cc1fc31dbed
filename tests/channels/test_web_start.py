"""The first page, the demo's phones, health and metrics."""

from datetime import timedelta

import pytest

from bot.web.services import Demo, DemoPerson
from storage import system
from tests.channels.conftest import Serve
from tests.support.website import Website

AS_A_PERSON = {"Accept": "text/html"}


@pytest.fixture
def demo(serve: Serve) -> Website:
    """A site that is a drill with two phones."""
    people = (DemoPerson(1, 1, "Chị Lan", "Tổ công nghệ số"), DemoPerson(2, 1, "Anh Minh", "Cán bộ trực"))
    return serve(demo=Demo(people, clock_factor=60.0))


def test_the_start_page_says_how_to_sign_in(website: Website) -> None:
    page = website.browser().get("/", headers=AS_A_PERSON)
    assert page.status_code == 200
    assert "Mở đường dẫn đăng nhập" in page.text
    assert not page.cookies


def test_there_is_no_way_into_a_demo_in_production(website: Website) -> None:
    answer = website.browser().post("/dien-tap")
    assert answer.status_code == 404
    assert not answer.cookies


def test_the_demo_is_entered_by_a_post_and_shows_each_phone(demo: Website) -> None:
    browser = demo.browser()
    assert "Mở ba điện thoại" in browser.get("/").text
    answer = browser.post("/dien-tap")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?entered")
    page = browser.get("/").text
    assert page.index("Tổ công nghệ số") < page.index("Cán bộ trực")
    assert ("DIỄN TẬP" in page, 'data-factor="60.0"' in page) == (True, True)
    frames = [part.partition('"')[0] for part in page.split('<iframe src="')[1:]]
    for path, person in zip(frames, ("Nguyễn Thị Lan", "Trần Văn Minh"), strict=True):
        assert f'data-person="{person}"' in browser.get(path).text


def test_the_demo_tells_its_time(demo: Website, website: Website) -> None:
    demo.clock.advance(timedelta(minutes=5))
    assert demo.browser().get("/dien-tap/gio").json() == {"now": "2026-03-02T01:05:00+00:00", "factor": 60.0}
    assert website.browser().get("/dien-tap/gio").status_code == 404


def test_the_demo_cannot_be_entered_from_another_site(demo: Website) -> None:
    answer = demo.browser().post("/dien-tap", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert not answer.cookies


def test_a_browser_that_keeps_no_cookies_is_told_instead_of_sent_round(demo: Website) -> None:
    page = demo.browser().get("/?entered").text
    assert "cho phép trình duyệt lưu cookie" in page
    assert "enter.js" not in page


def test_a_service_that_ticks_is_well(website: Website) -> None:
    website.services.db.write_now(lambda uow: system.beat(uow, "tick"))
    answer = website.browser().get("/healthz")
    assert answer.status_code == 200
    facts = answer.json()
    assert (facts["status"], facts["database"]) == ("ok", "ok")
    assert facts["oldest_waiting_seconds"] == {"inbox": 0.0, "outbox": 0.0}


def test_a_service_that_has_just_started_is_given_time(website: Website) -> None:
    assert website.browser().get("/healthz").json()["last_tick_seconds"] is None
    assert website.browser().get("/healthz").status_code == 200


def test_a_service_whose_ticker_is_silent_is_not_well(website: Website) -> None:
    website.services.db.write_now(lambda uow: system.beat(uow, "tick"))
    for seconds, status in ((59, 200), (2, 503)):
        website.stopwatch.advance(seconds)
        answer = website.browser().get("/healthz")
        assert (answer.status_code, answer.json()["status"]) == (status, "ok" if status == 200 else "failing")


def test_a_service_without_its_database_is_not_well(website: Website) -> None:
    website.services.db.write_now(
        lambda uow: uow.session.connection().exec_driver_sql("DROP TABLE heartbeat") and None
    )
    answer = website.browser().get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "failing", "database": "failing"})


def test_metrics_count_without_naming_anybody(website: Website) -> None:
    phone = website.phone("lan")
    for _ in range(2):
        phone.post("tin", {"text": "chuyện riêng", "event_id": f"{phone.slot}-0001"})
    website.services.db.write_now(lambda uow: system.beat(uow, "tick"))
    text = website.browser().get("/metrics").text
    for line in (
        'trucso_web_events_total{kind="text"} 2.0',
        "trucso_web_repeats_total 1.0",
        "trucso_web_streams 0.0",
        'trucso_rows{state="new",table="inbox"} 1.0',
        'trucso_heartbeat_age_seconds{part="tick"}',
    ):
        assert line in text
    for private in ("riêng", "Lan", phone.slot, f"p{website.people['lan']}"):
        assert private not in text


def test_metrics_are_for_this_machine_and_not_for_whoever_comes_through_a_proxy(website: Website) -> None:
    browser = website.browser()
    assert browser.get("/metrics").status_code == 200
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        assert browser.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403


def test_with_a_token_only_the_token_opens_the_metrics(serve: Serve) -> None:
    browser = serve(metrics_token="letters-of-a-secret").browser()
    given = {"Authorization": "Bearer letters-of-a-secret", "X-Forwarded-For": "203.0.113.9"}
    tried: list[dict[str, str]] = [{}, {"Authorization": "Bearer wrong"}, given]
    assert [browser.get("/metrics", headers=headers).status_code for headers in tried] == [403, 403, 200]
