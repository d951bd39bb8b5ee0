"""Shop replies of the legacy contract."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.errors import CommentNotFound
from tests.widgets.legacy import examples
from widgets.legacy import comments
from widgets.views import ReplyView

WRITTEN_AT = datetime(2020, 7, 14, 6, tzinfo=UTC)


def test_a_reply_has_the_keys_of_the_contract() -> None:
    reply = ReplyView("Danke!\nBis bald", WRITTEN_AT, datetime(2020, 12, 1, tzinfo=UTC))
    data = comments.body(examples.SHOP, replace(examples.REVIEW, reply=reply)).data
    assert data is not None
    assert list(data["comment"].items()) == [
        ("UID", comments.uid_of(examples.REVIEW.id)),
        ("comment", "Danke!\r\nBis bald"),
        ("creationDate", "2020-07-14T08:00:00+02:00"),
        ("changeDate", "2020-12-01T01:00:00+01:00"),
    ]


def test_a_reply_that_was_not_edited_changed_when_it_was_written() -> None:
    reply = ReplyView("Danke!", WRITTEN_AT, None)
    data = comments.body(examples.SHOP, replace(examples.REVIEW, reply=reply)).data
    assert data is not None
    assert data["comment"]["changeDate"] == data["comment"]["creationDate"]


def test_a_review_without_reply_has_no_comment() -> None:
    with pytest.raises(CommentNotFound):
        comments.body(examples.SHOP, replace(examples.REVIEW, reply=None))
