"""The open form of a chat: read it, open another, close it.

A form with something unsent in it is never lost: one that opens over it keeps it, and gives it back.
"""

from typing import Any

from handlers.registry import HOLDS_SOMETHING
from handlers.turn import Form, FormState, NewForm, Turn
from storage.conversations import Conversation, save

_VERSION, _BELOW = "_version", "_below"


def form_state(conversation: Conversation | None) -> FormState | None:
    """Return the open form of a stored conversation."""
    if conversation is None or not conversation.form:
        return None
    data = dict(conversation.data)
    version, below = data.pop(_VERSION, 0), data.pop(_BELOW, None)
    return FormState(
        name=conversation.form,
        form_id=conversation.form_id,
        version=version,
        step=conversation.step,
        data=data,
        updated_at=conversation.updated_at,
        below=FormState(**below) if below else None,
    )


def move_form(turn: Turn, form: Form | NewForm, conversation: Conversation | None) -> FormState | None:
    """Store the form as a step leaves it, and return its state."""
    before = turn.form
    if form is Form.KEEP or (form is Form.CLOSE and before is None):
        return before
    last_id = conversation.form_id if conversation else 0
    if isinstance(form, NewForm):
        return _saved(turn, _opened(before, form, last_id))
    below = before.below if before else None
    if below is not None:
        return _saved(turn, FormState(below.name, last_id + 1, 1, below.step, below.data))
    return _saved(turn, FormState("", last_id, 0, ""))


def _opened(before: FormState | None, form: NewForm, last_id: int) -> FormState:
    if before is not None and before.name == form.name:
        return FormState(
            form.name, before.form_id, before.version + 1, form.step, form.data, below=before.below
        )
    return FormState(form.name, last_id + 1, 1, form.step, form.data, below=_worth_keeping(before))


def _worth_keeping(before: FormState | None) -> FormState | None:
    """Return what a form that opens now must give back."""
    if before is None:
        return None
    holds = HOLDS_SOMETHING.get(before.name)
    return before if holds and holds(before) else before.below


def _saved(turn: Turn, state: FormState) -> FormState | None:
    data: dict[str, Any] = {}
    if state.name:
        data = state.data | {_VERSION: state.version}
    if state.below is not None:
        below = state.below
        data[_BELOW] = {
            "name": below.name,
            "form_id": below.form_id,
            "version": below.version,
            "step": below.step,
            "data": below.data,
        }
    row = Conversation(
        bot_account=turn.event.bot_account,
        chat=turn.event.chat,
        form=state.name,
        form_id=state.form_id,
        step=state.step,
        data=data,
        updated_at=turn.now,
    )
    save(turn.uow, row)
    return state if state.name else None
