"""``trustwright verify receipt``: offline, with the file and the keys alone."""

import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from rich_snippets import receipts, signatures
from schemas import encoding
from schemas.receipts import Receipt, ReceiptContent
from tests.api.conftest import Run
from tests.architecture.tree import ROOT

KIND = "receipt"
SEED = b"7" * 32
SALT = b"s" * receipts.SALT_BYTES
CONTENT = ReceiptContent(marks={"SERVICE": 2}, title="", comment="Late.", incentivised=False)
NOW = datetime.now(UTC).replace(microsecond=0)


def made(days: int = 4) -> bytes:
    receipt = Receipt(
        issuer="https://trust.example",
        shop_key="X48E38879788F8078382270375A7CA205",
        review="rev-0192f5c0-0000-7000-8000-000000000001",
        number=1,
        digest=receipts.digest(SALT, CONTENT),
        received_at=NOW - timedelta(days=10),
        answer_by=NOW - timedelta(days=10 - days),
    )
    return encoding.to_json(receipts.signed(receipt, SEED, salt=SALT, content=CONTENT))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    """A folder with a receipt and the keys."""
    (tmp_path / "receipt.json").write_bytes(made())
    jwk = signatures.public_key(SEED).jwk
    (tmp_path / "keys.json").write_bytes(orjson.dumps({"keys": [jwk]}))
    return tmp_path


def test_the_example_of_the_guide_runs_as_it_stands(check: Run) -> None:
    guide = (ROOT / "docs/integrity.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^trustwright verify receipt (.+)$", guide, re.MULTILINE)
    told = check(*shlex.split(command))
    assert told.startswith("VALID:")
    assert "which has passed" in told


def test_a_receipt_whose_day_is_to_come_does_not_say_so(check: Run, folder: Path) -> None:
    (folder / "receipt.json").write_bytes(made(days=20))
    told = orjson.loads(check("receipt.json", "--keys", "keys.json", "--json"))
    assert (told["verdict"], told["isDue"]) == ("VALID", False)


def test_the_file_that_the_guide_shows_has_the_names_of_a_real_one() -> None:
    guide = (ROOT / "docs/integrity.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```json\n(.+?)^```", guide, re.MULTILINE | re.DOTALL)
    example, real = orjson.loads(shown), orjson.loads(made())
    assert example.keys() == real.keys()
    assert example["receipt"].keys() == real["receipt"].keys()
    assert example["content"].keys() == real["content"].keys()


def test_f2_one_flipped_bit_is_found(check: Run, folder: Path) -> None:
    body = (folder / "receipt.json").read_bytes()
    (folder / "receipt.json").write_bytes(body.replace(b"Late.", b"Fine."))
    assert check("receipt.json", "--keys", "keys.json", status=1).startswith("ALTERED:")


def test_keys_of_another_installation_do_not_check_it(check: Run) -> None:
    assert check("receipt.json", status=1).startswith("KEY_UNKNOWN:")


@pytest.mark.parametrize("name", ["missing.json", "keys.json"])
def test_what_is_no_receipt_is_told(check: Run, name: str) -> None:
    status = 1 if name == "keys.json" else 2
    told = check(name, "--keys", "keys.json", status=status)
    assert told.startswith(("NO_RECEIPT", "UNREADABLE"))


def test_a_receipt_of_a_retired_key_or_of_tomorrow_proves_nothing(folder: Path) -> None:
    key = signatures.public_key(SEED)
    late = signatures.PublicKey(key.raw, NOW - timedelta(days=11))
    body = (folder / "receipt.json").read_bytes()
    checked = receipts.check(body, {key.kid: late}, now=NOW)
    assert checked.verdict is receipts.Verdict.KEY_RETIRED
    early = receipts.check(body, {key.kid: key}, now=NOW - timedelta(days=20))
    assert early.verdict is receipts.Verdict.NOT_YET
