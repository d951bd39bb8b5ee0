"""Every page of the control centre, walked by the people who use it; and the pictures of the tour.

The walk takes the screens from where they are registered, so no page can be forgotten: one with
a parameter that has no example here fails the test that asks for it.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import col, select

from control.centre.screens import Screen
from control.centre.site import ALL_SCREENS
from domain import languages, rights
from domain.actors import OPERATOR
from domain.certificates import MarkReport
from domain.findings import Verdict
from domain.law_letters import NewLetter, Text
from domain.rights import Action, OperatorRole
from domain.tickets import Channel, NewTicket
from services import (
    bookings,
    certificates,
    clients,
    guarantors,
    law_letters,
    order_history,
    order_hooks,
    reply_templates,
    tickets,
    upload_views,
    webhooks,
)
from store import accounts, cases, mails, shops
from store.claims import Claim
from store.holds import Hold
from store.protections import Protection
from store.signals import IntegrityCase
from tests.architecture.tree import ROOT
from tests.browser.centre import CentreSite
from tests.browser.test_profiles import is_too_wide, violations
from tests.services import audited

AXE: Final = Axe()
WIDTHS: Final = (320, 1280)


def _of_role(role: OperatorRole) -> frozenset[Action]:
    return frozenset(action for action, held in rights.OF_OPERATOR.items() if role in held)


# Who looks at what: the shop's side, and the operator's side, each page by one of its people.
_OLGA: Final = _of_role(OperatorRole.ADMINISTRATOR)
PEOPLE: Final = {
    "Anna": frozenset(rights.ON_SHOPS) | rights.OF_EVERYBODY,
    "Mona": frozenset({Action.MODERATE}),
    "Otto": _of_role(OperatorRole.AUDITOR) - _OLGA,
    "Clara": _of_role(OperatorRole.CASE_HANDLER) - _OLGA,
    "Fritz": _of_role(OperatorRole.FINANCE) - _of_role(OperatorRole.CASE_HANDLER) - _OLGA,
    "Olga": _OLGA,
}
# What is no page, or one only after a form.
DOWNLOADS: Final = (
    ".csv",
    ".pdf",
    ".png",
    "/statements",
    "/html",
    "/proofs/{proof_id}",
    "/documents/{document}",
    "/documents/{document_id}",
    "/payouts/files/{run_id}",
    "/audit-documents/{audit_id}/{version}",
    "/files/{file_id}",
    "/control/news",
    "/mails/preview",
    "/uploads/template.{form}",
    "/pictures/{picture_id}",
)
PICTURES: Final = Path(os.environ.get("SCREENSHOTS") or ROOT / "var" / "screenshots")
TOUR: Final = ROOT / "docs" / "tour"
STATIONS: Final = {
    "dashboard": ("Anna", "/control/shops/{shop_key}"),
    "inbox": ("Anna", "/control/shops/{shop_key}/reviews"),
    "review": ("Ben", "/control/shops/{shop_key}/reviews/{review_id}"),
    "orders": ("Anna", "/control/shops/{shop_key}/orders"),
    "rule": ("Anna", "/control/shops/{shop_key}/rules/{event}/{kind}"),
    "widgets": ("Anna", "/control/shops/{shop_key}/widgets"),
    "snippets": ("Anna", "/control/shops/{shop_key}/snippets"),
    "mails": ("Anna", "/control/shops/{shop_key}/mails"),
    "people": ("Anna", "/control/shops/{shop_key}/users"),
    "webhooks": ("Anna", "/control/shops/{shop_key}/webhooks/{webhook_id}"),
    "moderation": ("Mona", "/control/operator/moderation"),
    "case": ("Mona", "/control/operator/moderation/{case_id}"),
    "claims": ("Anna", "/control/shops/{shop_key}/claims"),
    "indicators": ("Anna", "/control/shops/{shop_key}/indicators"),
    "frame": ("Anna", "/control/shops/{shop_key}/frame"),
    "audit": ("Otto", "/control/operator/audits/{audit_id}"),
    "claim": ("Clara", "/control/operator/claims/{claim_id}"),
    "payouts": ("Fritz", "/control/operator/payouts"),
    "health": ("Olga", "/control/operator"),
    "log": ("Olga", "/control/operator/log"),
}


@pytest.fixture(scope="module")
def examples(centre: CentreSite) -> Mapping[str, str]:
    """What stands for each parameter of a path."""
    with centre.installation.database.read() as session:
        found = cases.found(session, cases.Search())
        kept = mails.found(session, mails.Search())
        (template, *_) = reply_templates.listed(session, centre.annas)
        (webhook,) = webhooks.listed(session, centre.annas)
        (client,) = clients.of_shop(session, centre.annas)
        (hook,) = order_hooks.listed(session, centre.annas)
        (upload,) = upload_views.listed(session, centre.annas)
        keys = centre.installation.database.keys
        (order, *_) = order_history.orders(session, keys, centre.annas)
        (invitation, *_) = order_history.invitations(session, keys, centre.annas, state="FAILED")
        (booking,) = bookings.listed(session, state="ORDERED")
        hold = session.exec(select(Hold).where(col(Hold.is_open))).first()
        integrity = session.exec(select(IntegrityCase)).first()
        assert hold is not None
        assert integrity is not None
    return {
        **_of_protection(centre),
        "shop_key": centre.annas,
        "key": centre.annas,
        "review_id": found[0][1].public_id,
        "case_id": found[0][0].public_id,
        "mail_id": kept[0].public_id,
        "template_id": template.id,
        "webhook_id": webhook.webhook_id,
        "client_id": client.client_id,
        "hook_id": hook.hook_id,
        "upload_id": upload.upload_id,
        "order_id": order.order_id,
        "invitation_id": invitation.invitation_id,
        "event": "order_shipped",
        "kind": "PRODUCT_REVIEW",
        "booking_id": booking.booking_id,
        "hold_id": hold.public_id,
        "integrity_case": integrity.public_id,
        "language": "de",
    }


def _of_protection(centre: CentreSite) -> Mapping[str, str]:
    """The same for audits, protections, claims and questions."""
    audit_id = audited.order_again(centre.installation, centre.annas)
    audited.begin(centre.installation, audit_id)
    audited.judge(centre.installation, audit_id, {"ID-PHONE": Verdict.NOT_OK})
    audited.report(centre.installation, audit_id)
    asked = NewTicket(
        Channel.PHONE,
        "de",
        "DE",
        "Wo ist mein Paket?",
        "Es ist nie gekommen.",
        shop_key=centre.annas,
        is_shared=True,
    )
    text = Text("Neues Widerrufsrecht", "Ab Juni gilt ein Knopf.")
    with centre.installation.database.write() as work:
        now = datetime.now(UTC)
        ticket = tickets.open_(work, asked, actor=OPERATOR, now=now)
        letter_id = law_letters.write(work, NewLetter("DE", {"de": text}), actor=OPERATOR, now=now)
        seen = MarkReport(f"https://copy.example/{'cart' * 100}", "They show it on every page.")
        certificates.report(work, centre.annas, seen, now=now)
    with centre.installation.database.read() as session:
        guarantor, annas = guarantors.active(session), shops.by_key(session, centre.annas)
        protection = session.exec(select(Protection)).first()
        claim = session.exec(select(Claim).where(col(Claim.state) == "ASSESSMENT")).first()
        assert annas is not None
        assert guarantor is not None
        assert protection is not None
        assert claim is not None
        account = accounts.of_shop(session, annas.account_id)
    return {
        "ticket_id": ticket.ticket_id,
        "letter_id": letter_id,
        "audit_id": audit_id,
        "criterion": "ID-PHONE",
        "account_id": account.public_id,
        "guarantor_id": guarantor.public_id,
        "protection_id": protection.public_id,
        "claim_id": claim.public_id,
    }


def pages_of(name: str) -> Iterator[Screen]:
    """Every screen that shows a page, for the one of the people who looks at it here."""
    for screen in ALL_SCREENS:
        if screen.action in PEOPLE[name] and screen.read and not screen.path.endswith(DOWNLOADS):
            yield screen


def filled(path: str, examples: Mapping[str, str], own: Mapping[str, str]) -> str:
    """The path with an example for each of its parameters."""
    if "/mails/{key}" in path:
        own = {**own, "key": "shop_replied"}
    if "/signals/{case_id}" in path:
        own = {**own, "case_id": examples["integrity_case"]}
    return path.format_map({**examples, **own})


@pytest.mark.parametrize("language", languages.SUPPORTED)
@pytest.mark.parametrize("name", PEOPLE)
def test_a11y_every_page_is_accessible_and_fits_in_every_language(
    context: BrowserContext,
    page: Page,
    centre: CentreSite,
    examples: Mapping[str, str],
    name: str,
    language: str,
) -> None:
    person = centre.sign_in(context, name, language=language)
    own = {"user_id": person.user_id, "complaint_id": ""}
    for screen in pages_of(name):
        if "{complaint_id}" in screen.path:
            continue
        url = centre.url + filled(screen.path, examples, own)
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, url
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert page.locator("h1").count() == 1, url
        # The same elements carry the words of each language, so one is enough for the long look.
        if language == "en":
            page.evaluate(AXE.axe_script)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert not is_too_wide(page), (url, width)
            assert language != "en" or violations(page) == [], (url, width)


@pytest.mark.parametrize("station", STATIONS)
def test_the_tour_shows_what_there_is(
    context: BrowserContext,
    page: Page,
    centre: CentreSite,
    examples: Mapping[str, str],
    station: str,
) -> None:
    name, path = STATIONS[station]
    centre.sign_in(context, name, language="en")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(centre.url + filled(path, examples, {}))
        expect(page.locator("h1")).to_be_visible()
        picture = PICTURES / f"centre-{station}-{width}.png"
        page.screenshot(path=picture)
    if os.environ.get("TOUR"):
        TOUR.mkdir(exist_ok=True)
        small = Image.open(picture).convert("RGB").quantize(128)
        small.save(TOUR / f"{station}.png", optimize=True)
