"""Photos: kept when they are photos, and answered for in words when they are not."""

from typing import Any

import httpx
import pytest

from tests.channels.conftest import Serve
from tests.support.photos import encoded, scene
from tests.support.website import Phone, Website

TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


def picture(kind: str = "JPEG", side: int = 60) -> bytes:
    return encoded(scene(side, side), kind)


def send(phone: Phone, *files: tuple[str, bytes], **fields: Any) -> httpx.Response:
    parts = [("photo", (name, content, "application/octet-stream")) for name, content in files]
    return phone.browser.post(phone.path + "anh", data=fields, files=parts or [("x", ("", b""))])


@pytest.mark.parametrize("kind", list(TYPES))
def test_a_photo_is_kept_shown_and_fetched_safely(website: Website, kind: str) -> None:
    phone, content = website.phone("lan"), picture(kind)
    assert send(phone, ("may in.jpg", content), text="máy in hỏng").status_code == 204
    (event,) = website.events()
    (attachment,) = event["attachments"]
    assert (event["kind"], event["text"]) == ("photo", "máy in hỏng")
    assert {key: attachment[key] for key in ("name", "media_type", "size", "fault")} == {
        "name": "may in.jpg",
        "media_type": TYPES[kind],
        "size": len(content),
        "fault": "",
    }
    assert website.services.files.get(attachment["file"]) == content
    assert f"anh/{attachment['file']}" in phone.get().text
    fetched = phone.get(f"anh/{attachment['file']}")
    assert fetched.content == content
    assert fetched.headers["content-type"] == TYPES[kind]
    assert fetched.headers["x-content-type-options"] == "nosniff"
    assert fetched.headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_several_photos_are_one_event(website: Website) -> None:
    phone = website.phone("lan")
    files = [(f"{side}.jpg", picture(side=side)) for side in (50, 60, 70)]
    assert send(phone, *files, event_id=f"{phone.slot}-0001").status_code == 204
    assert send(phone, *files, event_id=f"{phone.slot}-0001").status_code == 204
    (event,) = website.events()
    assert [attachment["name"] for attachment in event["attachments"]] == ["50.jpg", "60.jpg", "70.jpg"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ke hoach.pdf", b"%PDF-1.7 ..."),
        ("virus.jpg", b"MZ\x90\x00"),
        ("trang.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("trang.jpg", b"<html><script>alert(1)</script>"),
        ("rong.jpg", b""),
    ],
)
def test_a_file_of_the_wrong_kind_does_not_lose_the_caption(
    website: Website, name: str, content: bytes
) -> None:
    phone = website.phone("lan")
    assert send(phone, (name, content), text="xem giúp").status_code == 204
    (event,) = website.events()
    (attachment,) = event["attachments"]
    assert (event["text"], attachment["fault"], attachment["file"]) == ("xem giúp", "wrong_kind", "")
    assert list(website.services.files.names()) == []
    page = phone.get().text
    assert "xem giúp" in page
    assert f"(Tệp không gửi được: {name})" in page


def test_a_file_that_is_too_big_does_not_lose_the_caption_nor_the_other_photos(serve: Serve) -> None:
    website = serve(max_upload_bytes=20_000)
    phone, small = website.phone("lan"), picture(side=40)
    big = picture(side=400) + b"\x00" * 20_000
    assert send(phone, ("nho.jpg", small), ("to.jpg", big), text="hai ảnh").status_code == 204
    assert send(phone, text="để ở nhà", too_big="rat to.jpg").status_code == 204
    first, second = website.events()
    assert [attachment["fault"] for attachment in first["attachments"]] == ["", "too_big"]
    assert first["text"] == "hai ảnh"
    assert [(a["name"], a["fault"]) for a in second["attachments"]] == [("rat to.jpg", "too_big")]


def test_a_body_beyond_all_measure_is_refused_while_it_is_read(serve: Serve) -> None:
    website = serve(max_upload_bytes=20_000)
    answer = send(website.phone("lan"), ("x.jpg", b"\xff\xd8\xff" + b"0" * 3_000_000))
    assert answer.status_code == 413
    assert website.events() == []


def test_a_caption_that_must_not_be_kept_keeps_its_photo_out_too(website: Website) -> None:
    phone = website.phone("lan")
    assert send(phone, ("mat.jpg", picture()), text="văn bản TỐI MẬT đây").status_code == 204
    (event,) = website.events()
    assert (event["refused"], event["text"], event["attachments"]) == ("secret", "", [])
    assert list(website.services.files.names()) == []


def test_a_photo_is_seen_only_in_a_chat_that_shows_it(website: Website) -> None:
    lan, minh = website.phone("lan"), website.phone("minh")
    send(lan, ("may in.jpg", picture()))
    file = website.events()[0]["attachments"][0]["file"]
    assert minh.get(f"anh/{file}").status_code == 404
    website.say("minh", "SC-0127", photos=(file,))
    assert minh.get(f"anh/{file}").status_code == 200


@pytest.mark.parametrize("name", ["0" * 64, "..%2f..%2fweb.db", "%25", "a" * 63, "%"])
def test_what_is_no_photo_of_this_chat_is_not_found(website: Website, name: str) -> None:
    assert website.phone("lan").get(f"anh/{name}").status_code == 404


def test_a_photo_that_was_deleted_is_not_found(website: Website) -> None:
    phone = website.phone("lan")
    send(phone, ("may in.jpg", picture()))
    file = website.events()[0]["attachments"][0]["file"]
    website.services.files.remove(file)
    assert phone.get(f"anh/{file}").status_code == 404


def test_a_body_that_is_no_form_is_refused(website: Website) -> None:
    phone = website.phone("lan")
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = phone.browser.post(
            phone.path + "anh", content=b"nothing of the kind", headers={"Content-Type": kind}
        )
        assert answer.status_code == 400
    assert website.events() == []
