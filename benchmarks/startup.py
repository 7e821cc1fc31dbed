"""How long the demo takes to start, and how much memory it holds.

Measured on an installed start (the environment is there; `trucso` adds a few milliseconds of shell):

- from the start of `python -m bot demo` until /healthz first answers 200, with a new data folder (the
  database is made) and with the same one again;
- resident memory once it has been idle for some seconds, and after one incident was walked through on its
  three phones: reported with a photo, taken, commented, listed, resolved and looked up, with all pages open;
- importing `bot.cli`, which every command pays for, in a fresh interpreter.
"""

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen
from subprocess import run as run_process

import aiohttp

from benchmarks.http import free_port, wait_until_healthy
from benchmarks.phones import Phone
from benchmarks.report import Figures, resident_mib
from tests.support.photos import phone_photo

IDLE_SECONDS = 10.0
_PATIENCE_SECONDS = 20.0
_PHOTO_SECONDS = 5.0
_COOKIE = re.compile(r"trucso=(?P<token>[^;]+);.*[Pp]ath=/m/(?P<slot>\w+)/")
_IMPORTS = 5


def run() -> Figures:
    """Start the demo twice, walk an incident through, and read its memory."""
    with tempfile.TemporaryDirectory(prefix="trucso-benchmark-") as name:
        folder = Path(name)
        with _demo(folder) as (_address, _process, first):
            pass
        with _demo(folder) as (address, process, again):
            time.sleep(IDLE_SECONDS)  # noqa: TID251 the service settles
            idle = resident_mib(process)
            asyncio.run(_walk_through(address))
            used = resident_mib(process)
    return {
        "first_start_seconds": round(first, 2),
        "next_start_seconds": round(again, 2),
        "idle_resident_mib": idle,
        "resident_mib_after_an_incident": used,
        "import_of_cli_seconds": round(min(_import_seconds() for _ in range(_IMPORTS)), 3),
    }


@contextmanager
def _demo(folder: Path) -> Iterator[tuple[str, int, float]]:
    port = free_port()
    command = [sys.executable, "-m", "bot", "demo", "--port", str(port), "--data", str(folder / "demo")]
    begin = time.perf_counter()
    with Popen(command, stdin=DEVNULL, stdout=DEVNULL) as process:  # noqa: S603 our own program
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_healthy(address)
            yield address, process.pid, time.perf_counter() - begin
        finally:
            process.terminate()


async def _walk_through(address: str) -> None:
    """Report, take, comment, list, resolve and look up one incident, with all three pages open."""
    async with aiohttp.ClientSession() as session:
        member, officer, leader = phones = await _entered(session, address)
        holding = [asyncio.ensure_future(phone.hold(session, address)) for phone in phones]  # noqa: TID251
        await member.say(session, address, "may in bo phan mot cua ko in dc")
        await _until(member, "Gửi")
        await member.send_photo(session, address, phone_photo())
        await asyncio.sleep(_PHOTO_SECONDS)
        await member.press(session, address, member.buttons["Gửi"], 0.0)
        await _until(officer, "Nhận")
        await officer.press(session, address, officer.buttons["Nhận"], 0.0)
        await _until(officer, "Xong")
        for phone, text in (
            (officer, "ghi 1: dang kiem tra"),
            (leader, "dang mo"),
            (officer, "xong 1 do long cap, da cam lai"),
            (member, "SC-0001"),
        ):
            before = len(phone.shown)
            await phone.say(session, address, text)
            await _more(phone, before)
        for one in holding:
            one.cancel()


async def _entered(session: aiohttp.ClientSession, address: str) -> list[Phone]:
    """Enter the demo, and return its phones from left to right."""
    headers = {"Origin": address}
    async with session.post(f"{address}/dien-tap", headers=headers, allow_redirects=False) as answer:
        cookies = [_COOKIE.match(cookie) for cookie in answer.headers.getall("Set-Cookie")]
    return [Phone(0, found["slot"], found["token"]) for found in cookies if found]


async def _until(phone: Phone, label: str) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while label not in phone.buttons:
            await asyncio.sleep(0.05)


async def _more(phone: Phone, before: int) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while len(phone.shown) <= before:
            await asyncio.sleep(0.05)


def _import_seconds() -> float:
    """Return the seconds of a fresh interpreter that imports the command line, less those of an empty one."""
    seconds = []
    for code in ("import bot.cli", "pass"):
        begin = time.perf_counter()
        run_process([sys.executable, "-c", code], check=True, env=os.environ | {"PYTHONPATH": "."})  # noqa: S603
        seconds.append(time.perf_counter() - begin)
    return seconds[0] - seconds[1]
