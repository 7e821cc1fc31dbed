"""The operator's log: one JSON line each, with ids and kinds, never with what people wrote."""

import logging
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog


class _Quiet(logging.Formatter):
    """Says of an exception only what it was and where: its text may hold what somebody wrote."""

    def formatException(self, ei: Any) -> str:
        frames = traceback.extract_tb(ei[2])
        place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        return f"{ei[0].__name__}{place}"


def set_up(level: str = "info") -> None:
    """Write log lines of a level and above to standard error."""
    number = logging.getLevelNamesMapping()[level.upper()]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Quiet("%(message)s"))
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
