"""Pages of a case that several people have reported: lists, hearings, complaints, and the log."""

import pytest
from sqlmodel import select

from services import case_lists
from store import cases as case_rows
from store.cases import Complaint
from store.decisions import AuditEntry
from store.reviews import Review
from tests.control.centre.conftest import Centre, Visitor, words
from tests.control.centre.reports import (
    EXPLAINED,
    ROOT,
    a_review,
    author_path,
    case_of,
    report,
    step,
)
from tests.control.centre.reports import (
    mona as mona,
)


def test_long_lists_go_on_on_another_page(
    centre: Centre, mona: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {report(centre, number=0)[1] for _ in range(3)}
    monkeypatch.setattr(case_lists, "PAGE", 1)
    for visitor, url in (
        (mona, f"{ROOT}?state=RECEIVED"),
        (centre.signed_in("Anna"), f"/control/shops/{centre.annas}/cases"),
    ):
        seen, path = [], url.partition("?")[0]
        while url:
            page = visitor.page(url)
            seen += page.xpath(f"//tbody/tr/th/a[starts-with(@href, '{path}/')]/@href")
            url = next(iter(page.xpath("//a[@rel='next']/@href")), "")
        assert len(seen) == len(set(seen))
        assert made <= {each.rpartition("/")[2] for each in seen}
    assert mona.get(f"{ROOT}?after=nonsense").status_code == 400
    assert mona.get("/control/operator/complaints?after=1.x").status_code == 200


def test_a_notice_that_joins_is_on_the_authors_page_with_a_fresh_time(
    centre: Centre, stranger: Visitor, mona: Visitor
) -> None:
    _, case_id = report(centre)
    assert step(mona, case_id, "TAKE") == 303
    assert step(mona, case_id, "HEAR") == 303
    author = author_path(centre, case_id)
    assert stranger.post(author, {"text": "It took two weeks."}).status_code == 303
    with centre.installation.database.read() as session:
        row = case_rows.by_public_id(session, case_id)
        assert row is not None
        review = session.get(Review, row.review_id)
        assert review is not None
    own = "The text names my neighbour, who wants to stay out of this."
    values = {
        "reason": "PRIVACY",
        "explanation": own,
        "name": "Fay",
        "email": "fay@mail.org",
        "good_faith": "1",
    }
    path = f"/en/report/{centre.annas}?review={review.public_id}"
    assert centre.stranger().post(path, values).status_code == 303
    page = stranger.page(author)
    assert own in words(page)
    assert page.xpath("//textarea[@name='text']")
    assert case_of(centre, case_id).state == "AUTHOR_HEARING"
    assert not mona.page(f"{ROOT}/{case_id}").xpath("//input[@name='seen']")


def test_each_reporter_complains_on_their_page_and_a_moderator_reads_them_all(
    centre: Centre, mona: Visitor
) -> None:
    review = a_review(centre, 7)
    follow, case_id = report(centre, number=7)
    path = f"/en/report/{centre.annas}?review={review.public_id}"
    values = {
        "reason": "PRIVACY",
        "explanation": EXPLAINED,
        "name": "Fay",
        "email": "fay@mail.org",
        "good_faith": "1",
    }
    other = centre.stranger().post(path, values).headers["location"]
    assert step(mona, case_id, "TAKE") == 303
    assert step(mona, case_id, "REJECT_OBVIOUS", explanation=EXPLAINED) == 303
    texts_ = {follow: "Eve sees it quite differently.", other: "Fay sees it quite differently."}
    for url, text in texts_.items():
        stranger = centre.stranger()
        assert stranger.page(url).xpath("//textarea[@name='complaint']")
        assert stranger.post(f"{url}/complaint", {"complaint": text}).status_code == 303
        page = stranger.page(url)
        assert text in words(page)
        assert not page.xpath("//textarea[@name='complaint']")
    assert texts_[other] not in words(centre.stranger().page(follow))
    with centre.installation.database.read() as session:
        query = select(Complaint.public_id).where(Complaint.text == texts_[follow])
        complaint = session.exec(query).one()
    page = mona.page(f"/control/operator/complaints/{complaint}")
    for text in texts_.values():
        assert text in words(page)
    assert page.xpath("//p[contains(@class, 'note')]")


def test_a_moderators_look_is_logged(centre: Centre, mona: Visitor) -> None:
    _, case_id = report(centre, number=9)
    mona.page(f"{ROOT}/{case_id}")
    with centre.installation.database.read() as session:
        query = select(AuditEntry).where(
            AuditEntry.action == "case.seen", AuditEntry.object == case_id
        )
        [line] = session.exec(query).all()
    assert (line.object, line.role) == (case_id, "MODERATOR")
    assert "case.seen" not in mona.get(f"{ROOT}/{case_id}").text
