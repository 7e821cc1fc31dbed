"""A job that only keeps a processor busy, for tests and benchmarks."""

import time
from typing import Any

from bot.work.task import Task


def burn(task: Task) -> dict[str, Any]:
    """Use the processor for params["seconds"] seconds of its time."""
    end = time.process_time() + float(task.params["seconds"])
    while time.process_time() < end:
        pass
    return {}
