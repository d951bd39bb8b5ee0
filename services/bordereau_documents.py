"""The insurer's monthly list as a document: made once for each month, kept, downloaded (§39).

A job draws it (``bordereau_drawings.py``). The log, to which lines are only added, says which
documents there are and the SHA-256 of their bytes; the bytes are in the home folder under that
name, so that none takes the place of another and none is handed out changed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import orjson
from sqlmodel import Session

from domain import bordereaux as rules
from domain import currencies
from domain.bordereaux import BordereauNotFound
from domain.currencies import EURO
from domain.duties import OwnShop
from domain.frames import Month
from services import audit, bordereaux, frame_keepers, orphans
from services.bordereaux import Line
from services.installation import Installation
from services.sessions import Person
from store import bordereaux as rows

MADE: Final = "frame.bordereau_made"
LANGUAGE: Final = "en"
"""As the files of the same list, whose columns have English names."""
_AUTHOR: Final = "Trustwright"
_BEGUN: Final = ("begun", "cover in EUR", "ended", "cover in EUR")
_CLAIMS: Final = ("claims paid", "paid")
_USE: Final = "highest use in EUR"
# Columns that share the room that others leave: names, and amounts in several currencies.
_WIDE: Final = frozenset({"member", "shop", "paid"})
_ABOUT: Final = (
    "This document is made once and kept unchanged. The checksum is the SHA-256 of its content; "
    "it shows whether that is the same. Cover is what buyers were promised, in EUR at the rate "
    "of the day on which it began."
)


@dataclass(frozen=True, slots=True)
class Head:
    """A document that was made, by the SHA-256 of its content and of its bytes."""

    month: str
    number: str
    made_at: datetime
    content_sha256: str
    pdf_sha256: str

    @property
    def files(self) -> tuple[str, str]:
        """The names of the files of its content and of its bytes."""
        return files_of(self.content_sha256, self.pdf_sha256)


def files_of(content_sha256: str, pdf_sha256: str) -> tuple[str, str]:
    """The names of the files of content and bytes that have these SHA-256."""
    return f"{content_sha256}.json", f"{pdf_sha256}.pdf"


def made(session: Session) -> Mapping[str, Head]:
    """The documents that there are, by month. Of two that were made at once the first counts."""
    found: dict[str, Head] = {}
    for month, after, at in rows.made(session, MADE):
        said = orjson.loads(after)
        head = Head(month, said["number"], at, said["content_sha256"], said["pdf_sha256"])
        found.setdefault(month, head)
    return found


def listed(session: Session, person: Person) -> Sequence[Head]:
    """The documents that there are, the latest month first. Raises NotAllowed."""
    frame_keepers.readers(person)
    return sorted(made(session).values(), key=lambda head: head.month, reverse=True)


def download(
    installation: Installation, person: Person, month: Month, *, now: datetime
) -> tuple[str, bytes]:
    """The number and the PDF of a month's document; that it was taken is logged.

    Raises NotAllowed, BordereauNotFound, also where the bytes are lost or are not those that were
    made, or OwnShop for who has a company of their own in it.
    """
    own = frame_keepers.readers(person)
    with installation.database.write() as work:
        head = made(work.session).get(str(month))
        home = installation.settings.home
        content, pdf = (_kept(home, name) for name in head.files) if head else (None, None)
        if head is None or content is None or pdf is None:
            raise BordereauNotFound
        if own & set(orjson.loads(content)["accounts"]):
            raise OwnShop
        after = {"month": head.month, "part": "document", "sha256": head.pdf_sha256}
        audit.log(work, person.actor, "frame.bordereau", head.month, now=now, after=after)
    return head.number, pdf


def sweep(installation: Installation, *, now: datetime) -> int:
    """Delete bytes of no document, a day after they were written; returns how many.

    Whoever is stopped between the bytes and the log leaves them, and so does who was not first.
    """
    with installation.database.read() as session:
        kept = {name for head in made(session).values() for name in head.files}
    return orphans.remove(folder(installation.settings.home), kept, now=now)


def folder(home: Path) -> Path:
    """Where the bytes of the documents are, each under the SHA-256 that it has."""
    return home / "bordereaux"


def content(session: Session, month: Month, *, now: datetime) -> dict[str, Any]:
    """Everything that a month's document says, of all members, as finished texts."""
    lines = bordereaux.every(session, month)
    currency = rows.currencies(session, bordereaux.span_of(month))
    names = {each.account_id: each.member_name for each in lines}
    return {
        "title": f"Bordereau of protections: {month.first:%B %Y}",
        "author": _AUTHOR,
        "language": LANGUAGE,
        "landscape": True,
        "number": rules.number(month),
        "lead": "Protections that began and ended, use of the frames, and claims that were paid. "
        "It names members and their shops, and no buyer.",
        "summary": {"title": "Summary", "rows": _summary(month, lines, now)},
        "sections": [
            _section(
                "Totals by member",
                ("member",),
                (*_BEGUN, _USE, "days beyond frame", *_CLAIMS),
                _members(lines),
            ),
            _section(
                "Begun by member and currency",
                ("member", "currency"),
                ("begun", "cover", "cover in EUR"),
                (
                    (names[account_id], code, f"{number:,}", amount(cover, code), euros(cover_eur))
                    for account_id, code, number, cover, cover_eur in currency
                ),
            ),
            _section(
                "Totals by shop",
                ("shop", "member", "market"),
                (*_BEGUN, _USE, *_CLAIMS),
                _shops(lines),
            ),
        ],
        "closing": {"title": "About this document", "text": _ABOUT, "rows": []},
        "accounts": sorted(names),
    }


def amount(minor: int, currency: str) -> str:
    """An amount as the document says it: ``12,345.60``, with the decimals of its currency."""
    return f"{Decimal(minor).scaleb(-currencies.decimals(currency)):,f}"


def euros(minor: int) -> str:
    """The same for EUR cents."""
    return amount(minor, EURO)


def _summary(month: Month, lines: Sequence[Line], now: datetime) -> list[tuple[str, str]]:
    last = month.after - timedelta(days=1)
    begun, ended = sum(each.started for each in lines), sum(each.ended for each in lines)
    begun_eur = sum(each.started_eur_minor for each in lines)
    ended_eur = sum(each.ended_eur_minor for each in lines)
    return [
        ("Number", rules.number(month)),
        ("Period", f"{month.first.isoformat()} to {last.isoformat()}, days in UTC"),
        ("Made", f"{now:%Y-%m-%d %H:%M} UTC"),
        ("Members", f"{len({each.account_id for each in lines}):,}"),
        ("Begun", f"{begun:,} with a cover of {euros(begun_eur)} EUR"),
        ("Ended", f"{ended:,} with a cover of {euros(ended_eur)} EUR"),
        ("Claims paid", f"{sum(each.claims_paid for each in lines):,}"),
        ("Paid", _paid(lines)),
    ]


def _members(lines: Sequence[Line]) -> Iterable[Sequence[str]]:
    by_member: dict[int, list[Line]] = {}
    for each in lines:
        by_member.setdefault(each.account_id, []).append(each)
    for shops in by_member.values():
        use = (euros(shops[0].member_most_eur_minor), f"{shops[0].days_exceeded:,}")
        yield (shops[0].member_name, *_begun(shops), *use, *_claims(shops))


def _shops(lines: Sequence[Line]) -> Iterable[Sequence[str]]:
    for each in lines:
        names = (each.shop_name, each.member_name, each.market)
        yield (*names, *_begun([each]), euros(each.most_eur_minor), *_claims([each]))


def _begun(lines: Sequence[Line]) -> Sequence[str]:
    return (
        f"{sum(each.started for each in lines):,}",
        euros(sum(each.started_eur_minor for each in lines)),
        f"{sum(each.ended for each in lines):,}",
        euros(sum(each.ended_eur_minor for each in lines)),
    )


def _claims(lines: Sequence[Line]) -> Sequence[str]:
    return f"{sum(each.claims_paid for each in lines):,}", _paid(lines)


def _paid(lines: Iterable[Line]) -> str:
    paid: Counter[str] = Counter()
    for each in lines:
        paid.update(dict(each.paid))
    return "; ".join(f"{amount(paid[code], code)} {code}" for code in sorted(paid)) or "–"


def _section(
    title: str, names: Sequence[str], figures: Sequence[str], cells: Iterable[Sequence[str]]
) -> dict[str, Any]:
    """A table whose first columns are names and whose others are figures."""
    head = [each[0].upper() + each[1:] for each in (*names, *figures)]
    wide = [each in _WIDE for each in (*names, *figures)]
    return {
        "title": title,
        "names": len(names),
        "wide": wide,
        "head": head,
        "rows": list(cells),
    }


def _kept(home: Path, name: str) -> bytes | None:
    """A file under the SHA-256 that it has to have; None where it is missing or changed."""
    try:
        found = (folder(home) / name).read_bytes()
    except FileNotFoundError:
        return None
    return found if sha256(found).hexdigest() == name.partition(".")[0] else None
