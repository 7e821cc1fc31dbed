"""The real service as a process of its own, on the echo platform."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.echo_channel import ADDRESS, FOLDER
from tests.support.echo_kill import PLACE, Place
from tests.support.echo_platform import BROKEN, ECHO

PROJECT = Path(__file__).resolve().parents[2]
CHANNELS = {
    ECHO: "tests.support.echo_channel:EchoChannel",
    BROKEN: "tests.support.echo_channel:BrokenChannel",
}
LEASE_SECONDS = 10
"""The shortest that the settings allow."""
START_SECONDS = 30.0
PATIENCE_SECONDS = 60.0


def until(true: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for something to become true. Raises AssertionError after a long while."""
    for _ in range(int(seconds / 0.05)):
        if true():
            return
        time.sleep(0.05)  # noqa: TID251 another process is at work
    raise AssertionError("waited in vain")


@dataclass
class Service:
    """One service process at a time, started and killed as often as a test likes."""

    folder: Path
    url: str
    platform: str
    settings: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None
    port: int = 0

    def start(self, place: Place | None = None) -> None:
        """Start it and wait until it listens. At `place` it is to die by itself, maybe even before that."""
        self.folder.mkdir(exist_ok=True)
        with self._log.open("w") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=self.folder,
                env=os.environ | self._environment() | {PLACE: str(place or "")} | self.settings,
                stderr=stream,
            )
        until(lambda: bool(self.logged("listening")) or not self.lives(), START_SECONDS)
        assert place is not None or self.lives(), self._log.read_text()
        self.port = next((line["port"] for line in self.logged("listening")), 0)

    @property
    def _log(self) -> Path:
        return self.folder / "service.log"

    def _environment(self) -> dict[str, str]:
        return {
            "PYTHONPATH": str(PROJECT),
            "TRUCSO_DATA_DIR": str(self.folder),
            "TRUCSO_DATABASE_URL": self.url,
            "TRUCSO_WEB_PORT": "0",
            "TRUCSO_TICK_SECONDS": "1",
            "TRUCSO_LEASE_SECONDS": str(LEASE_SECONDS),
            "TRUCSO_WORKER_SECONDS": "120",  # other work on the machine must not fail a job
            "TRUCSO_EXTRA_CHANNELS": ",".join(f"{kind}={place}" for kind, place in CHANNELS.items()),
            ADDRESS: self.platform,
            FOLDER: str(self.folder),
        }

    def logged(self, event: str) -> list[dict[str, Any]]:
        """Return the log lines of one kind since the last start."""
        # The last line may still be on its way.
        found = [json.loads(line) for line in self.log_lines() if line.endswith("}")]
        return [line for line in found if line["event"] == event]

    def log_lines(self) -> list[str]:
        """Return all that the process has written since the last start."""
        return self._log.read_text().splitlines()

    def lives(self) -> bool:
        """Tell whether the process runs."""
        return self.process is not None and self.process.poll() is None

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
