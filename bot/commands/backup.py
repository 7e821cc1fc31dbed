"""`trucso backup`: rows and photos in one file, from either database."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.opened import opened, plainly
from core.errors import ConfigurationError


@plainly
def backup(file: Annotated[Path, typer.Argument(help="The file to write, such as backup.tar.gz.")]) -> None:
    """Write everything into one file, while the service runs or not."""
    from bot.app import file_store
    from bot.doctor.rows import note_backup
    from storage import archive
    from storage import backup as backups

    if file.is_dir():
        raise ConfigurationError(f"{file} is a folder. Name a file in it, such as {file}/backup.tar.gz.")
    with opened() as (plan, db):
        try:
            report = backups.backup(db, file_store(plan), file)
        except archive.BackupError as error:
            raise ConfigurationError(f"No backup was made: {error}.") from error
        db.write_now(note_backup)
    typer.echo(f"{sum(report.rows.values())} rows and {report.files} photos are in {file}.")
    for name in report.left_out:
        typer.echo(f"Warning: the stored photo {name[:12]} is damaged and was left out.", err=True)


def register(app: typer.Typer) -> None:
    app.command("backup")(backup)
