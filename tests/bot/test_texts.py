"""What the bot says: approved word for word, complete, and in the voice of docs/voice.md."""

import ast
import re
from collections.abc import Iterator

import pytest

from bot.texts.render import Texts
from core.policy import Action
from core.privacy import Refused
from handlers.execute import USE_CASES
from handlers.registry import STEPS
from tests.house.tree import Module, product
from tests.support.sample_texts import APPROVED, rendered

KEYS = frozenset(Texts().sources)
FLOORS = ("handlers", "bot")
# Of these the words are templates of other templates, or are filled in by the channel.
NAMED_BY_TEXTS = frozenset({"incident.head"})
KEY = re.compile(r"[a-z_]+(\.[a-z_]+)*")
BUTTON_LETTERS = 28
"""A longer label does not fit on a button of a narrow phone."""
LINES = 5


def calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def keys_named(module: Module) -> Iterator[tuple[str, str]]:
    """Where a key is named in code, and the key; "*" stands for what is filled in."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.JoinedStr):
            parts = [str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values]
            yield module.at(node), "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield module.at(node), node.value


def named() -> set[str]:
    modules = [module for module in product() if module.is_in(*FLOORS)]
    return {key for module in modules for _, key in keys_named(module)}


def said_by(call: ast.Call) -> ast.expr | None:
    """The argument of a call that is certainly a key: `Message(key=…)`, `Choice(label=…)`, `say(…)`."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if name == "Message":
        return keywords.get("key")
    if name == "Choice":
        return keywords.get("label")
    if name in ("say", "NotFound", "NotNow", "NotAllowed"):
        return call.args[0]
    return call.args[2] if name in ("reply", "news", "alert") and len(call.args) > 2 else None


def test_every_sentence_reads_as_approved() -> None:
    assert rendered() == APPROVED.read_text("utf-8"), "see tests/support/sample_texts.py"


def test_every_key_in_code_has_words() -> None:
    certain = [
        (module.at(call), argument.value)
        for module in product()
        if module.is_in(*FLOORS)
        for call in calls(module)
        if isinstance(argument := said_by(call), ast.Constant)
    ]
    assert certain
    assert [(place, key) for place, key in certain if key not in KEYS] == []


def test_every_key_with_words_is_used() -> None:
    found = named()
    patterns = [
        re.compile(re.escape(key).replace(r"\*", "[a-z_.]+"))
        for key in found
        if "*" in key and KEY.match(key)
    ]
    unused = [
        key
        for key in sorted(KEYS - found - NAMED_BY_TEXTS)
        if not any(pattern.fullmatch(key) for pattern in patterns)
    ]
    assert unused == []


@pytest.mark.parametrize("action", Action)
def test_every_refusal_has_words(action: Action) -> None:
    assert f"denied.{action.value}" in KEYS


def test_every_reason_not_to_keep_a_message_has_words() -> None:
    assert {f"refused.{reason.value}" for reason in Refused} <= KEYS


def test_every_choice_of_the_code_leads_somewhere() -> None:
    assert USE_CASES
    steps = {key for key in named() if key in STEPS}
    assert set(STEPS) - steps == set()


def test_the_voice() -> None:
    text = APPROVED.read_text("utf-8")
    spoken = "\n".join(line for line in text.splitlines() if not line.startswith("["))
    words = set(re.findall(r"\w+", spoken.lower()))
    assert words.isdisjoint({"bạn", "em", "mày", "server", "token", "error", "lỗi_403"})
    assert "!" not in spoken
    assert "  " not in spoken


def test_labels_fit_on_a_button() -> None:
    blocks = re.findall(r"\[(choice\.\w+)\]\n(.*?)\n(?=\n|\Z)", APPROVED.read_text("utf-8"), re.DOTALL)
    assert blocks
    assert [
        (key, label)
        for key, labels in blocks
        for label in labels.split("\n--\n")
        if len(label) > BUTTON_LETTERS
    ] == []


def test_messages_are_short() -> None:
    """Lists and look-ups, which somebody asked for, may be longer."""
    asked_for = ("list.", "incident.show", "duty.now", "device.list")
    blocks = re.findall(r"\[([\w.]+)\]\n(.*?)\n(?=\n\[|\Z)", APPROVED.read_text("utf-8"), re.DOTALL)
    assert [
        key
        for key, said in blocks
        if not key.startswith(asked_for)
        for one in said.split("\n--\n")
        if len(one.splitlines()) > LINES
    ] == []
