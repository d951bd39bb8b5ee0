"""Files of feeds are whole or not there, and a reader keeps the one that it has opened."""

import threading
from datetime import date
from pathlib import Path

import pytest

from services import feed_files
from tests.conditions import eventually

NAME = feed_files.PRODUCT_RATINGS


def put(place: Path, name: str, content: bytes) -> None:
    with feed_files.turn(place), feed_files.replaced(place / name) as file:
        file.write(content)


def fail_half_way(place: Path) -> None:
    with feed_files.replaced(place / NAME) as file:
        file.write(b"new")
        raise OSError("The disk is full.")


def test_a_file_appears_when_it_is_complete(tmp_path: Path) -> None:
    put(tmp_path, NAME, b"old")
    with feed_files.replaced(tmp_path / NAME) as file:
        file.write(b"half of the n")
        assert (tmp_path / NAME).read_bytes() == b"old"
        assert feed_files.names(tmp_path) == [NAME]
        file.write(b"ew one")
    assert (tmp_path / NAME).read_bytes() == b"half of the new one"


def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    put(tmp_path, NAME, b"old")
    with pytest.raises(OSError, match="full"):
        fail_half_way(tmp_path)
    assert (tmp_path / NAME).read_bytes() == b"old"
    assert not list(tmp_path.glob(".draft-*"))


def test_what_a_killed_process_left_behind_is_cleared_up(tmp_path: Path) -> None:
    put(tmp_path, NAME, b"old")
    (tmp_path / ".draft-0123").write_bytes(b"half")
    with feed_files.turn(tmp_path):
        assert not list(tmp_path.glob(".draft-*"))
    assert (tmp_path / NAME).read_bytes() == b"old"


def test_two_writers_take_turns(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        order.append("waits")
        with feed_files.turn(tmp_path):
            order.append("writes")

    with feed_files.turn(tmp_path):
        thread = threading.Thread(target=second)
        thread.start()
        eventually(lambda: order == ["waits"])
        order.append("first is done")
    thread.join()
    assert order == ["waits", "first is done", "writes"]


def test_a_reader_keeps_the_file_that_it_opened(tmp_path: Path) -> None:
    put(tmp_path, NAME, b"old one")
    export = feed_files.open_file(tmp_path, NAME)
    assert export is not None
    put(tmp_path, NAME, b"new")
    assert (export.read(0, 3), export.read(4, 100), export.size) == (b"old", b"one", 7)
    newer = feed_files.open_file(tmp_path, NAME)
    assert newer is not None
    assert newer.tag != export.tag
    for each in (export, newer):
        each.close()


def test_the_newest_day_is_the_one_without_a_date(tmp_path: Path) -> None:
    assert feed_files.open_file(tmp_path, feed_files.LATEST_MERCHANT) is None
    for day in (9, 10):
        put(tmp_path, feed_files.merchant_name(date(2026, 11, day), 1), b"%d" % day)
    put(tmp_path, feed_files.merchant_name(date(2026, 11, 10), 2), b"second part")
    export = feed_files.open_file(tmp_path, feed_files.LATEST_MERCHANT)
    assert export is not None
    assert export.read(0, 100) == b"10"
    export.close()


@pytest.mark.parametrize("name", [".turn", "../secret.key", "", "product-ratings.zip/", "\x00"])
def test_no_other_name_opens_a_file(tmp_path: Path, name: str) -> None:
    put(tmp_path, NAME, b"")
    assert feed_files.open_file(tmp_path, name) is None


def test_a_shop_without_files_has_none(tmp_path: Path) -> None:
    assert feed_files.names(tmp_path / "nowhere") == []
