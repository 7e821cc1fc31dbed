"""The real service as a process of its own, on a database that a benchmark has filled.

python -m benchmarks.service DATA_FOLDER DATABASE_URL PORT
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen

from benchmarks.ground import Ground
from benchmarks.http import free_port, wait_until_healthy
from bot import app
from bot.logs import set_up


def main(folder: str, url: str, port: str) -> None:
    """Run the service until it is told to stop."""
    set_up("warning")
    plan = app.Plan(data_dir=Path(folder), database_url=url, port=int(port))
    listener = app.listen(plan)
    with app.held(plan):
        asyncio.run(app.serve(plan, app.open_database(plan), listener))


@contextmanager
def running(where: Ground) -> Iterator[tuple[str, int]]:
    """Start the service, and yield its address and process id."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.service", str(where.folder), where.url, str(port)]
    with Popen(command, stdin=DEVNULL) as process:  # noqa: S603 our own program
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_healthy(address)
            yield address, process.pid
        finally:
            process.terminate()


if __name__ == "__main__":
    main(*sys.argv[1:])
