"""Answers: stored bytes as the ASGI messages of a 200 or a 304.

The dispatcher, the routes and the documents answer through ``select``, so that a hit and a miss
cannot differ.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from api import caching, negotiation
from api.asgi import Message, Scope
from api.caching import Header, Profile
from api.negotiation import Encoding

_VARIANTS: Final = len(Encoding) * 2
_NOTHING: Final[dict[str, Any]] = {"type": "http.response.body", "body": b""}


class Answer:
    """The messages of one representation in one encoding; nobody may change them."""

    __slots__ = ("_not_modified", "_validators", "body", "etag", "start")

    def __init__(
        self, representation: "Representation", encoding: Encoding, *, negotiated: bool
    ) -> None:
        profile, body = representation.profile, representation.bodies[encoding]
        self.etag = caching.etag(representation.digest, encoding)
        self._validators = profile.validators(
            self.etag, representation.modified, negotiated=negotiated
        )
        described = profile.describing(len(body), encoding)
        self.start = _start(200, (*described, *self._validators))
        self.body: dict[str, Any] = {"type": "http.response.body", "body": body}
        self._not_modified: dict[str, Any] | None = None

    @property
    def not_modified(self) -> dict[str, Any]:
        """The start of a 304."""
        if self._not_modified is None:
            self._not_modified = _start(304, self._validators)
        return self._not_modified


def _start(status: int, headers: tuple[Header, ...]) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


class Representation:
    """One body in three encodings: identity, gzip, brotli; ``modified`` in Unix seconds.

    ``answers`` holds the messages of one that is asked for often (``warm``), else None.
    """

    __slots__ = ("answers", "bodies", "digest", "modified", "profile")

    def __init__(
        self,
        bodies: tuple[bytes, bytes, bytes],
        *,
        digest: str,
        modified: int,
        profile: Profile,
    ) -> None:
        self.bodies = bodies
        self.digest = digest.encode()
        self.modified = modified
        self.profile = profile
        self.answers: list[Answer | None] | None = None

    def warm(self) -> None:
        """Keep the messages from now on."""
        self.answers = [None] * _VARIANTS

    def answer(self, encoding: Encoding, *, negotiated: bool) -> Answer:
        """The messages in one encoding; ``negotiated`` as in ``caching.Profile``."""
        if self.answers is None:
            return Answer(self, encoding, negotiated=negotiated)
        place = encoding + 3 * negotiated
        answer = self.answers[place]
        if answer is None:
            answer = self.answers[place] = Answer(self, encoding, negotiated=negotiated)
        return answer


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """The request headers by lower-case name; a repeated one is joined (RFC 9110 §5.3)."""
    pairs = scope["headers"]
    headers: dict[bytes, bytes] = dict(pairs)
    return headers if len(headers) == len(pairs) else _joined(pairs)


def _joined(pairs: Iterable[Header]) -> dict[bytes, bytes]:
    headers: dict[bytes, bytes] = {}
    for name, value in pairs:
        headers[name] = headers[name] + b", " + value if name in headers else value
    return headers


def select(
    method: str,
    headers: Mapping[bytes, bytes],
    representation: Representation,
    *,
    negotiated: bool = False,
) -> tuple[Message, Message]:
    """The two messages that answer a GET or HEAD with these headers: 200 or 304."""
    get = headers.get
    encoding = negotiation.encoding(get(b"accept-encoding", b""))
    answers = representation.answers
    answer = answers[encoding + 3 * negotiated] if answers is not None else None
    if answer is None:
        answer = representation.answer(encoding, negotiated=negotiated)
    tags = get(b"if-none-match")
    if tags is not None:
        if caching.matches(tags, answer.etag):
            return answer.not_modified, _NOTHING
    else:
        since = get(b"if-modified-since")
        if since is not None and representation.modified <= caching.seconds_of(since):
            return answer.not_modified, _NOTHING
    return answer.start, answer.body if method == "GET" else _NOTHING
