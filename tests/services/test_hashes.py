"""Hashing has a queue with an end: a flood of sign-ins holds no more threads than that."""

import threading

import pytest
from argon2 import PasswordHasher
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlmodel import select

from domain.logins import SignInsBusy
from domain.policies import LOGINS
from services import hashes
from services.installation import Installation
from store.login_secrets import LoginFailures
from tests.services import people

PLACES = LOGINS.hashes_at_once + LOGINS.hashes_waiting


def test_a_password_costs_in_earnest_what_the_rfc_recommends(
    earnest_hashes: PasswordHasher,
) -> None:
    made = earnest_hashes.hash("password")
    recommended = RFC_9106_LOW_MEMORY
    memory, time, lanes = (
        recommended.memory_cost,
        recommended.time_cost,
        recommended.parallelism,
    )
    assert made.startswith(f"$argon2id$v=19$m={memory},t={time},p={lanes}$")
    assert earnest_hashes.verify(made, "password")


def test_beyond_the_queue_callers_are_sent_away_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    go, inside, told = threading.Event(), threading.Semaphore(0), list[str]()

    class Slow:
        def hash(self, _password: bytes) -> str:
            inside.release()
            go.wait()
            return "hash"

    monkeypatch.setattr(hashes, "_HASHER", Slow())

    def one() -> None:
        told.append(hashes.make("password"))

    threads = [threading.Thread(target=one) for _ in range(PLACES)]
    for thread in threads:
        thread.start()
    for _ in range(LOGINS.hashes_at_once):
        inside.acquire()
    # All others wait for their turn, so every place is taken.
    while hashes._PLACES.acquire(blocking=False):
        hashes._PLACES.release()
    for refused in (lambda: hashes.make("one more"), hashes.check_room):
        with pytest.raises(SignInsBusy):
            refused()
    assert not inside.acquire(blocking=False)
    go.set()
    for thread in threads:
        thread.join()
    assert len(told) == PLACES
    hashes.check_room()


def test_who_is_sent_away_has_not_failed(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashes, "_PLACES", threading.BoundedSemaphore(1))
    with hashes._PLACES, pytest.raises(SignInsBusy):
        people.sign_in(installation, "ben")
    with installation.database.read() as session:
        assert session.exec(select(LoginFailures)).all() == []
