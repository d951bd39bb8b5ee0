"""Questions as requests ask them: from an ASGI scope to ``schemas.questions.Question``."""

from typing import Final
from urllib.parse import parse_qsl

from api.asgi import Scope
from domain.errors import PageNotFound, ParameterInvalid, TooLarge
from schemas import questions
from schemas.questions import Question
from schemas.snapshots import Media

SUFFIXES: Final = tuple(f".{media}".encode() for media in questions.FORMATS)
TARGET_BYTES: Final = 65_536
_PARAMETERS: Final = 100


def is_negotiated(scope: Scope) -> bool:
    """Whether Accept chooses the format, because the path has no suffix."""
    return not scope["raw_path"].endswith(SUFFIXES)


def asked(scope: Scope, *, accepted: Media) -> Question:
    """What a request asks; ``accepted`` is the format that its Accept header prefers.

    Raises what ``target_of`` and ``schemas.questions.parse`` raise.
    """
    return questions.parse(*target_of(scope), negotiated=accepted)


def target_of(scope: Scope) -> tuple[str, list[tuple[str, str]]]:
    """The path, still percent-encoded, and the parameters of a request.

    Raises TooLarge for a target over 64 KiB, PageNotFound or ParameterInvalid where it cannot be
    read.
    """
    path, query = scope["raw_path"], scope["query_string"]
    if len(path) + len(query) > TARGET_BYTES:
        raise TooLarge
    try:
        text = path.decode("ascii")
    except UnicodeDecodeError:
        raise PageNotFound from None
    return text, _parameters(query)


def _parameters(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=_PARAMETERS,
            errors="strict",
        )
    except ValueError:
        raise ParameterInvalid("The query is not valid percent-encoded UTF-8.") from None
