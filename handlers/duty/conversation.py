"""Who is on duty: one message with the phone, the next change and the hotlines."""

from core.messages import Message
from handlers.duty import queries
from handlers.turn import Args, Step, Turn
from knowledge.commands import Command
from storage import people


def now(turn: Turn, _args: Args) -> Step:
    """Tell who is on duty now."""
    change, next_people = queries.following(turn.uow)
    params = {
        **queries.standing(turn.uow),
        "change_at": change.isoformat() if change else "",
        "next": next_people,
        "hotlines": [{"name": name, "number": number} for name, number in people.hotlines(turn.uow)],
    }
    return Step((Message(key="duty.now", params=params),))


def command(turn: Turn, _found: Command) -> Step:
    """Tell who is on duty now."""
    return now(turn, {})
