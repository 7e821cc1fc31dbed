"""The sweep of the file store: what no row needs any more is removed, uncleaned photos first of all."""

from storage.attachments import files_in_use
from storage.files import FileStore
from storage.unit_of_work import Database

EVERY_SECONDS = 600.0
YOUNGEST_SECONDS = 600.0
"""A file is stored before the row that names it; a younger one may still be waiting for its row."""


class Sweep:
    """Runs after rounds of the ticker, every ten real minutes."""

    def __init__(self, db: Database, files: FileStore) -> None:
        self._db = db
        self._files = files
        self._last = 0.0

    async def __call__(self) -> None:
        """Sweep if the last time is long enough ago."""
        now = self._db.stopwatch.seconds()
        if now - self._last >= EVERY_SECONDS:
            self._last = now
            await self._db.read(lambda uow: self.sweep(files_in_use(uow), now))

    def sweep(self, used: set[str], now: float) -> int:
        """Remove files that are not used and not young; returns how many."""
        gone = [name for name in self._files.names() if name not in used and self._is_old(name, now)]
        for name in gone:
            self._files.remove(name)
        return len(gone)

    def _is_old(self, name: str, now: float) -> bool:
        return now - self._files.path(name).stat().st_mtime >= YOUNGEST_SECONDS
