"""Files stay short, imports stand at the top, and names say what a file is about."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import tree

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}

# Imports inside a function, each with the reason why it may not stand at the top of the file.
LATE_IMPORTS = {
    ("api/main.py", "api.router"): "a process that only answers hits never needs the router",
    ("api/main.py", "api.announcements"): "a process without Redis does not carry its client",
    ("api/main.py", "api.legacy.sharing"): "a process without Redis does not carry its client",
    ("api/queued.py", "jobs"): "a process that fetches no page does not carry the job queue",
    ("api/main.py", "jobs.worker"): "a process that only serves does not carry the job queue",
    (
        "services/provider_sign_ins.py",
        "services.identity_providers",
    ): "an installation without an identity provider needs none of its libraries",
    ("store/snapshots.py", "psycopg"): "a worker on SQLite does not carry PostgreSQL's driver",
}


def is_migration(path: Path) -> bool:
    return "migrations" in path.parts


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree.parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def late_imports(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (file, module) for each import that stands inside a function."""
    for function in functions_of(path):
        for node in ast.walk(function):
            if isinstance(node, ast.Import):
                yield from ((tree.name_of(path), alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield tree.name_of(path), node.module or ""


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    lengths = {
        tree.name_of(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in tree.python_files()
        if not is_migration(path)
    }
    assert {name: n for name, n in lengths.items() if n > MAX_FILE_LINES} == {}


def test_no_function_is_longer_than_fifty_lines() -> None:
    too_long = {
        f"{tree.name_of(path)}:{function.name}": length_of(function)
        for path in tree.python_files()
        if not is_migration(path)
        for function in functions_of(path)
        if length_of(function) > MAX_FUNCTION_LINES
    }
    assert too_long == {}


def test_imports_stand_at_the_top_of_the_file() -> None:
    found = {late for path in tree.python_files() for late in late_imports(path)}
    assert found - LATE_IMPORTS.keys() == set()


def test_no_permission_for_a_late_import_is_left_over() -> None:
    found = {late for path in tree.python_files() for late in late_imports(path)}
    assert LATE_IMPORTS.keys() - found == set()


def test_every_module_opens_with_one_sentence() -> None:
    without = [
        tree.name_of(path)
        for path in tree.python_files()
        if not (ast.get_docstring(tree.parsed(path)) or "").partition("\n")[0].endswith(".")
    ]
    assert without == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    parts = {
        part: tree.name_of(path)
        for path in tree.python_files()
        for part in Path(tree.name_of(path)).with_suffix("").parts
    }
    assert {name: parts[name] for name in NAMES_THAT_SAY_NOTHING & parts.keys()} == {}
