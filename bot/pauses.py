"""Keeps the pauses of the process short, so that nobody waits for a page while something else works."""

import gc
import sys

SWITCH_SECONDS = 0.001
"""After so long a busy thread gives way; Python's own 5 ms add up over the statements of a press."""


def keep_short() -> None:
    """Call once, when the parts of the program are put together.

    What is there by then lives as long as the process. A full collection need not look at it again and again:
    that takes a tenth of a second, in which nothing else runs.
    """
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH_SECONDS)
