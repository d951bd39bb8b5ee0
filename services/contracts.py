"""Contract documents that the operator keeps in a folder: which there are, and their bytes.

A file is called ``<document>.<version>.pdf``, such as ``membership-terms.2026-01.pdf``; of
several versions the last one in the order of their names is offered.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from domain.companies import Document, DocumentNotFound

_NAME: Final = re.compile(r"([a-z-]{1,40})\.([0-9A-Za-z-]{1,40})\.pdf", re.ASCII)
_MOST_BYTES: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Offered:
    """A version of a document as it can be read and accepted now."""

    document: Document
    version: str
    path: Path
    sha256: str


def current(folder: Path | None) -> dict[Document, Offered]:
    """The last version of each document that is there; nothing without a folder."""
    if folder is None or not folder.is_dir():
        return {}
    last: dict[Document, tuple[str, Path]] = {}
    for path in sorted(folder.iterdir()):
        found = _NAME.fullmatch(path.name)
        if found and found[1] in set(Document) and 0 < path.stat().st_size <= _MOST_BYTES:
            last[Document(found[1])] = found[2], path
    return {
        document: Offered(document, version, path, _hash(path))
        for document, (version, path) in last.items()
    }


def one(folder: Path | None, name: str) -> Offered:
    """The version of one document that can be read now. Raises DocumentNotFound."""
    found = current(folder)
    if name not in set(Document) or Document(name) not in found:
        raise DocumentNotFound
    return found[Document(name)]


def _hash(path: Path) -> str:
    state = path.stat()
    return _hash_of(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=100)
def _hash_of(path: Path, _changed: int, _size: int) -> str:
    return sha256(path.read_bytes()).hexdigest()
