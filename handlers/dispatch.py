"""From an inbox row to everything it causes, in one transaction.

A row that fails is tried again; after the third time it is *failed* under a reference code that
the person gets and `trucso replay` takes, and the chat goes on.
"""

import secrets
from dataclasses import dataclass, replace

import structlog

from core.errors import Refusal
from core.events import Inbound, InboundKind
from core.messages import Message
from handlers.actor import Actor, load
from handlers.execute import execute
from handlers.forms import form_state, move_form
from handlers.notify import tell_here
from handlers.registry import JOB_RESULTS, SHOW_AGAIN
from handlers.router import route
from handlers.turn import Form, FormState, NewForm, Step, Turn
from storage import inbox, outbox, prompts
from storage.accounts import Address, owner_of
from storage.conversations import Conversation
from storage.conversations import load as load_conversation
from storage.outbox import Queued
from storage.unit_of_work import UnitOfWork, must_be_redone

log = structlog.get_logger(__name__)

_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Processed:
    """What happened to one inbox row; `failed` when it raised and was put back or given up."""

    row_id: int
    failed: bool = False


def process_one(uow: UnitOfWork) -> Processed | None:
    """Handle the next inbox row that may be handled; None when there is none."""
    taken = inbox.take(uow)
    if taken is None:
        return None
    try:
        with uow.savepoint():
            handle(uow, taken.event)
            inbox.finish(uow, taken.id)
    except Exception as error:  # the border of dispatch: one bad event must not stop the chat
        if must_be_redone(error):
            raise
        _note_failure(uow, taken, error)
        return Processed(taken.id, failed=True)
    return Processed(taken.id)


def handle(uow: UnitOfWork, event: Inbound) -> None:
    """Answer one event: find the actor, route, and queue all that follows."""
    here = Address(event.bot_account, event.chat)
    owner = owner_of(uow, event.bot_account, event.sender)
    if owner is None:
        _answer_stranger(uow, here)
        return
    actor = load(uow, owner, here)
    if event.kind is InboundKind.JOB:
        JOB_RESULTS[event.job["kind"]](uow, actor, event)
        return
    conversation = load_conversation(uow, event.bot_account, event.chat)
    turn = Turn(uow, actor, event, form_state(conversation))
    _apply(turn, _routed(turn), conversation)


def _routed(turn: Turn) -> Step:
    if turn.event.refused:
        return Step((Message(key=f"refused.{turn.event.refused}"),))
    try:
        return route(turn)
    except Refusal as refusal:
        return Step((Message(key=refusal.key, params=refusal.params),))


def _apply(turn: Turn, step: Step, conversation: Conversation | None) -> None:
    uow, here = turn.uow, turn.actor.here
    prompts.close_questions(uow, here.bot_account, here.chat)
    replies, form = _carried_out(turn, step)
    messages = replies + step.messages if step.replies_first else step.messages + replies
    state = move_form(turn, form, conversation)
    if state is not None and form is Form.CLOSE:
        state, shown = _back_to(replace(turn, form=state), state, conversation)
        messages += shown
    tell_here(uow, here, (_stamped(message, state) for message in messages), turn.actor.person_id)


def _back_to(
    turn: Turn, state: FormState, conversation: Conversation | None
) -> tuple[FormState | None, tuple[Message, ...]]:
    """Show the form again over which another one was open."""
    step = SHOW_AGAIN[state.name](turn)
    return move_form(turn, step.form, conversation), step.messages


def _carried_out(turn: Turn, step: Step) -> tuple[tuple[Message, ...], Form | NewForm]:
    """Execute the command of a step; when it is refused, no new form opens for what comes after it."""
    if step.command is None:
        return (), step.form
    try:
        return execute(turn.uow, turn.actor, step.command), step.form
    except Refusal as refusal:
        form = Form.KEEP if isinstance(step.form, NewForm) else step.form
        return (Message(key=refusal.key, params=refusal.params),), form


def _stamped(message: Message, state: FormState | None) -> Message:
    """Give the choices of a form's prompt the form's id and version, so that old presses are known."""
    if state is None or not any(choice.args.get("in_form") for choice in message.choices):
        return message
    stamp = {"form_id": state.form_id, "version": state.version}
    choices = tuple(
        choice.model_copy(update={"args": choice.args | stamp}) if choice.args.get("in_form") else choice
        for choice in message.choices
    )
    return message.model_copy(update={"choices": choices})


def _answer_stranger(uow: UnitOfWork, here: Address) -> None:
    outbox.add(uow, Queued(Message(key="stranger.door"), here.bot_account, here.chat, commune_id=None))


def _note_failure(uow: UnitOfWork, taken: inbox.Taken, error: Exception) -> None:
    reference = "".join(secrets.choice(_CODE_LETTERS) for _ in range(6))
    last = inbox.note_failure(uow, taken.id, reference)
    log.error(
        "dispatch_failed",
        inbox_id=taken.id,
        kind=taken.payload.get("kind"),
        last=last,
        reference=reference,
        error=type(error).__name__,
        where=_where(error),
    )
    if last:
        message = Message(key="failure.reference", params={"reference": reference})
        outbox.add(uow, Queued(message, taken.bot_account, taken.chat, commune_id=None))


def _where(error: Exception) -> str:
    """Return file and line of the failure; the message of an exception may hold personal data."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else ""


def actor_for(uow: UnitOfWork, bot_account: str, address: str) -> Actor | None:
    """Return the actor behind an address, for look-ups outside a turn; None for a stranger."""
    owner = owner_of(uow, bot_account, address)
    return load(uow, owner, Address(bot_account, address)) if owner else None
