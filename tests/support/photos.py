"""Pictures for the tests: honest ones with all that a phone adds, and hostile ones."""

import io
import struct
import zlib

from PIL import Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

SECRETS = (
    b"Phone of Lan",
    b"taken at home",
    b"GPSLatitude",
    b"Exif",
    b"http://ns.adobe.com/xap/1.0/",
    b"ICC_PROFILE",
)
RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 30), (30, 30, 200), (250, 250, 250)


def scene(width: int = 800, height: int = 600) -> Image.Image:
    """An upright picture whose corners differ: red and green above, blue and white below."""
    picture = Image.effect_noise((width, height), 20).convert("RGB")
    w, h = width // 4, height // 4
    for colour, place in (
        (RED, (0, 0)),
        (GREEN, (width - w, 0)),
        (BLUE, (0, height - h)),
        (WHITE, (width - w, height - h)),
    ):
        picture.paste(colour, (*place, place[0] + w, place[1] + h))
    return picture


def corners(picture: Image.Image) -> list[tuple[int, ...]]:
    """Which of the four corner colours is nearest in each corner: above left, right, below left, right."""
    right, below = picture.width - 10, picture.height - 10
    seen = [
        picture.convert("RGB").getpixel(place)
        for place in ((10, 10), (right, 10), (10, below), (right, below))
    ]
    return [_nearest(colour) for colour in seen if isinstance(colour, tuple)]


def _nearest(colour: tuple[int, ...]) -> tuple[int, ...]:
    return min(
        (RED, GREEN, BLUE, WHITE), key=lambda one: sum(abs(a - b) for a, b in zip(one, colour, strict=True))
    )


def phone_photo(width: int = 2400, height: int = 1800) -> bytes:
    """A JPEG as a phone held upright makes it: lying on its side, with GPS, device, XMP and a comment."""
    lying = scene(width, height).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Phone of Lan"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[3] = "N", "E"
    gps[2] = (IFDRational(21), IFDRational(1), IFDRational(42))
    gps[4] = (IFDRational(105), IFDRational(51), IFDRational(12))
    out = io.BytesIO()
    lying.save(
        out,
        "JPEG",
        quality=90,
        exif=exif,
        icc_profile=srgb_profile(),
        comment=b"taken at home",
        xmp=b"<x:xmpmeta>GPSLatitude</x:xmpmeta>",
    )
    return out.getvalue()


def srgb_profile() -> bytes:
    """The usual colour profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """A colour profile that says red where the usual one says blue, and blue where it says red."""
    return srgb_profile().replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The picture in a file format."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def png_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A file of a few kilobytes that would decode to gigabytes."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width // 8 + 1) * 64), 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, body) for name, body in ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
