"""Which conversation an event belongs to. The order is written here and nowhere else.

Press > active form > digit > command or phrase > free text. (Codes of our own, such as
invitations, will stand first.)
"""

from datetime import timedelta

from core import digits
from core.events import InboundKind
from core.messages import Choice, Message
from handlers.menu import menu
from handlers.registry import COMMANDS, FORMS, SHOW_AGAIN, STEPS, free_text, media
from handlers.turn import Args, Form, Step, Turn, say
from knowledge.commands import read_command, read_digit
from storage import outbox, prompts
from storage.unit_of_work import UnitOfWork

_MEDIA = {InboundKind.PHOTO, InboundKind.DOCUMENT, InboundKind.LOCATION, InboundKind.VOICE}
_MAX_ASKED = 4
_CLOCKS_DIFFER = timedelta(minutes=1)
"""What was delivered so long after a digit was sent (it waited, or is replayed) cannot be meant by it.

Where the digit's time is from our own clock, nothing delivered later can.
"""
_FOLLOW = "router.follow"


def route(turn: Turn) -> Step:
    """Return what to answer to an event."""
    if turn.event.kind is InboundKind.PRESS:
        return _press(turn)
    if turn.event.kind in _MEDIA:
        return media(turn)
    if turn.event.kind is not InboundKind.TEXT:
        return say("unsupported")
    return _words(turn)


def _words(turn: Turn) -> Step:
    if turn.form is not None:
        step = FORMS[turn.form.name](turn)
        if step is not None:
            return step
    digit = read_digit(turn.text)
    if digit is not None:
        return _digit(turn, digit) or _nothing_waits(turn)
    command = read_command(turn.text)
    if command is not None:
        return COMMANDS[command.name](turn, command)
    return free_text(turn)


def _press(turn: Turn) -> Step:
    outbox_id, _, number = turn.event.press.partition(":")
    if not (turn.event.press.isascii() and outbox_id.isdecimal() and number.isdecimal()):
        return say("press.unknown")
    return choose(turn, int(outbox_id), int(number))


def choose(turn: Turn, outbox_id: int, number: int) -> Step:
    """Follow a choice (counted from 1) of a message of this chat."""
    message = outbox.find(turn.uow, outbox_id, turn.event.bot_account, turn.event.chat)
    if message is None or not 1 <= number <= len(message.choices):
        return say("press.unknown")
    outbox.note_answer(turn.uow, outbox_id)
    choice = message.choices[number - 1]
    args = choice.args
    if args.get("in_form") and not _is_current(turn, args):
        return _old_press(turn, args)
    return _follow(turn, args) if choice.do == _FOLLOW else STEPS[choice.do](turn, args)


def _old_press(turn: Turn, args: Args) -> Step:
    """Answer a press on an older prompt: show the form as it stands, or say that it is over."""
    form = turn.form
    if form is not None and form.below is not None and form.below.form_id == args.get("form_id"):
        return Step(form=Form.CLOSE)
    if form is not None and form.form_id == args.get("form_id") and form.name in SHOW_AGAIN:
        return SHOW_AGAIN[form.name](turn)
    return say("form.over")


def _is_current(turn: Turn, args: Args) -> bool:
    form = turn.form
    return form is not None and args.get("form_id") == form.form_id and args.get("version") == form.version


def _digit(turn: Turn, digit: int) -> Step | None:
    event, pace = turn.event, turn.uow.pace
    last = event.sent_at + (timedelta() if event.our_clock else _CLOCKS_DIFFER * pace)
    waiting = prompts.prompts(turn.uow, event.bot_account, event.chat)
    in_time = [p for p in waiting if p.delivered_at is None or p.delivered_at <= last]
    found = digits.meaning(in_time, digit, event.sent_at, digits.REACTION * pace)
    if isinstance(found, digits.Act):
        return choose(turn, found.outbox_id, digit)
    if isinstance(found, digits.OutOfRange):
        return say("digit.out_of_range", choices=found.choices)
    if isinstance(found, digits.Ask):
        return _ask_which(turn, found.outbox_ids, digit)
    # It was sent before everything that waits now: then it must not be told that nothing waits.
    fitting = tuple(p.outbox_id for p in waiting if 1 <= digit <= p.choices)
    return _ask_which(turn, fitting, digit) if fitting else None


def _nothing_waits(turn: Turn) -> Step:
    """Answer a digit that no message is waiting for: show what is unfinished, or what can be done."""
    if turn.form is not None and turn.form.name in SHOW_AGAIN:
        return SHOW_AGAIN[turn.form.name](turn)
    return menu(turn, key="menu.nothing_waits")


def _ask_which(turn: Turn, outbox_ids: tuple[int, ...], digit: int) -> Step:
    choices = [choice for outbox_id in outbox_ids if (choice := _choice_of(turn.uow, turn, outbox_id, digit))]
    if not choices:
        return say("press.unknown")
    return Step((Message(key="digit.which", params={"digit": digit}, choices=tuple(choices[-_MAX_ASKED:])),))


def _choice_of(uow: UnitOfWork, turn: Turn, outbox_id: int, digit: int) -> Choice | None:
    message = outbox.find(uow, outbox_id, turn.event.bot_account, turn.event.chat)
    if message is None:
        return None
    about = message.params.get("code") or message.key
    choice = message.choices[digit - 1]
    return Choice(
        label="digit.choice",
        label_params={"label": choice.label, "label_params": choice.label_params, "about": about},
        do=_FOLLOW,
        args={"outbox_id": outbox_id, "number": digit},
    )


def _follow(turn: Turn, args: Args) -> Step:
    """Follow the choice that a person picked when a digit could have meant several."""
    return choose(turn, args["outbox_id"], args["number"])
