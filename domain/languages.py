"""Languages of the platform's own words; review texts keep whatever language they have."""

import re
from typing import Final

from domain.errors import ParameterInvalid

SUPPORTED: Final = ("fr", "de", "en", "es", "it", "nl", "pl")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z")


def parse(tag: str, *, field: str) -> str:
    """The primary language of a BCP 47 tag, in lower case: ``de-AT`` → ``de``.

    Raises ParameterInvalid when ``tag`` is not of that form.
    """
    if _TAG.match(tag) is None:
        raise ParameterInvalid(f"{tag[:40]!r} is not a language tag.", field=field)
    return tag.split("-", 1)[0].lower()


def supported(tag: str, *, fallback: str) -> str:
    """The platform language nearest to ``tag``, or ``fallback``."""
    language = tag.split("-", 1)[0].lower()
    return language if language in SUPPORTED else fallback
