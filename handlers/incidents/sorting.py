"""What came may not belong to the draft that is open, or to the report just sent: the bot asks.

It waits in the form until the person has said where it belongs. There is one such question at a
time: what comes meanwhile joins what waits, and the question is asked again about all of it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from core.incident import CORRECTION, GROUPING, Draft
from core.messages import Choice, Message
from core.plain_text import MOST_LETTERS
from handlers.incidents import queries
from handlers.incidents.another import LIKELY, is_another, look
from handlers.incidents.cards import shortened, stamp
from handlers.incidents.commands import AddComment, ReportIncident, ReportSeveral
from handlers.incidents.drafts import (
    ASK,
    CARD,
    FORM,
    OLD,
    age,
    card_or_words,
    data,
    draft_of,
    dropped,
    holds_draft,
    holds_something,
    last_at,
    read,
)
from handlers.turn import Args, Form, NewForm, Step, Turn
from knowledge.commands import read_answer, read_belongs, read_command, read_digit
from knowledge.lexicon_loader import Belongs, answer_words
from knowledge.vietnamese import fold
from storage import attachments
from storage.incidents import Incident

_SHOWN, _LISTED, _KNOWN = 60, 6, 2
_MOST_HELD = 3 * MOST_LETTERS
"""Letters of a draft and of what waits beside it."""


@dataclass(frozen=True)
class Words:
    """What came together: words, photos, or both."""

    text: str = ""
    photos: tuple[int, ...] = ()

    def and_more(self, later: "Words") -> "Words":
        """Return these words with what was added to them."""
        return Words(f"{self.text}\n{later.text}".strip(), (*self.photos, *later.photos))


@dataclass(frozen=True)
class _Open:
    """The question as it stands in the form."""

    draft: Draft
    waiting: list[Words]
    beside: tuple[int, ...] = ()
    """The incidents that the words may belong to, when no draft is open."""
    plain: bool = False
    """True when the person has said that it is no word about an incident in hand."""
    since: datetime | None = None
    """When the draft was last touched; None for just now."""

    def with_waiting(self, waiting: list[Words]) -> "_Open":
        """Return the question about other words."""
        return replace(self, waiting=waiting)


def come(turn: Turn, words: Words) -> Step:
    """Put what came into the open draft, or ask where it belongs; more than it may hold is not taken."""
    if words.text and _held(turn) + len(words.text) > _MOST_HELD:
        rest = _put(turn, Words(photos=words.photos)) if words.photos else Step()
        return Step((Message(key="report.full"), *rest.messages), rest.form)
    return _put(turn, words)


def _held(turn: Turn) -> int:
    kept: Args = turn.form.data if turn.form else {}
    return len(draft_of(turn).text) + sum(len(one["text"]) for one in kept.get("waiting", ()))


def _put(turn: Turn, words: Words) -> Step:
    if turn.form is not None and turn.form.step == ASK:
        return _ask(turn, _joined(turn, _open(turn), words))
    draft = draft_of(turn)
    if _belongs(turn, draft, words):
        return card_or_words(turn, _with(turn, draft, words))
    return _ask(turn, _Open(draft, [words], since=last_at(turn)))


def _belongs(turn: Turn, draft: Draft, words: Words) -> bool:
    if not draft.text:
        return age(turn) <= OLD
    if not words.text:
        return age(turn) <= CORRECTION
    return age(turn) <= GROUPING and not is_another(look(turn, words.text), [draft.system], [draft.place])


def _with(turn: Turn, draft: Draft, words: Words) -> Draft:
    added = read(turn, words.text, draft) if words.text else draft
    return added.model_copy(update={"attachments": (*draft.attachments, *words.photos)})


def begin(turn: Turn, words: Words) -> Step:
    """Start a draft from words; what is unsent already is not lost by it."""
    if turn.form is None or not holds_something(turn.form):
        return card_or_words(turn, _with(turn, Draft(), words))
    if turn.form.step == ASK:
        found = _open(turn)
        return _ask(turn, found.with_waiting([*found.waiting, words]))
    draft = draft_of(turn)
    if not draft.text:
        return come(turn, words)
    return _ask(turn, _Open(draft, [words], plain=True, since=last_at(turn)))


def ask_beside(turn: Turn, known: list[Incident], words: Words) -> Step:
    """Ask whether words belong to something known, or report another fault."""
    beside = tuple(incident.key for incident in known[:_KNOWN])
    return _ask(turn, _Open(Draft(), [words], beside=beside))


def answer(turn: Turn) -> Step | None:
    """Take typed words while the question is open; None lets the router go on."""
    found = read_command(turn.text)
    if found is not None:
        return _leave(turn) if found.name == "cancel" else None
    if read_digit(turn.text) not in (None, 0):
        return None
    if fold(turn.text) in answer_words().unclear or read_answer(turn.text) in ("yes", "no", "back"):
        return again(turn)
    belongs = read_belongs(turn.text)
    return _said(turn, belongs) if belongs else come(turn, Words(turn.text))


def _said(turn: Turn, belongs: Belongs) -> Step:
    """Do what a choice does that was typed; ask again where that leaves open what becomes of the draft."""
    found = _open(turn)
    only = {"only_words": len(found.waiting) == 1 and not _reports(turn, found.waiting[0])}
    if not holds_draft(found.draft):
        return drop_and_new(turn, {}) if belongs in ("other", "apart") else again(turn)
    if belongs == "together":
        return append(turn, {})
    if belongs == "apart" and found.draft.text and len(found.waiting) > 1:
        return send_each(turn, {})
    if belongs == "send" and found.draft.text and len(found.waiting) == 1:
        return send_and_new(turn, only)
    return drop_and_new(turn, only) if belongs == "drop" else again(turn)


def again(turn: Turn) -> Step:
    """Ask the open question again, as it stands now."""
    return _ask(turn, _open(turn))


def _leave(turn: Turn) -> Step:
    """Drop the draft, if there is one; what waits beside it is another matter and kept."""
    return drop_and_new(turn, {"only_words": True}) if _open(turn).draft.text else dropped()


def _open(turn: Turn) -> _Open:
    kept: Args = turn.form.data if turn.form else {}
    waiting = [Words(one["text"], tuple(one["photos"])) for one in kept["waiting"]]
    return _Open(draft_of(turn), waiting, tuple(kept["beside"]), kept["plain"], last_at(turn))


def _joined(turn: Turn, found: _Open, words: Words) -> _Open:
    """Let what came join the last words that wait, unless it reports another fault than they do."""
    *earlier, last = found.waiting
    after, before = look(turn, words.text), look(turn, last.text)
    asked_at = datetime.fromisoformat(turn.form.data["asked_at"]) if turn.form else turn.now
    late = turn.now - asked_at > GROUPING and after.incident_like >= LIKELY
    other = last.text and (late or is_another(after, [before.system], [before.place_text]))
    return found.with_waiting([*earlier, last, words] if other else [*earlier, last.and_more(words)])


# The question, one at a time


def _ask(turn: Turn, found: _Open) -> Step:
    kept = {
        "waiting": [{"text": one.text, "photos": list(one.photos)} for one in found.waiting],
        "last_at": stamp(found.since or turn.now),
        "asked_at": stamp(turn.now),
        "beside": list(found.beside),
        "plain": found.plain,
    }
    return Step((_question(turn, found),), NewForm(FORM, ASK, data(turn, found.draft) | kept))


def _question(turn: Turn, found: _Open) -> Message:
    if found.beside:
        known = [queries.identified(turn.uow, incident_id) for incident_id in found.beside]
        return _beside(found, known, ("new",))
    known = [] if found.plain else _may_be_meant(turn, found)
    if known:
        return _beside(found, known, ("append", "other") if len(known) == 1 else ("other",))
    untouched = turn.now - (found.since or turn.now)
    params: Args = {
        "draft": shortened(found.draft.text, _SHOWN),
        "photos": attachments.not_refused(turn.uow, found.draft.attachments),
        "old": untouched > OLD,
        "texts": _texts(found),
        "more": max(0, len(found.waiting) - _LISTED),
        "count": len(found.waiting) + 1,
    }
    if len(found.waiting) > 1:
        verbs: tuple[str, ...] = ("send_each", "append_all", "drop_old")
        return Message(key="ask.several", params=params, choices=_choices(verbs))
    verbs = _verbs(turn, found)
    return Message(key="ask.append_or_new", params=params, choices=_choices(verbs))


def _verbs(turn: Turn, found: _Open) -> tuple[str, ...]:
    """Return what can be done with one thing that waits: words that report nothing begin no report."""
    if not found.draft.text:
        return ("append", "drop_and_new")
    if _reports(turn, found.waiting[0]):
        return ("append", "send_and_new", "drop_and_new")
    return ("append", "send_old", "drop_old")


def _reports(turn: Turn, words: Words) -> bool:
    """Tell whether words, or photos, can begin a report of their own."""
    found = look(turn, words.text)
    return bool(words.photos or found.place_text) or found.incident_like >= LIKELY


def _may_be_meant(turn: Turn, found: _Open) -> list[Incident]:
    """Return the incidents of the person that words beside an older draft may be about."""
    recent = found.since is None or turn.now - found.since <= GROUPING
    if recent or len(found.waiting) > 1 or _reports(turn, found.waiting[0]):
        return []
    return queries.known(turn.uow, turn.actor)[:_KNOWN]


def _texts(found: _Open) -> list[str]:
    return [shortened(one.text, _SHOWN) for one in found.waiting[:_LISTED]]


def _beside(found: _Open, incidents: list[Incident], verbs: tuple[str, ...]) -> Message:
    add = tuple(
        Choice(
            label="choice.add_to",
            label_params={"number": incident.number},
            do="report.add_to",
            args={"in_form": True, "incident_id": incident.key},
        )
        for incident in incidents
    )
    params: Args = {"texts": _texts(found), "draft": shortened(found.draft.text, _SHOWN)}
    key = "ask.comment_or_new" if found.beside else "ask.comment_or_append"
    return Message(key=key, params=params, choices=(*add, *_choices(verbs)))


_STEPS = {
    "append_all": "append",
    "send_old": "send_and_new",
    "drop_old": "drop_and_new",
    "new": "drop_and_new",
}
_LABELS = {"new": "report_new"}
_ONLY_WORDS = ("send_old", "drop_old")
"""Here nobody has said that the words are a report."""


def _choices(verbs: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            label=f"choice.{_LABELS.get(verb, verb)}",
            do=f"report.{_STEPS.get(verb, verb)}",
            args={"in_form": True, "only_words": verb in _ONLY_WORDS},
        )
        for verb in verbs
    )


# The answers


def append(turn: Turn, _args: Args) -> Step:
    """Put all that waits into the draft."""
    found = _open(turn)
    draft = found.draft
    for words in found.waiting:
        draft = _with(turn, draft, words)
    return card_or_words(turn, draft)


def send_and_new(turn: Turn, args: Args) -> Step:
    """Send the draft as it stands, and go on with what waits."""
    found = _open(turn)
    step = _go_on(turn, found.waiting, args)
    return Step(step.messages, step.form, ReportIncident(found.draft), replies_first=True)


def drop_and_new(turn: Turn, args: Args) -> Step:
    """Drop the draft, and go on with what waits."""
    found = _open(turn)
    step = _go_on(turn, found.waiting, args)
    said = (Message(key="report.dropped_old"),) if holds_draft(found.draft) else ()
    return Step((*said, *step.messages), step.form)


def _go_on(turn: Turn, waiting: list[Words], args: Args) -> Step:
    """Open a draft of the first words that wait, and ask about the others."""
    first, *rest = waiting
    if args.get("only_words") and not rest and not _reports(turn, first):
        return Step(ask_what(first.text).messages, Form.CLOSE)
    draft = _with(turn, Draft(), first)
    return _ask(turn, _Open(draft, rest)) if rest else card_or_words(turn, draft)


def send_each(turn: Turn, _args: Args) -> Step:
    """Send the draft, and all that waits as reports of their own."""
    found = _open(turn)
    drafts = [found.draft, *(_with(turn, Draft(), words) for words in found.waiting)]
    return Step(form=Form.CLOSE, command=ReportSeveral(tuple(drafts)))


def add_to(turn: Turn, args: Args) -> Step:
    """Put all that waits into an incident; the draft stays as it is."""
    found = _open(turn)
    whole = Words()
    for words in found.waiting:
        whole = whole.and_more(words)
    after: Form | NewForm = Form.CLOSE
    if holds_draft(found.draft):
        after = NewForm(FORM, CARD, data(turn, found.draft) | {"last_at": stamp(found.since)})
    return Step(form=after, command=AddComment(args["incident_id"], whole.text, whole.photos))


def other(turn: Turn, _args: Args) -> Step:
    """Ask what to do with the draft and the words, which are about no incident in hand."""
    return _ask(turn, replace(_open(turn), plain=True))


def ask_what(text: str) -> Step:
    """Ask what words are that report nothing and belong to nothing."""
    choices = (
        Choice(label="choice.report_this", do="incidents.report_this", args={"text": text}),
        Choice(label="choice.mine", do="incidents.mine"),
        Choice(label="choice.who_is_on_duty", do="duty.now"),
    )
    return Step((Message(key="ask.what", params={"text": shortened(text, _SHOWN)}, choices=choices),))
