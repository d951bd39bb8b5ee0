"""Answers of the control centre as ASGI messages: headers of every page, cookies, downloads."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.concurrency import iterate_in_threadpool
from starlette.types import Scope, Send

from domain.buyer_accounts import BUYER_ACCOUNTS
from domain.policies import LOGINS

Header = tuple[bytes, bytes]

HTML: Final = b"text/html; charset=utf-8"
PRIVATE: Final[Header] = (b"cache-control", b"private, no-store")
SESSION: Final = "session"
NOTICE: Final = "notice"
ATTEMPT: Final = "attempt"
BUYER: Final = "buyer"
SESSION_SECONDS: Final = 30 * 86_400
ATTEMPT_SECONDS: Final = LOGINS.provider_minutes * 60
BUYER_SECONDS: Final = BUYER_ACCOUNTS.login_minutes * 60
_NOTICE_SECONDS: Final = 60
_COOKIE_CHARACTERS: Final = 700
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
SECURITY: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(), geolocation=(), microphone=(), payment=(), usb=(), "
        b"publickey-credentials-get=(self), publickey-credentials-create=(self)",
    ),
    PRIVATE,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished answer; ``body`` in one piece, or in several that are still to be made."""

    status: int
    headers: tuple[Header, ...]
    body: bytes | Iterator[bytes] = b""


@dataclass(frozen=True, slots=True)
class Cookies:
    """The cookies of an installation: bound to the host where it is reached over https.

    Browsers send ``__Host-`` cookies over https only; over plain http, which is for this
    machine alone, they have no prefix.
    """

    is_secure: bool

    @classmethod
    def of(cls, base_url: str) -> "Cookies":
        """Those that fit the address under which people find the installation."""
        return cls(base_url.startswith("https://"))

    def name(self, plain: str) -> str:
        """What the browser calls the cookie."""
        return f"__Host-{plain}" if self.is_secure else plain

    def given(self, cookies: dict[str, str], plain: str) -> str:
        """What the browser sent back; empty where there is nothing, or far too much."""
        value = cookies.get(self.name(plain), "")
        return value if len(value) <= _COOKIE_CHARACTERS else ""

    def session(self, token: str) -> Header:
        """Begins or goes on with a session; an empty token ends it."""
        return self._set(SESSION, token, SESSION_SECONDS if token else 0)

    def notice(self, key: str) -> Header:
        """Keeps a notice for the next page; an empty key forgets it."""
        return self._set(NOTICE, key, _NOTICE_SECONDS if key else 0)

    def attempt(self, value: str) -> Header:
        """Keeps what a login by the identity provider comes back to; empty forgets it."""
        return self._set(ATTEMPT, value, ATTEMPT_SECONDS if value else 0)

    def buyer(self, token: str) -> Header:
        """Begins the login to a protected buyer's account; an empty token ends it."""
        return self._set(BUYER, token, BUYER_SECONDS if token else 0)

    def _set(self, plain: str, value: str, seconds: int) -> Header:
        parts = [f"{self.name(plain)}={value}", "Path=/", f"Max-Age={seconds}", "HttpOnly"]
        parts += ["SameSite=Lax", *(["Secure"] if self.is_secure else [])]
        return (b"set-cookie", "; ".join(parts).encode())


def is_confidential(base_url: str) -> bool:
    """Whether a password on its way to this address can be read by nobody else."""
    parts = urlsplit(base_url)
    return parts.scheme == "https" or parts.hostname in _LOOPBACK


def new_nonce() -> str:
    """What marks the scripts and attributes of one page as ours."""
    return secrets.token_urlsafe(18)


def policy(nonce: str) -> bytes:
    """What a browser may do on a page: our own files, scripts that carry the nonce, no more."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; "
        "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types htmx centre"
    ).encode()


def page(body: bytes, nonce: str, *more: Header, status: int = 200) -> Reply:
    """A page under the policy, which nobody keeps."""
    headers = (
        (b"content-type", HTML),
        (b"content-length", b"%d" % len(body)),
        (b"content-security-policy", policy(nonce)),
        *SECURITY,
        *more,
    )
    return Reply(status, headers, body)


def see(url: str, *more: Header) -> Reply:
    """Go on to a path of ours, or to the identity provider, with GET."""
    headers = ((b"location", url.encode("ascii")), (b"content-length", b"0"), *SECURITY, *more)
    return Reply(303, headers)


def framed(body: bytes) -> Reply:
    """A document for a frame of one of our pages, and for nowhere else."""
    security = (header for header in SECURITY if header[0] != b"x-frame-options")
    headers = (
        (b"content-type", HTML),
        (b"content-length", b"%d" % len(body)),
        (b"x-frame-options", b"SAMEORIGIN"),
        (
            b"content-security-policy",
            b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; "
            b"frame-ancestors 'self'",
        ),
        *security,
    )
    return Reply(200, headers, body)


def file(name: str, media_type: str, body: bytes | Iterator[bytes]) -> Reply:
    """A download under ``name``, which browsers store and never show."""
    length = ((b"content-length", b"%d" % len(body)),) if isinstance(body, bytes) else ()
    headers: tuple[Header, ...] = (
        (b"content-type", media_type.encode("ascii")),
        *length,
        (b"content-disposition", b"attachment; filename*=UTF-8''" + quote(name, safe="").encode()),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"),
        *SECURITY,
    )
    return Reply(200, headers, body)


async def send(reply: Reply, scope: Scope, send: Send) -> None:
    """Hand an answer to the server; HEAD gets the headers only."""
    start = {"type": "http.response.start", "status": reply.status, "headers": list(reply.headers)}
    await send(start)
    if scope["method"] == "HEAD" or isinstance(reply.body, bytes):
        body = b"" if scope["method"] == "HEAD" else reply.body
        await send({"type": "http.response.body", "body": body})
        return
    async for piece in iterate_in_threadpool(reply.body):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
