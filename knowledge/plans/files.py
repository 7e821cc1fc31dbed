"""Files to sources: which reader a file needs, told by what is in it and not by its name."""

from collections.abc import Callable
from pathlib import Path

from knowledge.plans.source import PlanError, Source, lines_of

MOST_BYTES = 30 * 1024 * 1024
_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0", "old_word"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"{\\rtf", "rtf"),
    (b"Rar!", "archive"),
)
_SAID_APART = ("old_word", "pdf", "image")
_MOST_STRANGE = 0.02


def read_file(path: Path) -> Source:
    """The lines and tables of a file.

    Raises PlanError: "missing", "folder", "too_big", and those of `read_bytes`.
    """
    if not path.exists():
        raise PlanError("missing", name=path.name)
    if path.is_dir():
        raise PlanError("folder", name=path.name)
    if path.stat().st_size > MOST_BYTES:
        raise PlanError("too_big", name=path.name, megabytes=MOST_BYTES // 1024 // 1024)
    return read_bytes(path.read_bytes(), path.name)


def read_bytes(content: bytes, name: str) -> Source:
    """The same for content in memory.

    Raises PlanError: "empty", "not_text", "old_word", "pdf", "image", "other_kind".
    """
    if not content.strip():
        raise PlanError("empty", name=name)
    kind = next((kind for magic, kind in _MAGIC if content.startswith(magic)), "text")
    reader = _READERS.get(kind)
    if reader is None:
        raise PlanError(kind if kind in _SAID_APART else "other_kind", name=name)
    return reader(content, name)


def _read_text(content: bytes, name: str) -> Source:
    text = _decoded(content, name)
    strange = sum(not char.isprintable() and char not in "\n\r\t\f\ufeff\u200b" for char in text)
    if strange > _MOST_STRANGE * len(text):
        raise PlanError("not_text", name=name)
    lines = lines_of(text.replace("\r\n", "\n").replace("\r", "\n"))
    if not any(char.isalpha() for line in lines for char in line.text):
        raise PlanError("empty", name=name)
    return Source(lines)


def _decoded(content: bytes, name: str) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlanError("not_text", name=name) from error


_READERS: dict[str, Callable[[bytes, str], Source]] = {"text": _read_text}
