"""Every address of the form, and how large what is sent to each may be."""

from collections.abc import Iterator
from typing import Final

from starlette.routing import Route, compile_path

from control.centre.edge import Edge
from control.centre.screens import PublicScreen
from control.reviewing import after, form, keeping, law_letters, links, opening
from control.reviewing.station import ReviewingStation
from domain.pictures import PICTURES

_READS: Final = {**form.READS, **after.READS, **keeping.READS}
_WRITES: Final = {**form.WRITES, **after.WRITES, **keeping.WRITES}
_UPLOADS: Final = frozenset({"text", "about"})
"""Pages whose form may hold one picture; the next one comes with the next form."""
_NAMES: Final = tuple(dict.fromkeys((*_READS, *_WRITES)))


def _screen(name: str) -> PublicScreen:
    path = f"{links.ROOT}/{name}" if name else links.ROOT
    upload = PICTURES.bytes if name in _UPLOADS else 0
    return PublicScreen(path, read=_READS.get(name), write=_WRITES.get(name), upload_bytes=upload)


_LEAVE: Final = PublicScreen(links.LEAVE, read=keeping.LEAVING[0], write=keeping.LEAVING[1])
SCREENS: Final[tuple[PublicScreen, ...]] = (
    *(_screen(name) for name in _NAMES),
    _LEAVE,
    *opening.SCREENS,
    *law_letters.SCREENS,
)
_PATTERNS: Final = tuple((compile_path(screen.path)[0], screen) for screen in SCREENS)


def routes(edge: Edge) -> Iterator[Route]:
    """A route for each page."""
    for screen in SCREENS:
        yield Route(screen.path, ReviewingStation(screen, edge))


def most_bytes(path: str) -> int | None:
    """How large a form may be that is sent to this path, where it may hold a picture."""
    found = next((screen for pattern, screen in _PATTERNS if pattern.match(path)), None)
    return found.most_bytes if found and found.upload_bytes else None


def is_page(path: str) -> bool:
    """Whether people look at what this path answers."""
    return any(pattern.match(path) for pattern, _ in _PATTERNS)
