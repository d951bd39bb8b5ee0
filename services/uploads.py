"""Use cases of uploads: read a file, confirm it, cancel it or a line, and forget it (§25).

Reading takes a moment and needs no transaction; nothing is sent before somebody confirms, and
what a file says is encrypted wherever it lies.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import orjson

from domain import ids, texts, upload_lines
from domain import uploads as rules
from domain.actors import Actor
from domain.errors import TextInvalid
from domain.ids import Prefix
from domain.invitations import Reason
from domain.orders import normalise_email
from domain.upload_lines import Column, Line
from domain.uploads import (
    POLICY,
    STATEMENTS,
    Outcome,
    Row,
    UploadEmpty,
    UploadNotFound,
    UploadSettled,
    UploadState,
    UploadsTooMany,
)
from services import audit, mailings, orphans, shops, upload_files
from services.installation import Installation, Job
from store import uploads as rows
from store.database import Work
from store.keys import Keyring
from store.shops import Shop
from store.uploads import Upload

TAKE: Final = "uploads.take"
_NAME_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as it was understood: its lines, what is kept of each, and its encrypted bytes."""

    name: str
    sha256: str
    size: int
    lines: tuple[Line, ...]
    ciphers: tuple[bytes, ...]
    sealed: bytes


def read(keys: Keyring, name: str, body: bytes, *, now: datetime) -> ReadFile:
    """Read a file; up to a second or two of work, so not within a transaction.

    Raises UploadTooLarge, UploadUnreadable, UploadProtected, UploadHasMacros,
    UploadColumnsMissing or UploadEmpty.
    """
    table = upload_files.read(body)
    header = next((index for index, row in enumerate(table.rows) if any(row.cells)), None)
    if header is None:
        raise UploadEmpty(field="file")
    places = upload_lines.columns(table.rows[header].cells)
    found = table.rows[header + 1 :]
    if not found:
        raise UploadEmpty(field="file")
    lines = upload_lines.grouped(
        upload_lines.read(row, places, now=now, from_1904=table.from_1904) for row in found
    )
    return ReadFile(
        _tidy(name),
        sha256(body).hexdigest(),
        len(body),
        tuple(lines),
        tuple(_ciphers(keys, found, places, lines)),
        keys.seal(body),
    )


def _tidy(name: str) -> str:
    try:
        return texts.clean_line(name, most=_NAME_CHARACTERS, field="file")
    except TextInvalid:
        return texts.clean_line(name[:_NAME_CHARACTERS], most=_NAME_CHARACTERS, field="file")


def _ciphers(
    keys: Keyring, found: Sequence[Row], places: dict[Column, int], lines: Sequence[Line]
) -> list[bytes]:
    return [
        keys.encrypt(orjson.dumps(upload_lines.kept(row, places, line)).decode())
        for row, line in zip(found, lines, strict=True)
    ]


def add(
    work: Work, home: Path, shop_key: str, file: ReadFile, *, actor: Actor, now: datetime
) -> str:
    """Keep a file that was read, with the report of its lines; returns its public id.

    Raises ShopNotFound or UploadsTooMany.
    """
    upload_id = note(work, shop_key, file, actor=actor, now=now)
    path = _path(home, upload_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Before the commit: where that fails, the bytes belong to nothing and ``purge`` removes them.
    path.write_bytes(file.sealed)
    return upload_id


def note(work: Work, shop_key: str, file: ReadFile, *, actor: Actor, now: datetime) -> str:
    """Note what was read of a file, without its bytes; returns its public id.

    Lines of orders that somebody was invited for already, and of people who want no mails, are
    found here. Raises ShopNotFound or UploadsTooMany.
    """
    shop = shops.required(work, shop_key)
    if rows.count_since(work.session, shop.id, now - timedelta(days=1)) >= POLICY.per_day:
        raise UploadsTooMany
    lines = _known(work, shop, file.lines)
    ready = [line for line in lines if line.outcome is Outcome.READY]
    upload = Upload(
        public_id=ids.new(Prefix.UPLOAD),
        shop_id=shop.id,
        file_name=file.name,
        sha256=file.sha256,
        size=file.size,
        state=UploadState.READ,
        rows=len(lines),
        ready=len(ready),
        orders=len({line.leader for line in ready}),
        uploaded_by=actor.name,
        uploaded_at=now,
    )
    work.session.add(upload)
    work.session.flush()
    rows.add_lines(work.session, _rows(upload.id, lines, file.ciphers))
    after = {"sha256": file.sha256, "lines": len(lines), "ready": len(ready)}
    audit.log(work, actor, "upload.added", upload.public_id, now=now, after=after)
    return upload.public_id


def _rows(
    upload_id: int, lines: Sequence[Line], ciphers: Sequence[bytes]
) -> list[Mapping[str, Any]]:
    return [
        {
            "upload_id": upload_id,
            "number": line.number,
            "leader": line.leader,
            "reference": line.reference,
            "outcome": line.outcome.value,
            "cipher": cipher,
        }
        for line, cipher in zip(lines, ciphers, strict=True)
    ]


def _known(work: Work, shop: Shop, lines: Sequence[Line]) -> list[Line]:
    """The lines, those refused whose order or buyer is known in a way that forbids a mail."""
    leaders = {
        line.number: line
        for line in lines
        if line.outcome is Outcome.READY and line.leader == line.number
    }
    hashes = {
        number: work.keys.hash_email(normalise_email(line.email))
        for number, line in leaders.items()
    }
    references = [line.reference for line in leaders.values()]
    known = {each.reference: each for each in rows.reached(work.session, shop.id, references)}
    out = rows.opted_out(work.session, shop.account_id, sorted(set(hashes.values())))
    refused: dict[int, Outcome] = {}
    for number, line in leaders.items():
        before = known.get(line.reference)
        if before is not None and before.email_hash != hashes[number]:
            refused[number] = Outcome.ADDRESS_DIFFERS
        elif before is not None and before.is_invited:
            refused[number] = Outcome.ALREADY_INVITED
        elif hashes[number] in out:
            refused[number] = Outcome.SUPPRESSED
    return [
        replace(line, outcome=refused[line.leader])
        if line.outcome is Outcome.READY and line.leader in refused
        else line
        for line in lines
    ]


def confirm(
    work: Work,
    shop_key: str,
    upload_id: str,
    said: Collection[str],
    send_at: datetime,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Somebody says both statements of this very file; its good lines are sent from ``send_at``.

    Raises UploadNotFound, UploadSettled, UploadEmpty, UploadStatementMissing or
    UploadTimeInvalid.
    """
    upload = required(work, shop_key, upload_id)
    if upload.state != UploadState.READ or upload.removed_at is not None:
        raise UploadSettled
    if not upload.ready:
        raise UploadEmpty
    upload.send_at = rules.check_confirmation(said, send_at, now)
    upload.state = UploadState.CONFIRMED
    upload.text_version, upload.confirmed_by, upload.confirmed_at = STATEMENTS, actor.name, now
    work.session.add(upload)
    after = {
        "sha256": upload.sha256,
        "statements": STATEMENTS,
        "ready": upload.ready,
        "refused": upload.rows - upload.ready,
        "send_at": upload.send_at.isoformat(),
    }
    audit.log(work, actor, "upload.confirmed", upload_id, now=now, after=after)
    work.jobs.append(Job(f"{TAKE}:{upload_id}", TAKE, {"upload_id": upload.id}))


def cancel(work: Work, shop_key: str, upload_id: str, *, actor: Actor, now: datetime) -> int:
    """Send nothing more of a file; returns how many invitations that stops.

    Raises UploadNotFound, or UploadSettled where there is nothing left to be stopped.
    """
    upload = required(work, shop_key, upload_id)
    if upload.state == UploadState.CANCELLED:
        raise UploadSettled
    stopped = _stop(work, upload, None, actor, now)
    if not stopped and upload.state != UploadState.READ:
        raise UploadSettled
    upload.state, upload.ended_at = UploadState.CANCELLED, now
    work.session.add(upload)
    audit.log(work, actor, "upload.cancelled", upload_id, now=now, after={"stopped": stopped})
    return stopped


def cancel_line(
    work: Work, shop_key: str, upload_id: str, number: int, *, actor: Actor, now: datetime
) -> None:
    """Do not send the order of one line, until it was sent.

    Raises UploadNotFound, also for a line that is not there, or UploadSettled.
    """
    upload = required(work, shop_key, upload_id)
    line = rows.line(work.session, upload.id, number)
    if line is None:
        raise UploadNotFound
    if not _stop(work, upload, line, actor, now):
        raise UploadSettled
    after = {"line": number}
    audit.log(work, actor, "upload.line_cancelled", upload_id, now=now, after=after)


def _stop(
    work: Work, upload: Upload, line: rows.UploadLine | None, actor: Actor, now: datetime
) -> int:
    """Stop what waits, in the file and as invitations; returns how many orders."""
    leaders = None if line is None else [line.leader]
    waiting = rows.waiting_orders(work.session, upload.id, Outcome.READY, leaders)
    rows.settle(work.session, upload.id, Outcome.CANCELLED, was=Outcome.READY, leaders=leaders)
    reference = None if line is None else line.reference
    reason = Reason.CANCELED_BY_SHOP
    return waiting + mailings.cancel_of_upload(
        work, upload.id, reference, now=now, actor=actor, reason=reason
    )


def purge(installation: Installation, *, now: datetime) -> int:
    """Remove what files said after 30 days, and bytes that belong to none; returns how many."""
    folder = _folder(installation.settings.home)
    with installation.database.write() as work:
        for upload in rows.old(work.session, now - timedelta(days=POLICY.kept_days)):
            upload.removed_at = now
            work.session.add(upload)
            rows.forget(work.session, upload.id)
        work.session.flush()
        kept = rows.kept(work.session)
    return orphans.remove(folder, kept, now=now)


def required(work: Work, shop_key: str, upload_id: str) -> Upload:
    """The shop's upload with this id, held; raises ShopNotFound or UploadNotFound."""
    shop = shops.required(work, shop_key)
    upload = rows.by_public_id(work.session, shop.id, upload_id, lock=True)
    if upload is None:
        raise UploadNotFound
    return upload


def _path(home: Path, upload_id: str) -> Path:
    return _folder(home) / upload_id


def _folder(home: Path) -> Path:
    return home / "uploads"
