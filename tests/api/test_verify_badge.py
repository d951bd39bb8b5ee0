"""``trustwright verify badge``: offline, with a file or standard input, and the keys alone."""

import io
import re
import shlex
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from domain.marks import MarkStatus
from rich_snippets import badge_tokens, signatures
from schemas import encoding
from schemas.certificates import BadgeToken
from tests.api.conftest import Run
from tests.architecture.tree import ROOT

KIND = "badge"
SEED = b"7" * 32
NOW = datetime.now(UTC).replace(microsecond=0)


def made(*, days: int = 7, status: MarkStatus = MarkStatus.VALID) -> bytes:
    token = BadgeToken(
        issuer="https://trust.example",
        shop_key="X48E38879788F8078382270375A7CA205",
        shop_name="Bücher \u202e& Töne",
        domain="buecher.example",
        status=status,
        number="TW-DE-2026-0A1B2C3D4E",
        generation=7,
        issued_at=NOW - timedelta(days=6),
        expires_at=NOW + timedelta(days=days - 6),
    )
    return encoding.to_json(badge_tokens.signed(token, SEED))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    """A folder with a token and the keys."""
    (tmp_path / "badge-token.json").write_bytes(made())
    jwk = signatures.public_key(SEED).jwk
    (tmp_path / "keys.json").write_bytes(orjson.dumps({"keys": [jwk]}))
    return tmp_path


def test_the_example_of_the_guide_runs_as_it_stands(check: Run) -> None:
    guide = (ROOT / "docs/certificates.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^trustwright verify badge (.+)$", guide, re.MULTILINE)
    told = check(*shlex.split(command))
    assert told.startswith("VALID:")
    assert "buecher.example" in told
    assert "\u202e" not in told


def test_standard_input_is_read_as_a_file_is(check: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    jws = orjson.loads(made())["jws"].encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(jws)))
    told = orjson.loads(check("-", "--keys", "keys.json", "--json"))
    assert (told["verdict"], told["token"]["status"]) == ("VALID", "VALID")


def test_an_expired_or_forged_one_and_one_without_mark_are_refused_with_the_reason(
    check: Run, folder: Path
) -> None:
    token, arguments = folder / "badge-token.json", ("badge-token.json", "--keys", "keys.json")
    token.write_bytes(made(days=6))
    assert check(*arguments, status=1).startswith("EXPIRED:")
    token.write_bytes(made(status=MarkStatus.INVALID))
    assert check(*arguments, status=1).startswith("NO_MARK:")
    token.write_bytes(made().replace(b"buecher", b"anderer"))
    assert check(*arguments, status=1).startswith("ALTERED:")
    jws = orjson.loads(made())["jws"]
    token.write_text(jws[:-5] + ("A" if jws[-5] != "A" else "B") + jws[-4:])
    assert check(*arguments, status=1).startswith("FORGED:")


def test_the_keys_of_the_installation_here_do_not_fit_anothers_token(check: Run) -> None:
    assert check("badge-token.json", status=1).startswith("KEY_UNKNOWN:")


def test_what_cannot_be_read_is_told_apart_from_what_is_refused(check: Run) -> None:
    assert check("missing.json", "--keys", "keys.json", status=2).startswith("UNREADABLE:")
    assert check("badge-token.json", "--keys", "badge-token.json", status=2).startswith(
        "UNREADABLE"
    )
