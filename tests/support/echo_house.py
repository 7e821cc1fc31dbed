"""The real service as a process of its own, on the echo platform, with a small commune on it."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from core.clock import Stopwatch, SystemClock
from core.policy import Role
from core.roster import Position
from storage import accounts, duty, migrate, people
from storage.unit_of_work import Database, UnitOfWork
from tests.support.echo_channel import ADDRESS, CURSOR

PROJECT = Path(__file__).resolve().parents[2]
PEOPLE = {
    "lan": Role.MEMBER,
    "tam": Role.MEMBER,
    "bay": Role.MEMBER,
    "chin": Role.MEMBER,
    "minh": Role.OFFICER,
    "mai": Role.OFFICER,
    "dung": Role.LEAD,
    "hoa": Role.LEADER,
}
REPORTERS = ("lan", "tam", "bay", "chin")


def seed(url: str) -> None:
    """Make the commune: Minh and Mai are on duty, and everybody writes from a chat of their own name."""
    migrate.upgrade(url)
    db = Database(url, SystemClock(), Stopwatch())
    db.write_now(_populate)
    db.close()


def _populate(uow: UnitOfWork) -> None:
    commune = people.Commune(name="Xã Vang", created_at=uow.now)
    uow.session.add_all([commune, accounts.BotAccount(id="echo", channel="echo")])
    uow.session.flush()
    uow.bind(commune.id or 0)
    unit = people.Unit(commune_id=uow.commune_id, kind="team", name="Tổ Ứng cứu")
    uow.session.add(unit)
    uow.session.flush()
    for name, role in PEOPLE.items():
        _add(uow, name, role, unit.key)


def _add(uow: UnitOfWork, name: str, role: Role, unit_id: int) -> None:
    person = people.Person(commune_id=uow.commune_id, name=name.title(), created_at=uow.now)
    uow.session.add(person)
    uow.session.flush()
    here, who = uow.commune_id, person.key
    uow.session.add(people.Membership(commune_id=here, person_id=who, unit_id=unit_id, role=role.value))
    uow.session.add(accounts.Account(commune_id=here, person_id=who, bot_account="echo", address=name))
    position = {"minh": Position.DUTY, "mai": Position.DEPUTY}.get(name)
    if position is not None:
        day = timedelta(days=1)
        uow.session.add(
            duty.ShiftRow(
                commune_id=here,
                unit_id=unit_id,
                person_id=who,
                position=position.value,
                starts_at=uow.now - day,
                ends_at=uow.now + day,
            )
        )


@dataclass
class Service:
    """One service process at a time, started and killed as often as a test likes."""

    folder: Path
    url: str
    platform: str
    more: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it listens."""
        settings = {
            "PYTHONPATH": str(PROJECT),
            "TRUCSO_DATA_DIR": str(self.folder),
            "TRUCSO_DATABASE_URL": self.url,
            "TRUCSO_WEB_PORT": "0",
            "TRUCSO_TICK_SECONDS": "1",
            "TRUCSO_LEASE_SECONDS": "10",
            "TRUCSO_EXTRA_CHANNELS": "echo=tests.support.echo_channel:EchoChannel",
            ADDRESS: self.platform,
            CURSOR: str(self.folder / "cursor"),
        }
        log = self.folder / "service.log"
        with log.open("w") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=self.folder,
                env=os.environ | settings | self.more,
                stderr=stream,
            )
        for _ in range(400):
            if '"listening"' in log.read_text():
                return
            time.sleep(0.05)  # noqa: TID251 another process is at work
        raise AssertionError(f"it did not start: {log.read_text()}")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)

    def gone(self) -> None:
        """Wait until it is dead."""
        if self.process is not None:
            self.process.wait(20)
            self.process = None

    def stop(self) -> None:
        """End it in good order, if it runs."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.gone()
