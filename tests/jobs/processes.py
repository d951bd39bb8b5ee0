"""Starts the programs of the tests of jobs, listens to them, and kills them."""

import os
import signal
import subprocess
import sys

from services.settings import Settings
from tests.architecture.tree import ROOT
from tests.conditions import eventually


class Program:
    """A running program of ``tests.jobs.programs``; what it says goes into a file."""

    def __init__(self, settings: Settings, name: str, *arguments: str) -> None:
        settings.home.mkdir(parents=True, exist_ok=True)
        self._said = settings.home / f"{name}-{settings.executor_id}.out"
        environment = {key: value for key, value in os.environ.items() if "TRUSTWRIGHT" not in key}
        environment |= {
            "TRUSTWRIGHT_HOME": str(settings.home),
            "TRUSTWRIGHT_DATABASE_URL": settings.database_url,
            "TRUSTWRIGHT_SECRET_KEY": settings.secret_key,
            "TRUSTWRIGHT_ROLE": settings.role.value,
            "TRUSTWRIGHT_SMTP_URL": settings.smtp_url,
            "TRUSTWRIGHT_MAIL_FROM": settings.mail_from,
            "TRUSTWRIGHT_EXECUTOR_ID": settings.executor_id,
        }
        with self._said.open("w") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.jobs.programs", name, *arguments],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=output,
            )

    def said(self, word: str, *, within: float = 60) -> str:
        """What the program says after ``word``, once it says so."""
        return eventually(lambda: self._line(word), within=within).removeprefix(word).strip()

    def _line(self, word: str) -> str:
        lines = self._said.read_text().splitlines(keepends=True)
        whole = [line for line in lines if line.startswith(word) and line.endswith("\n")]
        assert whole or self._process.poll() is None, "".join(lines)
        return whole[0] if whole else ""

    def logged(self, event: str) -> None:
        """Wait for an event in the program's log."""
        eventually(lambda: event in self._said.read_text(), within=60)

    def kill(self) -> None:
        """SIGKILL: nothing is put away."""
        self._process.kill()
        assert self.ended() == -signal.SIGKILL

    def terminate(self) -> None:
        """SIGTERM: ask it to stop."""
        self._process.terminate()

    def ended(self) -> int:
        """The exit status, once there is one."""
        return self._process.wait(timeout=60)

    def put_away(self) -> None:
        """Leave no process behind, whatever happened."""
        self._process.kill()
        self._process.wait()
