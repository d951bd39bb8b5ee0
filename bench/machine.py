"""The machine and the versions that figures belong to."""

import os
import platform
import shutil
import sqlite3
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

_PACKAGES: Final = (
    "uvicorn",
    "uvloop",
    "httptools",
    "starlette",
    "fastapi",
    "orjson",
    "lxml",
    "pydantic",
    "sqlalchemy",
    "psycopg",
    "brotli",
    "dbos",
)
_PROGRAMS: Final = {"wrk": "--version", "nginx": "-v"}


def description() -> dict[str, str]:
    """Processor, cores, memory, kernel and Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.processor() or platform.machine()


def versions() -> dict[str, str]:
    """The versions of the libraries and programs that take part."""
    found = {name: version(name) for name in _PACKAGES if _is_installed(name)}
    found["sqlite"] = sqlite3.sqlite_version
    return found | {name: _program(name) for name in _PROGRAMS if shutil.which(name)}


def _is_installed(name: str) -> bool:
    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False


def _program(name: str) -> str:
    # wrk answers with an exit code of 1, nginx on the error stream.
    said = subprocess.run([name, _PROGRAMS[name]], capture_output=True, text=True, check=False)
    words = (said.stdout + said.stderr).split()
    return next(word for word in words if any(c.isdigit() for c in word)).split("/")[-1]
