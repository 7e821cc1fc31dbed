"""Backup and restore: everything comes back, on both databases and across, and nothing hostile gets in."""

import gzip
import io
import json
import stat
import tarfile
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from core.clock import FakeClock
from storage import backup as module
from storage import migrate
from storage.archive import BackupError
from storage.backup import NotEmptyError, Report, backup, restore
from storage.files import FileStore
from storage.tables import METADATA
from storage.unit_of_work import Database, UnitOfWork
from tests.storage.house import OURS, THEIRS, fill
from tests.storage.rows import receive
from tests.support.database import SQLITE, NewDatabase, add_commune

BETWEEN = [
    pytest.param("sqlite", "sqlite", id="sqlite"),
    pytest.param("postgres", "postgres", id="postgres", marks=pytest.mark.postgres),
    pytest.param("sqlite", "postgres", id="sqlite-to-postgres", marks=pytest.mark.postgres),
    pytest.param("postgres", "sqlite", id="postgres-to-sqlite", marks=pytest.mark.postgres),
]
CONTENTS = (b"a photo", b"a plan" * 100_000, b"")


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as the models read it."""

    def read(uow: UnitOfWork) -> dict[str, list[dict[str, Any]]]:
        connection = uow.session.connection()
        return {
            table.name: [
                dict(row._mapping)
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in METADATA.sorted_tables
        }

    return database.read_now(read)


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    store = FileStore(tmp_path / "files")
    for content in CONTENTS:
        store.put(content)
    return store


@pytest.fixture
def saved(new_database: NewDatabase, files: FileStore, tmp_path: Path) -> Path:
    """A backup of a full SQLite database."""
    database = new_database(SQLITE)
    fill(database)
    target = tmp_path / "backups" / "saved.tar.gz"
    backup(database, files, target)
    return target


@pytest.mark.parametrize(("source", "target"), BETWEEN)
def test_everything_comes_back(
    source: str, target: str, new_database: NewDatabase, files: FileStore, tmp_path: Path
) -> None:
    before, after = new_database(source), new_database(target)
    fill(before)
    assert all(everything(before).values()), "a table without rows proves nothing"
    archive = tmp_path / "house.tar.gz"
    saved = backup(before, files, archive)
    empty_store = FileStore(tmp_path / "restored")
    restored = restore(archive, after, empty_store)
    assert everything(after) == everything(before)
    assert sorted(empty_store.get(name) for name in empty_store.names()) == sorted(CONTENTS)
    assert saved == restored == Report({t: len(r) for t, r in everything(before).items()}, len(CONTENTS))


@pytest.mark.parametrize(("source", "target"), BETWEEN)
def test_a_restored_database_goes_on_counting_where_the_old_one_stopped(
    source: str, target: str, new_database: NewDatabase, files: FileStore, tmp_path: Path
) -> None:
    """Also after the newest row was removed: its id must not come again."""
    before, after = new_database(source), new_database(target)
    receive(before, "1")
    receive(before, "2")
    before.write_now(
        lambda uow: uow.session.connection().execute(text("DELETE FROM inbox WHERE id = 2")).rowcount
    )
    backup(before, files, tmp_path / "a.tar.gz")
    restore(tmp_path / "a.tar.gz", after, files)
    receive(after, "3")
    assert add_commune(after) == 1
    assert [row["id"] for row in everything(after)["inbox"]] == [1, 3]


def test_a_restored_database_still_refuses_what_does_not_fit(
    database: Database, saved: Path, files: FileStore
) -> None:
    restore(saved, database, files)
    orphan = text("INSERT INTO hotline (commune_id, name, number, position) VALUES (77, 'x', '1', 0)")
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        database.write_now(lambda uow: uow.session.connection().execute(orphan).rowcount)
    with pytest.raises(Exception, match="append-only"):
        database.write_now(lambda uow: uow.session.connection().execute(text("DELETE FROM audit")).rowcount)


def test_the_backup_shows_one_moment(database: Database, files: FileStore, tmp_path: Path) -> None:
    """A commune that others commit while the rows are being read is not in it, in no table."""
    fill(database)
    before = everything(database)
    store = CommittingStore(files.folder, database)
    backup(database, store, tmp_path / "a.tar.gz")
    assert len(everything(database)["commune"]) == 3
    assert {name: len(rows) for name, rows in before.items()} == manifest(tmp_path / "a.tar.gz")["rows"]
    assert rows_of(tmp_path / "a.tar.gz", "commune") == len(before["commune"])


class CommittingStore(FileStore):
    """A store that is asked for its names in the middle of a backup, when somebody commits."""

    def __init__(self, folder: Path, database: Database) -> None:
        super().__init__(folder)
        self._database = database

    def names(self) -> Any:
        """Commit a commune from another connection, then answer."""
        add_commune(self._database, "Xã Muộn")
        return super().names()


def test_only_the_owner_may_read_a_backup(saved: Path) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_a_backup_that_fails_leaves_the_old_one_and_nothing_else(
    sqlite_database: Database, files: FileStore, saved: Path
) -> None:
    old, neighbours = saved.read_bytes(), sorted(saved.parent.iterdir())

    class FullDisk(FileStore):
        def get(self, name: str) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(BackupError, match="No space left"):
        backup(sqlite_database, FullDisk(files.folder), saved)
    assert saved.read_bytes() == old
    assert sorted(saved.parent.iterdir()) == neighbours


def test_a_damaged_file_does_not_prevent_the_backup_and_is_named(
    sqlite_database: Database, files: FileStore, tmp_path: Path
) -> None:
    name = files.put(CONTENTS[0])
    files.path(name).write_bytes(b"damaged")
    report = backup(sqlite_database, files, tmp_path / "a.tar.gz")
    assert (report.files, report.left_out) == (len(CONTENTS) - 1, (name,))
    assert restore(tmp_path / "a.tar.gz", sqlite_database, FileStore(tmp_path / "new")).files == 2


def test_a_database_that_is_about_to_be_migrated_can_be_saved(
    database: Database, files: FileStore, tmp_path: Path
) -> None:
    """Its tables are not those of the models: here one column is missing, and one table."""
    fill(database)
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE web_line"))
        connection.execute(text("ALTER TABLE hotline DROP COLUMN position"))
    report = backup(database, files, tmp_path / "a.tar.gz")
    assert "web_line" not in report.rows
    assert report.rows["hotline"] == len(OURS.ids) + len(THEIRS.ids)


def test_a_database_without_tables_cannot_be_saved(
    sqlite_database: Database, files: FileStore, tmp_path: Path
) -> None:
    migrate.downgrade(sqlite_database, "base")
    with sqlite_database.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(BackupError, match="no tables yet"):
        backup(sqlite_database, files, tmp_path / "a.tar.gz")


def test_nothing_is_put_over_existing_rows(database: Database, saved: Path, files: FileStore) -> None:
    add_commune(database, "Xã Đang Dùng")
    before = everything(database)
    with pytest.raises(NotEmptyError):
        restore(saved, database, files)
    assert everything(database) == before


def test_a_backup_of_another_schema_is_refused(
    sqlite_database: Database, saved: Path, files: FileStore
) -> None:
    with sqlite_database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BackupError, match="revision 0001, the database 9999"):
        restore(saved, sqlite_database, files)


def test_restoring_is_fast_to_notice_a_cut(database: Database, saved: Path, files: FileStore) -> None:
    """A copy that was interrupted, at any point: everything or nothing."""
    whole = saved.read_bytes()
    for cut in (0, 1, 100, len(whole) // 3, len(whole) // 2, len(whole) - 9, len(whole) - 1):
        saved.write_bytes(whole[:cut])
        with pytest.raises(BackupError):
            restore(saved, database, files)
        assert not any(everything(database).values())
    saved.write_bytes(whole)
    restore(saved, database, files)


Content = list[tuple[tarfile.TarInfo, bytes]]
Change = Callable[[Content], None]
"""What somebody does by hand to an archive."""


def unpacked(archive: Path) -> Content:
    with tarfile.open(archive) as tar:
        return [(member, tar.extractfile(member).read()) for member in tar]  # type: ignore[union-attr]


def packed(archive: Path, content: Content, format_: int = tarfile.GNU_FORMAT) -> None:
    with tarfile.open(archive, "w:gz", format=format_) as tar:
        for member, data in content:
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


def manifest(archive: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unpacked(archive)[0][1])
    return found


def rows_of(archive: Path, table: str) -> int:
    (data,) = [data for member, data in unpacked(archive) if member.name == f"rows/{table}.jsonl"]
    return len(data.splitlines())


def extra(name: str, data: bytes = b"x", kind: bytes = tarfile.REGTYPE, link: str = "") -> Change:
    def change(content: Content) -> None:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, link
        content.append((member, data))

    return change


def without(name: str) -> Change:
    def change(content: Content) -> None:
        content[:] = [(member, data) for member, data in content if member.name != name]

    return change


def edited(name: str, edit: Callable[[bytes], bytes]) -> Change:
    def change(content: Content) -> None:
        content[:] = [(m, edit(data) if m.name == name else data) for m, data in content]

    return change


def manifest_with(**values: Any) -> Change:
    return edited("manifest.json", lambda data: json.dumps({**json.loads(data), **values}).encode())


def rows_edited(table: str, edit: Callable[[dict[str, Any]], None]) -> Change:
    def change(data: bytes) -> bytes:
        rows = [json.loads(line) for line in data.splitlines()]
        edit(rows[0])
        return b"".join(json.dumps(row).encode() + b"\n" for row in rows)

    return edited(f"rows/{table}.jsonl", change)


def twice(name: str) -> Change:
    def change(content: Content) -> None:
        content.extend([pair for pair in content if pair[0].name == name])

    return change


def first_file_damaged(content: Content) -> None:
    member, data = content[-1]
    content[-1] = (member, data + b"!")


HOSTILE: dict[str, Change] = {
    "a path upwards": extra("../outside"),
    "a path upwards in the files": extra("files/../../outside"),
    "an absolute path": extra("/tmp/outside"),  # noqa: S108
    "an absolute path in the files": extra("files//tmp/outside"),
    "an unknown file": extra("notes.txt"),
    "an unknown table": extra("rows/secrets.jsonl"),
    "the table of revisions": extra("rows/alembic_version.jsonl"),
    "a symbolic link": extra("files/" + "a" * 64, b"", tarfile.SYMTYPE, "/etc/passwd"),
    "a hard link": extra("files/" + "a" * 64, b"", tarfile.LNKTYPE, "manifest.json"),
    "a device": extra("files/" + "a" * 64, b"", tarfile.CHRTYPE),
    "a folder": extra("files", b"", tarfile.DIRTYPE),
    "a file under the wrong hash": extra("files/" + "a" * 64),
    "more files than it says": manifest_with(files=0),
    "a damaged file": first_file_damaged,
    "no manifest": without("manifest.json"),
    "a manifest of another format": manifest_with(format=2),
    "a manifest with something unknown": manifest_with(run="rm"),
    "a manifest that is no JSON": edited("manifest.json", lambda _: b"{"),
    "a manifest without end": edited("manifest.json", lambda data: data + b" " * (2 << 20)),
    "a table missing": without("rows/job.jsonl"),
    "a table twice": twice("rows/job.jsonl"),
    "a row missing": edited("rows/job.jsonl", lambda data: data.split(b"\n", 1)[1]),
    "a row too many": edited("rows/heartbeat.jsonl", lambda data: data * 2),
    "a last line cut": edited("rows/job.jsonl", lambda data: data[:-1]),
    "a row that is no JSON": edited("rows/job.jsonl", lambda data: b"{\n" + data.split(b"\n", 1)[1]),
    "a row that is a list": edited("rows/job.jsonl", lambda data: b"[]\n" + data.split(b"\n", 1)[1]),
    "a column missing": rows_edited("job", lambda row: row.pop("kind")),
    "a column too many": rows_edited("job", lambda row: row.update(password="x")),
    "a moment that is none": rows_edited("job", lambda row: row.update(created_at="yesterday")),
    "a moment that is a number": rows_edited("job", lambda row: row.update(created_at=7)),
    "a state that is none": rows_edited("job", lambda row: row.update(state="stolen")),
    "a row of nobody": rows_edited("hotline", lambda row: row.update(commune_id=77)),
    "a row of another commune": rows_edited("device", lambda row: row.update(person_id=THEIRS.ids[0])),
    "a unit under itself elsewhere": rows_edited("unit", lambda row: row.update(parent_id=THEIRS.ids[0])),
    "an id twice": rows_edited("person", lambda row: row.update(id=OURS.ids[1])),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_an_archive_made_by_hand_is_refused_whole(
    change: Change, database: Database, saved: Path, tmp_path: Path
) -> None:
    content = unpacked(saved)
    change(content)
    packed(saved, content)
    store = FileStore(tmp_path / "deep" / "restored")
    with pytest.raises(BackupError):
        restore(saved, database, store)
    assert not any(everything(database).values())
    outside = [file for file in (*tmp_path.iterdir(), *tmp_path.parent.iterdir()) if "outside" in file.name]
    assert outside == []


def test_an_archive_that_was_only_packed_again_is_accepted(
    database: Database, saved: Path, files: FileStore
) -> None:
    """So that the test above refuses what was changed and not that it was changed."""
    packed(saved, unpacked(saved))
    restore(saved, database, files)
    assert all(everything(database).values())


def test_a_header_extension_is_refused_before_it_is_read(
    sqlite_database: Database, saved: Path, files: FileStore
) -> None:
    """It may say any size, and the usual reader of archives would take that much memory."""
    header = tarfile.TarInfo("././@PaxHeader")
    header.type, header.size = tarfile.XHDTYPE, 1 << 40
    with gzip.open(saved, "wb") as stream:
        stream.write(header.tobuf(tarfile.GNU_FORMAT))
    with pytest.raises(BackupError, match="something else than plain files"):
        restore(saved, sqlite_database, files)


@pytest.mark.parametrize("name", ["_ROW_BYTES", "_FILE_BYTES"])
def test_a_piece_larger_than_anything_we_store_is_refused(
    name: str, sqlite_database: Database, saved: Path, files: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, 50)
    with pytest.raises(BackupError, match=r"too long|larger"):
        restore(saved, sqlite_database, files)


def test_rows_go_through_in_small_pieces(
    new_database: NewDatabase, files: FileStore, tmp_path: Path, clock: FakeClock
) -> None:
    """More rows than one piece holds, in both directions."""
    before, after = new_database(SQLITE), new_database(SQLITE)
    for number in range(3):
        clock.advance(timedelta(seconds=1))
        before.write_now(partial(many_events, part=number))
    backup(before, files, tmp_path / "a.tar.gz")
    restore(tmp_path / "a.tar.gz", after, files)
    assert everything(after)["inbox"] == everything(before)["inbox"]
    assert len(everything(after)["inbox"]) == 1200


def many_events(uow: UnitOfWork, part: int) -> None:
    at = {"bot_account": "web", "chat": "c", "sender": "c", "payload": {"n": part}, "received_at": uow.now}
    rows = [{**at, "event_id": f"{part}/{number}"} for number in range(400)]
    uow.session.connection().execute(METADATA.tables["inbox"].insert(), rows)
