"""Reports, hearings, decisions and complaints on their pages, with and without a login."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from sqlmodel import select

from domain import languages
from services import cases, proofs
from store import cases as case_rows
from store import reviews as review_rows
from store.cases import Complaint
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
from widgets import texts

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {title} %0d%0a"


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_dsa_2_the_form_names_the_review_and_the_closed_list_of_reasons(
    centre: Centre, stranger: Visitor, language: str
) -> None:
    review = a_review(centre, 0)
    page = stranger.page(f"/{language}/report/{centre.annas}?review={review.public_id}")
    spoken = texts.of(language)
    assert page.get("lang") == language
    assert len(page.xpath("//input[@name='reason']")) == 8
    assert spoken.say("notice.reason.PRIVACY") in words(page)
    for name in ("explanation", "name", "email", "good_faith"):
        assert page.xpath(f"//*[@name='{name}']")
    ledger = stranger.page(f"/{language}/reviews/ledger")
    assert ledger.get("lang") == language
    assert ledger.xpath("//table//tbody/tr")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("explanation", "short"),
        ("good_faith", ""),
        ("reason", "TOO_FEW_STARS"),
        ("name", ""),
        ("email", "nobody"),
    ],
)
def test_fr_5_an_incomplete_report_is_refused_and_what_was_typed_stays(
    centre: Centre, stranger: Visitor, field: str, value: str
) -> None:
    review = a_review(centre, 1)
    values = {
        "reason": "ABUSIVE",
        "explanation": HOSTILE,
        "name": "Eve",
        "email": "eve@mail.org",
        "good_faith": "1",
    } | {field: value}
    answer = stranger.post(f"/en/report/{centre.annas}?review={review.public_id}", values)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert f'id="e-{field}"' in answer.text
    if field != "explanation":
        assert "&lt;script&gt;alert(1)" in answer.text
    assert a_review(centre, 1).public_id == review.public_id


def test_a_whole_case_by_people_without_and_with_a_login(
    centre: Centre, stranger: Visitor, mona: Visitor
) -> None:
    follow, case_id = report(centre, explanation=EXPLAINED + HOSTILE)
    page = stranger.page(follow)
    assert EXPLAINED in words(page)
    assert b"<script>alert" not in stranger.get(follow).content
    assert case_id in mona.get(ROOT).text
    assert step(mona, case_id, "TAKE") == 303
    assert step(mona, case_id, "HEAR") == 303
    author = author_path(centre, case_id)
    shown = stranger.page(author)
    assert "eve@mail.org" not in stranger.get(author).text
    assert shown.xpath("//input[@type='file']")
    files = {"proof": ("../../etc/passwd.png", a_picture(), "image/png")}
    assert stranger.post(author, {"text": HOSTILE}, files=files).status_code == 303
    anna = centre.signed_in("Anna")
    own = f"/control/shops/{centre.annas}/cases/{case_id}"
    assert case_id in anna.get(f"/control/shops/{centre.annas}/cases").text
    assert "onerror=alert" not in anna.get(own).text.replace("&gt;&lt;img src=x onerror=alert", "")
    assert anna.post(f"{own}/messages", {"text": "We saw the record."}).status_code == 303
    page = mona.page(f"{ROOT}/{case_id}")
    [proof] = page.xpath("//a[contains(@href, '/proofs/')]/@href")
    download = mona.get(proof)
    assert download.headers["content-type"] == "image/png"
    assert download.headers["content-disposition"].startswith("attachment")
    assert step(mona, case_id, "REMOVE", explanation=EXPLAINED) == 422
    reasons = {"explanation": EXPLAINED, "facts": "Delivered.", "ground": "UNTRUTHFUL"}
    assert step(mona, case_id, "REMOVE", **reasons) == 303
    assert case_of(centre, case_id).outcome == "REMOVED"
    assert EXPLAINED in words(stranger.page(author))
    complaint = {"complaint": "The record is of another parcel, not mine."}
    assert stranger.post(f"{author}/complaint", complaint).status_code == 303
    assert stranger.post(f"{author}/complaint", complaint).status_code == 303
    with centre.installation.database.read() as session:
        [filed] = session.exec(select(Complaint)).all()
    path = f"/control/operator/complaints/{filed.public_id}"
    page = mona.page(path)
    [seen] = page.xpath("//input[@name='seen']/@value")
    verdict = {"verdict": "UPHELD", "seen": seen, "explanation": EXPLAINED}
    refused = mona.post(path, verdict)
    assert refused.status_code == 409
    assert "SAME_PERSON" in refused.text or "another person" in refused.text.lower()
    with centre.installation.database.read() as session:
        row = review_rows.by_public_id(session, _review_of(centre, case_id))
        assert row is not None
        assert row.state == "REJECTED"


def _review_of(centre: Centre, case_id: str) -> str:
    with centre.installation.database.read() as session:
        row = case_rows.by_public_id(session, case_id)
        assert row is not None
        review = session.get(Review, row.review_id)
        assert review is not None
        return review.public_id


def a_picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (4, 4), "teal").save(target, "PNG")
    return target.getvalue()


def test_two_moderators_at_once_are_told(centre: Centre, mona: Visitor) -> None:
    _, case_id = report(centre)
    [seen] = mona.page(f"{ROOT}/{case_id}").xpath("//input[@name='seen']/@value")
    values = {"step": "TAKE", "seen": seen}
    assert mona.post(f"{ROOT}/{case_id}", values).status_code == 303
    answer = mona.post(f"{ROOT}/{case_id}", {"step": "HEAR", "seen": seen})
    assert answer.status_code == 409
    assert case_of(centre, case_id).state == "TRIAGE"
    assert step(mona, case_id, "KEEP", explanation=EXPLAINED) == 409
    assert step(mona, case_id, "NONSENSE") == 422


def test_iso_9_a_moderator_who_does_not_read_the_language_is_refused(
    centre: Centre, mona: Visitor
) -> None:
    _, case_id = report(centre)
    assert mona.post(f"{ROOT}/languages", {"languages": "pt"}).status_code == 303
    assert step(mona, case_id, "TAKE") == 403
    assert mona.post(f"{ROOT}/languages", {"languages": "<b>"}).status_code == 422


def test_forged_and_expired_links_open_nothing(centre: Centre, stranger: Visitor) -> None:
    follow, case_id = report(centre)
    token = follow.rpartition("/")[2]
    for path in (f"/en/notices/{token[:-1]}A", "/en/notices/nonsense", f"/en/notices/{token}x"):
        assert stranger.get(path).status_code == 403
        assert stranger.post(path, {"text": "let me in please"}).status_code == 403
    assert stranger.get(f"/sv/notices/{token}").status_code == 404
    assert stranger.get("/sv/reviews/ledger").status_code == 404
    database = centre.installation.database
    with database.read() as session:
        row = case_rows.by_public_id(session, case_id)
        assert row is not None
        row.opened_at = datetime.now(UTC) - timedelta(days=500)
        old = cases.author_token(database.keys, row)
        session.rollback()
    assert stranger.get(f"/en/notices/{old}").status_code == 410


def test_a_shop_sees_and_touches_only_its_own_cases(centre: Centre) -> None:
    _, case_id = report(centre)
    cleo = centre.signed_in("Cleo")
    for key in (centre.annas, centre.cleos):
        path = f"/control/shops/{key}/cases/{case_id}"
        assert cleo.get(path).status_code == 404
        assert cleo.post(f"{path}/messages", {"text": "It is mine."}).status_code == 404
        assert cleo.post(f"{path}/complaint", {"complaint": EXPLAINED}).status_code == 404
    assert cleo.get(f"{ROOT}/{case_id}").status_code in (403, 404)


@pytest.mark.parametrize(
    "body",
    [b"<svg onload=alert(1)>", b"GIF89a", b"\x89PNG\r\n\x1a\nbroken", b"%PDF-1.7 no end"],
)
def test_hostile_files_are_refused_and_nothing_is_said(
    centre: Centre, stranger: Visitor, body: bytes
) -> None:
    follow, _ = report(centre)
    files = {"proof": ("invoice.pdf", body, "application/pdf")}
    answer = stranger.post(follow, {"text": "Here is the proof."}, files=files)
    assert answer.status_code == 422
    assert "Here is the proof." not in words(stranger.page(follow).xpath("//main")[0]) or (
        'id="messages"' not in stranger.get(follow).text
    )


def test_files_that_come_with_a_forged_link_are_not_even_opened(
    stranger: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[bytes] = []
    monkeypatch.setattr(proofs, "checked", opened.append)
    files = {"proof": ("photo.png", a_picture(), "image/png")}
    answer = stranger.post("/en/notices/nonsense", {"text": "let me in please"}, files=files)
    assert answer.status_code == 403
    assert opened == []


def test_forms_of_other_sites_are_refused(centre: Centre, stranger: Visitor) -> None:
    review = a_review(centre, 2)
    path = f"/en/report/{centre.annas}?review={review.public_id}"
    answer = stranger.post(path, {"reason": "ABUSIVE"}, sec_fetch_site="cross-site")
    assert answer.status_code == 403


def test_dsa_6_the_export_names_nobody(mona: Visitor) -> None:
    answer = mona.get(f"{ROOT}/statements")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    for secret in ("eve@mail.org", "usr-", "Delivered."):
        assert secret not in answer.text


def test_an_asked_author_corrects_the_review_by_the_link(
    centre: Centre, stranger: Visitor, mona: Visitor
) -> None:
    _, case_id = report(centre, number=3)
    assert step(mona, case_id, "TAKE") == 303
    assert step(mona, case_id, "HEAR") == 303
    author = author_path(centre, case_id)
    assert stranger.post(author, {"text": "I mixed up two stars."}).status_code == 303
    anna = centre.signed_in("Anna")
    own = f"/control/shops/{centre.annas}/cases/{case_id}/messages"
    assert anna.post(own, {"text": "We think so too."}).status_code == 303
    assert step(mona, case_id, "REQUEST_EDIT", explanation=EXPLAINED) == 303
    page = stranger.page(author)
    marks = {name: "5" for name in page.xpath("//select[starts-with(@name, 'mark_')]/@name")}
    assert marks
    wrong = dict.fromkeys(marks, "9")
    assert stranger.post(f"{author}/review", wrong).status_code == 422
    answer = stranger.post(f"{author}/review", marks | {"comment": "Corrected."})
    assert answer.status_code == 303
    with centre.installation.database.read() as session:
        row = review_rows.by_public_id(session, _review_of(centre, case_id))
        assert row is not None
        assert (row.comment, row.stars) == ("Corrected.", 5)
