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


def meaning(prompts: Sequence[Prompt], digit: int, sent_at: datetime) -> Meaning:
    """Return what a digit means; None when no message with choices has reached the chat.

    `prompts` are in the order of queueing; a message of an urgent lane may have been delivered
    before an earlier one, so certain prompts are ordered by delivery.
    """
    certain = sorted((p for p in prompts if p.delivered_at), key=_delivered)
    perhaps = [
        p for p in prompts if p.delivered_at is None and (not certain or p.outbox_id > certain[-1].outbox_id)
    ]
    if not certain and not perhaps:
        return None
    if not perhaps:
        newest = certain[-1]
        rivals = [p for p in certain[:-1] if not p.answered] if _hasty(newest, sent_at) else []
        if not rivals:
            return Act(newest.outbox_id) if 1 <= digit <= newest.choices else OutOfRange(newest.choices)
        return _among([rivals[-1], newest], digit)
    return _among([*certain[-1:], *perhaps], digit)


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


def _hasty(newest: Prompt, sent_at: datetime) -> bool:
    return newest.delivered_at is not None and sent_at < newest.delivered_at + REACTION
