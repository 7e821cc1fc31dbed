"""The draft of a report: what it holds, how words are read into it, and the card that shows it."""

from datetime import datetime, timedelta
from typing import Any

from core.incident import Draft
from core.messages import Choice, Message
from handlers.incidents import queries
from handlers.incidents.cards import shortened, stamp
from handlers.turn import Args, Form, FormState, NewForm, Step, Turn
from knowledge.understanding import guess
from storage import attachments

FORM = "report"
CARD, EDIT_TEXT, EDIT_PLACE, ASK = "card", "edit_text", "edit_place", "ask"
OLD = timedelta(hours=12)
"""A draft of another shift: nothing short is taken for an answer to it."""


def draft_of(turn: Turn) -> Draft:
    """Return the draft of the open form."""
    if turn.form is None:
        raise ValueError("no form is open")
    return Draft.model_validate(turn.form.data["draft"])


def read(turn: Turn, text: str, draft: Draft | None = None) -> Draft:
    """Return a draft with the system, place and severity that its words point to."""
    whole = f"{draft.text}\n{text}".strip() if draft and draft.text else text
    found = guess(whole, queries.places(turn.uow))
    base = draft or Draft()
    return base.model_copy(
        update={
            "text": whole,
            "system": base.system or found.system,
            "place": base.place or found.place_text,
            "unit_id": base.unit_id if base.place else found.place_id,
            "severity": base.severity if base.chosen else found.severity,
        }
    )


def holds_something(form: FormState) -> bool:
    """Tell whether a form has words, photos or a place in it that are not sent yet."""
    if form.name != FORM:
        return False
    return holds_draft(Draft.model_validate(form.data["draft"])) or bool(form.data.get("waiting"))


def holds_draft(draft: Draft) -> bool:
    """Tell whether a draft has words, photos or a place."""
    return bool(draft.text or draft.attachments or draft.place)


def open_card(turn: Turn, draft: Draft, key: str = "report.card", **more: Any) -> Step:
    """Show the draft card."""
    params: Args = {
        "text": shortened(draft.text),
        "long": len(draft.text) > len(shortened(draft.text)),
        "system": draft.system,
        "place": draft.place,
        "severity": int(draft.severity),
        "photos": attachments.not_refused(turn.uow, draft.attachments),
    }
    message = Message(key=key, params=params, choices=_card_choices(), severity=int(draft.severity))
    return Step((message,), NewForm(FORM, CARD, data(turn, draft, **more)))


def _card_choices() -> tuple[Choice, ...]:
    return tuple(
        Choice(label=f"choice.{verb}", do=f"report.{verb}", args={"in_form": True})
        for verb in ("send", "edit", "drop")
    )


def card_or_words(turn: Turn, draft: Draft) -> Step:
    """Show the card, or ask for words when there are none yet."""
    return open_card(turn, draft) if draft.text else ask_words(turn, draft)


def ask_words(turn: Turn, draft: Draft) -> Step:
    """Ask for the words of a report that has photos or a place only."""
    photos = attachments.not_refused(turn.uow, draft.attachments)
    if not photos and not draft.place:
        return Step((Message(key="report.describe"),), NewForm(FORM, EDIT_TEXT, data(turn, draft)))
    message = Message(key="report.describe_photo", params={"photos": photos})
    return Step((message,), NewForm(FORM, EDIT_TEXT, data(turn, draft)))


def data(turn: Turn, draft: Draft, **more: Any) -> Args:
    """Return the data of the form, by default touched just now."""
    now = stamp(turn.now)
    return {"draft": draft.model_dump(mode="json"), "last_at": now, "shown_at": now, **more}


def last_at(turn: Turn) -> datetime:
    """Return when the draft was last touched."""
    return datetime.fromisoformat(turn.form.data["last_at"]) if turn.form else turn.now


def shown_at(turn: Turn) -> datetime:
    """Return when the draft was last shown."""
    kept = turn.form.data.get("shown_at") if turn.form else None
    return datetime.fromisoformat(kept) if kept else last_at(turn)


def age(turn: Turn) -> timedelta:
    """Return how long the draft has not been touched."""
    return turn.now - last_at(turn)


def dropped() -> Step:
    """Drop the draft."""
    return Step((Message(key="report.dropped"),), Form.CLOSE)
