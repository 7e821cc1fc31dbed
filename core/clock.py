"""Where time comes from. Nothing else in the project may ask the machine for it.

Two times live side by side: domain time (`Clock`), which a drill may run faster, and the
`Stopwatch`, which is never scaled and drives leases, pacers, timeouts and backoff.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def local(moment: datetime) -> datetime:
    """Return an aware moment in Vietnam time (UTC+7, no summer time)."""
    return moment.astimezone(VIETNAM)


class SystemClock:
    """Domain time as the machine tells it."""

    pace = 1.0

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.fromtimestamp(time.time(), UTC)


class FakeClock:
    """Domain time that stands still until a test moves it."""

    def __init__(self, start: datetime, pace: float = 1.0) -> None:
        self._now = start.astimezone(UTC)
        self.pace = pace

    def now(self) -> datetime:
        """Return the moment last set."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move on by a duration."""
        self._now += by

    def set(self, moment: datetime) -> None:
        """Jump to an aware moment."""
        self._now = moment.astimezone(UTC)


class Stopwatch:
    """Real seconds since 1970 that never run backwards within one process.

    Anchored to the wall clock once and carried on by the monotonic one, so that the figures of
    two processes can be compared (leases) while a correction of the wall clock moves nothing.
    """

    def __init__(self) -> None:
        self._wall = time.time()
        self._monotonic = time.monotonic()

    def seconds(self) -> float:
        """Return the reading in seconds."""
        return self._wall + time.monotonic() - self._monotonic

    async def pause(self, seconds: float) -> None:
        """Wait for real seconds without holding up anybody else."""
        await asyncio.sleep(seconds)


class FastClock:
    """Domain time that runs `factor` times faster from a chosen moment, for drills and demos."""

    def __init__(self, start: datetime, factor: float, stopwatch: Stopwatch) -> None:
        self._start = start.astimezone(UTC)
        self.pace = factor
        self._stopwatch = stopwatch
        self._origin = stopwatch.seconds()

    def now(self) -> datetime:
        """Return the scaled moment in UTC."""
        elapsed = self._stopwatch.seconds() - self._origin
        return self._start + timedelta(seconds=elapsed * self.pace)
