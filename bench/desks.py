"""What lies on desks of the control centre: reports, mails, calls of a webhook, and who looks.

Reports go through their use case. Mails, calls and the log's lines are written as rows, because
only their number counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert
from sqlmodel import Session, col, select

from bench import synthetic
from domain import ids
from domain.actors import OPERATOR, READER
from domain.ids import Prefix
from domain.mails import MailKey, MailState
from domain.notices import NewNotice, NoticeReason, Reporter, ReporterKind
from domain.rights import OperatorRole, Right
from domain.webhooks import CHOICES, NewWebhook
from services import letters, notices, sessions, webhooks
from services.installation import Installation
from store import shops, users
from store.database import Work
from store.decisions import AuditEntry
from store.mails import Mail
from store.reviews import Review
from store.users import User
from store.webhooks import Delivery, by_public_id

_SHOPS: Final = 50
_EXPLANATION: Final = "The parcel that this review speaks of was never sent by the shop."


@dataclass(frozen=True, slots=True)
class Desk:
    """Where visitors go: tokens of two logins, and ids of things on the desk."""

    administrator: str
    staff: str
    case_id: str
    review_id: str
    webhook_id: str


def lay(installation: Installation, shop_key: str, *, reports: int, rows: int) -> Desk:
    """Lay a desk for one shop: ``reports`` open cases, and ``rows`` of everything else."""
    now = synthetic.now()
    with installation.database.write() as work:
        shop = shops.by_key(work.session, shop_key)
        assert shop is not None
        webhook_id = webhooks.add(
            work,
            shop_key,
            NewWebhook("https://calls.example/here", CHOICES, "Till"),
            actor=OPERATOR,
            now=now,
        )
        webhook = by_public_id(work.session, shop.id, webhook_id)
        assert webhook is not None
        work.session.flush()
        work.session.execute(insert(Delivery), list(_deliveries(webhook.id, rows, now)))
        work.session.execute(insert(Mail), list(_mails(work, shop.id, rows, now)))
        work.session.execute(insert(AuditEntry), list(_lines(rows, now)))
        reviews = _reviews(work.session, shop.id, reports)
        tokens = _administrator(work, now), _staff(work, now)
    cases = [_reported(installation, review, number) for number, review in enumerate(reviews)]
    return Desk(*tokens, cases[0], reviews[-1], webhook_id)


def _reviews(session: Session, shop_id: int, most: int) -> Sequence[str]:
    query = select(Review.public_id).where(col(Review.shop_id) == shop_id)
    return session.exec(query.order_by(col(Review.id).desc()).limit(most)).all()


def _reported(installation: Installation, review_id: str, number: int) -> str:
    """The id of the case that a reader's report opens."""
    reporter = Reporter(ReporterKind.READER, "Lea Sommer", f"reader{number}@reports.example", "en")
    new = NewNotice(review_id, reporter, NoticeReason.FALSE_FACTS, _EXPLANATION, good_faith=True)
    with installation.database.write() as work:
        return notices.file(work, new, actor=READER, now=synthetic.now()).case_id


def _deliveries(webhook_id: int, rows: int, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(rows):
        yield {
            "public_id": ids.new(Prefix.DELIVERY),
            "webhook_id": webhook_id,
            "event": CHOICES[0],
            "payload": '{"type":"review.published"}' * 10,
            "state": "WAITING" if number % 1_000 == 0 else "DELIVERED",
            "created_at": now - timedelta(seconds=number),
            "attempts": 1,
            "status": 200,
            "problem": "",
        }


def _mails(work: Work, shop_id: int, rows: int, now: datetime) -> Iterator[dict[str, Any]]:
    to = letters.sealed(work.keys, {"email": "dario@buyer.example", "name": "Dario"})
    for number in range(rows):
        yield {
            "public_id": ids.new(Prefix.MAIL),
            "once": f"bench:{number}",
            "key": MailKey.REVIEW_INVITATION,
            "language": "en",
            "shop_id": shop_id,
            "recipient": to,
            "recipient_hash": f"{number:064x}",
            "content": to,
            "actor": "",
            "state": MailState.FAILED if number % 1_000 == 0 else MailState.SENT,
            "attempts": 1,
            "answer": "250 OK",
            "queued_at": now - timedelta(seconds=number),
        }


def _lines(rows: int, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(rows):
        yield {
            "at": now - timedelta(seconds=rows - number),
            "actor": f"usr-{number % 50}",
            "role": "shop",
            "action": f"thing{number % 40}.changed",
            "object": f"thg-{number}",
            "before": "",
            "after": "",
            "reason": "",
        }


def _administrator(work: Work, now: datetime) -> str:
    user = _user(work, "Anna", now)
    for shop in shops.page(work.session, limit=_SHOPS):
        users.set_rights(work.session, user.id, shop.id, (Right.ADMINISTRATOR,), now)
    return _opened(work, user)


def _staff(work: Work, now: datetime) -> str:
    user = _user(work, "Olga", now)
    roles = (OperatorRole.MODERATOR, OperatorRole.ADMINISTRATOR)
    users.set_roles(work.session, user.id, roles, now)
    return _opened(work, user)


def _opened(work: Work, user: User) -> str:
    """The token of a login at the present: pages are asked for now, not at ``synthetic.now``."""
    return sessions.open_(work, user, now=datetime.now(synthetic.now().tzinfo), with_factor=True)


def _user(work: Work, name: str, now: datetime) -> User:
    email = f"{name.lower()}@desks.example"
    user = User(
        public_id=ids.new(Prefix.USER),
        email_cipher=work.keys.encrypt(email),
        email_hash=work.keys.hash_email(email),
        first_name=name,
        last_name="Berger",
        language="en",
        # Administrators without a second factor are let in nowhere.
        totp_cipher=work.keys.encrypt("JBSWY3DPEHPK3PXP"),
        totp_confirmed_at=now,
        created_at=now,
    )
    work.session.add(user)
    work.session.flush()
    return user
