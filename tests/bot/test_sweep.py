"""Files that no row needs are removed; a file that waits for its row, or a photo in use, stays."""

import os
from pathlib import Path

from bot.sweep import YOUNGEST_SECONDS, Sweep
from storage import attachments
from storage.files import FileStore
from storage.unit_of_work import Database, UnitOfWork
from tests.support.database import add_commune, add_person

NOW = 2_000_000.0


def aged(files: FileStore, content: bytes, seconds: float) -> str:
    """A stored file that was written so long ago."""
    name = files.put(content)
    os.utime(files.path(name), (NOW - seconds, NOW - seconds))
    return name


def test_only_what_nobody_needs_is_removed(database: Database, tmp_path: Path) -> None:
    files = FileStore(tmp_path / "files")
    raw, cleaned = aged(files, b"raw", 5000), aged(files, b"clean", 5000)
    waiting, refused = aged(files, b"waiting", 5000), aged(files, b"refused", 5000)
    orphan, young = aged(files, b"orphan", YOUNGEST_SECONDS), aged(files, b"young", YOUNGEST_SECONDS - 1)
    commune_id = add_commune(database)
    person_id = add_person(database, commune_id)

    def store(uow: UnitOfWork) -> None:
        uow.bind(commune_id)
        attachments.finish(uow, attachments.add(uow, person_id, raw), cleaned)
        attachments.finish(uow, attachments.add(uow, person_id, refused), "")
        attachments.add(uow, person_id, waiting)

    database.write_now(store)
    used = database.read_now(attachments.files_in_use)
    removed = Sweep(database, files).sweep(used, NOW)
    assert set(files.names()) == {cleaned, waiting, young}
    assert removed == len({raw, refused, orphan})
