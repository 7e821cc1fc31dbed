"""What follows an attempt to send: pure rules, so that they can be read and tested as a table."""

from dataclasses import dataclass

from core.ports import SendResult, Verdict

BACKOFF_SECONDS = (2.0, 5.0, 15.0, 60.0, 300.0)
"""Real seconds before the second, third … attempt; the last one repeats."""
GIVE_UP_AFTER = 200
"""Attempts after which a message is given up; with the backoff above that is about 16 hours."""


@dataclass(frozen=True)
class Decision:
    """What to do with a message after an attempt."""

    result: SendResult
    retry_in: float = 0.0
    """Real seconds until the next attempt."""
    stop_token_for: float = 0.0
    """Real seconds for which nothing may be sent with this token."""


def decide(result: SendResult, attempts: int) -> Decision:
    """Return what follows the given number of attempts, of which the last ended like this."""
    if result.verdict in (Verdict.SENT, Verdict.PERMANENT, Verdict.MOVED):
        return Decision(result)
    if result.verdict is Verdict.LIMITED:
        return Decision(result, result.retry_after, result.retry_after)
    if attempts >= GIVE_UP_AFTER:
        return Decision(SendResult(Verdict.PERMANENT, detail=f"given up: {result.detail}"))
    return Decision(result, BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS)) - 1])
