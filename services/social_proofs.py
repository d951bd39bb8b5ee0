"""Use cases of social proof: what an author shows beside a review, and takes back (systems.md §22).

Lists read a copy in the review's own row, so that a page of reviews costs no further question.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson

from domain import social_proofs as rules
from domain.actors import AUTHOR
from domain.pictures import PictureState
from domain.policies import REVIEWS
from domain.social_proofs import TEXT_VERSION, Facts, Shown
from services import audit, generations, reviews
from store import pictures, social_proofs
from store.database import Work
from store.reviews import Review as Row
from store.shops import Shop
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
    copy(work, opened.shop, row, now=now)
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


def copy(work: Work, shop: Shop, row: Row, *, now: datetime) -> None:
    """Bring the copy in the review's row, and with it every payload, up to what is kept."""
    shown = _shown(work, row)
    text = orjson.dumps(shown).decode() if shown else None
    if text == row.shown:
        return
    row.shown = text
    work.session.add(row)
    generations.raise_for(work, shop, now=now, product_id=row.subject_id)


def _shown(work: Work, row: Row) -> dict[str, Any]:
    proof = social_proofs.of_review(work.session, row.id)
    listed = [
        each
        for each in pictures.of_review(work.session, row.id)
        if each.state == PictureState.SHOWN
    ]
    facts = (
        {"town": proof.town, "age_band": proof.age_band, "customer_since": proof.customer_since}
        if proof
        else {}
    )
    avatar = next((each.public_id for each in listed if each.is_avatar), None)
    images = [
        {"id": each.public_id, "alt": each.alternative, "edges": [each.width, each.height]}
        for each in listed
        if not each.is_avatar
    ]
    found = {**facts, "avatar": avatar, "pictures": images}
    return {name: value for name, value in found.items() if value}


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
