"""Use cases of social proof: what authors show of themselves, and take back (systems.md §22)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson

from domain import social_proofs as rules
from domain.actors import AUTHOR
from domain.policies import REVIEWS
from domain.social_proofs import TEXT_VERSION, Facts, Shown
from services import audit, reviews, shown_copies
from store import social_proofs
from store.database import Work
from store.reviews import Review as Row
from store.social_proofs import SocialProof


def save(
    work: Work, token: str, given: Mapping[str, str], ticked: frozenset[str], *, now: datetime
) -> None:
    """Show exactly the facts whose box is ticked; the others go from every answer of ours.

    Possible at any time, also after the review can no longer be edited. Raises TextInvalid, or as
    ``reviews.written_with``.
    """
    opened, row = reviews.written_with(work, token)
    facts = rules.agreed(given, ticked, name_most=REVIEWS.name_characters, year=now.year)
    proof = social_proofs.of_review(work.session, row.id) or SocialProof(review_id=row.id)
    proof.town, proof.age_band = facts.town, facts.age_band
    proof.customer_since = facts.customer_since
    keep = {Shown.NAME, Shown.AVATAR}
    shown = _shown_fields(facts) | {each for each in _agreed(proof) if each in keep}
    proof.consents = _consents(proof, shown, now)
    work.session.add(proof)
    work.session.flush()
    shown_copies.copy(work, opened.shop, row, now=now)
    fields = sorted(shown)
    audit.log(work, AUTHOR, "review.author_shown", row.public_id, now=now, after={"fields": fields})


def agree(work: Work, row: Row, field: Shown, *, is_shown: bool, now: datetime) -> None:
    """Note the consent to one field that is kept elsewhere: the name, or the avatar."""
    proof = social_proofs.of_review(work.session, row.id)
    if proof is None and not is_shown:
        return
    proof = proof or SocialProof(review_id=row.id)
    others = {each for each in _agreed(proof) if each != field}
    proof.consents = _consents(proof, others | ({field} if is_shown else set()), now)
    work.session.add(proof)
    work.session.flush()


def _shown_fields(facts: Facts) -> set[str]:
    values = {
        Shown.TOWN: facts.town,
        Shown.AGE_BAND: facts.age_band,
        Shown.CUSTOMER_SINCE: facts.customer_since,
    }
    return {field for field, value in values.items() if value}


def _agreed(proof: SocialProof) -> dict[str, Any]:
    consents: dict[str, Any] = orjson.loads(proof.consents)
    return consents


def _consents(proof: SocialProof, shown: Iterable[str], now: datetime) -> str:
    """A consent keeps the moment at which it was given first; one that was taken back goes."""
    before = _agreed(proof)
    fresh = {"at": now.isoformat(), "text": TEXT_VERSION}
    return orjson.dumps({str(each): before.get(each, fresh) for each in sorted(shown)}).decode()
