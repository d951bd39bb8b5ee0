"""The public ledger of reports, and statements of reasons for the Commission's database (DSA-6)."""

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from weakref import WeakKeyDictionary

import orjson
from sqlmodel import Session

from domain import ledgers as rules
from domain.actors import Actor
from domain.cases import Outcome
from domain.decisions import Ground, Source
from domain.ledgers import Entry, StarClass
from domain.notices import NoticeReason, ReporterKind
from domain.windows import Period, day_of, midnight, window
from services import audit
from services.installation import Installation
from store import ledgers as rows
from store import shops
from store.decisions import Decision
from store.reviews import Review
from widgets import texts

_CATEGORIES: Final = {
    Ground.UNTRUTHFUL: "STATEMENT_CATEGORY_CONSUMER_INFORMATION",
    Ground.ABUSIVE: "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
    Ground.INAPPROPRIATE_IMAGE: "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
}
_OTHER: Final = "STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE"


@dataclass(frozen=True, slots=True)
class Ledger:
    """Twelve months of notices: one line for each number of stars, and each kind of notice."""

    period: Period
    classes: tuple[StarClass, ...]
    entries: tuple[Entry, ...]
    is_uneven: bool


_COUNTED: Final[MutableMapping[Any, tuple[tuple[object, ...], Ledger]]] = WeakKeyDictionary()
"""What each open database was counted to, and when: the last result alone."""


def read(session: Session, *, now: datetime) -> Ledger:
    """The ledger of the installation; counted anew when a day or a number of it is another."""
    key = (day_of(now), *rows.state(session))
    bind = session.get_bind()
    known = _COUNTED.get(bind)
    if known is not None and known[0] == key:
        return known[1]
    ledger = _counted(session, now, None)
    _COUNTED[bind] = (key, ledger)
    return ledger


def _counted(session: Session, now: datetime, shop_id: int | None) -> Ledger:
    period = window(day_of(now))
    counted = rows.notices(session, midnight(period.start), shop_id=shop_id)
    entries = tuple(_entry(*row) for row in counted)
    classes = rules.by_stars(entries, rows.reviews(session, shop_id=shop_id))
    return Ledger(period, classes, entries, rules.is_uneven(classes))


def of_shop(session: Session, shop_key: str, *, now: datetime) -> Ledger:
    """The ledger of one shop, for those who moderate; an empty one where there is no shop."""
    shop = shops.by_key(session, shop_key)
    return _counted(session, now, shop.id if shop else 0)


def _entry(stars: int, kind: str, reason: str, outcome: str | None, number: int) -> Entry:
    decided = Outcome(outcome) if outcome else None
    return Entry(stars, ReporterKind(kind), NoticeReason(reason), decided, number)


def statements(installation: Installation, *, actor: Actor, now: datetime) -> Iterator[bytes]:
    """Every statement of reasons as a line of JSON, without personal data (DSA-6).

    What moderators wrote may name people, so the facts are told in a sentence for each ground.
    """
    with installation.database.write() as work:
        audit.log(work, actor, "statements.exported", "statements", now=now)
    with installation.database.read() as session:
        for decision, review in rows.decisions(session):
            yield orjson.dumps(_statement(decision, review)) + b"\n"


def _statement(decision: Decision, review: Review) -> dict[str, Any]:
    ground = Ground(decision.ground or Ground.VIOLATES_THE_TERMS_OF_USE)
    words = texts.of("en")
    by_notice = decision.source == Source.NOTICE
    return {
        "puid": decision.public_id,
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_DISABLED"],
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": words.say(f"ground.{ground}"),
        "incompatible_content_explanation": words.say("how.refuse"),
        "incompatible_content_illegal": "No",
        "content_type": ["CONTENT_TYPE_TEXT"],
        "category": _CATEGORIES.get(ground, _OTHER),
        "content_language": review.language.upper() or None,
        "content_date": review.submitted_at.date().isoformat(),
        "application_date": decision.decided_at.date().isoformat(),
        "end_date_visibility_restriction": (
            decision.until.date().isoformat() if decision.until else None
        ),
        "decision_facts": words.say(f"ground.{ground}"),
        "source_type": "SOURCE_ARTICLE_16" if by_notice else "SOURCE_VOLUNTARY",
        "automated_detection": "Yes" if decision.automated_detection else "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "territorial_scope": [] if decision.territory == "EVERYWHERE" else [decision.territory],
    }
