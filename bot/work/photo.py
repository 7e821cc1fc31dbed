"""The job `photo.clean`: a stranger's photo becomes a small upright picture that tells nothing but itself.

Place, time and device in a photo's metadata are personal data of whoever took it (Law 91/2025/QH15), so
nothing is copied but the pixels.
"""

import io
import struct
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, UnidentifiedImageError
from PIL.Image import Transpose

from bot.media import LONGEST_SIDE, MAX_PHOTO_PIXELS, sniff
from bot.work.task import BROKEN, LOST, TOO_BIG, WRONG_KIND, JobFault, Task

JPEG_QUALITY = 82
FLAT_COLOURS = 256
"""A picture with no more colours may be a screenshot or a drawing, which JPEG would smear."""
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
"""How to undo each value of the EXIF tag Orientation (EXIF 2.3, 4.6.4 A)."""

Image.MAX_IMAGE_PIXELS = max(MAX_PHOTO_PIXELS.values())


def clean(task: Task) -> dict[str, Any]:
    """Write the cleaned picture; return its file, media type, width, height and size in bytes.

    Raises JobFault: "wrong_kind", "too_big", "broken" (damaged) or "lost".
    """
    if task.source is None:
        raise JobFault(LOST)
    with _open(task.source) as image:
        try:
            picture = _upright_pixels(image)
        except (OSError, SyntaxError, ValueError, struct.error) as error:  # Pillow's words for damage
            raise JobFault(BROKEN) from error
        content, media_type = _smallest(picture, lossless_source=image.format == "PNG")
    path = task.folder / "photo"
    path.write_bytes(content)
    width, height = picture.size
    return {
        "file": path.name,
        "media_type": media_type,
        "width": width,
        "height": height,
        "bytes": len(content),
    }


def _open(source: Path) -> Image.Image:
    """Read the header only; the pixels come later."""
    try:
        with source.open("rb") as stream:
            media_type = sniff(stream.read(16))
    except FileNotFoundError as error:
        raise JobFault(LOST) from error
    if media_type not in MAX_PHOTO_PIXELS:
        raise JobFault(WRONG_KIND)
    try:
        image = Image.open(source, formats=("JPEG", "PNG", "WEBP"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise JobFault(TOO_BIG) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error) as error:
        raise JobFault(BROKEN) from error
    if image.width * image.height > MAX_PHOTO_PIXELS[media_type]:
        image.close()
        raise JobFault(TOO_BIG)
    return image


def _upright_pixels(image: Image.Image) -> Image.Image:
    """Return the pixels alone: small, upright, in sRGB, on white where they were transparent."""
    turn = _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1))
    profile = image.info.get("icc_profile")
    small = _shrunk(image)
    if profile:
        small = _to_srgb(small, profile)
    if turn is not None:
        small = small.transpose(turn)
    picture = Image.new("RGB", small.size, "white")
    if small.has_transparency_data:
        small = small.convert("RGBA")
        picture.paste(small, mask=small.getchannel("A"))
    else:
        picture.paste(small.convert("RGB"))
    return picture


def _shrunk(image: Image.Image) -> Image.Image:
    scale = LONGEST_SIDE / max(image.size)
    if scale < 1:  # a JPEG can be decoded at a half, a quarter or an eighth of its size at once
        image.draft(None, (int(image.width * scale), int(image.height * scale)))
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode == "1":
        image = image.convert("L")
    elif image.mode.startswith("I;16"):
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return image


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Translate the colours of a camera's own colour space; a profile that does not fit is ignored."""
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(image, given, srgb, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _smallest(picture: Image.Image, *, lossless_source: bool) -> tuple[bytes, str]:
    """Return the picture as JPEG, or as PNG where that is no larger: flat drawings, pictures of a screen."""
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=JPEG_QUALITY, optimize=True)
    if lossless_source and picture.getcolors(FLAT_COLOURS) is not None:
        png = io.BytesIO()
        picture.save(png, "PNG", compress_level=9)
        if png.tell() <= jpeg.tell():
            return png.getvalue(), "image/png"
    return jpeg.getvalue(), "image/jpeg"
