"""`trucso doctor`: what is configured, what works, and what to do."""

import typer

from bot.commands.opened import base_url, plainly, plan_of


@plainly
def doctor() -> None:
    """Look at the set-up in one screen; ends with code 1 when something must be done."""
    from bot.doctor.examination import examine
    from bot.doctor.finding import Level
    from bot.settings import load_settings

    plan = plan_of(load_settings())
    findings = examine(plan, base_url(plan))
    for finding in findings:
        typer.echo(f"{finding.level.value:<6} {finding.what}")
        if finding.advice:
            typer.echo(f"       -> {finding.advice}")
    if any(finding.level is Level.TODO for finding in findings):
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)
