"""Which person a typed name means."""

from rapidfuzz import fuzz, process

from knowledge.vietnamese import fold
from storage.people import PersonCard

_SURE_NAME = 85


def named(people: list[PersonCard], name: str) -> PersonCard | None:
    """Return the one person whom a typed name means, with or without accents, and after "anh" or "chị"."""
    names = {person.id: fold(person.name) for person in people}
    first, _, rest = fold(name).partition(" ")
    typed = rest if rest and first in {fold(person.form_of_address) for person in people} else fold(name)
    hits = process.extract(typed, names, scorer=fuzz.token_set_ratio, score_cutoff=_SURE_NAME, limit=2)
    if not hits or (len(hits) > 1 and hits[0][1] == hits[1][1]):
        return None
    return next(person for person in people if person.id == hits[0][2])
