"""`python -m benchmarks NAME`: measure one thing and print the figures as JSON.

    python -m benchmarks inbound                     on both databases
    python -m benchmarks reminders --on sqlite       on one of them
    python -m benchmarks presses --runs 3 --json presses.json

Figures of a machine that does other work at the same time are worth little; "load_before" tells.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import delivery, inbound, presses, reminders, startup
from benchmarks.ground import KINDS, ground
from benchmarks.report import Figures, machine, written

ON_A_DATABASE: dict[str, Callable[..., Figures]] = {
    "inbound": inbound.run,
    "reminders": reminders.run,
    "presses": presses.run,
    "delivery": delivery.run,
}
ON_NONE: dict[str, Callable[[], Figures]] = {"startup": startup.run}


def measure(name: str, kinds: list[str], runs: int) -> list[Figures]:
    """Run a benchmark so many times on each kind of database, each time on a fresh one."""
    if name in ON_NONE:
        return [ON_NONE[name]() for _ in range(runs)]
    found: list[Figures] = []
    for kind in kinds:
        for _ in range(runs):
            with ground(kind) as where:
                found.append({"database": kind, **ON_A_DATABASE[name](where)})
    return found


def main(arguments: list[str]) -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("name", choices=[*ON_A_DATABASE, *ON_NONE])
    parser.add_argument("--on", choices=KINDS, help="on one kind of database only")
    parser.add_argument("--runs", type=int, default=1, help="how many times (default 1)")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    chosen = parser.parse_args(arguments)
    before = machine()
    kinds = [chosen.on] if chosen.on else list(KINDS)
    text = written(chosen.name, measure(chosen.name, kinds, chosen.runs), before)
    print(text)
    if chosen.json:
        chosen.json.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
