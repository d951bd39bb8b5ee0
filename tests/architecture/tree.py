"""What the architecture tests look at: the rooms, and the files that belong to the project."""

import ast
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@cache
def pyproject() -> dict[str, Any]:
    """Return pyproject.toml as nested dictionaries."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def rooms() -> list[str]:
    """Return the names of the root packages, outermost first."""
    return list(pyproject()["tool"]["importlinter"]["root_packages"])


@cache
def project_files() -> list[Path]:
    """Return the files that git tracks or would track, so that a new file is seen at once."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (ROOT / name for name in listing.split("\0") if name)
    return sorted({path for path in paths if path.is_file()})


def python_files() -> list[Path]:
    """Return the project's Python files."""
    return [path for path in project_files() if path.suffix == ".py"]


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    """Return the path of a file as seen from the root of the project."""
    return path.relative_to(ROOT).as_posix()
