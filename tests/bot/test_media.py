"""Files are known by their first bytes, and refused before they are stored."""

import pytest

from bot.media import photo_fault, sniff
from tests.support import photos

PICTURE = photos.scene(40, 30)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (photos.encoded(PICTURE, "JPEG"), "image/jpeg"),
        (photos.encoded(PICTURE, "PNG"), "image/png"),
        (photos.encoded(PICTURE, "WEBP"), "image/webp"),
        (photos.encoded(PICTURE, "GIF"), "image/gif"),
        (b"\x00\x00\x00\x28ftypheic\x00\x00\x00\x00mif1heic", "image/heic"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "image/heic"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2", None),
        (b"RIFF\x24\x08\x00\x00WAVEfmt ", None),
        (b"PK\x03\x04", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"\xff\xd8", None),
        (b"", None),
    ],
)
def test_media_type_is_read_from_the_content(content: bytes, media_type: str | None) -> None:
    assert sniff(content) == media_type


def test_photo_of_an_accepted_kind_and_size_has_no_fault() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        content = photos.encoded(PICTURE, kind)
        assert photo_fault(content, len(content)) == ""


def test_photo_that_is_too_big_or_of_another_kind_is_refused() -> None:
    content = photos.encoded(PICTURE, "JPEG")
    assert photo_fault(content, len(content) - 1) == "too_big"
    for other in (photos.encoded(PICTURE, "GIF"), b"%PDF-1.7", b"a text", b""):
        assert photo_fault(other, 1000_000) == "wrong_kind"
