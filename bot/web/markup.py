"""Plain text of a message as markup: its news stands out, codes stay whole, what can be tapped is a link."""

import re

from markupsafe import Markup, escape

_SIGNS = "⚪🔵🟠🔴"
"""The signs of severity 1 to 4 in texts; pages draw them, so that they look alike on every phone."""

_SPECIAL = re.compile(
    rf"""
    (?P<sign> [{_SIGNS}] ) \ufe0f?
    | (?P<code> \b[A-Z]{{2}}-\d{{4,}}\b )
    | (?P<web> https?://[^\s<]+[^\s<.,;:)] )
    | (?<![\w.+-]) (?P<phone> 0\d{{2,3}} (?P<gap>[ .]?) \d{{3}} (?P=gap) \d{{3,4}} ) (?!\w)
    """,
    re.VERBOSE,
)
_PHONE_DIGITS = (10, 11)


def rich(text: str, level: str = "") -> Markup:
    """Return a text as markup, with its first line in bold when there are more.

    `level` is the word for a severity, which takes the colour of its card.
    """
    news, line_break, rest = text.partition("\n")
    first = _coloured(news, level) if level else _tappable(news)
    return (Markup("<b>{}</b>").format(first) if line_break else first) + line_break + _tappable(rest)


def _coloured(news: str, level: str) -> Markup:
    before, word, after = news.partition(level)
    coloured = Markup('<b class="severity">{}</b>').format(word) if word else Markup()
    return _tappable(before) + coloured + _tappable(after)


def _tappable(text: str) -> Markup:
    parts, end = Markup(), 0
    for found in _SPECIAL.finditer(text):
        parts += escape(text[end : found.start()]) + _marked(found)
        end = found.end()
    return parts + escape(text[end:])


def _marked(found: re.Match[str]) -> Markup:
    if found["sign"]:
        severity = _SIGNS.index(found["sign"]) + 1
        return Markup('<span class="sign m{}" aria-hidden="true"></span>').format(severity)
    if found["code"]:
        return Markup('<span class="code">{}</span>').format(found["code"])
    if found["web"]:
        return Markup('<a href="{0}" target="_blank" rel="noopener">{0}</a>').format(found["web"])
    digits = re.sub(r"\D", "", found["phone"])
    if len(digits) not in _PHONE_DIGITS:
        return escape(found["phone"])
    return Markup('<a href="tel:{}">{}</a>').format(digits, found["phone"])
