"""How figures are written down: with the date and the machine, because without them they mean nothing."""

import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.clock import SystemClock

Figures = dict[str, Any]


def machine() -> Figures:
    """Return what the figures depend on: processors, memory, system and versions."""
    system = platform.freedesktop_os_release() if Path("/etc/os-release").exists() else {}
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "processors": os.cpu_count(),
        "memory_gib": round(pages * size / 2**30, 1),
        "system": system.get("PRETTY_NAME", platform.platform()),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load_before": round(os.getloadavg()[0], 2),
    }


def written(name: str, runs: Sequence[Figures], before: Figures) -> str:
    """Return the report of a benchmark as JSON text: every run, in the order in which they were made."""
    facts = {
        "benchmark": name,
        "date": SystemClock().now().isoformat(timespec="seconds"),
        "machine": before,
        "runs": list(runs),
    }
    return json.dumps(facts, ensure_ascii=False, indent=2)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which so many percent of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def resident_mib(process: int | None = None) -> float:
    """Return how much memory a process holds now, in MiB."""
    status = Path(f"/proc/{process or 'self'}/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return round(int(line.split()[1]) / 1024, 1)
