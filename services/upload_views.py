"""What screens show of uploads: the list, the report of one by its lines, the refused ones."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from sqlmodel import Session

from domain import uploads as rules
from domain.actors import Actor
from domain.errors import ShopNotFound
from domain.invitations import WAITING
from domain.upload_lines import PLACES, Column
from domain.uploads import GOOD, POLICY, REFUSED, Outcome, UploadNotFound, UploadState
from services import audit, upload_files
from store import shops as shop_rows
from store import uploads as rows
from store.database import Work
from store.keys import Keyring
from store.shops import Shop
from store.uploads import Upload, UploadLine

PAGE: Final = 50
_WAITING: Final = frozenset(state.value for state in WAITING)


@dataclass(frozen=True, slots=True)
class UploadRecord:
    """A file and how far it is: ``counts`` of lines by outcome, ``sent`` by invitation's state.

    ``ready`` counts good lines at the time of reading, ``done`` those of them that were taken in
    or cancelled. ``is_removed`` where what the file said is gone.
    """

    number: int
    upload_id: str
    file_name: str
    sha256: str
    state: UploadState
    rows: int
    ready: int
    orders: int
    done: int
    refused: int
    counts: Mapping[str, int]
    sent: Mapping[str, int]
    uploaded_at: datetime
    confirmed_at: datetime | None
    send_at: datetime | None
    ended_at: datetime | None
    is_removed: bool

    @property
    def may_cancel(self) -> bool:
        """Whether something waits that has not been sent; mails may wait longer than the file."""
        if self.state is UploadState.READ:
            return not self.is_removed
        return self.state is UploadState.CONFIRMED or any(
            self.sent.get(state) for state in _WAITING
        )


@dataclass(frozen=True, slots=True)
class LineRecord:
    """A line of the report; ``invitation`` is the state of what it scheduled, or empty."""

    number: int
    reference: str
    email: str
    product: str
    outcome: Outcome
    invitation: str
    may_cancel: bool


def listed(session: Session, shop_key: str, *, before: int | None = None) -> Sequence[UploadRecord]:
    """At most 50 uploads of a shop, the newest first; raises ShopNotFound."""
    found = rows.of_shop(session, _shop(session, shop_key).id, before=before, limit=PAGE)
    counts = rows.counts(session, [upload.id for upload in found])
    return [_record(upload, counts[upload.id], {}) for upload in found]


def shown(session: Session, shop_key: str, upload_id: str) -> UploadRecord:
    """One upload with its counts; raises ShopNotFound or UploadNotFound."""
    upload = _required(session, shop_key, upload_id)
    counts = rows.counts(session, [upload.id])[upload.id]
    return _record(upload, counts, rows.states(session, upload.id))


def lines(
    session: Session,
    keys: Keyring,
    shop_key: str,
    upload_id: str,
    *,
    is_refused: bool,
    after: int = 0,
) -> Sequence[LineRecord]:
    """At most 50 lines above this number, those refused or the good ones.

    Raises ShopNotFound or UploadNotFound.
    """
    upload = _required(session, shop_key, upload_id)
    outcomes = REFUSED if is_refused else GOOD
    found = rows.lines(session, upload.id, after=after, limit=PAGE, outcomes=outcomes)
    states = rows.invited(session, upload.id, [line.reference for line in found])
    return [_line(keys, line, states.get(line.reference, "")) for line in found]


def refused_csv(
    work: Work,
    shop_key: str,
    upload_id: str,
    say: Callable[[Outcome], str],
    *,
    actor: Actor,
    now: datetime,
) -> bytes:
    """The refused lines as a .csv file, each with its problem in words, to mend and send again.

    The download is logged. Raises ShopNotFound or UploadNotFound.
    """
    upload = _required(work.session, shop_key, upload_id)
    found = rows.lines(work.session, upload.id, limit=POLICY.rows, outcomes=REFUSED)
    table: list[Sequence[object]] = [[*Column, "line", "problem"]]
    for line in found:
        cells = _cells(work.keys, line) or [""] * len(Column)
        table.append([*cells, line.number, say(Outcome(line.outcome))])
    audit.log(work, actor, "upload.refused_lines_taken", upload_id, now=now)
    return upload_files.csv_file(table)


def _line(keys: Keyring, line: UploadLine, invitation: str) -> LineRecord:
    cells = _cells(keys, line)
    outcome = Outcome(line.outcome)
    return LineRecord(
        number=line.number,
        reference=line.reference,
        email=cells[PLACES[Column.EMAIL]] if cells else "",
        product=cells[PLACES[Column.PRODUCT_NAME]] if cells else "",
        outcome=outcome,
        invitation=invitation if outcome is Outcome.TAKEN else "",
        may_cancel=outcome is Outcome.READY
        or (outcome is Outcome.TAKEN and invitation in _WAITING),
    )


def _cells(keys: Keyring, line: UploadLine) -> list[str]:
    """What is kept of a line; nothing once the file was removed."""
    if line.cipher is None:
        return []
    cells: list[str] = orjson.loads(keys.decrypt(line.cipher))
    return cells


def _record(upload: Upload, counts: Mapping[str, int], sent: Mapping[str, int]) -> UploadRecord:
    refused = rules.refused(counts)
    return UploadRecord(
        number=upload.id,
        upload_id=upload.public_id,
        file_name=upload.file_name,
        sha256=upload.sha256,
        state=UploadState(upload.state),
        rows=upload.rows,
        ready=upload.ready,
        orders=upload.orders,
        done=upload.rows - refused - counts.get(Outcome.READY, 0),
        refused=refused,
        counts=counts,
        sent=sent,
        uploaded_at=upload.uploaded_at,
        confirmed_at=upload.confirmed_at,
        send_at=upload.send_at,
        ended_at=upload.ended_at,
        is_removed=upload.removed_at is not None,
    )


def _required(session: Session, shop_key: str, upload_id: str) -> Upload:
    upload = rows.by_public_id(session, _shop(session, shop_key).id, upload_id)
    if upload is None:
        raise UploadNotFound
    return upload


def _shop(session: Session, shop_key: str) -> Shop:
    shop = shop_rows.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    return shop
