"""The pre-check: what a program sees of a shop's pages is proposed, and nothing is decided."""

from collections.abc import Mapping

import pytest
from sqlmodel import select

from domain.audits import AuditState, Declared
from domain.pages import PagePrivate, PageUnreachable
from jobs import audits as jobs
from jobs.pages import Fetched
from services import audits
from services.installation import Installation
from store.findings import Finding
from tests.services import audited, steps
from tests.services.steps import ANNA, NOON

HOME = """
<a href="/impressum">Impressum</a> <a href="/datenschutz" title="Datenschutz">x</a>
<a href="https://elsewhere.example/agb">AGB</a> <a>no address</a>
<a href="/cart"><img alt=""> Warenkorb</a> <a href="/versand">Versand <b>und Lieferung
<p>Nur 12,90 €</p>
"""


def served(pages: Mapping[str, str]) -> jobs.Fetch:
    """A shop of these pages; any other address cannot be reached."""

    def fetch(url: str) -> Fetched:
        if url not in pages:
            raise PageUnreachable
        return Fetched(url, pages[url].encode(), "utf-8", "")

    return fetch


def seen(installation: Installation) -> dict[str, tuple[str, str]]:
    """What was proposed, by criterion."""
    with installation.database.read() as session:
        found = session.exec(select(Finding)).all()
        assert all(each.verdict == "" for each in found)
        return {each.criterion: (each.proposed, each.proposal) for each in found}


def test_what_a_program_sees_is_proposed_beside_the_criteria(installation: Installation) -> None:
    ordered = audited.order(installation)
    pages = {
        "https://shop.example": HOME,
        "https://shop.example/impressum": "Impressum",
        "https://shop.example/datenschutz": "Datenschutz",
        "https://shop.example/cart": "Warenkorb",
    }
    assert jobs.precheck(installation, audit_id=ordered.audit_id, fetch=served(pages)) == "8"
    assert seen(installation) == {
        "DP-TLS": ("OK", "ENCRYPTED"),
        "PR-PRICE": ("OK", "PRICES_SEEN"),
        "ID-NAME": ("OK", "PAGE_FOUND"),
        "DP-NOTICE": ("OK", "PAGE_FOUND"),
        "WR-INFO": ("NOT_OK", "PAGE_NOT_FOUND"),
        # A page of somebody else's is none of this shop's, and is not asked for.
        "OR-TERMS": ("NOT_OK", "PAGE_NOT_FOUND"),
        "DL-COSTS": ("NOT_OK", "UNREACHABLE"),
        "OR-STEPS": ("OK", "PAGE_FOUND"),
    }
    assert audited.audit(installation, ordered.audit_id).state == AuditState.ORDERED


def test_a_second_look_takes_the_place_of_the_first_and_leaves_verdicts_alone(
    installation: Installation,
) -> None:
    ordered = audited.order(installation)
    audited.begin(installation, ordered.audit_id)
    audited.judge(installation, ordered.audit_id, {})
    for _ in range(2):
        jobs.precheck(installation, audit_id=ordered.audit_id, fetch=served({}))
    with installation.database.read() as session:
        found = session.exec(select(Finding).where(Finding.criterion == "DP-TLS")).one()
    assert (found.verdict, found.proposal) == ("OK", "UNREACHABLE")


def test_a_test_environment_is_looked_at_in_the_place_of_the_shop(
    installation: Installation,
) -> None:
    shop_key, test_url = steps.open_shop(installation.database), "https://test.shop.example"
    with installation.database.write() as work:
        audit_id = audits.order(work, shop_key, list(Declared), test_url, actor=ANNA, now=NOON)
    jobs.precheck(installation, audit_id=audit_id, fetch=served({test_url: HOME}))
    assert seen(installation)["DP-TLS"] == ("OK", "ENCRYPTED")
    with installation.database.read() as session:
        found = session.exec(select(Finding.proposed_url)).all()
    assert all(each.startswith(test_url) for each in found)


def test_an_audit_that_has_ended_is_not_looked_at(installation: Installation) -> None:
    ordered = audited.order(installation)
    with installation.database.write() as work:
        audits.cancel(work, ordered.shop_key, ordered.audit_id, actor=ANNA, now=NOON)
    for audit_id in (ordered.audit_id, "aud-none"):
        assert jobs.precheck(installation, audit_id=audit_id, fetch=served({})) == "gone"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://169.254.169.254/latest", "http://[::1]/"]
)
def test_no_page_of_a_private_network_is_opened(url: str) -> None:
    with pytest.raises(PagePrivate):
        jobs.fetch(url)


@pytest.mark.parametrize("text", ["<a href='", "<a" * 5_000, "\x00\ufffd<a href=x>AGB", ""])
def test_broken_pages_do_no_harm(installation: Installation, text: str) -> None:
    ordered = audited.order(installation)
    pages = {"https://shop.example": text}
    assert jobs.precheck(installation, audit_id=ordered.audit_id, fetch=served(pages)) == "8"
