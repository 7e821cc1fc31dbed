"""The file store: content under its own hash, on the disk before anything names it."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import StoredFileError
from storage.files import FileStore

PHOTO = b"a photo" * 1000


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def test_what_is_stored_comes_back(store: FileStore) -> None:
    name = store.put(PHOTO)
    assert store.get(name) == PHOTO
    assert list(store.names()) == [name]


def test_the_same_content_is_one_file(store: FileStore) -> None:
    name = store.put(PHOTO)
    before = store.path(name).stat().st_mtime_ns
    assert store.put(PHOTO) == name
    assert store.path(name).stat().st_mtime_ns == before


def test_content_and_folders_are_on_the_disk_before_the_name_is_given(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{handle}")))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    target = store.path(store.put(PHOTO))
    assert synced[0].parent == target.parent
    assert synced[1:] == [target.parent, store.folder]


def test_many_storing_the_same_at_once_do_not_disturb_each_other(store: FileStore) -> None:
    with ThreadPoolExecutor(8) as people:
        names = set(people.map(lambda _: store.put(PHOTO), range(64)))
    assert len(names) == 1
    assert store.get(names.pop()) == PHOTO
    assert len([path for path in store.folder.rglob("*") if path.is_file()]) == 1


def test_a_damaged_file_is_not_handed_out(store: FileStore) -> None:
    name = store.put(PHOTO)
    store.path(name).write_bytes(PHOTO[:-1])
    with pytest.raises(StoredFileError, match="damaged"):
        store.get(name)


def test_a_missing_file_is_said_to_be_missing(store: FileStore) -> None:
    name = store.put(PHOTO)
    store.remove(name)
    store.remove(name)
    with pytest.raises(StoredFileError, match="missing"):
        store.get(name)


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "/etc/passwd", "A" * 64, "a" * 63, "a" * 65, "é" * 64]
)
def test_only_our_own_names_are_looked_up(store: FileStore, name: str) -> None:
    for use in (store.path, store.get, store.remove):
        with pytest.raises(StoredFileError, match="not the name"):
            use(name)


def test_what_a_crash_left_half_written_is_not_a_file(store: FileStore) -> None:
    name = store.put(PHOTO)
    store.path(name).with_suffix(".1234.part").write_bytes(b"half")
    assert list(store.names()) == [name]
