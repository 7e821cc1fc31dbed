"""Whether words report another fault than the one that is being talked about."""

from collections.abc import Iterable

from handlers.incidents import queries
from handlers.turn import Turn
from knowledge.understanding import Guess, guess
from knowledge.vietnamese import fold

LIKELY = 0.5
"""From here on words read like a report of a fault."""
_HINT, _SURE = 0.25, 0.6


def look(turn: Turn, text: str) -> Guess:
    """Return what words of this commune seem to say."""
    return guess(text, queries.places(turn.uow))


def is_another(found: Guess, systems: Iterable[str], places: Iterable[str]) -> bool:
    """Tell whether words clearly report a fault of another kind, or at another place, than those known.

    Where no place is known yet, a place is the answer to "where?" and no other fault.
    """
    known_places = {fold(place) for place in places}
    elsewhere = (
        bool(found.place_text) and "" not in known_places and fold(found.place_text) not in known_places
    )
    if elsewhere and found.incident_like >= _HINT:
        return True
    other_kind = found.system not in ("", *systems) and found.system_sure >= _SURE
    return other_kind and found.incident_like >= (_HINT if found.place_text else LIKELY)
