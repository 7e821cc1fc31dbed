"""From a rendered text and its choices to what a channel can show: buttons, numbers, or typed words."""

from collections.abc import Sequence

from bot.texts.render import Texts
from core.messages import Choice
from core.ports import Button, Capabilities

_ONE_LINE = 44
"""Numbered choices stand in one line if they are no longer than this."""


def buttons(outbox_id: int, labels: Sequence[str]) -> tuple[Button, ...]:
    """Return choices as buttons; a press sends back which choice of which message it was."""
    return tuple(Button(label, f"{outbox_id}:{number}") for number, label in enumerate(labels, start=1))


def numbered(labels: Sequence[str]) -> str:
    """Return choices as a numbered list, in one line when it is short."""
    entries = [f"{number} {label}" for number, label in enumerate(labels, start=1)]
    line = "  ".join(entries)
    return line if len(line) <= _ONE_LINE else "\n".join(entries)


def in_words(choices: Sequence[Choice], texts: Texts) -> str:
    """Return what to type for a message that may not take digits."""
    typed = " · ".join(choice.typed for choice in choices if choice.typed)
    return str(texts.words.table["numbers"]).format(words=typed) if typed else ""


def shortened(text: str, capabilities: Capabilities) -> str:
    """Return a text that fits one message, cut at the end of a line or a word."""
    if _units(text) <= capabilities.max_text:
        return text
    kept = text.encode("utf-16-le")[: 2 * (capabilities.max_text - 1)].decode("utf-16-le", "ignore")
    cut = max(kept.rfind("\n"), kept.rfind(" "))
    return f"{kept[:cut] if cut > 0 else kept}…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
