"""How soon the demo answers, and how much memory it takes.

The demo is started as a process of its own on an empty folder, as after an installation; the clock runs until
the first 200 of /healthz. Memory is the resident set of that process, read once it idles.
"""

import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.report import Figures

_PROJECT = Path(__file__).resolve().parents[1]
_PATIENCE = 30.0


def run() -> Figures:
    """Start the demo once and return seconds and MiB."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bot", "demo", "--port", "0", "--data", folder]
        begin = time.perf_counter()
        with subprocess.Popen(  # noqa: S603 our own program
            command, cwd=_PROJECT, stdout=subprocess.PIPE, text=True
        ) as process:
            url = process.stdout.readline().strip() if process.stdout else ""
            _until_well(f"{url}healthz", begin)
            seconds = time.perf_counter() - begin
            time.sleep(2)  # noqa: TID251 lets it come to rest
            memory = _resident_mib(process.pid)
            process.terminate()
    return {"seconds_to_first_200": round(seconds, 2), "idle_rss_mib": round(memory, 1)}


def _until_well(url: str, begin: float) -> None:
    while time.perf_counter() - begin < _PATIENCE:
        try:
            with urllib.request.urlopen(url):  # noqa: S310 the demo on this machine
                return
        except urllib.error.URLError:
            time.sleep(0.02)  # noqa: TID251 another process is at work
    raise TimeoutError("the demo did not answer")


def _resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
