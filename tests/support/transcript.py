"""Transcripts: conversations as text, played through the real program and compared with what it says.

python -m tests.support.transcript approve FILE...   rewrites the bot's lines, for a person to review
python -m tests.support.transcript show FILE...      prints the file as the program would have it
"""

import asyncio
import difflib
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from core.clock import FakeClock
from storage import migrate
from storage.unit_of_work import Database
from tests.support.database import FakeStopwatch
from tests.support.transcript_format import Entry, parse, write
from tests.support.transcript_house import House, Mode
from tests.support.transcript_player import Player
from tests.support.transcript_village import prepare

CONVERSATIONS = Path(__file__).resolve().parents[1] / "conversations"
ONLY_BUTTONS, CARDS = "only buttons", "cards shown"
APPROVING = Mode("sqlite", buttons=True)


def header(text: str) -> set[str]:
    """Return the remarks at the head of a file that say how it is played."""
    remarks = {line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("# ")}
    return remarks & {ONLY_BUTTONS, CARDS}


def mode_for(text: str, mode: Mode) -> Mode:
    """Return the mode in which a file can be played: an old button needs buttons."""
    if ONLY_BUTTONS in header(text) and not mode.buttons:
        return Mode(mode.database, buttons=True, twice=mode.twice, restarts=mode.restarts)
    return mode


def play(text: str, url: str, folder: Path, mode: Mode) -> list[Entry]:
    """Play a file on a prepared database and return what happened."""
    clock = FakeClock(datetime(2026, 1, 1, tzinfo=UTC))
    house = House(url, clock, folder, mode_for(text, mode), edits=CARDS in header(text))
    try:
        return asyncio.run(Player(house).play(parse(text)))
    finally:
        house.db.close()


def difference(text: str, played: list[Entry], name: str) -> str:
    """Return how a file differs from what happened, line by line; empty when it does not."""
    wanted, found = write(parse(text)).splitlines(), write(played).splitlines()
    if [line.split() for line in wanted] == [line.split() for line in found]:
        return ""
    lines = difflib.unified_diff(
        wanted, found, f"{name}, as it should be", f"{name}, as it was", n=6, lineterm=""
    )
    return "\n".join(lines)


def prepared_sqlite(file: Path) -> str:
    """Make the database of the commune and return its address."""
    url = f"sqlite:///{file}"
    migrate.upgrade(url)
    database = Database(url, FakeClock(datetime(2026, 1, 1, tzinfo=UTC)), FakeStopwatch(), sync="OFF")
    prepare(database)
    database.close()
    return url


def main(arguments: list[str]) -> int:
    """Approve or show files; those that cannot be played are named, and then the result is 1."""
    verb, *names = arguments or ["show"]
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepared_sqlite(folder / "village.db")
        for file in map(Path, names):
            try:
                text = _played_here(file, folder)
            except Exception as error:  # the others shall be played all the same
                failed = 1
                sys.stderr.write(f"{file}: {type(error).__name__}: {error}\n")
                continue
            if verb == "approve":
                file.write_text(text, "utf-8")
            else:
                sys.stdout.write(text)
    return failed


def _played_here(file: Path, folder: Path) -> str:
    copy = shutil.copy(folder / "village.db", folder / f"{file.stem}.db")
    return write(play(file.read_text("utf-8"), f"sqlite:///{copy}", folder / file.stem, APPROVING))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
