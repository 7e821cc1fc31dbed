"""Small pieces: the sizes that the house allows."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import Module, docstring_of, functions, product, read_module

MODULE_LINES = 300
FUNCTION_LINES = 40
PARAMETERS = 6
NESTING = 3

REVISIONS = "storage/migrations/versions"
"""A revision lists tables, is as long as that list, and is never edited again."""

COMMANDS = "bot/commands"
"""A command takes as many parameters as it has options, each passed by name."""

BLOCKS = ast.If | ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith | ast.Try | ast.Match


def written_lines(lines: list[str]) -> int:
    return sum(1 for line in lines if line.strip())


def function_lines(module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function that are not blank; its docstring and decorators do not count."""
    last = function.end_lineno or function.lineno
    total = written_lines(module.text.splitlines()[function.lineno - 1 : last])
    doc = docstring_of(function)
    return total - (written_lines(str(doc.value).strip().splitlines()) if doc else 0)


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Number of parameters without self and cls."""
    arguments = function.args
    named = [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    stars = [star for star in (arguments.vararg, arguments.kwarg) if star]
    return len([name for name in named if name not in ("self", "cls")]) + len(stars)


def depth(statements: list[ast.stmt]) -> int:
    """How many blocks lie in one another; `elif` does not count as deeper, an inner function counts alone."""
    return max((depth_of(statement) for statement in statements), default=0)


def depth_of(statement: ast.stmt) -> int:
    if not isinstance(statement, BLOCKS):
        return 0
    inner = max((depth(part) for part in parts_of(statement)), default=0)
    chained = statement.orelse if isinstance(statement, ast.If) else []
    if len(chained) == 1 and isinstance(chained[0], ast.If):
        return max(1 + inner, depth_of(chained[0]))
    return 1 + max(inner, depth(chained))


def parts_of(block: ast.stmt) -> Iterator[list[ast.stmt]]:
    yield getattr(block, "body", [])
    yield getattr(block, "finalbody", [])
    if not isinstance(block, ast.If):
        yield getattr(block, "orelse", [])
    for branch in (*getattr(block, "handlers", []), *getattr(block, "cases", [])):
        yield branch.body


def edited() -> Iterator[Module]:
    """The modules that people go on changing."""
    return (module for module in product() if not module.is_in(REVISIONS))


def test_modules_are_short() -> None:
    long = {module.path: written_lines(module.text.splitlines()) for module in edited()}
    assert {path: lines for path, lines in long.items() if lines > MODULE_LINES} == {}


def test_functions_are_short() -> None:
    too_long = {
        f"{module.at(function)} {function.name}": lines
        for module in edited()
        for function in functions(module)
        if (lines := function_lines(module, function)) > FUNCTION_LINES
    }
    assert too_long == {}


def test_functions_take_few_parameters() -> None:
    too_many = {
        f"{module.at(function)} {function.name}": count
        for module in product()
        if not module.is_in(COMMANDS)
        for function in functions(module)
        if (count := parameters(function)) > PARAMETERS
    }
    assert too_many == {}


def test_blocks_do_not_nest_deeply() -> None:
    too_deep = {
        f"{module.at(function)} {function.name}": levels
        for module in product()
        for function in functions(module)
        if (levels := depth(function.body)) > NESTING
    }
    assert too_deep == {}


@pytest.mark.parametrize(
    ("body", "levels"),
    [
        ("return 1", 0),
        ("if a:\n  for b in c:\n    with d:\n      pass", 3),
        ("if a:\n  pass\nelif b:\n  pass\nelif c:\n  if d:\n    pass", 2),
        ("try:\n  pass\nexcept E:\n  while a:\n    pass", 2),
        ("match a:\n  case 1:\n    if b:\n      pass", 2),
        ("for a in b:\n  def inner():\n    for c in d:\n      pass", 1),
    ],
)
def test_how_nesting_is_counted(body: str, levels: int) -> None:
    assert depth(ast.parse(body).body) == levels


def test_what_counts_as_a_line_and_a_parameter() -> None:
    module = read_module(Path(__file__))
    sample = next(one for one in functions(module) if one.name == "parameters")
    assert (function_lines(module, sample), parameters(sample)) == (5, 1)
