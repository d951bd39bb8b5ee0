"""Use cases of texts that buyers were shown: note which version an invitation carried (GP-2)."""

from datetime import datetime
from hashlib import sha256

from domain.mails import MailKey
from services import letters
from store import shown_texts as rows
from store.database import Work
from store.shown_texts import ShownText


def note(work: Work, key: MailKey, shop_id: int, language: str, *, now: datetime) -> int:
    """The number of the version that a mail of this shop says at this moment.

    The same words have the same number, whichever shop sends them.
    """
    wording = letters.wording_of(work.session, key, shop_id, language)
    said = (key, language, wording.subject, wording.body, wording.button)
    digest = sha256("\0".join(said).encode()).hexdigest()
    known = rows.by_digest(work.session, digest)
    if known is not None:
        return known.id
    row = ShownText(
        digest=digest,
        key=key,
        language=language,
        subject=wording.subject,
        body=wording.body,
        button=wording.button,
        first_shown_at=now,
    )
    if not rows.add(work.session, row):
        return note(work, key, shop_id, language, now=now)
    return row.id
