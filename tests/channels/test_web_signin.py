"""Signing in: a link works once, reading changes nothing, posts of other sites are refused."""

from datetime import timedelta

import httpx
import pytest

from storage import accounts
from storage.unit_of_work import UnitOfWork
from tests.support.website import Website

AS_A_PERSON = {"Accept": "text/html"}


def test_the_link_shows_one_button_and_is_not_used_up_by_looking(website: Website) -> None:
    browser, link = website.browser(), website.link("lan")
    for _ in range(3):
        page = browser.get(link)
        assert page.status_code == 200
        assert page.text.count("<button") == 1
        assert not page.cookies
    assert browser.post(link).status_code == 303


def test_the_button_signs_in_once(website: Website) -> None:
    browser, link = website.browser(), website.link("lan")
    first = browser.post(link)
    assert first.headers["location"].startswith("/m/")
    assert "Nguyễn Thị Lan" in browser.get(first.headers["location"]).text
    second = website.browser().post(link, headers=AS_A_PERSON)
    assert second.status_code == 410
    assert "không còn dùng được" in second.text
    assert not second.cookies


def test_the_cookie_is_kept_from_scripts_from_other_sites_and_from_other_phones(website: Website) -> None:
    answer = website.browser().post(website.link("lan"))
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert f"Path={answer.headers['location']};" in cookie
    assert "Secure" not in cookie


@pytest.mark.parametrize(("minutes", "status"), [(14, 303), (16, 410)])
def test_the_link_lives_fifteen_minutes(website: Website, minutes: int, status: int) -> None:
    link = website.link("lan")
    website.clock.advance(timedelta(minutes=minutes))
    assert website.browser().post(link).status_code == status


def test_an_unknown_link_signs_nobody_in(website: Website) -> None:
    assert website.browser().post("/vao/khong-phai-ma").status_code == 410


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "", "Referer": "https://evil.example/m/1/"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_post_of_another_site_is_refused(website: Website, headers: dict[str, str]) -> None:
    link = website.link("lan")
    refused = website.browser().post(link, headers=headers | AS_A_PERSON)
    assert refused.status_code == 403
    assert not refused.cookies
    phone = website.phone("lan")
    assert phone.post("tin", {"text": "xin chào"}, headers=headers).status_code == 403
    assert website.events() == []
    assert website.browser().post(link).status_code == 303, "the refused post must not have used the link"


def test_a_post_of_our_own_pages_is_known_by_any_of_its_signs(website: Website) -> None:
    for headers in (
        {"Sec-Fetch-Site": "same-origin", "Origin": ""},
        {"Origin": website.url, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "", "Referer": f"{website.url}/vao/x"},
    ):
        assert website.browser().post(website.link("lan"), headers=headers).status_code == 303


def test_several_people_may_be_signed_in_on_one_browser(website: Website) -> None:
    browser = website.browser()
    paths = {name: browser.post(website.link(name)).headers["location"] for name in ("lan", "minh")}
    for name, shown in (("lan", "Nguyễn Thị Lan"), ("minh", "Trần Văn Minh")):
        assert f'data-person="{shown}"' in browser.get(paths[name]).text


def test_a_phone_is_not_opened_by_the_cookie_of_another(website: Website) -> None:
    lan, minh = website.phone("lan"), website.phone("minh")
    token = next(iter(lan.browser.cookies.jar)).value or ""
    answer = httpx.get(website.url + minh.path, cookies={"trucso": token}, headers=AS_A_PERSON)
    assert answer.status_code == 401


def test_signing_out_ends_this_device_and_no_other(website: Website) -> None:
    here, elsewhere = website.phone("lan"), website.phone("lan")
    cookie = dict(here.browser.cookies)
    answer = here.post("ra")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert not here.browser.cookies
    page = httpx.get(website.url + here.path, cookies=cookie, headers=AS_A_PERSON)
    assert page.status_code == 401
    assert "Máy này đã đăng xuất" in page.text
    assert elsewhere.get().status_code == 200


def test_a_revoked_device_is_told_so_and_cannot_post(website: Website) -> None:
    phone = website.phone("lan")

    def revoke_all(uow: UnitOfWork) -> None:
        uow.bind(website.commune_id)
        for device in accounts.devices(uow, website.people["lan"]):
            accounts.revoke_device(uow, device.key, website.people["lan"])

    with phone.stream() as events:
        assert next(events)["event"] == "duty"
        website.services.db.write_now(revoke_all)
        website.wake("lan")
        assert next(events)["event"] == "signed-out"
        assert list(events) == []
    assert phone.post("tin", {"text": "còn không"}).status_code == 401
    assert "Máy này đã đăng xuất" in phone.get(headers=AS_A_PERSON).text
    assert website.events() == []


def test_a_link_from_another_app_loads_itself_once_more(website: Website) -> None:
    """Browsers leave a SameSite=Strict cookie out when another site or app opens the page."""
    phone = website.phone("lan")
    from_another = AS_A_PERSON | {"Sec-Fetch-Site": "cross-site"}
    assert 'http-equiv="refresh"' in httpx.get(website.url + phone.path, headers=from_another).text
    again = AS_A_PERSON | {"Sec-Fetch-Site": "same-origin"}
    assert 'http-equiv="refresh"' not in httpx.get(website.url + phone.path, headers=again).text


def test_tokens_are_not_in_the_database(website: Website) -> None:
    link = website.link("lan")
    phone = website.phone("lan")
    token = next(iter(phone.browser.cookies.jar)).value or ""
    stored = website.services.db.read_now(
        lambda uow: repr(
            [
                *uow.session.connection().exec_driver_sql("SELECT * FROM device"),
                *uow.session.connection().exec_driver_sql("SELECT * FROM signin_link"),
            ]
        )
    )
    assert accounts.hashed(token) in stored
    assert token not in stored
    assert link.rpartition("/")[2] not in stored


def test_the_device_is_named_after_the_browser(website: Website) -> None:
    agents = {
        "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36": "Chrome · Android",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Version/18 Safari/604": "Safari · iPhone",
        "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0": "Edge · Windows",
        "curl/8": "",
    }
    for agent in agents:
        website.browser().post(website.link("lan"), headers={"User-Agent": agent})

    def labels(uow: UnitOfWork) -> list[str]:
        uow.bind(website.commune_id)
        return [device.label for device in reversed(accounts.devices(uow, website.people["lan"]))]

    assert website.services.db.read_now(labels) == list(agents.values())
