"""Steps of people at reports: file one, look at it as its author, and as Mona, who moderates."""

import pytest
from sqlmodel import col, select

from domain import languages
from services import cases
from store import cases as case_rows
from store.cases import Case
from store.reviews import Review
from store.shops import Shop
from tests.control.centre.conftest import Centre, Visitor

ROOT = "/control/operator/moderation"
EXPLAINED = "The parcel arrived on the third day, as the carrier's record shows."


def a_review(centre: Centre, number: int) -> Review:
    """One of the public reviews of Anna's shop that nobody has reported yet."""
    with centre.installation.database.read() as session:
        found = session.exec(
            select(Review)
            .join(Shop, col(Shop.id) == col(Review.shop_id))
            .where(Shop.shop_key == centre.annas, Review.state == "APPROVED")
            .where(col(Review.invitation_id).is_not(None))
            .order_by(col(Review.submitted_at).desc())
        ).all()
        return found[number]


def report(centre: Centre, number: int = 0, **changed: str) -> tuple[str, str]:
    """A stranger's report of a review: the page to follow it at, and the id of the case."""
    review = a_review(centre, number)
    values = {
        "reason": "FALSE_FACTS",
        "explanation": EXPLAINED,
        "name": "Eve",
        "email": "eve@mail.org",
        "good_faith": "1",
    } | changed
    path = f"/en/report/{centre.annas}?review={review.public_id}"
    answer = centre.stranger().post(path, values)
    assert answer.status_code == 303, answer.text
    with centre.installation.database.read() as session:
        case = case_rows.pending(session, review.id)
        assert case is not None
        return answer.headers["location"], case.public_id


def author_path(centre: Centre, case_id: str) -> str:
    """Where the author of a case answers."""
    database = centre.installation.database
    with database.read() as session:
        row = case_rows.by_public_id(session, case_id)
        assert row is not None
        return f"/en/notices/{cases.author_token(database.keys, row)}"


@pytest.fixture
def mona(centre: Centre) -> Visitor:
    """Mona, who reads the languages of the demo's reviews."""
    person = centre.signed_in("Mona")
    tags = " ".join(languages.SUPPORTED)
    assert person.post(f"{ROOT}/languages", {"languages": tags}).status_code == 303
    return person


def step(visitor: Visitor, case_id: str, name: str, **reasons: str) -> int:
    """A moderator's step on the page as it is shown; the status of the answer."""
    page = visitor.page(f"{ROOT}/{case_id}")
    [seen] = page.xpath("//input[@name='seen']/@value")
    values = {"step": name, "seen": seen} | reasons
    return visitor.post(f"{ROOT}/{case_id}", values).status_code


def case_of(centre: Centre, case_id: str) -> Case:
    with centre.installation.database.read() as session:
        row = case_rows.by_public_id(session, case_id)
        assert row is not None
        return row
