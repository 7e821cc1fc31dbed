"""The source tree as the house tests see it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
FLOORS = ("bot", "core", "handlers", "knowledge", "scheduler", "storage")
# What tools make: folders at the top, and caches anywhere.
MADE = re.compile(
    r"(\.git|\.venv[\w.]*|\.coverage[\w.-]*|\.hypothesis|artifacts|build|data|dist)(/|$)"
    r"|.*(__pycache__|_cache|\.egg-info)/"
)


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file: its path from the project's folder, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        """`path:line` of a node, as an editor opens it."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def is_in(self, *places: str) -> bool:
        """Whether this is one of the given files, or lies in one of the given folders."""
        return any(self.path == place or self.path.startswith(f"{place}/") for place in places)


def files(*suffixes: str, under: tuple[str, ...] = (".",)) -> Iterator[Path]:
    """Our own files with one of these suffixes (all if none), without caches and the environment."""
    for start in under:
        for path in sorted((PROJECT / start).rglob("*")):
            ours = not MADE.match(path.relative_to(PROJECT).as_posix())
            if ours and path.is_file() and (not suffixes or path.suffix in suffixes):
                yield path


def read_module(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path.relative_to(PROJECT).as_posix(), text, ast.parse(text))


@cache
def product() -> tuple[Module, ...]:
    """Every Python file of the six floors."""
    return tuple(read_module(path) for path in files(".py", under=FLOORS))


@cache
def everything() -> tuple[Module, ...]:
    """Every Python file of the project, tests included."""
    return tuple(read_module(path) for path in files(".py"))


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def docstring_of(node: ast.AST) -> ast.Constant | None:
    """The docstring node of a module, class or function."""
    body = getattr(node, "body", None)
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and body:
        first = body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            return first.value if isinstance(first.value.value, str) else None
    return None
