"""Backup and restore: every row and every stored file, in one archive that both databases understand.

The tables are looked up in the database and not in the models, so that a backup can be made just
before a migration, when the two differ. An archive holds `manifest.json`, `rows/<table>.jsonl` with
parents before children, and `files/<name>`. Neither way holds more than a few rows or one file in memory.
"""

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, NonNegativeInt, ValidationError
from sqlalchemy import Connection, DateTime, MetaData, Table, func, insert, select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from core.errors import StoredFileError
from storage.archive import ArchiveWriter, BackupError, Member, members, new_archive
from storage.files import FileStore
from storage.sequences import last_ids, set_last_ids
from storage.unit_of_work import Database, UnitOfWork

MANIFEST, ROWS, FILES = "manifest.json", "rows/", "files/"
VERSIONS = "alembic_version"

_MANIFEST_BYTES = 1 << 20
_ROW_BYTES = 64 << 20
_FILE_BYTES = 256 << 20
_BATCH_ROWS = 500
_BATCH_BYTES = 4 << 20


class NotEmptyError(BackupError):
    """A backup is only put back into a database without rows."""


@dataclass(frozen=True)
class Report:
    """What was saved or put back."""

    rows: dict[str, int]
    """Number of rows by table."""
    files: int
    left_out: tuple[str, ...] = ()
    """Names of stored files that turned out missing or damaged, and so are not in the backup."""


class Manifest(BaseModel):
    """What an archive says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    revision: str
    """The revision of the schema that the rows belong to."""
    created: AwareDatetime
    rows: dict[str, NonNegativeInt]
    last_ids: dict[str, NonNegativeInt]
    """The highest id ever given out, by table; the next row gets a higher one even if that row is gone."""
    files: NonNegativeInt
    """How many files were in the store when the backup began; the archive may hold fewer."""


def backup(database: Database, files: FileStore, target: Path) -> Report:
    """Save all rows and files as they stand at one moment. Others may go on working meanwhile.

    The archive appears complete or not at all, and replaces one of the same name.
    Raises BackupError when it cannot be written or the database has no tables yet.
    """
    return database.read_now(lambda uow: _save(uow, files, target))


def restore(source: Path, database: Database, files: FileStore) -> Report:
    """Put a backup back into an empty database of the same schema revision: everything or nothing.

    Raises NotEmptyError, or BackupError for an archive that is damaged, hostile or of another revision.
    """
    return database.write_now(lambda uow: _put_back(uow, source, files))


def _save(uow: UnitOfWork, files: FileStore, target: Path) -> Report:
    connection = _snapshot(uow)
    tables = _tables(connection)
    counts = {table.name: _count(connection, table) for table in tables}
    names = list(files.names())
    manifest = Manifest(
        revision=_revision(connection),
        created=uow.now,
        rows=counts,
        last_ids=last_ids(connection, tables),
        files=len(names),
    )
    with new_archive(target, uow.now.timestamp()) as archive:
        archive.add(MANIFEST, manifest.model_dump_json(indent=2).encode())
        for table in tables:
            with _rows_file(connection, table, target.parent) as (rows, size):
                archive.add_stream(f"{ROWS}{table.name}.jsonl", rows, size)
        left_out = tuple(name for name in names if not _save_file(archive, files, name))
    return Report(counts, len(names) - len(left_out), left_out)


def _snapshot(uow: UnitOfWork) -> Connection:
    """Return a connection that sees the database as it is now, whatever others commit from here on."""
    if uow.session.get_bind().dialect.name == "postgresql":
        return uow.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return uow.session.connection()


def _tables(connection: Connection) -> list[Table]:
    """Return the tables of the database itself, parents before children."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != VERSIONS]


def _revision(connection: Connection) -> str:
    if not connection.dialect.has_table(connection, VERSIONS):
        raise BackupError("the database has no tables yet; bring it up to date first")
    revision: str = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    return revision


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


@contextmanager
def _rows_file(connection: Connection, table: Table, folder: Path) -> Iterator[tuple[IO[bytes], int]]:
    """Yield the rows of a table as a nameless file, which is gone even after a crash, and its size."""
    query = select(table).order_by(*table.primary_key.columns)
    with tempfile.TemporaryFile(dir=folder) as stream:
        for row in connection.execute(query, execution_options={"yield_per": _BATCH_ROWS}):
            stream.write(json.dumps(dict(row._mapping), default=_iso).encode() + b"\n")
        size = stream.tell()
        stream.seek(0)
        yield stream, size


def _iso(value: Any) -> str:
    if not isinstance(value, datetime):
        raise BackupError(f"a value of the kind {type(value).__name__} cannot be saved")
    # SQLite keeps moments without an offset; they are UTC, like all others.
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _save_file(archive: ArchiveWriter, files: FileStore, name: str) -> bool:
    try:
        content = files.get(name)
    except StoredFileError:
        return False
    archive.add(FILES + name, content)
    return True


def _put_back(uow: UnitOfWork, source: Path, files: FileStore) -> Report:
    connection = uow.session.connection()
    tables = _tables(connection)
    if any(connection.execute(select(table).limit(1)).first() for table in tables):
        raise NotEmptyError("there are rows in the database; a backup is only put back into an empty one")
    pieces = members(source)
    manifest = _manifest(next(pieces, None), connection, tables)
    loader = _Loader(connection, files, manifest, {f"{ROWS}{table.name}.jsonl": table for table in tables})
    try:
        loader.load(pieces)
    except OperationalError:
        raise  # a conflict with others: the unit of work tries again
    except SQLAlchemyError as error:
        raise BackupError("the rows of the backup do not fit the tables") from error
    return Report(manifest.rows, loader.stored_files)


def _manifest(first: Member | None, connection: Connection, tables: Iterable[Table]) -> Manifest:
    if first is None or first.name != MANIFEST:
        raise BackupError("this is no backup of ours")
    try:
        manifest = Manifest.model_validate_json(first.read(_MANIFEST_BYTES))
    except ValidationError as error:
        raise BackupError("the backup says of itself what this version does not understand") from error
    revision = _revision(connection)
    if manifest.revision != revision:
        raise BackupError(f"the backup has schema revision {manifest.revision}, the database {revision}")
    if set(manifest.rows) != {table.name for table in tables}:
        raise BackupError("the backup does not hold the tables of this database")
    return manifest


class _Loader:
    """Puts the members of one archive back, in the transaction of one connection."""

    def __init__(
        self, connection: Connection, files: FileStore, manifest: Manifest, missing: dict[str, Table]
    ) -> None:
        self._connection = connection
        self._files = files
        self._manifest = manifest
        self._missing = missing
        self._tables = list(missing.values())
        self.stored_files = 0

    def load(self, pieces: Iterable[Member]) -> None:
        """Load everything, then check what had to wait and set the counters of ids."""
        sqlite = self._connection.dialect.name == "sqlite"
        # Both are settings of this transaction: they end with it.
        self._run("PRAGMA defer_foreign_keys=ON" if sqlite else "SET CONSTRAINTS ALL DEFERRED")
        for piece in pieces:
            if piece.name.startswith(FILES):
                self._load_file(piece)
            else:
                self._load_rows(piece)
        if self._missing:
            raise BackupError(f"the backup lacks {min(self._missing)}")
        if sqlite and self._connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise BackupError("the rows of the backup do not fit together")
        if not sqlite:
            self._run("SET CONSTRAINTS ALL IMMEDIATE")
        set_last_ids(self._connection, self._tables, self._manifest.last_ids)

    def _run(self, statement: str) -> None:
        self._connection.exec_driver_sql(statement)

    def _load_rows(self, piece: Member) -> None:
        table = self._missing.pop(piece.name, None)
        if table is None:
            raise BackupError("the backup holds something that does not belong there, or twice")
        rest = self._manifest.rows[table.name]
        for batch in _batches(piece.lines(_ROW_BYTES)):
            rest -= len(batch)
            if rest < 0:
                break
            self._connection.execute(insert(table), [_row(table, line) for line in batch])
        if rest:
            raise BackupError(f"the backup does not hold as many rows of {table.name} as it says")

    def _load_file(self, piece: Member) -> None:
        self.stored_files += 1
        if self.stored_files > self._manifest.files:
            raise BackupError("the backup holds more files than it says")
        name = piece.name.removeprefix(FILES)
        try:
            self._files.path(name)
        except StoredFileError as error:
            raise BackupError("the backup holds a file under a name that is none of ours") from error
        if self._files.put(piece.read(_FILE_BYTES)) != name:
            raise BackupError(f"file {name[:12]} of the backup is damaged")


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if len(batch) == _BATCH_ROWS or size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _row(table: Table, line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BackupError(f"a row of {table.name} cannot be read") from error
    if not isinstance(row, dict) or set(row) != set(table.columns.keys()):
        raise BackupError(f"a row of {table.name} has other columns than the table")
    for column in table.columns:
        if isinstance(column.type, DateTime) and row[column.name] is not None:
            row[column.name] = _moment(row[column.name], aware=column.type.timezone)
    return row


def _moment(value: Any, *, aware: bool) -> datetime:
    try:
        moment = datetime.fromisoformat(value).astimezone(UTC)
    except (TypeError, ValueError) as error:
        raise BackupError("a moment in the backup cannot be read") from error
    return moment if aware else moment.replace(tzinfo=None)
