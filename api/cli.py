"""The command line, ``trustwright``: nothing of it is loaded before it is used.

A serving process that starts others is started from here; they import this file and no more.
"""

import sys
from collections.abc import Sequence
from importlib import import_module


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; leaves with status 2 and one clear line where it cannot be done."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    import_module("api.commands.table").run(given)


if __name__ == "__main__":
    main()
