"""Photos and places that are sent instead of words, and what a worker says of a photo."""

from core.events import Attachment, Inbound, InboundKind
from core.incident import Draft
from core.messages import Message
from core.policy import Action
from handlers.actor import Actor
from handlers.execute import require
from handlers.incidents import alerting, asking, cards, drafts, queries, report, reporting, sorting, work
from handlers.incidents.another import is_another, look
from handlers.incidents.commands import AddComment
from handlers.incidents.sorting import Words
from handlers.notify import tell, tell_here
from handlers.turn import Form, Step, Turn, say
from storage import attachments, incidents, jobs, webchat
from storage.incidents import Incident
from storage.unit_of_work import UnitOfWork

CLEAN = "photo.clean"


def media(turn: Turn) -> Step:
    """Answer a photo, a location or a file."""
    if turn.event.kind is InboundKind.LOCATION:
        return _location(turn)
    faults = [item.fault for item in turn.event.attachments if item.fault]
    good = [item for item in turn.event.attachments if item.file and not item.fault]
    if not good:
        return _only_faults(turn, faults)
    step = _with_photos(turn, tuple(_kept(turn, item) for item in good))
    return (
        Step((Message(key=f"photo.{faults[0]}"), *step.messages), step.form, step.command) if faults else step
    )


def _only_faults(turn: Turn, faults: list[str]) -> Step:
    """Say why a file was not kept, and lose no words that came with it."""
    fault = say(f"photo.{faults[0] if faults else 'wrong_kind'}")
    if not turn.text:
        return fault
    words = report.form(turn) if turn.form and turn.form.name == drafts.FORM else None
    words = words or asking.free_text(turn)
    return Step(fault.messages + words.messages, words.form, words.command)


def _kept(turn: Turn, item: Attachment) -> int:
    """Store the attachment and have a worker clean it."""
    found = attachments.add(turn.uow, turn.actor.id, item.file)
    jobs.add(
        turn.uow,
        CLEAN,
        {"attachment": found, "raw": item.file},
        bot_account=turn.event.bot_account,
        chat=turn.event.chat,
        sender=turn.event.sender,
    )
    return found


def _with_photos(turn: Turn, ids: tuple[int, ...]) -> Step:
    form = turn.form
    if form is not None and form.name == work.FORM and "incident_id" in form.data:
        after = Form.CLOSE if form.step == work.NOTE else Form.KEEP
        return Step(form=after, command=AddComment(form.data["incident_id"], turn.text, ids))
    words = Words(turn.text, ids)
    if form is not None and form.name == drafts.FORM:
        return sorting.come(turn, words)
    sent = queries.just_sent(turn.uow, turn.actor)
    if sent is not None:
        if is_another(look(turn, turn.text), [sent.system], [sent.place]):
            return sorting.ask_beside(turn, [sent], words)
        return Step(command=AddComment(sent.key, turn.text, ids))
    in_hand = queries.in_hand(turn.uow, turn.actor)
    if len(in_hand) == 1:
        return Step(command=AddComment(in_hand[0].key, turn.text, ids))
    require(turn.actor, Action.INCIDENT_REPORT)
    return sorting.begin(turn, words)


def _location(turn: Turn) -> Step:
    """Put a shared position into the draft, or onto what was just sent."""
    place = f"{turn.event.latitude:.5f}, {turn.event.longitude:.5f}"
    if turn.form is not None and turn.form.name == drafts.FORM:
        if turn.form.step == drafts.ASK:
            return sorting.come(turn, Words(place))
        draft = drafts.draft_of(turn)
        named = f"{draft.place} ({place})" if draft.place else place
        return drafts.card_or_words(turn, draft.model_copy(update={"place": named}))
    sent = queries.just_sent(turn.uow, turn.actor)
    if sent is not None:
        return Step(command=AddComment(sent.key, place))
    require(turn.actor, Action.INCIDENT_REPORT)
    return drafts.card_or_words(turn, Draft(place=place))


def cleaned(uow: UnitOfWork, actor: Actor, event: Inbound) -> None:
    """Hear from the worker: show the photo where its incident is shown, or say that it could not be read."""
    params, data = event.job["params"], event.job["data"]
    file = data.get("file", "") if event.job["ok"] else ""
    attachments.finish(uow, params["attachment"], file)
    webchat.replace_photo(uow, event.bot_account, event.chat, params["raw"], file)
    if not file:
        fault = event.job["fault"] or "broken"
        tell_here(uow, actor.here, [Message(key="photo.not_read", params={"fault": fault})], actor.person_id)
    row = attachments.by_id(uow, params["attachment"])
    incident = incidents.by_id(uow, row.incident_id) if row is not None and row.incident_id else None
    if incident is not None:
        alerting.refresh_cards(uow, incident)
        if file:
            _show(uow, actor, incident, file)


def _show(uow: UnitOfWork, actor: Actor, incident: Incident, file: str) -> None:
    """Show a photo of an incident that was sent before the photo was ready."""
    author = cards.person(uow, actor.person_id)
    message = cards.news(uow, incident, "incident.photo", author=author).model_copy(
        update={"photos": (file,), "without_edits": True}
    )
    for person in reporting.listeners(uow, incident):
        if person != actor.person_id:
            tell(uow, person, message)
