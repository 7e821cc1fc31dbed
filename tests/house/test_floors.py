"""Who may import whom, beyond what the contracts in pyproject.toml hold."""

import ast
import sys
from collections.abc import Iterator

from tests.house.tree import FLOORS, Module, functions, product

LATE_IMPORTS_ALLOWED = ("bot/channels/registry.py", "bot/commands")
CORE_MAY_IMPORT = sys.stdlib_module_names | {"core", "pydantic"}


def imported(node: ast.AST) -> list[str]:
    """Top-level names that an import statement brings in."""
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module.split(".")[0]]
    return []


def late_imports(module: Module) -> Iterator[str]:
    for function in functions(module):
        for node in ast.walk(function):
            if any(name in FLOORS for name in imported(node)):
                yield module.at(node)


def test_core_imports_only_the_standard_library_and_pydantic() -> None:
    wrong = [
        f"{module.at(node)} {name}"
        for module in product()
        if module.is_in("core")
        for node in ast.walk(module.tree)
        for name in imported(node)
        if name not in CORE_MAY_IMPORT
    ]
    assert wrong == []


def test_our_modules_are_imported_at_the_top_of_a_file() -> None:
    late = {
        place
        for module in product()
        if not module.is_in(*LATE_IMPORTS_ALLOWED)
        for place in late_imports(module)
    }
    assert late == set()


def test_init_files_are_empty() -> None:
    full = [module.path for module in product() if module.path.endswith("/__init__.py") and module.text]
    assert full == []


def test_every_floor_is_there() -> None:
    assert {module.path.split("/")[0] for module in product()} == set(FLOORS)
