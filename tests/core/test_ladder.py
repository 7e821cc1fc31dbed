"""The ladder as a table: who is told when, by day, at night and on days off."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import WorkingHours
from core.clock import local
from core.incident import Severity
from core.ladder import (
    DEFAULTS,
    PATIENCE,
    QUIET_FROM,
    QUIET_UNTIL,
    Hours,
    Step,
    Target,
    due_after,
    first_allowed,
    patience_due,
)

OFFICE = WorkingHours()
D, P, L, H = Target.DUTY, Target.DEPUTY, Target.LEAD, Target.LEADER


def vn(text: str) -> datetime:
    """A moment written in Vietnam time."""
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


def climb(severity: Severity, start: str, steps: int, *, shift_runs: bool = True) -> list[tuple[str, str]]:
    """The moments (Vietnam time) and the targets of the first steps, when nobody takes the incident."""
    ladder = DEFAULTS[severity]
    at = first_allowed(vn(start), ladder.step(0).hours, OFFICE, shift_runs=shift_runs)
    told = []
    for index in range(steps):
        step = ladder.step(index)
        told.append((f"{local(at):%a %H:%M}", " ".join(sorted(step.targets))))
        at = due_after(at, ladder.step(index + 1), OFFICE, shift_runs=shift_runs)
    return told


def test_urgent_calls_two_people_five_times_then_the_lead_and_the_leader_at_any_hour() -> None:
    pair, trio, everyone = "deputy duty", "deputy duty lead", "deputy duty lead leader"
    assert climb(Severity.URGENT, "2026-03-01T02:00", 15) == [
        ("Sun 02:00", pair),
        ("Sun 02:02", pair),
        ("Sun 02:04", pair),
        ("Sun 02:05", trio),
        ("Sun 02:06", pair),
        ("Sun 02:08", pair),
        ("Sun 02:10", "leader"),
        ("Sun 02:20", everyone),
        ("Sun 02:30", everyone),
        ("Sun 02:40", everyone),
        ("Sun 02:50", everyone),
        ("Sun 03:00", everyone),
        ("Sun 03:10", everyone),
        ("Sun 03:40", everyone),
        ("Sun 04:10", everyone),
    ]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-03-02T08:00", ["Mon 08:00", "Mon 08:15", "Mon 08:30", "Mon 09:00", "Tue 07:30"]),
        ("2026-03-02T23:00", ["Mon 23:00", "Mon 23:15", "Tue 06:30", "Tue 07:00", "Wed 07:30"]),
        ("2026-03-07T10:00", ["Sat 10:00", "Sat 10:15", "Sat 10:30", "Sat 11:00", "Mon 07:30"]),
        ("2026-03-02T20:40", ["Mon 20:40", "Mon 20:55", "Tue 06:30", "Tue 07:00", "Wed 07:30"]),
    ],
)
def test_high_wakes_duty_and_deputy_at_night_but_lead_and_leader_only_from_half_past_six(
    start: str, expected: list[str]
) -> None:
    told = climb(Severity.HIGH, start, 5)
    assert [at for at, _ in told] == expected
    assert [who for _, who in told] == ["duty", "deputy duty", "lead", "leader", "duty lead"]


@pytest.mark.parametrize(
    ("start", "shift_runs", "expected"),
    [
        ("2026-03-02T08:00", True, ["Mon 08:00", "Mon 08:30", "Mon 09:00", "Mon 10:00", "Tue 07:30"]),
        ("2026-03-02T23:00", True, ["Mon 23:00", "Tue 07:30", "Tue 08:00", "Tue 09:00", "Wed 07:30"]),
        ("2026-03-02T23:00", False, ["Tue 07:30", "Tue 08:00", "Tue 08:30", "Tue 09:30", "Wed 07:30"]),
        ("2026-03-07T10:00", False, ["Mon 07:30", "Mon 08:00", "Mon 08:30", "Mon 09:30", "Tue 07:30"]),
        ("2026-03-06T11:20", True, ["Fri 11:20", "Fri 13:30", "Fri 14:00", "Fri 15:00", "Mon 07:30"]),
    ],
)
def test_medium_rings_once_at_night_if_a_shift_runs_and_goes_on_in_working_hours(
    start: str, *, shift_runs: bool, expected: list[str]
) -> None:
    told = climb(Severity.MEDIUM, start, 5, shift_runs=shift_runs)
    assert [at for at, _ in told] == expected
    assert [who for _, who in told] == ["duty", "duty", "deputy", "lead", "duty lead"]


def test_low_waits_two_hours_and_never_wakes_the_leader() -> None:
    told = climb(Severity.LOW, "2026-03-02T08:00", 4)
    assert told == [
        ("Mon 08:00", "duty"),
        ("Mon 10:00", "duty"),
        ("Mon 13:30", "lead"),
        ("Tue 07:30", "duty lead"),
    ]


def test_a_snapshot_of_a_ladder_survives_storage() -> None:
    for ladder in DEFAULTS.values():
        assert type(ladder).model_validate(ladder.model_dump(mode="json")) == ladder


@pytest.mark.parametrize(
    ("severity", "since", "asked", "released"),
    [
        (Severity.URGENT, "2026-03-01T02:00", "Sun 02:30", "Sun 02:45"),
        (Severity.HIGH, "2026-03-02T22:00", "Tue 00:00", "Tue 01:00"),
        (Severity.MEDIUM, "2026-03-02T09:00", "Tue 09:00", "Tue 14:45"),
        (Severity.MEDIUM, "2026-03-06T16:00", "Mon 16:00", "Tue 10:15"),
    ],
)
def test_an_owner_is_asked_and_released_after_the_time_of_the_severity(
    severity: Severity, since: str, asked: str, released: str
) -> None:
    patience = PATIENCE[severity]
    assert patience is not None
    ask = patience_due(vn(since), patience.ask, patience, OFFICE)
    release = patience_due(ask, patience.release, patience, OFFICE)
    assert (f"{local(ask):%a %H:%M}", f"{local(release):%a %H:%M}") == (asked, released)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda m: m.replace(tzinfo=UTC))  # noqa: DTZ001


@given(moments, st.sampled_from(list(Hours)), st.booleans())
def test_a_step_is_never_early_and_moving_it_twice_changes_nothing(
    moment: datetime, hours: Hours, shift_runs: bool
) -> None:
    allowed = first_allowed(moment, hours, OFFICE, shift_runs=shift_runs)
    assert allowed >= moment
    assert first_allowed(allowed, hours, OFFICE, shift_runs=shift_runs) == allowed


@given(moments)
def test_nobody_is_woken_by_a_daytime_step(moment: datetime) -> None:
    here = local(first_allowed(moment, Hours.DAYTIME, OFFICE, shift_runs=True)).time()
    assert QUIET_UNTIL <= here < QUIET_FROM


@given(moments, st.integers(0, 600))
def test_working_steps_fall_into_working_hours(moment: datetime, gap: int) -> None:
    step = Step(gap_minutes=gap, targets=(D,), hours=Hours.WORKING)
    due = due_after(moment, step, OFFICE, shift_runs=False)
    assert OFFICE.is_working_moment(due)
    assert due - moment >= timedelta(minutes=gap)
