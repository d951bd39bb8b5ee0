"""A shop's logo: which files are taken, and what is kept of them (systems.md §§6, 19).

Invalid                             (domain/errors.py)                             422
└── LogoInvalid                LOGO_INVALID
"""

from typing import Final

from domain.errors import Invalid, TooLarge
from domain.policies import LOGOS

_STARTS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")


class LogoInvalid(Invalid):
    code = "LOGO_INVALID"
    title = "A logo is a picture in PNG, JPEG or WebP, with edges of 16 to 4,000 px."


def check(body: bytes) -> None:
    """Refuse what is no picture of ours before anything decodes it.

    Raises TooLarge above a megabyte, and LogoInvalid where it begins like none of the formats.
    """
    if len(body) > LOGOS.bytes:
        raise TooLarge(f"A logo has at most {LOGOS.bytes} bytes.", field="logo")
    if not body.startswith(_STARTS):
        raise LogoInvalid(field="logo")


def check_size(width: int, height: int) -> None:
    """Refuse pictures whose edges, in px, are out of bounds; raises LogoInvalid."""
    least, most = LOGOS.edge_least, LOGOS.edge_most
    if not (least <= width <= most and least <= height <= most):
        raise LogoInvalid(f"Each edge of a logo has {least} to {most} px.", field="logo")
