"""A link that a shop was given begins a review and never opens one (NEVER-3, NEVER-4)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services import invitations
from tests.control.centre.conftest import words
from tests.control.reviewing.conftest import Buyer, NewBuyer
from tests.control.reviewing.outbox import mails_of

SAID = "It broke after a day."
PAGES = ("text", "products", "about", "thanks", "withdraw", "receipt", "picture")


@pytest.fixture
def shop() -> Callable[[Buyer], Buyer]:
    """The shop of a buyer, with the link that it handed on and has kept."""

    def given(dario: Buyer) -> Buyer:
        with dario.installation.database.write() as work:
            issued = invitations.issue(
                work,
                dario.centre.annas,
                dario.reference,
                is_handed_on=True,
                now=datetime.now(UTC),
            )
        return replace(dario, token=issued.token)

    return given


def test_its_buyer_writes_with_it_and_goes_on_with_a_link_of_their_own(
    buyer: NewBuyer, shop: Callable[[Buyer], Buyer]
) -> None:
    dario = shop(buyer())
    answer = dario.post("", {"mark_service": "1"})
    assert answer.status_code == 303
    own = answer.headers["location"]
    assert own.startswith("/r/")
    assert own.endswith("/text")
    assert dario.token not in own
    token = own.removeprefix("/r/").removesuffix("/text")
    dario.post("text", {"mark_service": "1", "comment": SAID}, token=token)
    row = dario.review()
    assert row is not None
    assert (row.stars, row.comment) == (1, SAID)
    (receipt,) = mails_of(dario, "review_receipt")
    assert token in receipt["edit_url"]
    assert dario.token not in str(receipt)


def test_never_3_and_4_the_shop_cannot_read_change_or_withdraw_what_was_written(
    buyer: NewBuyer, shop: Callable[[Buyer], Buyer]
) -> None:
    dario = buyer(skus=("L-1",))
    dario.post("", {"mark_service": "1"})
    dario.post("text", {"mark_service": "1", "comment": SAID})
    dario.post("draft", {"comment": "There is more to say."})
    annas = shop(dario)
    assert annas.token != dario.token
    assert SAID not in words(annas.page(status=409))
    for page in PAGES:
        answer = annas.get(page)
        assert (answer.status_code, answer.headers["location"]) == (303, annas.path()), page
    better = {"mark_service": "5", "comment": "Great shop."}
    for page in ("", "text", "products", "about", "withdraw", "draft"):
        for step in ("", "picture", "draft", "finish"):
            values = {**better, "step": step, "sku": "L-1", "mark_total": "5", "show_town": "on"}
            assert annas.post(page, values).status_code < 500, (page, step)
    row = dario.review()
    assert row is not None
    assert (row.stars, row.comment, row.state, row.edited_at) == (1, SAID, "APPROVED", None)
    assert "There is more to say." in words(dario.page("text"))


def test_never_3_nor_the_reviews_of_the_products(
    buyer: NewBuyer, shop: Callable[[Buyer], Buyer]
) -> None:
    dario = buyer(skus=("L-1",))
    dario.post("", {"mark_service": "1"})
    dario.post("products", {"sku": "L-1", "mark_total": "1"})
    annas = shop(dario)
    answer = annas.post("products", {"sku": "L-1", "mark_total": "5"})
    product = answer.headers["location"].removeprefix("/r/").removesuffix("/text")
    annas.post("text", {"mark_total": "5", "comment": "Great lamp."}, token=product)
    annas.post("withdraw", token=product)
    (row,) = dario.product_reviews()
    assert (row.stars, row.comment, row.state) == (1, "", "APPROVED")


def test_nothing_that_a_shop_types_waits_for_its_buyer(
    buyer: NewBuyer, shop: Callable[[Buyer], Buyer]
) -> None:
    dario = buyer()
    shop(dario).post("draft", {"mark_service": "5", "comment": "Great shop."})
    page = dario.page()
    assert {each.value for each in page.xpath("//input[@checked]")} == {"0"}
    dario.post("", {"mark_service": "2"})
    assert "Great shop." not in words(dario.page("text"))
