"""From a message key and its parameters to the sentences that a person reads."""

import tomllib
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, pass_context
from jinja2.runtime import Context

from bot.texts.words import Words, capital
from core.incident import code
from core.messages import Choice, Message

FOLDER = Path(__file__).parent / "vi"
_TABLES = {"words.toml", "categories.toml"}


class Texts:
    """Every sentence that the bot says in chat, by key."""

    def __init__(self, folder: Path = FOLDER, *, drill: bool = False) -> None:
        self._folder = folder
        self._drill = drill
        self.words = Words(folder)
        self._compiled: dict[str, Template] = {}

    @cached_property
    def sources(self) -> dict[str, str]:
        """Return the template of each key. Raises ValueError when a key stands in two files."""
        found: dict[str, str] = {}
        for path in sorted(self._folder.glob("*.toml")):
            if path.name in _TABLES:
                continue
            for key, source in tomllib.loads(path.read_text("utf-8")).items():
                if key in found:
                    raise ValueError(f"{path.name}: the key {key} stands in another file too")
                found[key] = source
        return found

    def message(self, message: Message, now: datetime, *, repeated: bool = False) -> str:
        """Return the text of a message. Raises KeyError or jinja2.UndefinedError for a faulty one."""
        params = dict(message.params)
        if "code" in params and "severity" in params:
            params["head"] = self._fill("incident.head", params, now)
        marks = self._marks(late=message.late, repeated=repeated)
        return " ".join([*marks, self._fill(message.key, params, now)])

    def labels(self, choices: Iterable[Choice], now: datetime) -> list[str]:
        """Return the labels of choices."""
        return [self._fill(choice.label, choice.label_params, now) for choice in choices]

    def _marks(self, *, late: bool, repeated: bool) -> list[str]:
        table = self.words.table
        marks = [f"{table['drill']} ·"] if self._drill else []
        return marks + [str(table[name]) for name, set_ in (("late", late), ("again", repeated)) if set_]

    def _fill(self, key: str, params: dict[str, Any], now: datetime) -> str:
        template = self._compiled.get(key)
        if template is None:
            template = self._compiled[key] = self._environment.from_string(self.sources[key])
        rendered = template.render(params | {"now": now.isoformat(), "_now": now})
        return "\n".join(line.rstrip() for line in rendered.strip().splitlines() if line.strip())

    @cached_property
    def _environment(self) -> Environment:
        words = self.words
        environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 plain text
        environment.globals["sign"] = words.sign
        environment.filters |= {
            "severity": words.severity,
            "severity_hint": words.severity_hint,
            "category": words.category,
            "group": words.group,
            "cause": words.cause,
            "field": words.field,
            "person": words.person,
            "full": words.full,
            "people": words.people,
            "people_low": words.people_low,
            "about": words.about,
            "state": words.state,
            "span": words.span,
            "cap": capital,
            "code": code,
        }
        environment.filters["when"] = _with_now(words.when)
        environment.filters["event"] = words.event
        environment.filters["choice"] = _labels(self)
        return environment


def _with_now(when: Callable[[str, datetime], str]) -> Callable[[Context, str], str]:
    @pass_context
    def moment_in_words(context: Context, moment: str) -> str:
        return when(moment, context["_now"])

    return moment_in_words


def _labels(texts: Texts) -> Callable[[Context, str, dict[str, Any]], str]:
    @pass_context
    def label_of_choice(context: Context, label: str, params: dict[str, Any]) -> str:
        return texts.labels([Choice(label=label, label_params=params, do="")], context["_now"])[0]

    return label_of_choice
