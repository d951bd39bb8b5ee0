"""The migration that this release needs, read from the names of the files.

Alembic would tell as well, at the price of its memory in each serving process.
"""

from pathlib import Path
from typing import Final

_VERSIONS: Final = Path(__file__).parent / "migrations" / "versions"


def head() -> str:
    """The newest revision: files are named after it, as in ``0001_first_tables.py``."""
    return max(file.name.partition("_")[0] for file in _VERSIONS.glob("[0-9]*_*.py"))
