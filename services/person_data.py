"""Use cases of a person's data: ask for a link, look, take a copy, have it erased (GP-6).

Nobody but the owner of an address learns whether anything belongs to it: the answer is the same,
and a job looks.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlmodel import Session

from domain import ids, languages, orders
from domain import invitations as invitation_rules
from domain import mails as mail_rules
from domain import open_reviews as open_review_rules
from domain import person_data as rules
from domain.actors import AUTHOR
from domain.ids import Prefix
from domain.invitations import Claim
from domain.mails import MailKey, Recipient
from domain.person_data import PERSON_DATA, PersonLinkExpired, RequestKind
from domain.reviews import ReviewState
from schemas.person_data import link_path
from services import attempts, audit, mails
from services.installation import Installation, Job
from services.review_mails import form_path, own_path
from store import claims, protections, tickets
from store import mails as mail_rows
from store import person_data as rows
from store.database import Work
from store.invitations import Invitation
from store.keys import Keyring
from store.orders import Order
from store.person_data import PersonRequest
from store.shops import Shop

SEND_LINK: Final = "person_data.send_link"
ERASE: Final = "person_data.erase"
_TOKEN_BYTES: Final = 32
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class OwnReview:
    """A review that the person has written, and the page on which they change or withdraw it."""

    shop: str
    submitted_at: datetime
    stars: int
    path: str


@dataclass(frozen=True, slots=True)
class Held:
    """What is held about an address, as its page counts it; the newest reviews first."""

    language: str
    ends_at: datetime
    orders: int
    has_more: bool
    reviews: tuple[OwnReview, ...]
    protections: int
    claims: int
    tickets: int
    opt_outs: int
    reports: int
    is_erasing: bool


def ask(work: Work, email: str, *, language: str, address: str, now: datetime) -> None:
    """Have a link sent to this address, if anything belongs to it.

    Raises MailAddressInvalid, or SignInPaused for too many wishes in a row, for whatever address.
    """
    checked = mail_rules.check_address(email)
    email_hash = work.keys.hash_email(orders.normalise_email(checked))
    attempts.begin(work, (f"my-data:{email_hash}", f"my-data:{address}"), now=now)
    request = _request(work, RequestKind.LINK, checked, language, now)
    work.session.add(request)
    arguments = {"request_id": request.public_id}
    work.jobs.append(Job(f"{SEND_LINK}:{request.public_id}", SEND_LINK, arguments))


def _request(
    work: Work, kind: RequestKind, email: str, language: str, now: datetime
) -> PersonRequest:
    return PersonRequest(
        public_id=ids.new(Prefix.PERSON_REQUEST),
        kind=kind,
        email_cipher=work.keys.encrypt(email),
        email_hash=work.keys.hash_email(orders.normalise_email(email)),
        language=languages.supported(language, fallback="en"),
        asked_at=now,
        due_at=rules.answer_due(now),
    )


def send_link(installation: Installation, request_id: str) -> bool:
    """Mail the link that somebody asked for, once; whether anything belongs to the address.

    Beyond a few mails a day nothing is sent. What is of no use is forgotten at once.
    """
    with installation.database.write() as work:
        request = rows.by_public_id(work.session, request_id, lock=True)
        if request is None or request.token_hash is not None:
            return request is not None
        now = request.asked_at
        if not rows.is_known(work.session, request.email_hash) or _has_enough(work, request):
            work.session.delete(request)
            return False
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        request.token_hash = _digest(token)
        work.session.add(request)
        hours = str(PERSON_DATA.link_hours)
        values = {"hours": hours, "mydata_url": link_path(request.language, token)}
        to = Recipient(work.keys.decrypt(request.email_cipher), "", request.language)
        once = f"{MailKey.PERSON_DATA}:{request.public_id}"
        mails.send(work, MailKey.PERSON_DATA, to, values, shop=None, now=now, once=once)
        audit.log(work, AUTHOR, "person_data.link_sent", request.public_id, now=now)
    return True


def _has_enough(work: Work, request: PersonRequest) -> bool:
    since = request.asked_at - timedelta(days=1)
    sent = mail_rows.sent_to(work.session, request.email_hash, (MailKey.PERSON_DATA,), since)
    return sent >= PERSON_DATA.links_per_day


def opened(session: Session, token: str, *, now: datetime) -> PersonRequest:
    """The request whose link this is; opening uses nothing up. Raises PersonLinkExpired."""
    request = rows.by_token(session, _digest(token))
    if request is None or now >= rules.link_ends(request.asked_at):
        raise PersonLinkExpired
    return request


def _digest(token: str) -> str:
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def held(session: Session, keys: Keyring, token: str, *, now: datetime) -> Held:
    """What the page of a link shows; raises PersonLinkExpired."""
    request = opened(session, token, now=now)
    email_hash = request.email_hash
    found = rows.orders(session, email_hash, most=_SHOWN + 1)
    return Held(
        language=request.language,
        ends_at=rules.link_ends(request.asked_at),
        orders=min(len(found), _SHOWN),
        has_more=len(found) > _SHOWN,
        reviews=_own_reviews(session, keys, request, found[:_SHOWN]),
        protections=len(protections.of_buyer(session, email_hash, most=_SHOWN)),
        claims=len(claims.of_buyer(session, email_hash)),
        tickets=len(tickets.of_person(session, email_hash)),
        opt_outs=len(rows.suppressions(session, email_hash)),
        reports=len(rows.notices(session, email_hash)),
        is_erasing=rows.open_erasure(session, email_hash) is not None,
    )


def _own_reviews(
    session: Session, keys: Keyring, request: PersonRequest, found: Sequence[tuple[Order, Shop]]
) -> tuple[OwnReview, ...]:
    own = []
    for review, shop in rows.open_reviews(session, request.email_hash):
        if review.state != ReviewState.DISCARDED:
            token = open_review_rules.sign(review.public_id, keys.invitations)
            path = own_path(token, language=request.language)
            own.append(OwnReview(shop.name, review.submitted_at, review.stars, path))
    for order, shop in found:
        written = {each.id: each for each in rows.invitations(session, order.id)}
        for review in rows.reviews(session, order.id):
            invitation = written.get(review.invitation_id or 0)
            if invitation is not None and review.state != ReviewState.DISCARDED:
                path = form_path(_token(keys, invitation))
                own.append(OwnReview(shop.name, review.submitted_at, review.stars, path))
    return tuple(sorted(own, key=lambda each: each.submitted_at, reverse=True))


def _token(keys: Keyring, invitation: Invitation) -> str:
    claim = Claim(invitation.public_id, invitation.expires_at)
    return invitation_rules.sign(claim, keys.invitations)


def erase(work: Work, token: str, *, now: datetime) -> None:
    """Have everything erased that belongs to the address of a link; a job does it at once.

    Asking twice is asking once. Raises PersonLinkExpired.
    """
    asked = opened(work.session, token, now=now)
    if rows.open_erasure(work.session, asked.email_hash) is not None:
        return
    email = work.keys.decrypt(asked.email_cipher)
    request = _request(work, RequestKind.ERASURE, email, asked.language, now)
    work.session.add(request)
    audit.log(work, AUTHOR, "person_data.erasure_asked", request.public_id, now=now)
    arguments = {"request_id": request.public_id, "now": now.isoformat()}
    work.jobs.append(Job(f"{ERASE}:{request.public_id}", ERASE, arguments))


def waiting(session: Session) -> list[str]:
    """Ids of the erasures that an open case has deferred, or a crash."""
    return list(rows.open_erasures(session))
