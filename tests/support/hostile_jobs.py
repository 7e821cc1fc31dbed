"""Jobs that misbehave, as code would that a crafted file has taken over. For the worker's tests only."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.work.task import Task

KINDS = {
    "photo.clean": "bot.work.photo:clean",
    "sleep": "bot.work.burn:burn",
    **{
        name: f"tests.support.hostile_jobs:{name}"
        for name in (
            "allocate",
            "chatter",
            "claim_a_file",
            "die",
            "fill_the_disk",
            "leave",
            "lie",
            "look_around",
            "program",
            "remove_outside",
            "spin",
            "talk_to_the_network",
            "write_outside",
            "write_outside_in_native_code",
        )
    },
}


def allocate(task: Task) -> dict[str, Any]:
    return {"got": len(bytearray(int(task.params["mib"]) * 1024 * 1024))}


def spin(task: Task) -> dict[str, Any]:
    while True:
        pass


def die(task: Task) -> dict[str, Any]:
    signal.raise_signal(signal.SIGSEGV)
    return {}


def leave(task: Task) -> dict[str, Any]:
    os._exit(0)


def lie(task: Task) -> dict[str, Any]:
    """Write a reply of one's own past the real one and leave."""
    for descriptor in range(3, 10):
        with suppress(OSError):
            os.write(descriptor, str(task.params["reply"]).encode())
    os._exit(0)


def talk_to_the_network(task: Task) -> dict[str, Any]:
    with socket.create_connection(("127.0.0.1", int(task.params["port"]))):
        return {}


def write_outside(task: Task) -> dict[str, Any]:
    Path(task.params["path"]).write_text("harm", encoding="ascii")
    return {}


def remove_outside(task: Task) -> dict[str, Any]:
    Path(task.params["path"]).unlink()
    return {}


def write_outside_in_native_code(task: Task) -> dict[str, Any]:
    with sqlite3.connect(task.params["path"]) as database:
        database.execute("CREATE TABLE harm (done INTEGER)")
    return {}


def program(task: Task) -> dict[str, Any]:
    subprocess.run([sys.executable, "-c", ""], check=True)
    return {}


def fill_the_disk(task: Task) -> dict[str, Any]:
    with (task.folder / "large").open("wb") as stream:
        for _ in range(1024):
            stream.write(bytes(1024 * 1024))
    return {}


def chatter(task: Task) -> dict[str, Any]:
    print("not part of the reply")
    return {"long": "x" * int(task.params["characters"])}


def claim_a_file(task: Task) -> dict[str, Any]:
    return {"file": task.params["name"]}


def look_around(task: Task) -> dict[str, Any]:
    """What the process knows and where it is."""
    return {
        "environment": sorted(os.environ),
        "files": sorted(os.listdir()),
        "niceness": os.nice(0),
        "open": len(os.listdir("/proc/self/fd")),
    }
