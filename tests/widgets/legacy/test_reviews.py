"""Shop reviews of the legacy contract: its example, and who is told what."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from domain.criteria import Criterion
from schemas.legacy import encoding
from schemas.legacy.reviews import Review
from tests.widgets.legacy import examples
from widgets.legacy import comments, reviews
from widgets.legacy.views import ReviewListView
from widgets.views import ReviewView

MARKS = (
    '"criteria":[{"mark":"5","markDescription":"EXCELLENT","type":"DELIVERY"},'
    '{"mark":"5","markDescription":"EXCELLENT","type":"GOODS"},'
    '{"mark":"5","markDescription":"EXCELLENT","type":"SERVICE"}],'
    '"mark":"5.00","markDescription":"EXCELLENT",'
)
DATES = (
    '{"changeDate":"2020-07-13T13:39:26+02:00","comment":"Schnell und zuverlässig",'
    '"confirmationDate":"2020-07-13T13:39:26+02:00","creationDate":"2020-07-13T13:39:26+02:00",'
)


def page_of(*found: ReviewView) -> ReviewListView:
    return replace(examples.PAGE, reviews=found)


def restricted_of(review: ReviewView) -> ReviewListView:
    return replace(page_of(review), orders={review.id: examples.ORDER})


def reviews_of(view: ReviewListView) -> list[dict[str, Any]]:
    data = reviews.body(view).data
    assert data is not None
    found: list[dict[str, Any]] = data["shop"]["reviews"]
    return found


def test_the_example_of_the_contract_comes_out_to_the_byte() -> None:
    # The contract's author also has a city and an address, which we neither ask for nor show,
    # and everyone but the shop reads the order's day only.
    assert encoding.to_json(reviews.body(examples.PAGE)).decode() == (
        f'{{"response":{{"code":200,"data":{{"shop":{{{examples.SHOP_JSON},"reviews":['
        f'{DATES}{MARKS}"UID":"ddc6bdb70bed43e7b9daf88b6f3fccb8",'
        '"statements":[{"comment":"Thank you"}],'
        '"reviewer":{"profile":{"firstname":"Klaus","lastname":"P."}},'
        '"orderDate":"2020-07-06T00:00:00+02:00"}]}},'
        '"message":"SUCCESS","responseInfo":{"apiVersion":"2.4.18","count":1,"parameters":['
        '{"name":"page","value":"0"},{"name":"size","value":"20"},'
        '{"name":"startDate","value":"2019-07-14"},{"name":"endDate","value":"2020-07-13"}]},'
        '"status":"SUCCESS"}}'
    )


def test_the_shop_itself_reads_order_and_address_and_the_id_of_its_reply() -> None:
    (review,) = reviews_of(restricted_of(examples.REVIEW))
    assert review["orderDate"] == "2020-07-06T09:10:32+02:00"
    assert list(review.items())[-2:] == [
        ("consumerEmail", "buyer@example.org"),
        ("orderReference", "4711"),
    ]
    assert review["statements"] == [
        {
            "UID": comments.uid_of(examples.REVIEW.id),
            "comment": "Thank you",
            "creationDate": "2020-07-14T08:00:00+02:00",
        }
    ]


def test_the_public_reads_neither_order_nor_address() -> None:
    body = encoding.to_json(reviews.body(examples.PAGE))
    assert b"consumerEmail" not in body
    assert b"orderReference" not in body
    assert b"09:10:32" not in body


def test_a_list_over_all_shops_names_the_shop_of_each_review() -> None:
    key = "XA2A8D35838AF5F63E5EB0E05847B1CB8"
    view = replace(restricted_of(examples.REVIEW), shop_keys={examples.REVIEW.id: key})
    (review,) = reviews_of(view)
    assert review["tsId"] == key


def test_what_the_author_did_not_give_is_left_out() -> None:
    silent = replace(examples.REVIEW, comment="", author_name="", reply=None, experienced_on=None)
    (review,) = reviews_of(page_of(silent))
    assert not review.keys() & {"comment", "statements", "reviewer", "orderDate"}


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        ("Klaus P.", {"firstname": "Klaus", "lastname": "P."}),
        ("Anna", {"firstname": "Anna"}),
        ("Anna Maria  van Dijk", {"firstname": "Anna Maria van", "lastname": "D."}),
    ],
)
def test_the_last_word_of_a_name_becomes_an_initial(name: str, profile: dict[str, str]) -> None:
    (review,) = reviews_of(page_of(replace(examples.REVIEW, author_name=name)))
    assert review["reviewer"] == {"profile": profile}


def test_only_the_marks_that_were_given_are_listed_and_the_mark_is_their_mean() -> None:
    given_marks = {Criterion.SERVICE: 4, Criterion.DELIVERY: 1}
    some = replace(examples.REVIEW, marks=given_marks, stars=3, rating=Decimal("2.50"))
    (review,) = reviews_of(page_of(some))
    assert review["criteria"] == [
        {"mark": "1", "markDescription": "VERY_POOR", "type": "DELIVERY"},
        {"mark": "4", "markDescription": "GOOD", "type": "SERVICE"},
    ]
    assert (review["mark"], review["markDescription"]) == ("2.50", "FAIR")


def test_an_edit_changes_the_date_of_change_alone() -> None:
    edited = replace(examples.REVIEW, edited_at=datetime(2020, 12, 24, 12, tzinfo=UTC))
    (review,) = reviews_of(page_of(edited))
    assert review["changeDate"] == "2020-12-24T13:00:00+01:00"
    assert review["creationDate"] == review["confirmationDate"] == "2020-07-13T13:39:26+02:00"


def test_moments_are_told_in_the_zone_of_the_market() -> None:
    british = replace(examples.SHOP, market="UK", language="en")
    (review,) = reviews_of(replace(examples.PAGE, shop=british))
    assert review["creationDate"] == "2020-07-13T12:39:26+01:00"
    assert review["orderDate"] == "2020-07-06T00:00:00+01:00"


def test_line_breaks_of_a_comment_are_crlf() -> None:
    (review,) = reviews_of(page_of(replace(examples.REVIEW, comment="one\ntwo\n\nthree")))
    assert review["comment"] == "one\r\ntwo\r\n\r\nthree"


def test_a_page_past_the_end_is_an_empty_list_that_counts_nothing() -> None:
    body = reviews.body(page_of())
    assert reviews_of(page_of()) == []
    assert body.count == 0


@given(examples.review_lists())
def test_the_count_is_that_of_the_page_and_the_parameters_are_strings(
    view: ReviewListView,
) -> None:
    body = reviews.body(view)
    assert body.count == len(reviews_of(view)) == len(view.reviews)
    assert body.parameters == {
        "page": str(view.page),
        "size": str(view.size),
        "startDate": view.start.isoformat(),
        "endDate": view.end.isoformat(),
    }


@given(examples.review_lists(restricted=True))
def test_the_keys_of_a_review_stand_in_the_order_of_the_contract(view: ReviewListView) -> None:
    for review in reviews_of(view):
        assert list(review) == [key for key in Review.__annotations__ if key in review]
