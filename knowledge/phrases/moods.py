"""Words of time that name no day: on an event, regular, at once, periodic without a period."""

from core.deadline import Due, DueKind
from knowledge.phrases.words import named


def find_mood(text: str) -> Due | None:
    """The first of: event, regular, at once, periodic; None when the text says nothing of time."""
    regular = named("regular").search(text)
    event = named("event").search(text) or named("event_alone").fullmatch(text)
    asap = at_once(text)
    if event and not (regular and named("on_request_too").search(text)):
        periodic = named("periodic").search(text)
        if not (periodic and named("on_request_too").search(text)):
            return Due(kind=DueKind.UPON_EVENT, anchor=None, asap=asap)
    if regular:
        return Due(kind=DueKind.REGULAR, asap=asap)
    if named("periodic").search(text):
        return Due(kind=DueKind.UNSPECIFIED_PERIOD, ask=True, asap=asap)
    return Due(kind=DueKind.ASAP, asap=True) if asap else None


def at_once(text: str) -> bool:
    """Whether it begins at once: "thực hiện ngay", "càng sớm càng tốt"; "ngay" before a date is "ngày"."""
    return bool(named("at_once").search(text) or named("at_once_alone").fullmatch(text))


def event_words(text: str) -> tuple[int, int] | None:
    """Where the event is named, for the printed wording."""
    match = named("event_said").search(text)
    return match.span() if match else None


def is_vague(text: str) -> bool:
    """ "vài ngày nữa", "hôm nào đó": a time is meant, but which is not said."""
    return named("vague").search(text) is not None
