"""What a bare digit means, as a table."""

from datetime import UTC, datetime, timedelta

import pytest

from core.digits import REACTION, Act, Ask, Meaning, OutOfRange, Prompt, meaning

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def seen(outbox_id: int, seconds_ago: float, choices: int = 3, *, answered: bool = False) -> Prompt:
    """A prompt that reached the chat so many seconds ago."""
    return Prompt(outbox_id, choices, NOW - timedelta(seconds=seconds_ago), answered)


def perhaps(outbox_id: int, choices: int = 3) -> Prompt:
    """A prompt that left, but whose arrival is not on record."""
    return Prompt(outbox_id, choices, None, answered=False)


@pytest.mark.parametrize(
    ("prompts", "digit", "expected"),
    [
        ([], 1, None),
        ([seen(1, 60)], 1, Act(1)),
        ([seen(1, 60)], 4, OutOfRange(3)),
        ([seen(1, 60)], 0, OutOfRange(3)),
        ([seen(1, 600), seen(2, 60)], 2, Act(2)),
        ([seen(1, 600), seen(2, 60, choices=1)], 2, OutOfRange(1)),
        # Delivered late: the newest is what came last, not what was queued last.
        ([seen(1, 30), seen(2, 300)], 1, Act(1)),
        # Typed before anybody could have read the newest: it may belong to the one before.
        ([seen(1, 600), seen(2, 1)], 1, Ask((1, 2))),
        ([seen(1, 600, choices=1), seen(2, 1)], 2, Act(2)),
        ([seen(1, 600, answered=True), seen(2, 1)], 1, Act(2)),
        ([seen(1, 60), seen(2, 2), seen(3, 1)], 1, Ask((1, 2, 3))),
        ([seen(1, 60), seen(2, 2, answered=True), seen(3, 1, choices=1)], 2, Ask((1, 2))),
        # On its way, perhaps seen: never act on it, nor past it.
        ([perhaps(1)], 1, Ask((1,))),
        ([seen(1, 60), perhaps(2)], 1, Ask((1, 2))),
        ([seen(1, 60, choices=3), perhaps(2, choices=1)], 3, Act(1)),
        ([seen(1, 60, choices=1), perhaps(2, choices=3)], 3, Ask((2,))),
        ([perhaps(1), seen(2, 60)], 1, Ask((2, 1))),
        ([seen(1, 60, choices=2), seen(2, 1, choices=2), perhaps(3, choices=1)], 2, Ask((1, 2))),
    ],
)
def test_a_digit_means(prompts: list[Prompt], digit: int, expected: Meaning) -> None:
    assert meaning(prompts, digit, NOW) == expected


def test_in_a_drill_people_are_no_faster_than_its_clock_is() -> None:
    both = [seen(1, 600), seen(2, 100)]
    assert meaning(both, 1, NOW) == Act(2)
    assert meaning(both, 1, NOW, 60 * REACTION) == Ask((1, 2))
