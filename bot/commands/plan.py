"""`trucso plan read` and `trucso plan score`"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.texts.render import Texts
from core.clock import SystemClock
from core.deadline import DueKind
from core.messages import Message
from knowledge.plans.deadlines import is_calendar
from knowledge.plans.files import read_file
from knowledge.plans.model import Plan, PlanTask
from knowledge.plans.read import read_plan
from knowledge.plans.score import score
from knowledge.plans.source import PlanError


def read_command(
    file: Annotated[Path, typer.Argument(help="A plan.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print what was found in a plan: its tasks, deadlines, leads, reports, each with its lines."""
    plan = _plan(file)
    if as_json:
        typer.echo(json.dumps(plan.as_json(), ensure_ascii=False, indent=1))
        return
    if not plan.tasks:
        sys.exit(_say("plan.error.no_tasks", name=file.name))
    for text in _pages(plan):
        typer.echo(text)


def score_command(
    file: Annotated[Path, typer.Argument(help="A plan, or the JSON that `plan read --json` printed.")],
    gold: Annotated[Path, typer.Argument(help="Labels made by hand, as JSON.")],
    show: Annotated[int, typer.Option(help="Print so many differences.")] = 0,
) -> None:
    """Print how well a plan was read, from 0 to 1."""
    labels = _labels(gold)
    found = _labels(file) if file.suffix == ".json" else _plan(file).as_json()
    result = score(labels, found)
    for note in result.notes[:show]:
        typer.echo(note, err=True)
    typer.echo(json.dumps(result.figures))


def _plan(file: Path) -> Plan:
    try:
        return read_plan(read_file(file), SystemClock().now())
    except PlanError as error:
        sys.exit(_say(f"plan.error.{error.code}", **{"name": file.name, **error.details}))


def _labels(file: Path) -> dict[str, Any]:
    try:
        labels = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(labels["tasks"], list):
            return dict(labels)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    sys.exit(_say("plan.error.no_labels", name=file.name))


def _say(key: str, **params: object) -> str:
    return Texts().message(Message(key=key, params=params), SystemClock().now())


def _pages(plan: Plan) -> list[str]:
    facts = plan.facts
    summary = _say(
        "plan.summary",
        number=facts.number,
        title=facts.title,
        issuer=facts.issuer,
        issued_on=facts.issued_on.strftime("%d/%m/%Y") if facts.issued_on else None,
        tasks=len(plan.tasks),
        dated=sum(is_calendar(task.due) for task in plan.tasks),
        leadless=sum(not task.lead for task in plan.tasks),
        reports=len(plan.reports),
        duty=len(plan.duty),
    )
    return [summary, *(_task(number, task) for number, task in enumerate(plan.tasks, 1))]


def _task(number: int, task: PlanTask) -> str:
    said = task.due.kind is not DueKind.NONE or task.due.error
    return _say(
        "plan.task",
        n=number,
        text=" ".join(task.text.split()),
        lead="; ".join(task.lead),
        coordinate="; ".join(task.coordinate),
        due=task.due.raw if said else "",
        inherited=task.inherited,
        first=task.span.first,
        last=task.span.last,
        page=task.span.page,
        doubts=", ".join(_say(f"plan.doubt.{doubt}") for doubt in task.doubts),
    )


def register(app: typer.Typer) -> None:
    plan = typer.Typer(help="Read official plans.", no_args_is_help=True)
    plan.command("read")(read_command)
    plan.command("score")(score_command)
    app.add_typer(plan, name="plan")
