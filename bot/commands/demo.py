"""`trucso demo`: the made-up commune, in a browser, without any token or network."""

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.opened import base_url, plainly

_OURS = ("trucso.db", "trucso.db-wal", "trucso.db-shm", "files", "work", "backups")


@plainly
def demo(
    host: Annotated[
        str, typer.Option(help="Address to listen on; another than 127.0.0.1 needs --open.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the pages.", min=0, max=65535)] = 8765,
    data: Annotated[Path, typer.Option(help="Folder for the demo's data.")] = Path("data/demo"),
    reset: Annotated[bool, typer.Option("--reset", help="Forget what earlier runs left.")] = False,
    fast: Annotated[float, typer.Option(help="Let time run so many times faster.", min=1, max=60)] = 1.0,
    start: Annotated[
        str, typer.Option(help="With --fast: when it begins, as 2026-03-02T08:00 (Vietnam time).")
    ] = "",
    open_: Annotated[bool, typer.Option("--open", help="Let other machines in.")] = False,
) -> None:
    """Show a made-up commune on three phones in the browser."""
    from bot import app
    from bot.demo import commune, phones
    from bot.logs import set_up

    set_up("warning")
    if host not in ("127.0.0.1", "localhost", "::1"):
        _require_open(host, open_)
    plan = app.Plan(
        data_dir=data,
        database_url=f"sqlite:///{data / 'trucso.db'}",
        host=host,
        port=port,
        fast=fast,
        fast_from=_moment(start),
    )
    with app.held(plan):
        if reset:
            _forget(data)
        listener = app.listen(plan)
        db = app.open_database(plan)
        ids = db.write_now(commune.ensure)
        plan = phones.shown(app.with_port(plan, listener), db, ids)
        typer.echo(f"{base_url(plan)}/")
        asyncio.run(app.serve(plan, db, listener))


def _moment(text: str) -> datetime | None:
    from core.clock import VIETNAM

    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("write the moment as 2026-03-02T08:00", param_hint="--start") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)


def _require_open(host: str, allowed: bool) -> None:
    if not allowed:
        raise typer.BadParameter(
            f"{host} lets other machines in; say --open if that is meant", param_hint="--host"
        )
    typer.echo("Warning: anybody who reaches this address can use all three phones of the demo.", err=True)


def _forget(data: Path) -> None:
    """Remove what the demo itself has written, and nothing else that may lie in the folder."""
    for name in _OURS:
        target = data / name
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)
