"""The file store: content under the hash of it, written and synced before any row names it."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from core.errors import StoredFileError

_NAME_LENGTH = 64


class FileStore:
    """Files under one folder, each named by its SHA-256."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Store content and return its name; storing the same content again changes nothing."""
        name = hashlib.sha256(content).hexdigest()
        target = self.path(name)
        if target.exists():
            return name
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_synced(target, content)
        sync_folder(target.parent)
        sync_folder(self.folder)
        return name

    def get(self, name: str) -> bytes:
        """Return stored content. Raises StoredFileError when it is missing or damaged."""
        try:
            content = self.path(name).read_bytes()
        except OSError as error:
            raise StoredFileError(f"stored file {name[:12]} is missing") from error
        if hashlib.sha256(content).hexdigest() != name:
            raise StoredFileError(f"stored file {name[:12]} is damaged")
        return content

    def path(self, name: str) -> Path:
        """Return where a name is or would be kept. Raises StoredFileError for what is no name of ours."""
        if len(name) != _NAME_LENGTH or not all(c in "0123456789abcdef" for c in name):
            raise StoredFileError("not the name of a stored file")
        return self.folder / name[:2] / name

    def names(self) -> Iterator[str]:
        """Yield the names of all stored files."""
        for path in sorted(self.folder.glob("??/*")):
            if len(path.name) == _NAME_LENGTH:
                yield path.name

    def remove(self, name: str) -> None:
        """Remove a stored file; it is no fault if it is gone already."""
        self.path(name).unlink(missing_ok=True)


def _write_synced(target: Path, content: bytes) -> None:
    """Write under a name of this call's own, since another thread may be storing the same content."""
    unfinished = target.with_suffix(f".{secrets.token_hex(4)}.part")
    try:
        with unfinished.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
