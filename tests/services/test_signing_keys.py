"""The keys that sign: there from the beginning, changed at will, and never forgotten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from domain.actors import OPERATOR
from rich_snippets import signatures
from services import signing_keys
from services.signing_keys import KeySet
from store.database import Database
from store.decisions import AuditEntry
from store.keys import Keyring
from store.signing_keys import SigningKey
from tests.services.steps import NOON

PAYLOAD = b"{}"


def sign(database: Database) -> str:
    with database.read() as session:
        return signatures.sign(PAYLOAD, signing_keys.seed_of_present(session, database.keys))


def fits(jws: str, published: KeySet) -> bool:
    try:
        return signatures.verified(jws, {key.kid: key for key in published.keys})[0] == PAYLOAD
    except signatures.NotSigned:
        return False


def keep(database: Database, now: datetime = NOON) -> str:
    with database.write() as work:
        return signing_keys.keep(work, now=now)


def rotate(database: Database, now: datetime = NOON) -> str:
    with database.write() as work:
        return signing_keys.rotate(work, actor=OPERATOR, now=now)


@pytest.fixture
def moved(database: Database) -> Database:
    """The same tables under another secret key."""
    return Database(database.engine, Keyring("another secret key, which is long enough"))


def test_the_first_key_signs_and_is_published_before_anything_is_stored(
    database: Database,
) -> None:
    published = signing_keys.published(database)
    assert fits(sign(database), published)
    assert [key.retired_at for key in published.keys] == [None]


def test_keeping_the_key_changes_nothing_and_happens_once(database: Database) -> None:
    before = signing_keys.published(database).keys
    kid = keep(database)
    assert keep(database, NOON + timedelta(days=1)) == kid
    assert signing_keys.published(database).keys == before
    with database.read() as session:
        assert len(session.exec(select(SigningKey)).all()) == 1


def test_after_a_rotation_the_new_key_signs_and_the_old_one_still_checks(
    database: Database,
) -> None:
    old = sign(database)
    rotate(database)
    new = sign(database)
    published = signing_keys.published(database)
    assert old != new
    assert fits(old, published)
    assert fits(new, published)
    assert [key.retired_at for key in published.keys] == [None, NOON]


def test_after_many_rotations_every_signature_can_still_be_checked(database: Database) -> None:
    signed = [sign(database)]
    for days in range(5):
        rotate(database, NOON + timedelta(days=days))
        signed.append(sign(database))
    published = signing_keys.published(database)
    assert len(set(signed)) == len(published.keys) == 6
    assert all(fits(jws, published) for jws in signed)
    assert published.modified == int((NOON + timedelta(days=4)).timestamp())


def test_a_changed_secret_brings_another_key_and_forgets_none(
    database: Database, moved: Database
) -> None:
    keep(database)
    old, new = sign(database), sign(moved)
    for published in (signing_keys.published(moved), signing_keys.published(database)):
        assert fits(old, published)
    assert fits(new, signing_keys.published(moved))
    keep(moved, NOON + timedelta(days=1))
    kept = signing_keys.published(moved)
    assert fits(old, kept)
    assert fits(new, kept)
    assert [key.retired_at for key in kept.keys] == [None, NOON + timedelta(days=1)]


def test_a_rotation_under_a_changed_secret_leaves_one_key_that_signs(
    database: Database, moved: Database
) -> None:
    keep(database)
    rotate(moved, NOON + timedelta(days=1))
    published = signing_keys.published(moved)
    assert len(published.keys) == 3
    assert [key.retired_at is None for key in published.keys] == [True, False, False]
    assert fits(sign(moved), published)


def test_two_who_rotate_at_once_take_turns(database: Database) -> None:
    keep(database)
    with ThreadPoolExecutor(2) as pool:
        new = set(pool.map(lambda _: rotate(database), range(2)))
    published = signing_keys.published(database).keys
    assert len(new) == 2
    assert len(published) == 3
    assert [key.retired_at is None for key in published] == [True, False, False]


def test_lists_show_every_key_the_newest_first(database: Database) -> None:
    with database.read() as session:
        (first,) = signing_keys.listed(session, database.keys)
    assert first.created_at is None
    kid = rotate(database)
    with database.read() as session:
        new, old = signing_keys.listed(session, database.keys)
    assert (new.kid, new.retired_at) == (kid, None)
    assert (old.kid, old.retired_at) == (first.kid, NOON)


def test_a_rotation_is_written_into_the_log(database: Database) -> None:
    kid = rotate(database)
    with database.read() as session:
        logged = session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
    assert [row.action for row in logged] == ["key.kept", "key.rotated"]
    assert logged[-1].object == kid
    assert logged[-1].role == OPERATOR.role


def test_nothing_secret_stands_in_the_table(database: Database) -> None:
    rotate(database)
    with database.read() as session:
        rows = session.exec(select(SigningKey)).all()
    public = {key.jwk["x"] for key in signing_keys.published(database).keys}
    assert {row.public_key for row in rows} == public
    assert {row.created_at for row in rows} == {datetime(2026, 11, 20, 12, tzinfo=UTC)}
