"""Install a built wheel outside the checkout and use it, as someone without the sources would.

Usage: ``python -m tests.wheel.check_wheel dist/trustwright-….whl``. Files that git ignores or
that the packaging forgets vanish from a wheel, and nothing but this shows it.
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conditions import eventually
from tests.servers import free_port

LOCK = Path(__file__).parents[2] / "requirements.lock"
STARTS_WITHIN = 60.0


def main(wheel: Path) -> None:
    """Install ``wheel`` below a temporary folder, start it and read one badge."""
    with tempfile.TemporaryDirectory(prefix="trustwright-wheel-") as name:
        folder = Path(name)
        trustwright = installed(wheel.resolve(), folder)
        for step in ("migrate", "seed", "refresh"):
            run(folder, trustwright, step)
        shops = json.loads(output(folder, trustwright, "shops", "list", "--json"))
        with serving(folder, trustwright) as port:
            path = f"/v1/shops/{shops[0]['key']}/badge.json"
            badge = eventually(lambda: answer(port, path), within=STARTS_WITHIN)
        say(f"{path} answered {json.loads(badge)}")


def installed(wheel: Path, folder: Path) -> Path:
    """Create a virtual environment from the lock and return its ``trustwright`` command."""
    run(folder, sys.executable, "-m", "venv", "venv")
    pip = (str(folder / "venv/bin/pip"), "--disable-pip-version-check", "install")
    run(folder, *pip, "--require-hashes", "--requirement", LOCK)
    run(folder, *pip, "--no-deps", wheel)
    return folder / "venv/bin/trustwright"


def run(folder: Path, *command: str | Path) -> None:
    """Show a command and run it in ``folder``; a failure ends the check."""
    say(" ".join(map(str, command)))
    subprocess.run(command, cwd=folder, env=environment(folder), check=True)


def output(folder: Path, *command: str | Path) -> bytes:
    """Run a command in ``folder`` and return what it prints; a failure ends the check."""
    return subprocess.check_output(command, cwd=folder, env=environment(folder))


def environment(folder: Path) -> dict[str, str]:
    """Return our environment without what could lead back into the checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "TRUSTWRIGHT_HOME": str(folder / "var")}


@contextmanager
def serving(folder: Path, trustwright: Path) -> Iterator[int]:
    """Serve on a free port, which is yielded, for the length of the block."""
    port = free_port()
    say(f"{trustwright} serve --port {port}")
    server = subprocess.Popen(
        [str(trustwright), "serve", "--port", str(port)], cwd=folder, env=environment(folder)
    )
    try:
        yield port
    finally:
        server.terminate()
        server.wait(STARTS_WITHIN)


def answer(port: int, path: str) -> bytes:
    """Return the body of a successful answer, else nothing."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.read() if response.status == 200 else b""
    finally:
        connection.close()


def say(line: str) -> None:
    """Show what happens; an installation takes longer than two seconds."""
    sys.stderr.write(f"check_wheel: {line}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
