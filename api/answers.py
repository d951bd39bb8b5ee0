"""Answers: stored bytes as the ASGI messages of a 200 or a 304.

The dispatcher, the routes and the documents answer through ``select``, so that a hit and a miss
cannot differ.
"""

from typing import Any, Final

from api import caching
from api.asgi import Message, Scope
from api.caching import Header, Profile, matches, seconds_of
from api.negotiation import ENCODINGS, Encoding

_VARIANTS: Final = len(Encoding) * 2
_READ: Final = frozenset({b"accept-encoding", b"if-none-match", b"if-modified-since"})
_NOTHING: Final[dict[str, Any]] = {"type": "http.response.body", "body": b""}


class Start(dict[str, Any]):
    """The message that starts a response; nobody may change it.

    ``lines`` are its headers as HTTP/1.1 writes them, for a server that sends them as they are
    (``api.protocol``); they are made when they are first asked for.
    """

    __slots__ = ("_lines",)

    def __init__(self, status: int, headers: tuple[Header, ...]) -> None:
        super().__init__(type="http.response.start", status=status, headers=headers)
        self._lines: bytes | None = None

    @property
    def lines(self) -> bytes:
        """Each header on a line of its own, without the empty line that ends them."""
        if self._lines is None:
            self._lines = written(self["headers"])
        return self._lines

    def followed_by(self, headers: tuple[Header, ...]) -> "Start":
        """The same message with more headers at its end."""
        start = Start(self["status"], (*self["headers"], *headers))
        if self._lines is not None:
            start._lines = self._lines + written(headers)
        return start


def written(headers: tuple[Header, ...]) -> bytes:
    """Headers as lines of HTTP/1.1."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])


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
        self.start = Start(200, (*described, *self._validators))
        self.body: dict[str, Any] = {"type": "http.response.body", "body": body}
        self._not_modified: Start | None = None

    @property
    def not_modified(self) -> Start:
        """The start of a 304."""
        if self._not_modified is None:
            self._not_modified = Start(304, self._validators)
        return self._not_modified


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


def header_of(scope: Scope, name: bytes) -> bytes:
    """A request header by lower-case name; a repeated one is joined (RFC 9110 §5.3)."""
    return b", ".join([value for each, value in scope["headers"] if each == name])


def select(
    scope: Scope, representation: Representation, *, negotiated: bool = False
) -> tuple[Start, Message]:
    """The two messages that answer this GET or HEAD request: 200 or 304."""
    # One pass: on a hit, reading the headers is most of what is ours.
    accepted = tags = since = b""
    is_repeated = False
    for name, value in scope["headers"]:
        if name in _READ:
            if name == b"accept-encoding":
                if accepted:
                    is_repeated = True
                accepted = value
            elif name == b"if-none-match":
                if tags:
                    is_repeated = True
                tags = value
            else:
                since = value
    if is_repeated:
        # Joined once: growing a value piece by piece takes quadratic time.
        accepted = header_of(scope, b"accept-encoding")
        tags = header_of(scope, b"if-none-match")
    encoding = ENCODINGS[accepted]
    answers = representation.answers
    answer = answers[encoding + 3 * negotiated] if answers is not None else None
    if answer is None:
        answer = representation.answer(encoding, negotiated=negotiated)
    if tags:
        if matches(tags, answer.etag):
            return answer.not_modified, _NOTHING
    elif since and representation.modified <= seconds_of(since):
        return answer.not_modified, _NOTHING
    return answer.start, answer.body if scope["method"] == "GET" else _NOTHING
