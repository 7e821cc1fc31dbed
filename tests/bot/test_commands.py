"""The operator's commands, each as a real process on a folder of its own."""

import json
import re
import sqlite3
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.doctor.machine import filesystem
from core.clock import Stopwatch, SystemClock
from core.events import Inbound, InboundKind
from storage import inbox
from storage.files import FileStore
from storage.unit_of_work import Database
from tests.support.database import BOTH, POSTGRES
from tests.support.office import INIT, Office
from tests.support.postgres import PostgresServer

LINK = re.compile(r"^(http\S+)/vao/[\w-]{32}$", re.MULTILINE)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def founded(office: Office) -> Office:
    office.succeeds(*INIT)
    return office


@pytest.fixture
def database_settings(request: pytest.FixtureRequest) -> Iterator[Callable[[str], dict[str, str]]]:
    """Settings for an empty database of a kind."""
    made: list[str] = []

    def settings(kind: str) -> dict[str, str]:
        if kind != POSTGRES:
            return {}
        server: PostgresServer = request.getfixturevalue("postgres_server")
        made.append(server.create())
        return {"TRUCSO_DATABASE_URL": made[-1]}

    yield settings
    for url in made:
        request.getfixturevalue("postgres_server").drop(url)


def open_rows(office: Office) -> Database:
    return Database(f"sqlite:///{office.folder / 'data' / 'trucso.db'}", SystemClock(), Stopwatch())


def health(address: str) -> int:
    with urllib.request.urlopen(f"{address}/healthz", timeout=20) as answer:  # noqa: S310 - our own process
        return int(answer.status)


# --- init and link


def test_a_commune_is_founded_once(office: Office) -> None:
    said = office.succeeds(*INIT, "--province", "Tỉnh Thử", "--phone", "0912 345 678", "--form", "anh")
    assert LINK.search(said)
    before = (office.folder / "data" / "trucso.db").read_bytes()
    assert "exists already; nothing was changed" in office.fails("init", "--commune", "xã thử", "--name", "B")
    assert (office.folder / "data" / "trucso.db").read_bytes() == before


def test_the_first_administrator_is_let_in_by_the_link_once(founded: Office) -> None:
    founded.settings["TRUCSO_PUBLIC_BASE_URL"] = "https://xa-thu.example.vn"
    said = founded.succeeds("link", "Lê Văn An")
    found = LINK.search(said)
    assert found is not None
    assert found[1] == "https://xa-thu.example.vn"
    founded.settings.pop("TRUCSO_PUBLIC_BASE_URL")
    path = found[0].removeprefix(found[1])
    with founded.service() as address:
        for status in (200, 410):
            request = urllib.request.Request(f"{address}{path}", b"", {"Origin": address})  # noqa: S310
            opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
            try:
                page = opener.open(request, timeout=20)
            except urllib.error.HTTPError as refused:
                page = refused
            with page:
                assert (page.status, "Xã Thử" in page.read().decode()) == (status, status == 200)


def test_init_names_everything_that_is_missing_or_wrong(office: Office) -> None:
    assert office.fails("init").startswith("Add --commune and --name")
    said = office.fails("init", "--commune", " ", "--name", "A" * 101, "--phone", "none")
    assert [word for word in ("commune must", "name must", "phone must") if word not in said] == []
    assert not (office.folder / "data").exists()


@pytest.mark.parametrize("who", ["Lê Văn An", "lê văn an", "le van an", "An", "1"])
def test_a_person_is_found_by_name_or_number(founded: Office, who: str) -> None:
    assert LINK.search(founded.succeeds("link", who))


def test_an_ambiguous_name_is_listed(founded: Office) -> None:
    founded.succeeds("init", "--commune", "Xã Khác", "--name", "Lê Văn An")
    listed = founded.fails("link", "le van an").splitlines()
    assert [line.strip() for line in listed[1:]] == ["1  Lê Văn An, Xã Thử", "2  Lê Văn An, Xã Khác"]
    assert "Nobody is called Bình" in founded.fails("link", "Bình")


def test_a_command_in_the_wrong_folder_makes_nothing(office: Office) -> None:
    for words in (("link", "An"), ("backup", "x.tar.gz"), ("replay", "ABC234")):
        assert "There is no database yet" in office.fails(*words)
    assert list(office.folder.iterdir()) == []


# --- run


def test_the_service_runs_and_is_the_only_one_in_its_folder(founded: Office) -> None:
    with founded.service() as address:
        assert health(address) == 200
        for words in (("run",), ("restore", __file__)):
            assert "already running" in founded.fails(*words)


def test_a_service_that_cannot_start_says_every_reason(office: Office) -> None:
    with office.demo() as address:
        office.settings |= {
            "TRUCSO_WEB_PORT": address.rpartition(":")[2],
            "TRUCSO_DATABASE_URL": "postgresql://nobody:canary@127.0.0.1:1/nothing",
            "TRUCSO_EXTRA_CHANNELS": "echo=no.such.module:Echo",
        }
        said = office.fails("run")
    assert len(re.findall("^  - ", said, re.MULTILINE)) == 3
    assert [word for word in ("Port", "TRUCSO_DATABASE_URL", "channel echo") if word not in said] == []
    assert "canary" not in said


def test_wrong_settings_are_listed_by_every_command(office: Office) -> None:
    office.settings |= {"TRUCSO_WEB_PORT": "eighty", "TRUCSO_TICK_SECONDS": "0"}
    for command in ("run", "doctor"):
        assert len(re.findall("^  - ", office.fails(command), re.MULTILINE)) == 2


def test_a_data_folder_that_cannot_be_made_is_one_sentence(office: Office) -> None:
    (office.folder / "data").write_text("a file is in the way")
    for words in (("run",), INIT, ("demo", "--data", "data/demo", "--port", "0")):
        assert re.fullmatch(r"data\S* cannot be used: .+\.", office.fails(*words))


# --- backup, restore and replay


@pytest.mark.parametrize("kind", BOTH)
def test_a_backup_is_made_while_the_service_runs_and_put_back_elsewhere(
    office: Office, database_settings: Callable[[str], dict[str, str]], kind: str
) -> None:
    office.settings |= database_settings(kind)
    office.succeeds(*INIT)
    photo = FileStore(office.folder / "data" / "files").put(b"a photo")
    with office.service():
        assert "1 photos are in all.tar.gz" in office.succeeds("backup", "all.tar.gz")
    office.settings |= database_settings(kind) | {"TRUCSO_DATA_DIR": "other"}
    assert "1 photos are back" in office.succeeds("restore", "all.tar.gz")
    assert FileStore(office.folder / "other" / "files").get(photo) == b"a photo"
    assert LINK.search(office.succeeds("link", "Lê Văn An"))
    assert "empty" in office.fails("restore", "all.tar.gz")


def test_what_is_no_backup_is_refused(office: Office) -> None:
    (office.folder / "letter.txt").write_text("Kính gửi")
    assert office.fails("restore", "letter.txt").startswith("Nothing was put back: ")
    assert office.fails("restore", "none.tar.gz") == "There is no file none.tar.gz."
    office.succeeds(*INIT)
    assert "is a folder" in office.fails("backup", ".")


def test_a_failed_event_is_handled_again_once(founded: Office) -> None:
    rows = open_rows(founded)
    event = Inbound(
        bot_account="web",
        event_id="e1",
        chat="p1",
        sender="p1",
        kind=InboundKind.TEXT,
        text="?",
        sent_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    rows.write_now(lambda uow: inbox.add(uow, event))
    for _ in range(inbox.MAX_ATTEMPTS):
        rows.write_now(lambda uow: inbox.note_failure(uow, 1, "ABC234"))
    assert "ABC234" in founded.type("doctor").stdout
    assert "handled again" in founded.succeeds("replay", " abc234 ")
    assert rows.read_now(inbox.waiting)[0] == 1
    rows.close()
    assert "No failed event has the code ABC234" in founded.fails("replay", "ABC234")


@pytest.mark.parametrize(("code", "what"), [("W-12AB34", "page"), ("T17", "outbox_id 17")])
def test_a_code_of_another_kind_is_explained(founded: Office, code: str, what: str) -> None:
    assert what in founded.fails("replay", code)


# --- doctor


def test_the_doctor_says_what_to_do_first(office: Office) -> None:
    ended = office.type("doctor")
    assert ended.returncode == 1
    assert re.search(r"TO DO  SQLite, empty\n       -> .*trucso init", ended.stdout)
    assert not (office.folder / "data").exists()


def test_the_doctor_is_content_with_a_service_in_good_order() -> None:
    # /tmp may lie in memory, which the doctor does not like.
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        office = Office(Path(folder), TRUCSO_PUBLIC_BASE_URL="https://xa-thu.example.vn")
        office.succeeds(*INIT)
        with office.service() as address:
            assert health(address) == 200
            office.succeeds("backup", "all.tar.gz")
            ended = office.type("doctor")
    assert "TO DO" not in ended.stdout
    assert ended.returncode == 0
    assert "Communes: Xã Thử" in ended.stdout
    assert len(ended.stdout.splitlines()) <= 24, "it is one screen"


def test_the_doctor_notices_that_the_service_has_stopped(founded: Office) -> None:
    with founded.service() as address:
        assert health(address) == 200
    stale = Stopwatch().seconds() - 3 * 3600
    with sqlite3.connect(founded.folder / "data" / "trucso.db") as connection:
        connection.execute("UPDATE heartbeat SET real_seconds = ?", (stale,))
    connection.close()
    assert "TO DO  The service looked for due reminders 3 hours ago" in founded.type("doctor").stdout


def test_a_database_out_of_reach_is_a_finding_and_shows_no_password(office: Office) -> None:
    office.settings["TRUCSO_DATABASE_URL"] = "postgresql://nobody:canary@127.0.0.1:1/nothing"
    ended = office.type("doctor")
    assert "TO DO  PostgreSQL (OperationalError)" in ended.stdout
    assert "canary" not in ended.stdout + ended.stderr


def test_the_file_system_of_a_folder_is_that_of_the_nearest_mount() -> None:
    mounts = "/dev/sda1 / ext4 rw 0 0\ntmpfs /run tmpfs rw 0 0\nserver:/x /srv/data nfs4 rw 0 0\n"
    kinds = [filesystem(Path(path), mounts) for path in ("/var/lib", "/run/lock", "/srv/data/files", "/srv")]
    assert kinds == ["ext4", "tmpfs", "nfs4", "ext4"]
    assert filesystem(Path("/"), "") == ""


# --- demo


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--host", "0.0.0.0"), "--open"),  # noqa: S104 - it must be refused
        (("--fast", "61"), "60"),
        (("--fast", "2", "--start", "hom qua"), "2026-03-02T08:00"),
    ],
)
def test_the_demo_refuses_what_it_cannot_do(office: Office, words: tuple[str, ...], said: str) -> None:
    ended = office.type("demo", *words)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(office.folder.iterdir()) == []


def test_the_demo_forgets_on_demand_and_only_what_is_its_own(office: Office) -> None:
    (office.folder / "demo").mkdir()
    (office.folder / "demo" / "keepsake.txt").write_text("not ours")
    for options in ((), ("--reset",)):
        with office.demo(*options) as address:
            assert health(address) == 200
            running = office.type("demo", "--data", "demo", "--reset", "--port", "0")
            assert "already running" in running.stderr, "a running demo is not forgotten"
            assert health(address) == 200
    assert (office.folder / "demo" / "keepsake.txt").read_text() == "not ours"


def test_a_fast_demo_begins_at_the_chosen_moment(office: Office) -> None:
    with (
        office.demo("--fast", "60", "--start", "2026-03-02T08:00") as address,
        urllib.request.urlopen(f"{address}/dien-tap/gio", timeout=20) as answer,  # noqa: S310
    ):
        facts = json.load(answer)
    assert (facts["now"][:12], facts["factor"]) == ("2026-03-02T0", 60.0)


def test_a_taken_port_is_one_sentence(office: Office) -> None:
    with office.demo() as address:
        port = address.rpartition(":")[2]
        said = office.fails("demo", "--port", port, "--data", "elsewhere")
    assert said.startswith(f"Port {port} on 127.0.0.1 cannot be used (address already in use)")
