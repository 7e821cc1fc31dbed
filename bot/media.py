"""What kind of file strangers have sent, judged by its first bytes and never by its name."""

MAX_PHOTO_PIXELS = {
    "image/jpeg": 8192 * 6144,  # what phones of 50 megapixels make
    "image/png": 40_000_000,
    "image/webp": 24_000_000,
}
"""The kinds of photos that are accepted, and the largest of each that a worker of 512 MiB can decode."""
LONGEST_SIDE = 1600
"""Pixels of the longer side of a photo as we keep it."""

_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


def sniff(content: bytes) -> str | None:
    """Return the media type of JPEG, PNG, WebP, GIF, HEIC or PDF content, None for anything else."""
    for start, media_type in _STARTS:
        if content.startswith(start):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return "image/heic"
    return None


def photo_fault(content: bytes, max_bytes: int) -> str:
    """Return why content cannot be taken as a photo ("too_big" or "wrong_kind"), or an empty string."""
    if len(content) > max_bytes:
        return "too_big"
    return "" if sniff(content) in MAX_PHOTO_PIXELS else "wrong_kind"
