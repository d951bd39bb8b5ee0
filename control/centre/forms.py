"""Forms as browsers send them: read within limits, and never from another site's page."""

import hmac
from collections import defaultdict
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope

from control.centre.screens import USUAL_BYTES, USUAL_CHARACTERS, Form, Upload
from domain.errors import Malformed, MediaTypeUnsupported, ParameterInvalid
from domain.forms import FormForged

CSRF: Final = "csrf"
_FIELDS: Final = 1_000
_FILES: Final = 5
_NAME_CHARACTERS: Final = 200
_PARAMETERS: Final = 40
_KINDS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
# Every request of a browser says where it comes from in one of these two ways.
_OWN_SITES: Final = frozenset({"same-origin", "none"})


def require_same_origin(scope: Scope) -> None:
    """Raises FormForged for a form that a page of another origin sent, or that does not say."""
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site")
    if site is not None:
        if site not in _OWN_SITES:
            raise FormForged
        return
    origin = headers.get("origin", "")
    if not origin or urlsplit(origin).netloc != headers.get("host"):
        raise FormForged


def require_token(form: Form, csrf: str) -> None:
    """Raises FormForged where the form does not carry the session's own token."""
    given = form.values.get(CSRF, "")
    if not hmac.compare_digest(given.encode(), csrf.encode()):
        raise FormForged


async def read(scope: Scope, receive: Receive) -> Form:
    """The form in a request's body, whose size the edge limits.

    Raises Malformed for what is no form, MediaTypeUnsupported, or TooLarge.
    """
    request = Request(scope, receive)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _KINDS:
        raise MediaTypeUnsupported
    try:
        async with request.form(
            max_files=_FILES, max_fields=_FIELDS, max_part_size=USUAL_BYTES
        ) as data:
            pairs = [(name, await _value(value)) for name, value in data.multi_items()]
    except (HTTPException, ClientDisconnect, UnicodeError):
        raise Malformed("The form cannot be read.") from None
    return _form(pairs)


def query_of(scope: Scope, *, most: int = USUAL_CHARACTERS) -> Mapping[str, str]:
    """The parameters of an address, the last value of each, up to ``most`` characters.

    Raises ParameterInvalid.
    """
    query = Request(scope).query_params
    if len(query) > _PARAMETERS:
        raise ParameterInvalid("There are too many parameters.")
    for name, value in query.items():
        if len(name) > _NAME_CHARACTERS or len(value) > most:
            raise ParameterInvalid("A parameter is too long.")
        if not _is_text(name + value):
            raise ParameterInvalid("A parameter is not text.")
    return dict(query.items())


async def _value(value: UploadFile | str) -> Upload | str:
    if isinstance(value, str):
        return value
    media_type = (value.content_type or "application/octet-stream")[:_NAME_CHARACTERS]
    name = "".join(sign for sign in value.filename or "" if sign.isprintable())
    return Upload(
        name.replace("/", "_").replace("\\", "_")[:_NAME_CHARACTERS], media_type, await value.read()
    )


def _form(pairs: list[tuple[str, Upload | str]]) -> Form:
    lists: defaultdict[str, list[str]] = defaultdict(list)
    files: dict[str, Upload] = {}
    for name, value in pairs:
        if len(name) > _NAME_CHARACTERS or not _is_text(name):
            raise Malformed("The name of a field is too long or not text.")
        if isinstance(value, Upload):
            files[name] = value
            continue
        if not _is_text(value):
            raise Malformed("A field is not text.")
        # Browsers send line ends as they please; the rules count one sign for each.
        lists[name].append(value.replace("\r\n", "\n"))
    values = {name: listed[-1] for name, listed in lists.items()}
    # A file that was not chosen arrives as an empty one.
    chosen = {name: file for name, file in files.items() if file.name or file.body}
    return Form(values, {name: tuple(listed) for name, listed in lists.items()}, chosen)


def _is_text(text: str) -> bool:
    """Whether databases and pages can hold it: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
