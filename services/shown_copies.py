"""The copy, in a review's own row, of what its author shows besides the text (systems.md §§4, 22).

Lists read it with the review, so that a page of reviews costs no further question.
"""

from datetime import datetime
from typing import Any

import orjson

from domain.pictures import PictureState
from services import generations
from store import holds, pictures, social_proofs
from store.database import Work
from store.reviews import Review as Row
from store.shops import Shop


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
    # What waits for a look waits as a whole: pictures may say what the text was stopped for.
    is_held = holds.open_of(work.session, row.id) is not None
    listed = [
        each
        for each in pictures.of_review(work.session, row.id)
        if each.state == PictureState.SHOWN and (each.is_avatar or not is_held)
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
