"""Two communes never see each other.

Every public function of `storage` that is given a unit of work is run in a database with two communes
and in one with ours alone, with ids of ours, of theirs and of nobody. It must answer the same in both,
and leave what is theirs as it was. Functions that stand above the communes are on a list, with the reason.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

import storage
from core.clock import FakeClock
from core.incident import Status
from core.policy import Role
from core.ports import Outgoing
from core.roster import Position
from storage import people
from storage.conversations import Conversation
from storage.incidents import Incident
from storage.tables import METADATA
from storage.unit_of_work import Database, UnitOfWork
from tests.storage.house import OURS, THEIRS, fill
from tests.storage.rows import WEB, event
from tests.support.database import BOTH, START, FakeStopwatch
from tests.support.postgres import PostgresServer

ABOVE_THE_COMMUNES = {
    "accounts.owner_of": "finds out of which commune somebody is who writes",
    "accounts.addresses_of_many": "the ticker serves all communes; each person is named with the commune",
    "accounts.use_link": "the link itself says whose it is",
    "accounts.add_device": "follows the use of a link, whose owner names the commune",
    "accounts.device_owner": "finds out of which commune a signed-in browser is",
    "accounts.touch_device": "the slot was checked just before",
    "delivery.claim": "the sender serves all communes",
    "delivery.release_all": "a start of the service concerns all communes",
    "delivery.record": "is given what was claimed",
    "figures.figures": "counts for the operator",
    "figures.oldest_waiting": "counts for the operator",
    "figures.heartbeat_ages": "signs of life of the service",
    "inbox.add": "the commune of a new event is not known yet",
    "inbox.take": "the dispatcher serves all communes",
    "inbox.finish": "is given what was taken",
    "inbox.note_failure": "is given what was taken",
    "inbox.replay": "the operator's command; the code is unique",
    "inbox.waiting": "counts for the operator",
    "inbox.next_retry": "the dispatcher serves all communes",
    "inbox.empty_old": "the time of keeping is the same for all communes",
    "jobs.claim": "the runner serves all communes",
    "jobs.finish": "is given what was claimed",
    "jobs.put_back": "is given what was claimed",
    "jobs.release_all": "a start of the service concerns all communes",
    "jobs.waiting": "counts for the operator",
    "outbox.add": "the message names its commune and its chat",
    "outbox.add_many": "each message names its commune and its chat",
    "outbox.note_answer": "follows `find`, which asks for the chat",
    "outbox.waiting": "counts for the operator",
    "outbox.next_attempt": "the sender serves all communes",
    "reminders.due": "the ticker serves all communes",
    "reminders.advance": "is given what was due",
    "reminders.end_all": "is given what was due",
    "reminders.push_ahead": "is given what was due",
    "attachments.files_in_use": "the sweep of the file store serves all communes",
    "system.beat": "signs of life of the service",
    "system.last_beat": "signs of life of the service",
    "system.remember": "what the service remembers for itself",
    "system.remembered": "what the service remembers for itself",
    "upsert.insert": "a way of writing a statement",
    "upsert.insert_all_new": "a way of writing a statement",
    "upsert.insert_new": "a way of writing a statement",
    "upsert.put": "a way of writing a statement",
}
ANSWERS_AT_RANDOM = {"accounts.make_link"}

ID = st.sampled_from([*OURS.ids, *THEIRS.ids, 9_999])
ID_OR_NONE = st.none() | ID
NAME = st.sampled_from(["ladder", "incident", "drill"])

ARGUMENTS: dict[str, st.SearchStrategy[Any]] = {
    "action": NAME,
    "address": st.sampled_from([OURS.chat, THEIRS.chat]),
    "moment": st.just(START),
    "new_address": st.just("moved"),
    "allowed": st.booleans(),
    "attachment_id": ID,
    "before": ID_OR_NONE,
    "begin": st.just(START),
    "bot_account": st.just(WEB),
    "card": ID.map("incident:{}".format),
    "chat": st.just(OURS.chat),
    "conversation": st.builds(
        lambda form: Conversation(
            bot_account=WEB, chat=OURS.chat, form=form, form_id=2, step="", data={}, updated_at=START
        ),
        NAME,
    ),
    "data": ID.map("{}:1".format),
    "device_id": ID,
    "due_at": st.just(START + timedelta(hours=1)),
    "end": st.just(START + timedelta(hours=1)),
    "event": st.just(event("typed", OURS.chat)),
    "file": ID.map("file {}".format) | st.just(""),
    "ids": st.lists(ID, max_size=3),
    "incident": ID,  # stands for the incident with this id
    "incident_id": ID,
    "incident_ids": st.lists(ID, max_size=3),
    "kind": NAME,
    "lifetime": st.just(timedelta(minutes=15)),
    "limit": st.integers(1, 9),
    "message": st.builds(
        lambda outbox_id, edit_of: Outgoing(outbox_id, OURS.chat, "x", edit_of=edit_of),
        ID,
        st.just("") | ID.map(str),
    ),
    "name": NAME,
    "number": st.integers(0, 4),
    "offset": st.integers(0, 2),
    "outbox_id": ID,
    "outbox_ids": st.lists(ID, max_size=4),
    "owner_id": ID_OR_NONE,
    "params": st.just({"raw": "x"}),
    "person_id": ID,
    "photos": ID.map(lambda id_: (f"file {id_}",)),
    "plan": st.just({"steps": 1}),
    "position": st.sampled_from(Position),
    "raw": st.just("raw") | ID.map("file {}".format),
    "reporter_id": ID,
    "role": st.sampled_from(Role),
    "sender": st.just(OURS.chat),
    "seq": st.integers(0, 600),
    "since": st.just(START - timedelta(days=1)),
    "state": st.sampled_from(["active", "paused", "done"]),
    "statuses": st.just(list(Status)),
    "step": st.integers(0, 2),
    "subject": NAME,
    "subject_id": ID,
    "text": NAME,
    "values": st.just({"status": "resolved"}),
    "words": NAME,
}

Query = Callable[..., Any]


def public_functions() -> Iterator[tuple[str, Query]]:
    """Every public function of `storage` whose first parameter is a unit of work, as `module.name`."""
    for info in pkgutil.iter_modules(storage.__path__):
        module = import_module(f"storage.{info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            first = next(iter(inspect.signature(function).parameters.values()), None)
            ours = function.__module__ == module.__name__ and not name.startswith("_")
            if ours and first is not None and first.annotation is UnitOfWork:
                yield f"{info.name}.{name}", function


FUNCTIONS = dict(public_functions())
BOUND = {name: function for name, function in FUNCTIONS.items() if name not in ABOVE_THE_COMMUNES}


class Undo(Exception):
    """Raised to leave a database as it was; carries what was seen."""


@pytest.fixture(scope="module", params=BOTH)
def new_house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[bool], Database]]:
    """Make a database with our commune, and theirs if asked."""
    made: list[Database] = []
    cloned: list[tuple[PostgresServer, str]] = []

    def make(with_theirs: bool) -> Database:
        if request.param == "sqlite":
            template = request.getfixturevalue("sqlite_template")
            file = tmp_path_factory.mktemp("house") / "house.db"
            file.write_bytes(template.read_bytes())
            url = f"sqlite:///{file}"
        else:
            server = request.getfixturevalue("postgres_server")
            url = server.create(request.getfixturevalue("migrated_postgres"))
            cloned.append((server, url))
        database = Database(url, FakeClock(START), FakeStopwatch(), sync="OFF")
        made.append(database)
        fill(database, (OURS, THEIRS) if with_theirs else (OURS,))
        return database

    yield make
    for database in made:
        database.close()
    for server, url in cloned:
        server.drop(url)


@pytest.fixture(scope="module")
def both(new_house: Callable[[bool], Database]) -> Database:
    """A database with two communes."""
    return new_house(True)


@pytest.fixture(scope="module")
def alone(new_house: Callable[[bool], Database]) -> Database:
    """A database with our commune only."""
    return new_house(False)


def theirs(uow: UnitOfWork) -> dict[str, list[Any]]:
    """Every row that belongs to the other commune or to a chat of its people."""
    found = {}
    for table in METADATA.sorted_tables:
        owner = table.c.get("commune_id")
        chat = table.c.get("chat")
        if owner is not None:
            condition = owner == THEIRS.commune_id
        elif chat is not None:
            condition = chat == THEIRS.chat
        else:
            continue
        query = select(table).where(condition).order_by(*table.primary_key.columns)
        found[table.name] = list(uow.session.connection().execute(query))
    return found


def outcome(database: Database, query: Query, arguments: dict[str, Any]) -> tuple[Any, dict[str, list[Any]]]:
    """What a query answers us, and what is theirs afterwards. Nothing is kept."""

    def work(uow: UnitOfWork) -> None:
        uow.bind(OURS.commune_id)
        given_ = dict(arguments)
        if isinstance(given_.get("incident"), int):
            given_["incident"] = the_incident(uow, given_["incident"])
        try:
            with uow.savepoint():
                answer = plain(query(uow, **given_))
        except IntegrityError:
            answer = "refused"
        uow.session.flush()
        raise Undo(answer, theirs(uow))

    with pytest.raises(Undo) as undone:
        database.write_now(work)
    answer, rest = undone.value.args
    return answer, rest


def the_incident(uow: UnitOfWork, incident_id: int) -> Incident:
    """The incident with this id of any commune, or one like it."""
    unseen: dict[str, Any] = {"number": 1, "reporter_id": 1, "text": "", "severity": 2, "reported_at": START}
    found = uow.session.get(Incident, incident_id)
    return found or Incident(id=incident_id, commune_id=THEIRS.commune_id, **unseen)


def plain(answer: Any) -> Any:
    """An answer in values that can be compared."""
    if isinstance(answer, SQLModel):
        return answer.model_dump()
    if isinstance(answer, list):
        return [plain(item) for item in answer]
    return answer


def arguments_of(query: Query) -> st.SearchStrategy[dict[str, Any]]:
    """Fitting arguments, with ids of everybody."""
    names = list(inspect.signature(query).parameters)[1:]
    unknown = set(names) - set(ARGUMENTS)
    assert not unknown, f"say in ARGUMENTS what these parameters may be: {sorted(unknown)}"
    return st.fixed_dictionaries({name: ARGUMENTS[name] for name in names})


@pytest.mark.parametrize("name", BOUND)
def test_a_query_answers_as_if_the_other_commune_did_not_exist(
    name: str, both: Database, alone: Database
) -> None:
    query = BOUND[name]
    before = both.read_now(theirs)

    @settings(max_examples=12)
    @given(arguments_of(query))
    def check(arguments: dict[str, Any]) -> None:
        with_them, left = outcome(both, query, arguments)
        without_them, _ = outcome(alone, query, arguments)
        if name not in ANSWERS_AT_RANDOM:
            assert with_them == without_them
        assert left == before

    check()


def reads_everybody(uow: UnitOfWork, limit: int) -> list[Any]:
    """What a query must not be like: it forgets the commune."""
    return [row.name for row in uow.session.execute(select(people.Person).limit(limit)).scalars()]


def writes_anywhere(uow: UnitOfWork, person_id: int) -> None:
    """What a query must not be like: it believes an id."""
    person = uow.session.get(people.Person, person_id)
    if person is not None:
        person.name = "changed"


def test_the_check_sees_a_leak(both: Database, alone: Database) -> None:
    every = {"limit": 9}
    assert outcome(both, reads_everybody, every)[0] != outcome(alone, reads_everybody, every)[0]
    _, left = outcome(both, writes_anywhere, {"person_id": THEIRS.ids[0]})
    assert left != both.read_now(theirs)


def test_the_check_has_something_of_theirs_to_see(both: Database) -> None:
    rows = both.read_now(theirs)
    assert {name for name, found in rows.items() if not found} <= {"bot_account"}


def test_the_list_of_what_stands_above_the_communes_is_true() -> None:
    assert set(ABOVE_THE_COMMUNES) - set(FUNCTIONS) == set()
    assert all(ABOVE_THE_COMMUNES.values())


def test_functions_that_need_no_commune_take_none() -> None:
    """Whoever is on the list does not read the commune of the unit: it would depend on who calls."""
    reading = [
        name
        for name, function in FUNCTIONS.items()
        if name in ABOVE_THE_COMMUNES and "uow.commune_id" in inspect.getsource(function)
    ]
    assert reading == []
