"""Proofs: which files people may hand in, seen by what is in them and not by their names.

TrustwrightError
└── Invalid                        a value breaks a rule
    ├── ProofRefused               PROOF_REFUSED
    └── ProofsTooMany              PROOFS_TOO_MANY
"""

from enum import StrEnum
from typing import Final

from domain.errors import Invalid


class ProofRefused(Invalid):
    code = "PROOF_REFUSED"
    title = "A proof is a JPEG, PNG, WebP or PDF file of at most 8 MB, and whole."


class ProofsTooMany(Invalid):
    code = "PROOFS_TOO_MANY"
    title = "Each side hands in at most five files."


class ProofType(StrEnum):
    """The kinds of files that are taken."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"

    @property
    def extension(self) -> str:
        """How a file of this kind is named when it is handed out."""
        return {"image/jpeg": "jpg"}.get(self, self.rpartition("/")[2])


_PDF: Final = b"%PDF-"
_PDF_END: Final = b"%%EOF"
_TAIL: Final = 1_024


def type_of(body: bytes) -> ProofType:
    """The kind of a file by its first bytes; raises ProofRefused for any other."""
    if body.startswith(b"\xff\xd8\xff"):
        return ProofType.JPEG
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return ProofType.PNG
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return ProofType.WEBP
    if body.startswith(_PDF) and _PDF_END in body[-_TAIL:]:
        return ProofType.PDF
    raise ProofRefused(field="proof")
