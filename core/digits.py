"""What a bare digit means: it belongs to the newest message with choices that reached the chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

REACTION = timedelta(seconds=3)
"""Nobody reads and answers a message faster; a digit sent sooner may belong to the one before."""


@dataclass(frozen=True)
class Prompt:
    """A message with choices that a chat has seen, or perhaps has (`delivered_at` is None)."""

    outbox_id: int
    choices: int
    delivered_at: datetime | None
    answered: bool


@dataclass(frozen=True)
class Act:
    """The digit means this message."""

    outbox_id: int


@dataclass(frozen=True)
class Ask:
    """More than one message could be meant; the person must say which."""

    outbox_ids: tuple[int, ...]


@dataclass(frozen=True)
class OutOfRange:
    """The newest message has fewer choices than the digit."""

    choices: int


Meaning = Act | Ask | OutOfRange | None


def meaning(
    prompts: Sequence[Prompt], digit: int, sent_at: datetime, reaction: timedelta = REACTION
) -> Meaning:
    """Return what a digit means; None when no message with choices has reached the chat.

    `prompts` are in the order of queueing; a message of an urgent lane may have been delivered
    before an earlier one, so certain prompts are ordered by delivery. `reaction` is `REACTION` in
    domain time: people are no faster when a drill's clock is.
    """
    certain = sorted((p for p in prompts if p.delivered_at), key=_delivered)
    too_new = sent_at - reaction
    candidates = _last_seen(certain, too_new) + [p for p in prompts if p.delivered_at is None]
    if not candidates:
        return None
    return _among(candidates, digit)


def _last_seen(certain: list[Prompt], too_new: datetime) -> list[Prompt]:
    """Return the newest prompt, after those that the digit may have meant since it was too quick for it."""
    seen: list[Prompt] = []
    for prompt in reversed(certain):
        if seen and not _hasty(seen[0], too_new):
            break
        seen.insert(0, prompt)
    while len(seen) > 1 and seen[0].answered:
        seen.pop(0)
    return seen


def _among(candidates: Sequence[Prompt], digit: int) -> Meaning:
    fitting = [p for p in candidates if 1 <= digit <= p.choices]
    if not fitting:
        return OutOfRange(candidates[-1].choices)
    if len(fitting) == 1 and fitting[0].delivered_at is not None:
        return Act(fitting[0].outbox_id)
    return Ask(tuple(p.outbox_id for p in fitting))


def _delivered(prompt: Prompt) -> tuple[datetime, int]:
    if prompt.delivered_at is None:
        raise ValueError("only delivered prompts have an order of delivery")
    return prompt.delivered_at, prompt.outbox_id


def _hasty(newest: Prompt, too_new: datetime) -> bool:
    return newest.delivered_at is not None and newest.delivered_at > too_new
