"""`trucso when`"""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from core.clock import VIETNAM, SystemClock
from knowledge.calendar_loader import shipped_calendar
from knowledge.phrases.read import read

UNREADABLE = "unreadable"


def when_command(
    text: Annotated[str | None, typer.Argument(help="A phrase such as the ones people type.")] = None,
    now: Annotated[str | None, typer.Option(help="The moment it is said (ISO); default: now.")] = None,
    jsonl: Annotated[Path | None, typer.Option(help="Lines with id, text, now; - for input.")] = None,
) -> None:
    """Print what a phrase of time means, as JSON."""
    if jsonl is not None:
        for row in _rows(jsonl):
            typer.echo(json.dumps(row, ensure_ascii=False))
    elif text is not None:
        typer.echo(json.dumps(_meaning(text, _moment_option(now)), ensure_ascii=False))
    else:
        raise typer.BadParameter("give a phrase or --jsonl FILE")


def lines_of(path: Path) -> Iterator[str]:
    """The lines of a file, or of standard input for "-", without the empty ones."""
    text = sys.stdin.read() if path == Path("-") else path.read_text(encoding="utf-8-sig")
    return (line for line in text.split("\n") if line.strip())


def moment(iso: str | None) -> datetime:
    """An ISO moment, Vietnam time unless it names a zone; the present if none. Raises ValueError."""
    if not iso:
        return SystemClock().now()
    parsed = datetime.fromisoformat(iso)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=VIETNAM)


def _meaning(text: str, now: datetime) -> dict[str, object]:
    return read(text, now, shipped_calendar()).as_json()


def _moment_option(iso: str | None) -> datetime:
    try:
        return moment(iso)
    except ValueError as error:
        raise typer.BadParameter(f"not an ISO moment: {iso}") from error


def _rows(path: Path) -> Iterator[dict[str, object]]:
    for line in lines_of(path):
        given: Any = None
        try:
            given = json.loads(line)
            yield {"id": given["id"], **_meaning(given["text"], moment(given.get("now")))}
        except (ValueError, KeyError, TypeError, AttributeError):
            name = given.get("id") if isinstance(given, dict) else None
            yield {"id": name, "kind": "none", "error": UNREADABLE}


def register(app: typer.Typer) -> None:
    app.command("when")(when_command)


if __name__ == "__main__":
    typer.run(when_command)
