"""Node, Java and the packages that validators need, and what follows where one is missing."""

import os
import shutil
import sys
from pathlib import Path
from typing import Final, NoReturn

import pytest

HERE: Final = Path(__file__).parent


def program(name: str) -> str:
    """The path of a program: one that a wheel brought into .venv, or else the machine's own."""
    folders = (str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))
    return shutil.which(name, path=os.pathsep.join(folders)) or missing(name)


def packaged(path: str) -> Path:
    """A file or folder of the npm packages."""
    found = HERE / "node_modules" / path
    return found if found.exists() else missing(path)


def missing(what: str) -> NoReturn:
    """Skip the test that needs it; in continuous integration fail, because it has to be there."""
    why = f"{what} is missing: `make validators` brings it"
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)
