"""Things that happen in one place only, or not at all."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from tests.house.tree import Module, everything, product

COMMITS = ("storage/unit_of_work.py",)
# The borders where an error that nobody foresaw is logged and the rest goes on.
BORDERS = (
    "handlers/dispatch.py",
    "scheduler/jobs.py",
    "bot/app.py",
    "bot/delivery.py",
    "bot/jobs_runner.py",
    "handlers/reminders/fire.py",
    "bot/worker_child.py",
    "bot/cli.py",
    "bot/__main__.py",
)
LOG_CALLS = {"exception", "error", "critical"}
TYPE_IGNORES = 5


def calls(node: ast.AST, *names: str) -> bool:
    """Whether a node is a call of a method with one of these names."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names


def is_broad(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException"))
        for kind in kinds
    )


def raises_again(handler: ast.ExceptHandler) -> bool:
    """Whether the handler ends by raising what it caught: it tidies up and hides nothing."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def broad_handlers() -> Iterator[tuple[Module, ast.ExceptHandler]]:
    for module in product():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ExceptHandler) and is_broad(node) and not raises_again(node):
                yield module, node


def comments(module: Module) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def test_only_the_unit_of_work_commits() -> None:
    elsewhere = [
        module.at(node)
        for module in product()
        if not module.is_in(*COMMITS)
        for node in ast.walk(module.tree)
        if calls(node, "commit")
    ]
    assert elsewhere == []


def test_nothing_is_wired_through_globals() -> None:
    assert [
        module.at(node)
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Global)
    ] == []


def test_broad_except_stands_only_at_the_borders() -> None:
    assert [module.at(node) for module, node in broad_handlers() if not module.is_in(*BORDERS)] == []


def tells(handler: ast.ExceptHandler) -> bool:
    """Whether the handler writes a log line, or hands the error on to something that does."""
    used = {node.id for node in ast.walk(handler) if isinstance(node, ast.Name)}
    return handler.name in used or any(calls(node, *LOG_CALLS) for node in ast.walk(handler))


def test_a_border_does_not_swallow_what_it_catches() -> None:
    assert [module.at(handler) for module, handler in broad_handlers() if not tells(handler)] == []


def test_types_are_seldom_ignored() -> None:
    ignores = [
        f"{module.path}:{line}"
        for module in everything()
        for line, comment in comments(module)
        if re.match(r"#\s*type:\s*ignore", comment)
    ]
    assert len(ignores) <= TYPE_IGNORES, ignores


def test_what_counts_as_a_broad_except() -> None:
    samples = {
        "except Exception:\n  pass": True,
        "except (ValueError, Exception) as e:\n  pass": True,
        "except:\n  pass": True,
        "except BaseException:\n  undo()\n  raise": False,
        "except ValueError:\n  pass": False,
    }
    for text, broad in samples.items():
        handler = next(
            node
            for node in ast.walk(ast.parse(f"try:\n  pass\n{text}"))
            if isinstance(node, ast.ExceptHandler)
        )
        assert (is_broad(handler) and not raises_again(handler)) == broad, text
