"""A folder in which an operator types commands: each is the real program, as a process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
TRUCSO = (sys.executable, "-m", "bot")
INIT = ("init", "--commune", "Xã Thử", "--name", "Lê Văn An")
_PATIENCE_SECONDS = 60


class Office:
    """The folder, and the settings that its commands are given."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.settings = settings

    @property
    def environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("TRUCSO_")}
        return ours | {"PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"} | self.settings

    def type(self, *words: str, answers: str = "") -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run(
            [*TRUCSO, *words],
            cwd=self.folder,
            env=self.environment,
            input=answers,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )

    def fails(self, *words: str) -> str:
        """Return what a command says that must refuse: nothing but plain sentences, and code 1."""
        ended = self.type(*words)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert "Traceback" not in ended.stderr
        return ended.stderr.strip()

    def succeeds(self, *words: str) -> str:
        """Return what a command says that must work."""
        ended = self.type(*words)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    @contextmanager
    def demo(self, *options: str) -> Iterator[str]:
        """Run the demo in the folder "demo", and yield its address."""
        with self._started("demo", "--port", "0", "--data", "demo", *options) as process:
            assert process.stdout is not None
            yield process.stdout.readline().strip().rstrip("/")

    @contextmanager
    def service(self) -> Iterator[str]:
        """Run the service on a free port, and yield its address."""
        self.settings["TRUCSO_WEB_PORT"] = "0"
        with self._started("run") as process:
            yield f"http://127.0.0.1:{listening(process)['port']}"

    @contextmanager
    def _started(self, *words: str) -> Iterator["subprocess.Popen[str]"]:
        """Run a command that stays, and see that it ends in good order when it is told to."""
        with subprocess.Popen(
            [*TRUCSO, *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
                process.send_signal(signal.SIGINT)
                assert process.wait(_PATIENCE_SECONDS) == 0
            finally:
                process.kill()


def listening(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """Return the log line in which a service says where it listens."""
    assert process.stderr is not None
    for line in process.stderr:
        facts: dict[str, Any] = json.loads(line)
        if facts["event"] == "listening":
            return facts
    raise AssertionError("the service ended without listening")
