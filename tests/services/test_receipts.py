"""Receipts: what an author can prove, what became of it, and the promise that was broken (F2)."""

from base64 import urlsafe_b64decode
from datetime import datetime, timedelta

import orjson
import pytest
from sqlmodel import select

from domain.actors import OPERATOR
from domain.receipts import Answer, ReceiptUnreadable
from domain.reviews import Submission
from rich_snippets import signatures
from rich_snippets.receipts import Verdict
from services import moderation, receipts, reviews, signing_keys
from services.installation import Installation
from services.receipts import Answered
from store.database import Database
from store.receipts import Receipt
from store.reviews import Review
from tests.services import steps
from tests.services.steps import NOON, Written, marks

ISSUER = "https://trust.example"
TEXT = "Everything as ordered, thank you."
STOPPED = "Write to me at dario@example.org!"
AFTER = NOON + timedelta(days=30)


def write(database: Database, comment: str = TEXT) -> tuple[str, Written]:
    shop_key = steps.open_shop(database)
    return shop_key, steps.review(database, shop_key, marks(service=2), comment=comment)


def file(database: Database, written: Written) -> bytes:
    with database.read() as session:
        found = receipts.file_of(session, database.keys, written.review_id, issuer=ISSUER)
    assert found is not None
    return found


def checked(installation: Installation, data: bytes, *, at: datetime = NOON) -> Answered:
    return receipts.looked_up(installation, data, now=at)


def tamper(database: Database, written: Written, **values: object) -> None:
    """Change a review behind the rules' back, as somebody with the database could."""
    with database.write() as work:
        row = work.session.exec(select(Review).where(Review.public_id == written.review_id)).one()
        for name, value in values.items():
            setattr(row, name, value)
        work.session.add(row)


def test_log_10_a_receipt_names_the_day_and_holds_what_was_sent(
    installation: Installation,
) -> None:
    shop_key, written = write(installation.database)
    made = orjson.loads(file(installation.database, written))
    assert made["receipt"]["answerBy"] == "2026-11-27T00:00:00Z"
    assert (made["receipt"]["review"], made["receipt"]["shopKey"]) == (written.review_id, shop_key)
    assert made["content"]["comment"] == TEXT
    assert made["content"]["marks"] == {"SERVICE": 2}
    found = checked(installation, file(installation.database, written))
    assert (found.checked.verdict, found.answer) == (Verdict.VALID, Answer.PUBLISHED)
    assert found.review_url.endswith(f"#{written.review_id}")


def test_log_6_the_same_text_has_another_digest_in_each_review(database: Database) -> None:
    shop_key, _ = write(database)
    steps.review(database, shop_key, marks(service=2), comment=TEXT)
    with database.read() as session:
        rows = session.exec(select(Receipt)).all()
    assert len({row.digest for row in rows}) == len({row.salt for row in rows}) == 2
    assert all(row.salt and len(row.salt) == 16 for row in rows)


@pytest.mark.parametrize(
    "values",
    [
        {"is_public": False},
        {"state": "REJECTED", "is_public": False},
        {"state": "DISCARDED", "is_public": False},
        {"state": "SUBMITTED", "is_public": False},
        {"comment": "Everything as ordered."},
        {"mark_service": 5},
    ],
    ids=["hidden", "rejected", "discarded", "never published", "text changed", "stars changed"],
)
def test_log_11_a_review_that_somebody_suppressed_or_changed_is_a_broken_promise(
    installation: Installation, values: dict[str, object]
) -> None:
    _, written = write(installation.database)
    proof = file(installation.database, written)
    tamper(installation.database, written, **values)
    assert checked(installation, proof).answer is Answer.PENDING
    late = checked(installation, proof, at=AFTER)
    assert (late.checked.verdict, late.answer) == (Verdict.VALID, Answer.BREACH)


def test_a_review_that_was_deleted_is_a_broken_promise(installation: Installation) -> None:
    _, written = write(installation.database)
    proof = file(installation.database, written)
    tamper(installation.database, written, public_id="rev-0")
    assert checked(installation, proof, at=AFTER).answer is Answer.BREACH


def test_reasons_keep_the_promise(installation: Installation) -> None:
    database = installation.database
    _, written = write(database, STOPPED)
    proof = file(database, written)
    assert orjson.loads(proof)["content"]["comment"] == STOPPED
    found = checked(installation, proof)
    assert found.answer is Answer.HELD
    assert found.reasons is not None
    assert "an e-mail address" in found.reasons.facts
    with database.write() as work:
        moderation.disable(work, written.review_id, steps.reasons())
    found = checked(installation, proof, at=AFTER)
    assert (found.answer, found.review_url) == (Answer.REFUSED, "")
    assert found.reasons is not None
    assert found.reasons.facts == steps.reasons().facts


def test_what_the_author_changes_has_a_new_receipt_and_the_old_one_says_so(
    installation: Installation,
) -> None:
    database = installation.database
    _, written = write(database)
    old = file(database, written)
    with database.write() as work:
        submission = Submission(marks(service=4), comment="Better than I thought.")
        reviews.edit(work, written.token, submission, now=NOON)
    new = file(database, written)
    assert orjson.loads(new)["receipt"]["number"] == 2
    assert checked(installation, old, at=AFTER).answer is Answer.CHANGED
    assert checked(installation, new, at=AFTER).answer is Answer.PUBLISHED
    with database.write() as work:
        reviews.withdraw(work, written.token, now=NOON)
    assert checked(installation, new, at=AFTER).answer is Answer.WITHDRAWN


def test_an_edit_that_changes_nothing_makes_no_new_receipt(database: Database) -> None:
    _, written = write(database)
    with database.write() as work:
        reviews.edit(work, written.token, Submission(marks(service=2), comment=TEXT), now=NOON)
    with database.read() as session:
        assert len(session.exec(select(Receipt)).all()) == 1


def test_one_changed_sign_is_found(installation: Installation) -> None:
    _, written = write(installation.database)
    proof = file(installation.database, written)
    for old, new in (
        (TEXT, TEXT.upper()),
        ("2026-11-27", "2027-11-27"),
        (ISSUER, "https://o.example"),
    ):
        forged = checked(installation, proof.replace(old.encode(), new.encode()))
        assert (forged.checked.verdict, forged.answer) == (Verdict.ALTERED, None)
    made = orjson.loads(proof)
    head, payload, signature = made["jws"].split(".")
    flipped = "A" if signature[0] != "A" else "B"
    made["jws"] = f"{head}.{payload}.{flipped}{signature[1:]}"
    assert checked(installation, orjson.dumps(made)).checked.verdict is Verdict.FORGED


def test_the_jws_alone_is_enough_and_outlives_a_new_key(installation: Installation) -> None:
    database = installation.database
    _, written = write(database)
    jws = orjson.loads(file(database, written))["jws"].encode()
    with database.write() as work:
        signing_keys.rotate(work, actor=OPERATOR, now=NOON + timedelta(days=1))
    found = checked(installation, b"\n" + jws + b"\n", at=AFTER)
    assert (found.checked.verdict, found.answer) == (Verdict.VALID, Answer.PUBLISHED)
    assert found.checked.content is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"nonsense",
        b"[" * 50_000,
        b'{"a":' * 9_000,
        b"x" * 200_000,
        b"\xff\xfe",
        b"a.b.c\x00",
    ],
    ids=["empty", "object", "word", "deep list", "deep object", "large", "bytes", "nul"],
)
def test_what_is_no_receipt_is_refused(installation: Installation, data: bytes) -> None:
    with pytest.raises(ReceiptUnreadable):
        checked(installation, data)


def test_a_statement_does_not_pass_for_a_receipt(installation: Installation) -> None:
    database = installation.database
    seed = database.keys.signing_seed(1)
    _, written = write(database)
    jws = orjson.loads(file(database, written))["jws"].encode()
    payload = urlsafe_b64decode(jws.split(b".")[1] + b"==")
    assert checked(installation, jws).checked.verdict is Verdict.VALID
    as_statement = signatures.sign(payload, seed).encode()
    assert checked(installation, as_statement).checked.verdict is Verdict.FORGED
