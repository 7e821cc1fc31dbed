"""The container of a backup: a .tar.gz read and written one piece after the other.

Reading trusts nothing: an archive may hold plain files with names that the caller expects and nothing
else, so that links, devices, outside paths and overlong headers have no way in. Headers are therefore
read one by one; `tarfile.open` would swallow a header extension of any size whole.
"""

import gzip
import io
import os
import secrets
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from core.errors import TrucSoError
from storage.files import sync_folder

_BLOCK = tarfile.BLOCKSIZE
_PIECE = 1 << 20


class BackupError(TrucSoError):
    """A backup cannot be made or put back; the text says why, for an operator."""


class ArchiveWriter:
    """Adds members to a new archive."""

    def __init__(self, tar: tarfile.TarFile, moment: float) -> None:
        self._tar = tar
        self._moment = moment

    def add(self, name: str, content: bytes) -> None:
        """Add a small member."""
        self.add_stream(name, io.BytesIO(content), len(content))

    def add_stream(self, name: str, content: IO[bytes], size: int) -> None:
        """Add a member that is read from a stream."""
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = size, int(self._moment), 0o600
        self._tar.addfile(member, content)


@contextmanager
def new_archive(target: Path, moment: float) -> Iterator[ArchiveWriter]:
    """Write an archive that appears under its name only when it is complete and on the disk.

    Only the owner may read it; its folder is made if need be. `moment` (seconds since 1970) becomes the
    age of its members.
    """
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(handle, "wb") as raw:
            # GNU format: a member beyond 8 GiB needs no header extension.
            with tarfile.open(fileobj=raw, mode="w:gz", format=tarfile.GNU_FORMAT, compresslevel=6) as tar:
                yield ArchiveWriter(tar, moment)
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise BackupError(f"{target} could not be written: {error.strerror}") from error
    finally:
        with suppress(OSError):  # gone already, in the good case
            unfinished.unlink()


@dataclass
class Member:
    """A member of an archive that is being read; its content can be read once, before the next one."""

    name: str
    size: int
    _source: gzip.GzipFile
    _left: int

    def read(self, limit: int) -> bytes:
        """Return the whole content. Raises BackupError when it is larger than `limit` bytes."""
        if self.size > limit:
            raise BackupError(f"{self.name} is larger than anything the program stores")
        content = _exactly(self._source, self._left)
        self._left = 0
        return content

    def lines(self, limit: int) -> Iterator[bytes]:
        """Yield the content line by line. Raises BackupError for a line of more than `limit` bytes."""
        while self._left:
            with _said_plainly():
                line = self._source.readline(min(limit, self._left))
            self._left -= len(line)
            if not line.endswith(b"\n"):
                raise BackupError(f"{self.name} ends early or has a line that is too long")
            yield line

    def skip(self) -> None:
        """Go to the end of the content and of its padding."""
        while self._left:
            self._left -= len(_exactly(self._source, min(self._left, _PIECE)))
        _exactly(self._source, -self.size % _BLOCK)


def members(source: Path) -> Iterator[Member]:
    """Yield the members of an archive in their order.

    Raises BackupError for anything that is not a plain file, and for an archive that is cut off or damaged.
    """
    with ExitStack() as stack:
        with _said_plainly():
            stream = stack.enter_context(gzip.open(source, "rb"))
        while (header := _exactly(stream, _BLOCK)) != bytes(_BLOCK):
            member = _member(header, stream)
            yield member
            member.skip()
        with _said_plainly():
            while stream.read(_PIECE):  # to the end, where gzip checks its sum
                pass


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        raise BackupError(f"the backup cannot be read to its end: {error}") from error


def _member(header: bytes, stream: gzip.GzipFile) -> Member:
    try:
        found = tarfile.TarInfo.frombuf(header, "utf-8", "strict")
    except (tarfile.HeaderError, ValueError) as error:
        raise BackupError("the backup is damaged or is no backup") from error
    if not found.isreg() or found.size < 0:
        raise BackupError("the backup holds something else than plain files")
    return Member(found.name, found.size, stream, found.size)


def _exactly(stream: gzip.GzipFile, size: int) -> bytes:
    with _said_plainly():
        content = stream.read(size)
    if len(content) != size:
        raise BackupError("the backup is cut off")
    return content
