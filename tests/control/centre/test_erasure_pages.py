"""The operator's list of open erasures: until when, what keeps them, and nobody's name."""

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from domain.notices import NewNotice, NoticeReason, Reporter, ReporterKind
from services import notices, person_data
from store import orders
from store.database import Work
from store.person_data import PersonRequest
from store.reviews import Review
from tests.control.centre.conftest import Centre, words
from tests.services.steps import ANNA

PATH = "/control/operator/erasures"


def test_without_any_the_page_says_so(centre: Centre) -> None:
    page = centre.signed_in("mona").page(PATH)
    assert page.find(".//main//table") is None
    assert "None is open" in words(page.findall(".//main")[0])


def a_reported_buyer(work: Work, now: datetime) -> tuple[str, str]:
    """The id of an open case about a review, and its author's address."""
    review = work.session.exec(select(Review).where(Review.state == "APPROVED")).first()
    assert review is not None
    reader = Reporter(ReporterKind.READER, "Lea", "lea.sommer@demo.example", "de")
    why = "The book was never printed in this edition, it speaks of another one."
    notice = NewNotice(review.public_id, reader, NoticeReason.FALSE_FACTS, why, good_faith=True)
    case_id = notices.file(work, notice, actor=ANNA, now=now).case_id
    order = orders.by_id(work.session, review.order_id or 0)
    assert order is not None
    return case_id, work.keys.decrypt(order.email_cipher)


def test_an_open_one_names_its_case_and_its_day_and_nobody(centre: Centre) -> None:
    now = datetime.now(UTC)
    with centre.installation.database.write() as work:
        case_id, email = a_reported_buyer(work, now)
        asked = now - timedelta(days=40)
        work.session.add(
            PersonRequest(
                public_id="prq-late",
                kind="ERASURE",
                email_cipher=work.keys.encrypt(email),
                email_hash=work.keys.hash_email(email),
                language="de",
                asked_at=asked,
                due_at=asked + timedelta(days=31),
                told_at=asked,
            )
        )
    with centre.installation.database.read() as session:
        assert person_data.waiting(session) == ["prq-late"]
    visitor = centre.signed_in("mona")
    (row,) = visitor.page(PATH).findall(".//main//tbody/tr")
    said = words(row)
    assert "prq-late" in said
    assert "The time is over" in said
    assert "the person was told" in said
    (link,) = row.findall(".//a")
    assert str(link.get("href")).endswith(case_id)
    assert visitor.get(str(link.get("href"))).status_code == 200
    assert email not in visitor.get(PATH).text
