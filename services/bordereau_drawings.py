"""Draws the documents of the insurer's monthly list; apart from the rest, so that jobs load it."""

from datetime import datetime
from hashlib import sha256

import orjson

from domain import bordereaux as rules
from domain.actors import SYSTEM
from domain.frames import Month
from domain.windows import day_of
from services import audit, bordereau_documents, feed_files
from services.installation import Installation
from store import bordereaux as rows
from widgets import pdf_documents


def draw_due(installation: Installation, *, now: datetime) -> int:
    """Make the document of every whole month that has none yet; how many were made.

    What earlier runs have left over is swept away first.
    """
    bordereau_documents.sweep(installation, now=now)
    with installation.database.read() as session:
        made = bordereau_documents.made(session)
        due = rules.due(rows.first_day(session), made, today=day_of(now))
    return sum(_draw(installation, month, now=now) for month in due)


def _draw(installation: Installation, month: Month, *, now: datetime) -> bool:
    """Make one month's document, unless it is there; whether it was made now.

    The bytes are on the disk before the log names them. Where that fails, the next run makes
    others, and a later one sweeps those away.
    """
    with installation.database.read() as session:
        content = bordereau_documents.content(session, month, now=now)
    body = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    content_sha256 = sha256(body).hexdigest()
    content["closing"]["rows"].append(("Checksum", content_sha256))
    pdf = pdf_documents.drawn("bordereau", content, at=now)
    pdf_sha256 = sha256(pdf).hexdigest()
    place = bordereau_documents.folder(installation.settings.home)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = bordereau_documents.files_of(content_sha256, pdf_sha256)
    for name, piece in zip(names, (body, pdf), strict=True):
        with feed_files.replaced(place / name) as file:
            file.write(piece)
    after = {
        "number": rules.number(month),
        "content_sha256": content_sha256,
        "pdf_sha256": pdf_sha256,
    }
    with installation.database.write() as work:
        if str(month) in bordereau_documents.made(work.session):
            return False
        audit.log(work, SYSTEM, bordereau_documents.MADE, str(month), now=now, after=after)
    return True
