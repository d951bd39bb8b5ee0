"""Proofs: check what was handed in, keep it encrypted in the home folder, hand it out, delete it.

Pictures are drawn anew, so that neither what a camera notes nor what hides behind a picture is
kept; PDF files are kept as they are, and only ever handed out as downloads.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from domain import ids
from domain import proofs as rules
from domain.actors import Actor
from domain.cases import CaseNotFound
from domain.ids import Prefix
from domain.policies import NOTICES
from domain.proofs import ProofRefused, ProofsTooMany, ProofType
from services import audit, orphans
from services.cases import Held, Speaker
from services.installation import Installation
from services.turns import TURNS
from store import cases as case_rows
from store import proofs as rows
from store.database import Work
from store.proofs import Proof

_FORMATS: Final = {ProofType.JPEG: "JPEG", ProofType.PNG: "PNG", ProofType.WEBP: "WEBP"}


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept, as it will be."""

    media_type: ProofType
    body: bytes


def checked(body: bytes) -> Checked:
    """The file, if it may be kept; raises ProofRefused. Takes up to a second for a picture.

    Raises Unavailable where too many pictures are waiting to be looked at.
    """
    if len(body) > NOTICES.proof_bytes:
        raise ProofRefused(field="proof")
    kind = rules.type_of(body)
    return Checked(kind, body if kind is ProofType.PDF else _redrawn(kind, body))


def _redrawn(kind: ProofType, body: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(body), formats=(_FORMATS[kind],)) as picture:
            # The edges stand in the head of the file: nothing is decoded before they are known.
            if picture.width * picture.height > NOTICES.proof_pixels:
                raise ProofRefused(field="proof")
            with TURNS.taken():
                return _saved(kind, picture)
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,
        ValueError,
    ) as error:
        raise ProofRefused(field="proof") from error


def _saved(kind: ProofType, picture: Image.Image) -> bytes:
    """The first frame, upright, and nothing else."""
    ImageOps.exif_transpose(picture, in_place=True)
    mode = "RGB" if kind is ProofType.JPEG else "RGBA"
    drawn = picture if picture.mode == mode else picture.convert(mode)
    # Comments, profiles and what editors note would be saved along from here.
    drawn.info.clear()
    target = io.BytesIO()
    drawn.save(target, _FORMATS[kind])
    return target.getvalue()


def keep(
    work: Work,
    home: Path,
    held: Held,
    speaker: Speaker,
    files: Sequence[Checked],
    *,
    now: datetime,
) -> None:
    """Keep files of one side of a case; raises ProofsTooMany.

    The bytes are written before the commit. Where that fails they belong to no proof, and
    ``purge`` removes them a day later.
    """
    if rows.count(work.session, held.row.id, speaker) + len(files) > NOTICES.proofs:
        raise ProofsTooMany(field="proof")
    for file in files:
        proof = Proof(
            public_id=ids.new(Prefix.PROOF),
            case_id=held.row.id,
            party=speaker,
            media_type=file.media_type,
            size=len(file.body),
            handed_in_at=now,
        )
        work.session.add(proof)
        path = _path(home, proof.public_id)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(work.keys.seal(file.body))


def read(
    installation: Installation, case_id: str, proof_id: str, *, actor: Actor, now: datetime
) -> tuple[Proof, bytes]:
    """A proof of a case, for a moderator; each look is logged. Raises CaseNotFound."""
    database = installation.database
    with database.write() as work:
        proof = rows.by_public_id(work.session, proof_id)
        row = case_rows.by_public_id(work.session, case_id)
        if proof is None or row is None or proof.case_id != row.id or proof.removed_at:
            raise CaseNotFound
        audit.log(work, actor, "proof.seen", proof.public_id, now=now)
    try:
        sealed = _path(installation.settings.home, proof_id).read_bytes()
    except FileNotFoundError:
        raise CaseNotFound from None
    return proof, database.keys.unseal(sealed)


def purge(installation: Installation, *, now: datetime) -> int:
    """Delete the proofs of closed cases, and bytes that belong to none; returns how many."""
    folder = _folder(installation.settings.home)
    with installation.database.write() as work:
        for proof in rows.of_closed_cases(work.session):
            proof.removed_at = now
            work.session.add(proof)
        work.session.flush()
        kept = rows.kept(work.session)
    return orphans.remove(folder, kept, now=now)


def _path(home: Path, proof_id: str) -> Path:
    return _folder(home) / proof_id


def _folder(home: Path) -> Path:
    return home / "proofs"
