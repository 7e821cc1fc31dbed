"""What the machine's process table says, for tests that start, stop and kill."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

PATIENCE_SECONDS = 20.0


def children(parent: int | None = None) -> dict[int, str]:
    """The processes that a process has started, zombies too: id to state letter."""
    parent = parent or os.getpid()
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _stat(int(folder.name))
        if fields and int(fields[1]) == parent:
            found[int(folder.name)] = fields[0]
    return found


def lives(process: int) -> bool:
    """False when a process has ended, even if nobody has taken note of its end yet."""
    fields = _stat(process)
    return bool(fields) and fields[0] not in "ZX"


def processor_ticks(process: int) -> int:
    """How much processor time a process has used, in the kernel's ticks; 0 when it is gone."""
    fields = _stat(process)
    return int(fields[11]) + int(fields[12]) if fields else 0


async def until(true: Callable[[], object]) -> None:
    """Wait until something is the case. Raises TimeoutError after a long while."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not true():  # noqa: ASYNC110 - the process table tells nobody when it changes
            await asyncio.sleep(0.01)


def _stat(process: int) -> list[str]:
    """The fields of /proc/ID/stat from the state on; empty when the process is gone."""
    try:
        line = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return line.rpartition(")")[2].split()
