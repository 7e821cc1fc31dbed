"""Two vocabularies: what the bot says is in bot/texts, what it understands in knowledge/lexicon."""

import ast
import re
import unicodedata
from collections.abc import Iterator

from tests.house.tree import PROJECT, Module, files, product

SENTENCES_LIVE_IN = ("bot/texts", "bot/demo", "knowledge/lexicon", "knowledge/articles", "storage/migrations")
# Not sentences: the letters themselves.
ALPHABET = ("knowledge/vietnamese.py",)
PAGES = (".html", ".js", ".css", ".svg", ".jinja")
VIETNAMESE = re.compile(
    "[àáâãèéêìíòóôõùúýăđĩũơưạ-ỹ]|[aeiouy][\u0302\u0306\u0300\u0301\u0303\u0309\u0323\u031b]", re.IGNORECASE
)


def is_vietnamese(text: str) -> bool:
    """Whether a text holds a letter that Vietnamese has and English has not, composed or not."""
    return bool(VIETNAMESE.search(unicodedata.normalize("NFC", text)) or VIETNAMESE.search(text))


def spoken(module: Module) -> Iterator[str]:
    """Vietnamese string literals. A string that stands alone is an explanation, like a docstring."""
    alone = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(module.tree):
        said = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone
        if said and is_vietnamese(ast.literal_eval(node)):
            yield f"{module.at(node)} {ast.unparse(node)}"


def test_python_code_holds_no_vietnamese() -> None:
    elsewhere = [
        found
        for module in product()
        if not module.is_in(*SENTENCES_LIVE_IN, *ALPHABET)
        for found in spoken(module)
    ]
    assert elsewhere == []


def test_pages_hold_no_vietnamese() -> None:
    found = [
        path.relative_to(PROJECT).as_posix()
        for path in files(*PAGES, under=("bot",))
        if is_vietnamese(path.read_text(encoding="utf-8"))
    ]
    assert [
        path for path in found if not path.startswith(tuple(f"{place}/" for place in SENTENCES_LIVE_IN))
    ] == []


def test_what_counts_as_vietnamese() -> None:
    assert all(
        is_vietnamese(text) for text in ("Đã ghi", "đ", "sự cố", unicodedata.normalize("NFD", "ố"), "Ý")
    )
    assert not any(
        is_vietnamese(text) for text in ("Incident SC-0127", "naive → aware", "· – “quoted”", "°C")
    )


def test_a_docstring_may_show_vietnamese_and_a_sentence_may_not() -> None:
    text = '"""Docs: sự cố."""\ndef f():\n    """Đã ghi."""\n    return f"Đã ghi {1}"\n'
    assert list(spoken(Module("x.py", text, ast.parse(text)))) == ["x.py:4 'Đã ghi '"]
