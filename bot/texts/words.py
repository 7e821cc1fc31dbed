"""Codes and moments in the words of the office: the filters that templates use."""

import tomllib
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from core.clock import local
from core.incident import code

_MINUTES_OF_HOUR, _MINUTES_OF_DAY = 60, 1440
_NEAR_DAYS = 6


class Words:
    """The tables of `vi/words.toml` and `vi/categories.toml`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def table(self) -> dict[str, Any]:
        """Return the tables as they are in the files."""
        words = tomllib.loads((self._folder / "words.toml").read_text("utf-8"))
        return words | tomllib.loads((self._folder / "categories.toml").read_text("utf-8"))

    def severity(self, level: int) -> str:
        """Return the word of a severity."""
        return str(self.table["severity"][str(level)])

    def severity_hint(self, level: int) -> str:
        """Return what a severity means, in a few words."""
        return str(self.table["severity_hint"][str(level)])

    def sign(self, level: int) -> str:
        """Return the sign that repeats a severity."""
        return str(self.table["sign"][str(level)])

    def category(self, system: str) -> str:
        """Return the label of a system; an unknown code stands for itself."""
        return str(self.table["category"].get(system, system))

    def group(self, group: str) -> str:
        """Return the label of a group of systems."""
        return str(self.table["group"].get(group, group))

    def cause(self, cause: str) -> str:
        """Return a chosen cause in words, and a typed one as it was typed."""
        return str(self.table["cause"].get(cause, cause))

    def field(self, name: str) -> str:
        """Return the name of a field of a report."""
        return str(self.table["field"].get(name, name))

    def person(self, person: dict[str, str]) -> str:
        """Return how a person is spoken of: form of address and given name."""
        if not person:
            return str(self.table["nobody"])
        return f"{person.get('form') or self.table['address']} {person['name'].split()[-1]}"

    def full(self, person: dict[str, str]) -> str:
        """Return a person's whole name after the form of address."""
        if not person:
            return str(self.table["nobody"])
        return f"{person.get('form') or self.table['address']} {person['name']}"

    def people_low(self, people: Sequence[dict[str, str]]) -> str:
        """Return several people in one phrase, for the middle of a sentence."""
        names = [self.person(person) for person in people]
        if len(names) > 1:
            names[-2:] = [f"{names[-2]} {self.table['or_more']} {names[-1]}"]
        return ", ".join(names)

    def people(self, people: Sequence[dict[str, str]]) -> str:
        """Return several people in one phrase, for the beginning of a sentence."""
        return capital(self.people_low(people))

    def about(self, what: str) -> str:
        """Return what an ambiguous digit may be about: an incident's code, or a prompt."""
        return what if what.startswith(code(0)[:3]) else str(self.table["prompt"])

    def state(self, row: dict[str, Any]) -> str:
        """Return the state of a listed incident, with the owner when somebody has it."""
        if row["status"] == "taken" and row["owner"]:
            return self.person(row["owner"])
        return str(self.table["state"][row["status"]])

    def span(self, minutes: int) -> str:
        """Return a duration in the largest units that matter."""
        if minutes < 1:
            return str(self.table["just_now"])
        if minutes < _MINUTES_OF_HOUR:
            return str(self.table["minutes"]).format(n=minutes)
        if minutes < _MINUTES_OF_DAY:
            hours, rest = divmod(minutes, _MINUTES_OF_HOUR)
            return str(self.table["hours"]).format(n=hours) + (f" {self.span(rest)}" if rest else "")
        days, rest = divmod(minutes, _MINUTES_OF_DAY)
        hours = rest // _MINUTES_OF_HOUR
        whole = str(self.table["days"]).format(n=days)
        return f"{whole} {self.span(hours * _MINUTES_OF_HOUR)}" if hours else whole

    def when(self, moment: str, now: datetime) -> str:
        """Return a moment in Vietnam time, with as much of the date as is needed to be clear."""
        here, today = local(datetime.fromisoformat(moment)), local(now)
        if here.date() == today.date():
            return f"{here:%H:%M}"
        day = f"{here:%H:%M} {self.table['weekday'][str(here.weekday())]} {here.day}/{here.month}"
        near = abs((here.date() - today.date()).days) <= _NEAR_DAYS
        return day if near else f"{day}/{here.year}"

    def event(self, line: dict[str, Any]) -> str:
        """Return one line of a time line."""
        kind, data = line["kind"], line["data"]
        if kind == "released" and data.get("silent"):
            kind = "silent"
        if kind == "comment" and not line["text"]:
            kind = "photos"
        who = self.person(line["who"]) if line["who"] else str(self.table["service"])
        pattern = str(self.table["event"].get(kind, kind))
        text = pattern.format(
            who=who,
            text=line["text"],
            people=self.people_low(data.get("people", [])),
            to=self.person(data.get("to", {})),
            field=self.field(data.get("field", "")),
            n=data.get("photos", 0),
        )
        return capital(text)


def capital(text: str) -> str:
    """Return a text with its first letter in upper case."""
    return text[:1].upper() + text[1:]
