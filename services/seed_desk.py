"""Use case of the seed: what lies on the desks of the example people, so that screens show work.

Two reviews of Anna's shop are reported: one waits for Mona, in the other she is hearing the
author. A text waits for her look, and about one review something was noticed. Orders wait for
their invitations, and two for Anna's word. There are templates to answer with, a webhook that is
paused, an API client whose secret nobody has, and Mona's languages.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from domain import invitations as tokens
from domain import languages
from domain.actors import Actor, Role
from domain.clients import ClientKind, NewClient, Scope
from domain.decisions import Moderator
from domain.invitations import Claim
from domain.moderators import Decider
from domain.notices import NewNotice, NoticeReason, Reporter, ReporterKind
from domain.order_hooks import System
from domain.orders import OrderStatus
from domain.replies import NewTemplate
from domain.reviews import Submission
from domain.webhooks import CHOICES, NewWebhook
from services import (
    cases,
    clients,
    counting,
    legal_bases,
    moderators,
    notices,
    order_hooks,
    reply_templates,
    rulings,
    seed_orders,
    seed_stories,
    signals,
    uploads,
    webhooks,
)
from services import reviews as use_cases
from services.rulings import Reasons, Step
from services.signals import Sent
from services.users import email_hash
from store import accounts, inbox, reviews, shops, users
from store.database import Work
from store.invitations import Invitation
from store.orders import Order
from store.reviews import Review
from store.shops import Shop

_ANNA: Final = Actor(Role.SHOP, "anna")
_MONA: Final = Decider(Moderator("mona"), languages=frozenset(languages.SUPPORTED))
_READER: Final = Reporter(ReporterKind.READER, "Lea Sommer", "lea@demo.example", "de")
_UNTRUE: Final = "Das Buch gibt es in dieser Ausgabe nicht, die Bewertung beschreibt ein anderes."
_UNKNOWN: Final = "Zu dieser Bestellung finden wir in unserem System keinen Kauf unter dem Namen."
_TEMPLATES: Final = (
    NewTemplate(
        "Dank",
        "de",
        "Guten Tag {name}, vielen Dank für Ihre Bewertung! Wir freuen uns auf Ihren nächsten"
        " Besuch bei {shop}.",
    ),
    NewTemplate(
        "Verspätung",
        "de",
        "Guten Tag {name}, es tut uns leid, dass Sie warten mussten. Bitte schreiben Sie uns,"
        " wenn noch etwas offen ist.",
    ),
)
_WEBHOOK: Final = NewWebhook(
    "https://kasse.buecher-und-toene.example/bewertungen", CHOICES, "Kasse"
)
_CLIENT: Final = NewClient(
    ClientKind.OAUTH, "Warenwirtschaft", scopes=(Scope.REVIEWS_READ, Scope.ORDERS_WRITE)
)
_LINKED: Final = "Gut verpackt. Billiger war es auf www.buecher-anderswo.example, und schneller."
_LATELY: Final = timedelta(days=150)
_READ_UNTIL: Final = timedelta(days=21)
_REPORTED: Final = 2
_REPORTED_BEFORE: Final = timedelta(hours=3)


def sow(work: Work, *, now: datetime) -> bool:
    """Bring the work, unless it is there; False then, and where the example shop is missing."""
    shop = shops.by_key(work.session, seed_stories.load()[0].shop.key)
    if shop is None or reply_templates.listed(work.session, shop.shop_key):
        return False
    _declare(work, now)
    for template in _TEMPLATES:
        reply_templates.add(work, shop.shop_key, template, actor=_ANNA, now=now)
    webhook_id = webhooks.add(work, shop.shop_key, _WEBHOOK, actor=_ANNA, now=now)
    webhooks.pause(work, shop.shop_key, webhook_id, is_paused=True, actor=_ANNA, now=now)
    account = accounts.of_shop(work.session, shop.account_id)
    clients.add(work, account.public_id, _CLIENT, actor=_ANNA, now=now)
    inbox.mark_all(work.session, shop.id, now - _READ_UNTIL)
    order_hooks.add(work, shop.shop_key, System.WOOCOMMERCE, "Laden", actor=_ANNA, now=now)
    legal_bases.state(work, shop.shop_key, actor=_ANNA, now=now)
    file = uploads.read(work.keys, "bestellungen.csv", _orders(now), now=now)
    uploads.note(work, shop.shop_key, file, actor=_ANNA, now=now)
    seed_orders.sow(work, shop, now=now)
    _report(work, shop, _lowest(work, shop), now)
    _stop(work, shop, now)
    return True


def _orders(now: datetime) -> bytes:
    """A file of orders that Anna has not confirmed yet; one of its lines is at fault."""
    day = (now - timedelta(days=2)).date().isoformat()
    lines = (
        "email;reference;transactionDate;firstName;lastName;productName;productSku",
        f"lea.sommer@demo.example;BT-9001;{day};Lea;Sommer;Notenheft;BT-NOTEN-1",
        f"lea.sommer@demo.example;BT-9001;{day};Lea;Sommer;Metronom;BT-METRO-2",
        f"jonas.winter@demo.example;BT-9002;{day};Jonas;Winter;;",
        "kein-at-zeichen;BT-9003;;;;;",
    )
    return "\n".join(lines).encode()


def _declare(work: Work, now: datetime) -> None:
    """Mona reads every language, where she is seeded."""
    mona = users.by_email_hash(work.session, email_hash(work.keys, "mona@demo.example"))
    if mona is not None:
        actor = Actor(Role.MODERATOR, mona.public_id)
        moderators.declare(work, ", ".join(languages.SUPPORTED), actor=actor, now=now)


def _lowest(work: Work, shop: Shop) -> Sequence[Review]:
    """The reviews of the shop with the fewest stars that somebody could doubt."""
    return reviews.worst(work.session, shop.id, limit=_REPORTED)


def _report(work: Work, shop: Shop, doubted: Sequence[Review], now: datetime) -> None:
    """A reader doubts the first; the shop the second, whose author is being asked."""
    at = now - _REPORTED_BEFORE
    anna = Reporter(ReporterKind.SHOP, "Anna Berger", "anna@demo.example", "de", shop.shop_key)
    told = (_READER, NoticeReason.FALSE_FACTS, _UNTRUE), (anna, NoticeReason.NO_PURCHASE, _UNKNOWN)
    for review, (reporter, reason, text) in zip(doubted, told, strict=True):
        new = NewNotice(review.public_id, reporter, reason, text, good_faith=True)
        filed = notices.file(work, new, actor=_ANNA, now=at)
    for step in (Step.TAKE, Step.HEAR):
        seen = cases.held(work, filed.case_id).row.version
        rulings.decide(work, filed.case_id, step, Reasons(), _MONA, seen=seen, now=now)


def _stop(work: Work, shop: Shop, now: datetime) -> None:
    """A buyer adds a text with a link; another wrote in a hurry about a cancelled order."""
    adding, hasty = reviews.textless(work.session, shop.id, since=now - _LATELY, limit=2)
    invitation = work.session.get_one(Invitation, adding.invitation_id)
    token = tokens.sign(Claim(invitation.public_id, invitation.expires_at), work.keys.invitations)
    submission = Submission(counting.marks_of(adding), comment=_LINKED, language="de")
    use_cases.complete(work, token, submission, now=now)
    order = work.session.get_one(Order, hasty.order_id)
    order.status = OrderStatus.CANCELLED
    work.session.add(order)
    signals.note(work, shop, hasty, "", Sent(seconds=2), now=now)
