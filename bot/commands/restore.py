"""`trucso restore`: what a backup holds, back into an empty database."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.opened import opened, plainly
from core.errors import ConfigurationError


@plainly
def restore(file: Annotated[Path, typer.Argument(help="A file that trucso backup has written.")]) -> None:
    """Bring everything back into an empty database, with the service stopped: all or nothing."""
    from bot.app import file_store
    from storage import archive
    from storage import backup as backups

    if not file.is_file():
        raise ConfigurationError(f"There is no file {file}.")
    with opened(make=True, hold=True) as (plan, db):
        try:
            report = backups.restore(file, db, file_store(plan))
        except archive.BackupError as error:
            raise ConfigurationError(f"Nothing was put back: {error}.") from error
    typer.echo(f"{sum(report.rows.values())} rows and {report.files} photos are back.")


def register(app: typer.Typer) -> None:
    app.command("restore")(restore)
