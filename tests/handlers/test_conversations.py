"""Every conversation of tests/conversations, word for word, however it is played."""

from pathlib import Path

import pytest

from tests.handlers.conftest import Village
from tests.support.database import POSTGRES, SQLITE
from tests.support.transcript import CONVERSATIONS, difference, play
from tests.support.transcript_house import Mode

FILES = sorted(CONVERSATIONS.glob("*.txt"))
LADDERS = sorted(CONVERSATIONS.glob("nhac-*.txt"))
MODES = (
    Mode(SQLITE, buttons=True),
    Mode(SQLITE, buttons=False, twice=True),
    Mode(POSTGRES, buttons=False),
)
RESTARTS = Mode(SQLITE, buttons=True, restarts=True)


def marked(mode: Mode) -> object:
    marks = [pytest.mark.postgres] if mode.database == POSTGRES else []
    return pytest.param(mode, marks=marks, id=mode.name)


def check(file: Path, mode: Mode, url: str, folder: Path) -> None:
    """Play a file and fail with what is different."""
    text = file.read_text("utf-8")
    different = difference(text, play(text, url, folder, mode), file.name)
    if different:
        pytest.fail(different, pytrace=False)


@pytest.mark.parametrize("mode", [marked(mode) for mode in MODES])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_conversation(file: Path, mode: Mode, village: Village, tmp_path: Path) -> None:
    check(file, mode, village(mode.database), tmp_path)


@pytest.mark.parametrize("file", LADDERS, ids=lambda file: file.stem)
def test_a_restart_in_every_pause_changes_nothing(file: Path, village: Village, tmp_path: Path) -> None:
    check(file, RESTARTS, village(SQLITE), tmp_path)


def test_every_conversation_says_what_it_is_about() -> None:
    titles = {file.name: file.read_text("utf-8").splitlines()[0] for file in FILES}
    assert [name for name, title in titles.items() if not title.startswith("# ")] == []
    assert len(set(titles.values())) == len(titles)
