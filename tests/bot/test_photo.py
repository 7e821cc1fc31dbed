"""What `photo.clean` makes of every kind of picture; called here, not in a process of its own."""

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.Image import Transpose
from PIL.PngImagePlugin import PngInfo

from bot.media import LONGEST_SIDE, MAX_PHOTO_PIXELS
from bot.work.photo import clean
from bot.work.task import JobFault, Task
from tests.support import photos

UPRIGHT = [photos.RED, photos.GREEN, photos.BLUE, photos.WHITE]


def cleaned(folder: Path, content: bytes) -> tuple[Image.Image, dict[str, Any]]:
    source = folder / "raw"
    source.write_bytes(content)
    data = clean(Task({}, folder, source))
    return Image.open(io.BytesIO((folder / data["file"]).read_bytes())), data


def fault_of(folder: Path, content: bytes) -> str:
    with pytest.raises(JobFault) as caught:
        cleaned(folder, content)
    return caught.value.fault


@pytest.mark.parametrize(
    ("orientation", "stored"),
    [
        (1, None),
        (2, Transpose.FLIP_LEFT_RIGHT),
        (3, Transpose.ROTATE_180),
        (4, Transpose.FLIP_TOP_BOTTOM),
        (5, Transpose.TRANSPOSE),
        (6, Transpose.ROTATE_90),
        (7, Transpose.TRANSVERSE),
        (8, Transpose.ROTATE_270),
        (9, None),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_picture_is_upright(tmp_path: Path, kind: str, orientation: int, stored: Transpose | None) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    scene = photos.scene(80, 60)
    content = photos.encoded(scene.transpose(stored) if stored is not None else scene, kind, exif=exif)
    picture, data = cleaned(tmp_path, content)
    assert (photos.corners(picture), picture.size) == (UPRIGHT, (80, 60))
    assert (data["width"], data["height"]) == picture.size


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_is_kept(tmp_path: Path, kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Phone of Lan"
    exif.get_ifd(0x8825)[1] = "N"
    comment = PngInfo()
    comment.add_text("Comment", "taken at home")
    extra = {"pnginfo": comment} if kind == "PNG" else {"xmp": b"taken at home"}
    content = photos.encoded(
        photos.scene(80, 60), kind, exif=exif, icc_profile=photos.srgb_profile(), **extra
    )
    assert b"Phone of Lan" in content
    assert b"taken at home" in content
    picture, data = cleaned(tmp_path, content)
    kept = (tmp_path / data["file"]).read_bytes()
    assert not [secret for secret in photos.SECRETS if secret in kept]
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_second_picture_inside_a_phone_photo_is_dropped(tmp_path: Path) -> None:
    second = photos.scene(60, 80)
    content = photos.encoded(photos.scene(80, 60), "MPO", save_all=True, append_images=[second])
    picture, data = cleaned(tmp_path, content)
    assert (photos.corners(picture), picture.format) == (UPRIGHT, "JPEG")
    assert (tmp_path / data["file"]).read_bytes().count(b"\xff\xd8\xff") == 1


@pytest.mark.parametrize(
    ("size", "kept"), [((3200, 1000), (1600, 500)), ((1000, 3200), (500, 1600)), ((1600, 900), (1600, 900))]
)
def test_long_side_is_limited(tmp_path: Path, size: tuple[int, int], kept: tuple[int, int]) -> None:
    picture, _ = cleaned(tmp_path, photos.encoded(photos.scene(*size), "JPEG"))
    assert picture.size == kept
    assert max(kept) <= LONGEST_SIDE


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_colour_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    grey = Image.new("L", (60, 60), 255)
    grey.paste(0, (0, 0, 30, 60))
    source = grey.convert("I;16").point(lambda v: v * 257) if mode == "I;16" else grey.convert(mode)
    picture, _ = cleaned(tmp_path, photos.encoded(source, "PNG"))
    left, right = picture.convert("RGB").getpixel((10, 30)), picture.convert("RGB").getpixel((50, 30))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert max(left) < 20
    assert min(right) > 235


def test_print_colours_are_accepted(tmp_path: Path) -> None:
    picture, _ = cleaned(tmp_path, photos.encoded(photos.scene(80, 60).convert("CMYK"), "JPEG"))
    assert (picture.mode, photos.corners(picture)) == ("RGB", UPRIGHT)


def test_transparent_places_become_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    picture, _ = cleaned(tmp_path, photos.encoded(clear, "PNG"))
    assert picture.convert("RGB").getpixel((30, 30)) == (255, 255, 255)


def test_screenshot_stays_lossless_and_a_photo_does_not(tmp_path: Path) -> None:
    screen = Image.new("RGB", (400, 300), "white")
    screen.paste((0, 60, 120), (20, 20, 300, 40))
    picture, data = cleaned(tmp_path, photos.encoded(screen, "PNG"))
    assert (picture.format, data["media_type"]) == ("PNG", "image/png")
    assert picture.convert("RGB").tobytes() == screen.tobytes()
    grey_scan = Image.effect_noise((400, 300), 60)
    assert cleaned(tmp_path, photos.encoded(grey_scan, "PNG"))[1]["media_type"] == "image/jpeg"


def test_wide_colours_are_translated(tmp_path: Path) -> None:
    """A profile whose red and blue are swapped shows whether the profile is used at all."""
    swapped = photos.swapped_profile()
    red = Image.new("RGB", (60, 60), (255, 0, 0))
    picture, _ = cleaned(tmp_path, photos.encoded(red, "PNG", icc_profile=swapped))
    red_channel, _, blue_channel = picture.convert("RGB").split()
    assert blue_channel.getpixel((30, 30)) == 255
    assert red_channel.getpixel((30, 30)) == 0


def test_profile_that_does_not_fit_is_ignored(tmp_path: Path) -> None:
    content = photos.encoded(photos.scene(80, 60), "JPEG", icc_profile=b"no profile at all")
    assert photos.corners(cleaned(tmp_path, content)[0]) == UPRIGHT


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("WEBP", "image/webp")])
def test_more_pixels_than_the_worker_can_hold_are_too_big(tmp_path: Path, kind: str, media_type: str) -> None:
    side = int(MAX_PHOTO_PIXELS[media_type] ** 0.5) + 1
    content = photos.encoded(Image.new("L", (side, side)), kind, **({"method": 0} if kind == "WEBP" else {}))
    assert fault_of(tmp_path, content) == "too_big"


def test_bombs_are_too_big(tmp_path: Path) -> None:
    assert fault_of(tmp_path, photos.png_bomb()) == "too_big"
    assert fault_of(tmp_path, photos.png_bomb(8000, 8000)) == "too_big"  # large enough for a warning only


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_truncated_picture_is_broken(tmp_path: Path, kind: str) -> None:
    content = photos.encoded(photos.scene(200, 150), kind)
    for length in (20, len(content) // 2):
        assert fault_of(tmp_path, content[:length]) == "broken"


def test_other_files_are_of_the_wrong_kind(tmp_path: Path) -> None:
    heic = b"\x00\x00\x00\x28ftypheic\x00\x00\x00\x00mif1heic"
    for content in (heic, photos.encoded(photos.scene(40, 30), "GIF"), b"%PDF-1.7", b"a text", b""):
        assert fault_of(tmp_path, content) == "wrong_kind"


PHOTO = photos.phone_photo(60, 40)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@given(changes=st.dictionaries(st.integers(0, len(PHOTO) - 1), st.integers(0, 255), min_size=1, max_size=12))
def test_damaged_photo_is_a_picture_or_a_fault(
    tmp_path_factory: pytest.TempPathFactory, changes: dict[int, int]
) -> None:
    damaged = bytearray(PHOTO)
    for place, value in changes.items():
        damaged[place] = value
    folder = tmp_path_factory.getbasetemp()
    assert _outcome(folder, bytes(damaged)) in {"", "broken", "wrong_kind", "too_big"}


def _outcome(folder: Path, content: bytes) -> str:
    try:
        picture, _ = cleaned(folder, content)
    except JobFault as fault:
        return fault.fault
    return "" if max(picture.size) <= LONGEST_SIDE else "too large"
