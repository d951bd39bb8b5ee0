"""Where the files of pictures lie: a folder of this machine, or an S3-compatible store.

Both keep a picture's files under its id, and neither is ever asked by the public: what is handed
out goes through ``services.pictures``, which looks first whether it is shown.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import parse_qsl, urlsplit

from obstore.exceptions import BaseError
from obstore.store import S3Store

from domain.pictures import PicturesUnavailable
from services.settings import Settings

_FOLDER: Final = "pictures"
_TIMEOUT: Final = timedelta(seconds=10)
_RETRIES: Final = 2
_REGION: Final = "us-east-1"
"""What stores that have no regions expect in a signature."""


class PictureStore(Protocol):
    """Files of pictures, by the picture's id and the file's name."""

    def put(self, public_id: str, files: Mapping[str, bytes]) -> None:
        """Keep the files of a new picture; raises PicturesUnavailable."""

    def get(self, public_id: str, name: str) -> bytes | None:
        """One file, or None where there is none; raises PicturesUnavailable."""

    def delete(self, public_id: str) -> None:
        """Delete all files of a picture; raises PicturesUnavailable."""

    def listed(self) -> Iterator[tuple[str, float]]:
        """Each picture with a moment at which it was written, in seconds of the epoch."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of the installation, for one machine."""

    path: Path

    def put(self, public_id: str, files: Mapping[str, bytes]) -> None:
        place = self.path / public_id
        place.mkdir(mode=0o700, parents=True)
        for name, body in files.items():
            (place / name).write_bytes(body)

    def get(self, public_id: str, name: str) -> bytes | None:
        try:
            return (self.path / public_id / name).read_bytes()
        except FileNotFoundError:
            return None

    def delete(self, public_id: str) -> None:
        place = self.path / public_id
        for path in place.iterdir() if place.is_dir() else ():
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
        with contextlib.suppress(OSError):
            place.rmdir()

    def listed(self) -> Iterator[tuple[str, float]]:
        for path in self.path.iterdir() if self.path.is_dir() else ():
            with contextlib.suppress(FileNotFoundError):
                yield path.name, path.stat().st_mtime


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of an S3-compatible store, for installations on several machines."""

    store: S3Store

    def put(self, public_id: str, files: Mapping[str, bytes]) -> None:
        with _plainly():
            for name, body in files.items():
                self.store.put(f"{public_id}/{name}", body)

    def get(self, public_id: str, name: str) -> bytes | None:
        try:
            with _plainly():
                return bytes(self.store.get(f"{public_id}/{name}").bytes())
        except FileNotFoundError:
            return None

    def delete(self, public_id: str) -> None:
        with _plainly():
            for batch in self.store.list(prefix=f"{public_id}/"):
                self.store.delete([each["path"] for each in batch])

    def listed(self) -> Iterator[tuple[str, float]]:
        # Stores list in the order of names: the files of a picture stand together.
        with _plainly():
            found = (each for batch in self.store.list() for each in batch)
            for public_id, files in groupby(found, lambda each: each["path"].partition("/")[0]):
                yield public_id, max(each["last_modified"].timestamp() for each in files)


@contextlib.contextmanager
def _plainly() -> Iterator[None]:
    """A store that does not answer, or not to us, in our own words and without its secrets."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError, ValueError) as error:
        raise PicturesUnavailable from error


def of(settings: Settings) -> PictureStore:
    """The store that the settings name."""
    if not settings.pictures:
        return Folder(settings.home / _FOLDER)
    return _bucket(settings.pictures, settings.pictures_key, settings.pictures_secret)


# A client keeps its connections.
@lru_cache(maxsize=4)
def _bucket(url: str, key: str, secret: str) -> Bucket:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    endpoint = query.get("endpoint")
    is_plain = bool(endpoint) and urlsplit(endpoint).scheme == "http"
    store = S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        endpoint=endpoint,
        region=query.get("region", _REGION),
        access_key_id=key,
        secret_access_key=secret,
        client_options={"allow_http": is_plain, "timeout": _TIMEOUT},
        retry_config={"max_retries": _RETRIES, "retry_timeout": _TIMEOUT},
    )
    return Bucket(store)
