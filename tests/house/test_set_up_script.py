"""`./trucso` on machines where something is missing, and where nothing is.

The script runs with a PATH of its own that holds only what the test puts there. Python is played by a small
shell script, so that each test takes a moment; a real set-up happens in every run on a fresh clone.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import PROJECT

TOOLS = ("sh", "cat", "cksum", "cp", "dirname", "id", "mkdir", "readlink", "rm", "rmdir", "sleep", "tail")
# Answers what the script asks, notes what is installed, and shows how it would run the program.
FAKE_PYTHON = """#!/bin/sh
for last; do :; done
case "$*" in
    *'print("%d.%d"'*) echo VERSION ;;
    *'import ensurepip'*) exit NO_VENV ;;
    *'-m venv'*) mkdir -p "$last/bin"; rm -f "$last/bin/python"; cp "$0" "$last/bin/python" ;;
    *'-m pip install'*)
        echo "installing ${last##*/}" >>"$FAKE_LOG"
        [ -z "${OFFLINE-}" ] || { echo 'ERROR: no route to host'; exit 1; }
        sleep 0.2
        echo "installed ${last##*/}" >>"$FAKE_LOG" ;;
    *'-m bot'*) echo "in $PWD with $PYTHONPATH safe $PYTHONSAFEPATH: $*" ;;
esac
"""


class Machine:
    """A folder with the script and two locks, and a PATH that holds only what is put there."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.project = home / "a project"
        self.bin = home / "bin"
        self.log = home / "log"
        self.caller = home / "caller"
        for folder in (self.project, self.bin, self.caller):
            folder.mkdir()
        self.log.touch()
        shutil.copy(PROJECT / "trucso", self.project)
        self.write_lock("requirements.lock", "one")
        self.write_lock("requirements-dev.lock", "two")
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool) or tool)

    def write_lock(self, name: str, text: str) -> None:
        (self.project / name).write_text(text)

    def add(self, name: str, text: str) -> None:
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def add_python(self, name: str = "python3", version: str = "3.12", venv: bool = True) -> None:
        self.add(name, FAKE_PYTHON.replace("VERSION", version).replace("NO_VENV", "0" if venv else "1"))

    def add_user(self, number: int) -> None:
        self.add("id", f"#!/bin/sh\n[ $1 = -u ] && echo {number} || echo lan\n")

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": str(self.bin), "FAKE_LOG": str(self.log)}

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [self.project / "trucso", *arguments],
            check=False,
            cwd=self.caller,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [self.project / "trucso", *arguments],
            cwd=self.caller,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def refusal(self, *arguments: str, **environment: str) -> str:
        """Run, expect failure, and return the one line that it printed."""
        done = self.run(*arguments, **environment)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("trucso: ")
        assert done.stderr.count("\n") == 1
        return done.stderr

    def noted(self) -> list[str]:
        return self.log.read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def open_machine() -> Iterator[Machine]:
    """A machine that other users can reach: pytest's own folders are closed to them."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Machine(Path(folder))


def test_no_python(machine: Machine) -> None:
    machine.add_user(0)
    said = machine.refusal("demo")
    assert "Python 3.11 or newer is needed and none was found" in said
    assert said.endswith("type: apt-get install python3 python3-venv\n")


def test_somebody_who_is_not_root_is_told_to_use_sudo(machine: Machine) -> None:
    machine.add_user(1000)
    assert machine.refusal("demo").endswith("type: sudo apt-get install python3 python3-venv\n")


def test_python_is_too_old(machine: Machine) -> None:
    machine.add_python(version="3.9")
    assert "Python 3.11 or newer is needed and only 3.9 was found" in machine.refusal("demo")


def test_no_venv_module(machine: Machine) -> None:
    machine.add_python("python3.11", version="3.11", venv=False)
    said = machine.refusal("demo")
    assert "Python 3.11 has no venv module" in said
    assert said.endswith("apt-get install python3.11-venv\n")


def test_a_python_that_does_not_start_is_passed_over(machine: Machine) -> None:
    machine.add("python3.13", "#!/bin/sh\nexit 127\n")
    machine.add_python("python3.12", venv=False)
    machine.add_python("python3.11", version="3.11")
    assert machine.run("demo").returncode == 0


def test_no_network(machine: Machine) -> None:
    machine.add_python()
    said = machine.refusal("demo", OFFLINE="1")
    assert "check the network" in said
    log = machine.project / ".venv" / "install.log"
    assert str(log) in said
    assert log.read_text() == "ERROR: no route to host\n"
    assert not (machine.project / ".venv.lock").exists()


def test_after_a_failed_download_the_next_start_tries_again(machine: Machine) -> None:
    machine.add_python()
    machine.refusal("demo", OFFLINE="1")
    assert machine.run("demo").returncode == 0
    assert machine.noted()[-1] == "installed requirements.lock"


def test_a_folder_that_cannot_be_written_to(open_machine: Machine) -> None:
    open_machine.add_python()
    open_machine.project.chmod(0o555)
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:  # root may write everywhere
        as_user = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
    done = subprocess.run(
        [str(open_machine.project / "trucso"), "demo"],
        check=False,
        env=open_machine.environment,
        capture_output=True,
        text=True,
        **as_user,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"trucso: {open_machine.project} cannot be written to; ")
    assert done.stderr.count("\n") == 1


def test_the_program_runs_in_the_callers_folder_with_only_our_code(machine: Machine) -> None:
    machine.add_python()
    done = machine.run("demo", "--port", "9000", "two words", PYTHONPATH="/elsewhere")
    expected = f"in {machine.caller} with {machine.project} safe 1: -m bot demo --port 9000 two words\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, expected, "")


def test_a_link_to_the_script_works(machine: Machine) -> None:
    machine.add_python()
    link = machine.bin / "trucso"
    link.symlink_to(machine.project / "trucso")
    done = subprocess.run(
        [link, "version"], check=True, env=machine.environment, capture_output=True, text=True
    )
    assert f"with {machine.project} safe" in done.stdout


def test_packages_are_installed_once_and_again_when_the_lock_changes(machine: Machine) -> None:
    machine.add_python()
    machine.run("demo")
    machine.run("demo")
    assert machine.noted() == ["installing requirements.lock", "installed requirements.lock"]
    machine.write_lock("requirements.lock", "another")
    machine.run("demo")
    assert machine.noted()[2:] == ["installing requirements.lock", "installed requirements.lock"]


def test_a_set_up_project_runs_without_any_python_on_the_path(machine: Machine) -> None:
    machine.add_python()
    machine.run("demo")
    (machine.bin / "python3").unlink()
    assert machine.run("demo").returncode == 0


def test_an_environment_whose_python_is_gone_is_made_again(machine: Machine) -> None:
    machine.add_python()
    machine.run("demo")
    python = machine.project / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/no/such/python")
    assert machine.run("demo").returncode == 0


def test_two_starts_at_once_install_once(machine: Machine) -> None:
    machine.add_python()
    starts = [machine.start("demo") for _ in range(4)]
    assert [start.communicate(timeout=60)[1] for start in starts] == [""] * 4
    assert [start.returncode for start in starts] == [0] * 4
    assert machine.noted() == ["installing requirements.lock", "installed requirements.lock"]


def test_a_set_up_that_was_killed_does_not_block_the_next(machine: Machine) -> None:
    machine.add_python()
    killed = machine.start("demo")
    while not machine.noted():
        assert killed.poll() is None
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert (machine.project / ".venv.lock").is_dir()
    assert machine.run("demo").returncode == 0
    assert not (machine.project / ".venv.lock").exists()


def test_the_tests_have_packages_of_their_own(machine: Machine) -> None:
    machine.add_python()
    machine.add("chromium", "#!/bin/sh\n")
    machine.run("demo")
    machine.run("test")
    machine.run("demo")
    assert [line for line in machine.noted() if line.startswith("installed")] == [
        "installed requirements.lock",
        "installed requirements-dev.lock",
    ]


def test_the_tests_need_chromium(machine: Machine) -> None:
    machine.add_python()
    machine.add_user(1000)
    assert machine.refusal("test") == (
        "trucso: the browser tests need Chromium; on Debian type: sudo apt-get install chromium\n"
    )


def test_root_on_debian_gets_chromium_installed(machine: Machine) -> None:
    machine.add_python()
    machine.add_user(0)
    machine.add("apt-get", '#!/bin/sh\necho "apt-get $*" >>"$FAKE_LOG"\n')
    assert machine.run("test").returncode == 0
    assert machine.noted()[:2] == ["apt-get -qq update", "apt-get -qq install -y chromium"]


def test_chromium_that_cannot_be_installed_is_told(machine: Machine) -> None:
    machine.add_python()
    machine.add_user(0)
    machine.add("apt-get", "#!/bin/sh\nexit 100\n")
    assert machine.refusal("test").endswith("check the network and type: apt-get install chromium\n")
