"""The operator's log: one JSON line each, with ids and kinds, never with what people wrote."""

import json
import logging
import sys
import threading
import traceback
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import cast

import structlog
from structlog.typing import EventDict, Processor

_SAID_LETTERS = 200


_STEPS: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


class _FromLibraries(logging.Formatter):
    """Puts what libraries and Python itself say into the same form as our own lines.

    Of an exception it says only what it was and where, and of a message only the first line: the rest may
    hold what somebody wrote.
    """

    def format(self, record: logging.LogRecord) -> str:
        said = record.getMessage().strip().partition("\n")[0][:_SAID_LETTERS]
        line: EventDict = {"event": "library", "logger": record.name, "said": said}
        if record.exc_info and record.exc_info[0]:
            line["error"] = _kind_and_place(record.exc_info[0], record.exc_info[2])
        for step in _STEPS:
            line = cast(EventDict, step(None, record.levelname.lower(), line))
        return json.dumps(line)


def _kind_and_place(kind: type[BaseException], trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{kind.__name__}{place}"


def _on_uncaught(said: str, told: "sys.UnraisableHookArgs | threading.ExceptHookArgs") -> None:
    error = (told.exc_type, told.exc_value or told.exc_type(), told.exc_traceback)
    logging.getLogger("python").error(said, exc_info=error)


def set_up(level: str = "info") -> None:
    """Write log lines of a level and above to standard error."""
    number = logging.getLevelNamesMapping()[level.upper()]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_FromLibraries())
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)
    # Warnings, and errors in places where nobody can catch them: Python would print them as they are.
    logging.captureWarnings(True)
    sys.unraisablehook = partial(_on_uncaught, "an error that could not be raised")
    threading.excepthook = partial(_on_uncaught, "a thread died")
    structlog.configure(
        processors=[*_STEPS, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
