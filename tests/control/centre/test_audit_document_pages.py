"""Audit documents as a shop's people meet them: a list, and the PDF itself once it is drawn."""

from datetime import UTC, datetime

import pytest
from sqlmodel import delete

from services import audit_documents, audit_drawings
from store import audits as rows
from store import shops
from store.audit_documents import AuditDocument
from store.audits import Audit
from tests.control.centre.conftest import Centre, Visitor, words

URL = "/control/shops/{}/audit-documents"


@pytest.fixture
def audit_id(centre: Centre) -> str:
    """An audit of Cleo's shop whose document was sent and is not drawn yet."""
    now = datetime.now(UTC)
    with centre.installation.database.write() as work:
        shop = shops.by_key(work.session, centre.cleos)
        assert shop is not None
        row = rows.running(work.session, shop.id) or Audit(
            public_id="aud-0192ab12-7c3d-7aaa-8bbb-0123456789ab",
            shop_id=shop.id,
            market=shop.market,
            language=shop.language,
            criteria_version="2026-11",
            state="REPORT_SENT",
            ordered_by="cleo",
            ordered_at=now,
            report_sent_at=now,
        )
        work.session.add(row)
        work.session.flush()
        work.session.exec(delete(AuditDocument))
        audit_documents.send(work, row, shop, now=now)
        return row.public_id


def test_a_document_is_listed_at_once_and_downloaded_when_it_is_drawn(
    centre: Centre, cleo: Visitor, audit_id: str
) -> None:
    url = URL.format(centre.cleos)
    page = cleo.page(url)
    assert not page.cssselect("tbody a")
    assert cleo.get(f"{url}/{audit_id}/1").status_code == 409
    audit_drawings.draw(centre.installation, audit_id, 1)
    (link,) = cleo.page(url).cssselect("tbody a")
    assert words(link).startswith("AUD-")
    response = cleo.get(str(link.get("href")))
    assert response.headers["content-type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert f"{words(link)}.pdf" in response.headers["content-disposition"]


@pytest.mark.parametrize("version", ["2", "x", "-1", "99999", "1%2F..", "\u0661"])
def test_a_version_that_is_not_there_is_not_found(
    centre: Centre, cleo: Visitor, audit_id: str, version: str
) -> None:
    assert cleo.get(f"{URL.format(centre.cleos)}/{audit_id}/{version}").status_code == 404


def test_another_shop_neither_lists_nor_downloads_it(
    centre: Centre, anna: Visitor, audit_id: str
) -> None:
    assert not anna.page(URL.format(centre.annas)).cssselect("tbody tr")
    assert anna.get(f"{URL.format(centre.annas)}/{audit_id}/1").status_code == 404
    assert anna.get(URL.format(centre.cleos)).status_code == 404
