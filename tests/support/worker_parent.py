"""A program that runs one long job and waits to be killed: `python -m tests.support.worker_parent DIR`."""

import asyncio
import sys
from pathlib import Path

from bot.work.sandbox import Limits
from bot.worker import Worker

if __name__ == "__main__":
    worker = Worker(Path(sys.argv[1]), Limits(seconds=60.0, cpu_seconds=60))
    asyncio.run(worker.run("sleep", {"seconds": 50}))
