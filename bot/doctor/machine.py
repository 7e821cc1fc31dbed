"""The machine as the service finds it: Python, clock, data folder, worker processes, address and channels."""

import asyncio
import base64
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import Plan
from bot.channels.registry import channel_class
from bot.doctor.finding import Finding, judged, noted
from bot.worker import Worker
from core.clock import SystemClock, local
from core.errors import ConfigurationError

SPACE_NEEDED = 1 << 30
"""Bytes that should be free where the data lies."""
WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
"""A clock that shows an earlier moment than the making of this program is wrong."""
_MIB = 1 << 20
_IN_MEMORY = {"tmpfs", "ramfs"}
_OVER_THE_NETWORK = {"9p", "cifs", "fuse.sshfs", "nfs", "nfs4", "smb3"}
_DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"
)
"""A PNG of one black point."""


def python() -> Finding:
    """Say which Python runs, and as whom."""
    return noted(
        f"Python {platform.python_version()}, user {os.getuid()}",
        "The service should not run as root: give it a user of its own.",
        well=os.getuid() != 0,
    )


def settings() -> Finding:
    """Say where the settings come from."""
    given = Path(".env").is_file() or any(name.startswith("TRUCSO_") for name in os.environ)
    return noted(
        "Settings are read and right" if given else "No settings here: the defaults stand",
        "Go to the folder that holds .env, or make one there from .env.example.",
        well=given,
    )


def clock() -> Finding:
    """Tell whether the machine knows what time it is in Vietnam."""
    now = SystemClock().now()
    right = local(now).utcoffset() == timedelta(hours=7) and now >= WRITTEN
    return judged(
        f"Vietnam time is {local(now):%H:%M on %d/%m/%Y}",
        "Wrong: install the package tzdata, and let the machine set its clock with timedatectl set-ntp on.",
        well=right,
    )


def folder(plan: Plan) -> Iterator[Finding]:
    """Look at the data folder: writable, on a disk, with room."""
    where = plan.data_dir.absolute()
    here = next(place for place in (where, *where.parents) if place.exists())
    fault = _writing_fault(here)
    yield judged(
        f"Data folder {plan.data_dir}{'' if where.exists() else ' (will be made)'}",
        f"It cannot be written: {fault}. As root: chown -R USER {where}, with the user of the service.",
        well=not fault,
    )
    yield _medium(plan, here)
    free = shutil.disk_usage(here).free
    yield judged(
        f"{free // _MIB} MiB free there",
        "Make room: on a full disk the service cannot take reports any more.",
        well=free >= SPACE_NEEDED,
    )


def _writing_fault(place: Path) -> str:
    try:
        tempfile.TemporaryFile(dir=place).close()
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _medium(plan: Plan, place: Path) -> Finding:
    kind = filesystem(place, Path("/proc/mounts").read_text(encoding="utf-8", errors="replace"))
    if plan.database_url.startswith("sqlite") and kind in _OVER_THE_NETWORK:
        advice = "SQLite is not safe there. Put the data folder on a disk of this machine, or use PostgreSQL."
        return judged(f"It lies on a network drive ({kind})", advice, well=False)
    return judged(
        f"It lies on {kind or 'a disk'}",
        "Everything is lost at the next start of the machine. Put the data folder on a disk.",
        well=kind not in _IN_MEMORY,
    )


def filesystem(place: Path, mounts: str) -> str:
    """Return the kind of file system that a folder lies on, by the text of /proc/mounts; "" when unknown."""
    rows = [line.split() for line in mounts.splitlines()]
    over = [(len(row[1]), number, row[2]) for number, row in enumerate(rows) if place.is_relative_to(row[1])]
    return max(over)[2] if over else ""


def worker(plan: Plan) -> Finding:
    """Let a worker process clean a small photo."""
    try:
        with tempfile.TemporaryDirectory() as scratch:
            photo = Path(scratch) / "photo"
            photo.write_bytes(_DOT)
            result = asyncio.run(Worker(Path(scratch), plan.limits).run("photo.clean", {}, photo))
    except OSError as error:
        return judged("Photos cannot be cleaned", f"{error.strerror}: {error.filename}.", well=False)
    return judged(
        "Photos are cleaned in a worker process" if result.ok else "Photos cannot be cleaned",
        f"The worker failed ({result.fault} {result.reason}). TRUCSO_WORKER_MEMORY_MIB may be too small.",
        well=result.ok,
    )


def address(plan: Plan, url: str) -> Finding:
    """Tell whether people's phones reach the pages, and safely."""
    said = f"People reach the pages at {url}"
    if not plan.public_base_url:
        advice = (
            "Only this machine does. Put a web server with https in front and set TRUCSO_PUBLIC_BASE_URL."
        )
        return judged(said, advice, well=False)
    advice = "Without https others can read along and take a phone over. Give the web server a certificate."
    return judged(said, advice, well=url.startswith("https://"))


def channels(plan: Plan) -> Iterator[Finding]:
    """Tell which channels are switched on, and which of them cannot be."""
    yield Finding(f"Channels: {', '.join(['web', *sorted(plan.channels)])}")
    for kind in plan.channels:
        try:
            channel_class(kind, plan.channels)
        except ConfigurationError as error:
            yield judged(f"Channel {kind}", f"{error}. Correct TRUCSO_EXTRA_CHANNELS.", well=False)


def watchdog(plan: Plan) -> Finding:
    """Tell whether somebody outside notices when the service stops."""
    return noted(
        "An outside watchdog is told" if plan.heartbeat_url else "No outside watchdog",
        "Nobody notices if the machine stops at night. Set TRUCSO_HEARTBEAT_URL.",
        well=bool(plan.heartbeat_url),
    )
