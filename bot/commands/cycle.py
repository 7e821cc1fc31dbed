"""`trucso cycle`"""

import json
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.when import UNREADABLE, lines_of
from core.clock import VIETNAM
from core.deadline import DAY_OF, DEFAULT_LEADS, Bound, Occurrence, plan_occurrence
from core.recurrence import DayMissing, Recurrence, UnknownRule, clamp, occurrences, parse_recurrence
from knowledge.calendar_loader import shipped_calendar
from knowledge.phrases.read import read

Row = dict[str, str]


def cycle_occurrences_command(
    rule: Annotated[str | None, typer.Option(help="A rule or the words of a plan.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="First day (YYYY-MM-DD).")] = None,
    until: Annotated[str | None, typer.Option(help="Last day (YYYY-MM-DD).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    jsonl: Annotated[
        Path | None, typer.Option(help="Lines with id, recurrence, bound, occurrence or month.")
    ] = None,
) -> None:
    """Print the days of a rule: printed, last safe, and when to remind."""
    if jsonl is not None:
        for row in _answers(jsonl):
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    if rule is None or start is None or until is None:
        raise typer.BadParameter("give --rule, --from and --until, or --jsonl FILE")
    rows = _rows_of_rule(rule, _day(start), _day(until))
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo("  ".join(f"{name} {day}" for name, day in row.items()))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"not a day: {text}") from error


def _rows_of_rule(rule: str, start: date, until: date) -> list[Row]:
    try:
        return [row_of(one) for one in occurrences_of(rule, start, until)]
    except DayMissing as error:
        raise typer.BadParameter(f"the rule names no day: {error}") from error
    except UnknownRule as error:
        raise typer.BadParameter(f"not a rule: {error}") from error


def occurrences_of(rule: str, start: date, until: date) -> list[Occurrence]:
    """Occurrences of a written rule ("monthly:15", "before monthly:15") or of the words of a plan.

    Raises UnknownRule when the words name no day or rule, DayMissing when they only say how often.
    """
    calendar = shipped_calendar()
    bare = rule.removeprefix("before ").removeprefix("on ")
    try:
        bound = Bound.BEFORE if rule.startswith("before ") else Bound.ON
        return _planned(parse_recurrence(bare), bound, start, until)
    except UnknownRule:
        due = read(rule, datetime.combine(start, time(), VIETNAM), calendar)
    if due.recurrence is not None:
        return _planned(parse_recurrence(due.recurrence), due.day_bound, start, until)
    printed = due.printed_day
    if printed is None:
        raise UnknownRule(rule)
    return [plan_occurrence(printed, due.day_bound, calendar)] if start <= printed <= until else []


def _planned(recurrence: Recurrence, bound: Bound, start: date, until: date) -> list[Occurrence]:
    calendar = shipped_calendar()
    return [
        plan_occurrence(printed, bound, calendar)
        for printed in occurrences(recurrence, start, until, calendar)
    ]


def row_of(occurrence: Occurrence) -> Row:
    """The printed shape of one occurrence."""
    row = {
        "occurrence": occurrence.printed.isoformat(),
        "last_safe_day": occurrence.last_safe_day.isoformat(),
    }
    row |= {f"remind_{lead}": occurrence.reminder_day(lead).isoformat() for lead in DEFAULT_LEADS}
    return row | {"remind_day_of": occurrence.reminder_day(DAY_OF).isoformat()}


def _answers(path: Path) -> Iterator[dict[str, Any]]:
    for line in lines_of(path):
        given: Any = None
        try:
            given = json.loads(line)
            rows = [row_of(one) for one in _asked(given)]
            yield from ({"id": given["id"], **row} for row in rows)
            if not rows:
                yield {"id": given["id"], "occurrence": None}
        except (ValueError, KeyError, TypeError, AttributeError):
            name = given.get("id") if isinstance(given, dict) else None
            yield {"id": name, "error": UNREADABLE}


def _asked(given: dict[str, Any]) -> list[Occurrence]:
    """The occurrence that a line names, or those that its month holds."""
    bound = Bound(given.get("bound") or "on")
    if given.get("occurrence"):
        year, month, day = map(int, given["occurrence"].split("-"))
        return [plan_occurrence(clamp(year, month, day), bound, shipped_calendar())]
    year, month = map(int, given["month"].split("-")[:2])
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    try:
        return _planned(parse_recurrence(given["recurrence"]), bound, first, last)
    except UnknownRule:
        return occurrences_of(given["recurrence"], first, last)


def register(app: typer.Typer) -> None:
    cycle = typer.Typer(help="Report cycles.", no_args_is_help=True)
    cycle.callback()(_group)
    cycle.command("occurrences")(cycle_occurrences_command)
    app.add_typer(cycle, name="cycle")


def _group() -> None:
    """Report cycles."""


if __name__ == "__main__":
    program = typer.Typer()
    program.callback()(_group)
    program.command("occurrences")(cycle_occurrences_command)
    program()
