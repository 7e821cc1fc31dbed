"""`trucso faq`: rank a file of questions, check the articles, measure the search."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.commands.when import lines_of
from core.clock import Stopwatch, SystemClock, local

DEPTH = 10
MILLISECONDS = 1000

program = typer.Typer(help="The answers: rank, check, evaluate.", no_args_is_help=True)


@program.command("rank")
def rank_command(
    knowledge: Annotated[Path, typer.Argument(help="Lines: id, question, alternatives, answer, tags.")],
    queries: Annotated[Path, typer.Argument(help="Lines: qid, text; - for input.")],
) -> None:
    """Print for each query its decision and the best ten ids, as JSON."""
    from knowledge.search.entry import Entry
    from knowledge.search.index import fit

    index = fit([Entry.model_validate_json(line) for line in lines_of(knowledge)])
    stopwatch = Stopwatch()
    for line in lines_of(queries):
        query = json.loads(line)
        started = stopwatch.seconds()
        result = index.search(str(query["text"]), DEPTH)
        took = (stopwatch.seconds() - started) * MILLISECONDS
        row = {
            "qid": query["qid"],
            "decision": result.decision.value,
            "ids": [match.id for match in result.matches],
            "ms": round(took, 3),
        }
        typer.echo(json.dumps(row, ensure_ascii=False))


@program.command("check")
def check_command(
    folder: Annotated[Path | None, typer.Argument(help="Folder of articles; default: ours.")] = None,
    on: Annotated[str | None, typer.Option(help="The local day to check for (ISO); default: today.")] = None,
) -> None:
    """List faults by file and line, then articles to look at; end with code 1 if there are faults."""
    from knowledge.loader import ARTICLES_FOLDER, load_articles
    from knowledge.review import review

    day = date.fromisoformat(on) if on else local(SystemClock().now()).date()
    loaded = load_articles(folder or ARTICLES_FOLDER)
    for fault in loaded.faults:
        typer.echo(str(fault))
    for remark in review(loaded.articles, day):
        typer.echo(f"{remark.slug}: {remark.concern.value} ({remark.detail})")
    typer.echo(f"{len(loaded.articles)} articles, {len(loaded.valid(day))} valid on {day.isoformat()}")
    if loaded.faults:
        raise typer.Exit(1)


@program.command("evaluate")
def evaluate_command(
    half: Annotated[Literal["dev", "test"], typer.Option(help="Which half of the questions.")] = "test",
) -> None:
    """Print the figures per class beside rapidfuzz and BM25."""
    from knowledge.evaluation.report import report_lines

    for line in report_lines(half):
        typer.echo(line)


def register(app: typer.Typer) -> None:
    app.add_typer(program, name="faq")


if __name__ == "__main__":
    program()
