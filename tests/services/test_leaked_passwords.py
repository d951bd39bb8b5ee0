"""A list of leaked passwords is looked up by a few small reads, and a rotten one is refused."""

from hashlib import sha1
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services import leaked_passwords
from services.leaked_passwords import ListDamaged
from services.settings import SettingsError, load

LEAKED = [f"password number {number}" for number in range(10)]


def hashed(password: str) -> str:
    return sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def written(path: Path, lines: list[str], end: str = "\n", last: str = "\n") -> Path:
    path.write_bytes((end.join(lines) + last).encode())
    return path


@pytest.mark.parametrize("count", ["", ":1", ":98765432"])
@pytest.mark.parametrize(("end", "last"), [("\n", "\n"), ("\n", ""), ("\r\n", "\r\n")])
def test_ten_lines_are_found_and_nothing_else(
    tmp_path: Path, count: str, end: str, last: str
) -> None:
    lines = sorted(hashed(each) + count for each in LEAKED)
    path = written(tmp_path / "list", lines, end, last)
    leaked_passwords.inspect(path)
    assert all(leaked_passwords.holds(path, each) for each in LEAKED)
    for number in range(50):
        assert not leaked_passwords.holds(path, f"another {number}")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.text(st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=60))
def test_each_of_any_list_is_found(tmp_path: Path, passwords: set[str]) -> None:
    counted = [f"{hashed(each)}:{len(each)}" for each in passwords]
    path = written(tmp_path / "list", sorted(counted))
    leaked_passwords.inspect(path)
    assert all(leaked_passwords.holds(path, each) for each in passwords)
    assert not leaked_passwords.holds(path, "x" * 31)


def test_lower_case_hashes_count_as_well(tmp_path: Path) -> None:
    path = written(tmp_path / "list", sorted(hashed(each).lower() for each in LEAKED))
    leaked_passwords.inspect(path)
    assert all(leaked_passwords.holds(path, each) for each in LEAKED)


def test_a_large_list_is_asked_in_few_small_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = sorted(f"{hashed(str(number))}:{number}" for number in range(20_000))
    path, reads = written(tmp_path / "list", lines), list[int]()
    real = leaked_passwords._line_from

    def counted(file: BinaryIO, offset: int, size: int) -> tuple[int, bytes | None]:
        reads.append(offset)
        return real(file, offset, size)

    monkeypatch.setattr(leaked_passwords, "_line_from", counted)
    assert leaked_passwords.holds(path, "19999")
    assert not leaked_passwords.holds(path, "20000")
    assert len(reads) <= 2 * 21


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"nonsense\n",
        b"A" * 39 + b"\n",
        b"G" * 40 + b"\n",
        b"A" * 40 + b":many\n",
        b"A" * 400,
        b"B" * 40 + b"\n" + b"A" * 40 + b"\n",
        b"A" * 40 + b"\n\n\n" + b"B" * 40 + b"\n",
    ],
)
def test_what_is_no_list_stops_the_start(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list"
    path.write_bytes(content)
    with pytest.raises(ListDamaged):
        leaked_passwords.inspect(path)
    with pytest.raises(SettingsError, match=r"TRUSTWRIGHT_LEAKED_PASSWORDS: .*list of leaked"):
        load({"TRUSTWRIGHT_LEAKED_PASSWORDS": str(path)})


def test_a_list_that_is_not_there_or_a_folder_stops_the_start(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path):
        with pytest.raises(SettingsError, match=r"TRUSTWRIGHT_LEAKED_PASSWORDS: .*list of leaked"):
            load({"TRUSTWRIGHT_LEAKED_PASSWORDS": str(path)})
