"""The worker process: reads one job from standard input, does it in a sandbox, writes the result and ends.

Started by bot/worker.py as `python -m bot.worker_child`. The request and the reply are one JSON object each.
Nothing that a stranger wrote is ever repeated in a reply's reason: it names the class of an error only.
"""

import importlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.work import sandbox
from bot.work.task import BROKEN, TOO_BIG, JobFault, Task


def main() -> None:
    """Do the one job of this process."""
    request = json.load(sys.stdin.buffer)
    reply = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no part of the reply
    folder = Path(request["folder"])
    sandbox.enter(sandbox.Limits(**request["limits"]), folder, request["parent"])
    source = Path(request["source"]) if request["source"] else None
    answer = _do(request["registry"], request["kind"], Task(request["params"], folder, source))
    with os.fdopen(reply, "w", encoding="utf-8") as stream:
        json.dump(answer, stream)


def _do(registry: str, kind: str, task: Task) -> dict[str, Any]:
    try:
        return {"ok": True, "data": _find(registry, kind)(task)}
    except JobFault as fault:
        return _fault(fault.fault, fault)
    except MemoryError as error:
        return _fault(TOO_BIG, error)
    except Exception as error:
        return _fault(BROKEN, error)


def _find(registry: str, kind: str) -> Callable[[Task], dict[str, Any]]:
    kinds: dict[str, str] = importlib.import_module(registry).KINDS
    module, _, name = kinds[kind].partition(":")
    work: Callable[[Task], dict[str, Any]] = getattr(importlib.import_module(module), name)
    return work


def _fault(fault: str, error: Exception) -> dict[str, Any]:
    return {"ok": False, "fault": fault, "reason": type(error).__name__}


if __name__ == "__main__":
    main()
