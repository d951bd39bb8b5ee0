"""``trustwright bounces`` takes any message from a pipe and ends well."""

import io
import sys

import pytest

from tests.api.conftest import Run
from tests.domain.test_bounces import report


@pytest.mark.parametrize("raw", [b"", b"Subject: hello\r\n\r\n", report()])
def test_whatever_a_mailbox_hands_over_is_taken(
    raw: bytes, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert "No report of a mail of this installation." in run("bounces")
