"""Files of findings: screenshots and what shops hand in, encrypted in the home folder.

Which files are taken, and how they are drawn anew, stands in ``services/proofs.py``.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from domain import ids
from domain.actors import Actor
from domain.audits import AUDITS, AuditNotFound, AuditParty
from domain.findings import FindingFilesTooMany
from domain.ids import Prefix
from domain.windows import day_of, midnight, months_before
from services import audit as log
from services import orphans
from services.installation import Installation
from services.proofs import Checked
from store import audits, findings, shops
from store.database import Work
from store.findings import FindingFile


def keep(
    work: Work,
    home: Path,
    finding_id: int,
    party: AuditParty,
    files: Sequence[Checked],
    *,
    now: datetime,
) -> list[str]:
    """Keep files of one side of a finding; returns their ids. Raises FindingFilesTooMany.

    The bytes are written before the commit. Where that fails they belong to no file, and
    ``purge`` removes them a day later.
    """
    if files and findings.count_files(work.session, finding_id, party) + len(files) > AUDITS.files:
        raise FindingFilesTooMany(field="file")
    kept = []
    for file in files:
        row = FindingFile(
            public_id=ids.new(Prefix.FINDING_FILE),
            finding_id=finding_id,
            party=party,
            media_type=file.media_type,
            size=len(file.body),
            handed_in_at=now,
        )
        work.session.add(row)
        path = _folder(home) / row.public_id
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(work.keys.seal(file.body))
        kept.append(row.public_id)
    return kept


def read(
    installation: Installation,
    audit_id: str,
    file_id: str,
    *,
    shop_key: str = "",
    actor: Actor,
    now: datetime,
) -> tuple[FindingFile, bytes]:
    """A file of an audit; each look is logged. Raises AuditNotFound.

    ``shop_key`` is that of the shop that asks, whose audit it has to be; empty for auditors.
    """
    database = installation.database
    with database.write() as work:
        row = audits.by_public_id(work.session, audit_id)
        shop = shops.by_id(work.session, row.shop_id) if row else None
        file = findings.file_of(work.session, row.id, file_id) if row else None
        if file is None or shop is None or shop_key not in ("", shop.shop_key):
            raise AuditNotFound
        log.log(work, actor, "finding.file_seen", file.public_id, now=now)
    try:
        sealed = (_folder(installation.settings.home) / file.public_id).read_bytes()
    except FileNotFoundError:
        raise AuditNotFound from None
    return file, database.keys.unseal(sealed)


def purge(installation: Installation, *, now: datetime) -> int:
    """Delete files of audits closed long ago, and bytes that belong to none; returns how many."""
    folder = _folder(installation.settings.home)
    before = midnight(months_before(day_of(now), AUDITS.kept_months))
    with installation.database.write() as work:
        for file in findings.files_of_closed(work.session, before):
            file.removed_at = now
            work.session.add(file)
        work.session.flush()
        kept = findings.kept_files(work.session)
    return orphans.remove(folder, kept, now=now)


def _folder(home: Path) -> Path:
    return home / "findings"
