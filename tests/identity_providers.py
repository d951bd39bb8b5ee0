"""An identity provider of another company, played on the loopback address."""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT_ID = "trustwright"
SECRET = "the secret that the provider gave us"
DISCOVERY = "/.well-known/openid-configuration"

Sign = Callable[[dict[str, Any]], str]
Answer = Callable[[BaseHTTPRequestHandler], None]


@cache
def rsa_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"}, private=True)


@cache
def ec_key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"}, private=True)


def signed(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "rsa"}, claims, rsa_key())


@dataclass
class FakeProvider:
    """Gives a code for an address that a browser was sent to, and a token for the code.

    ``claims`` change what the ID token says (None leaves one out), ``sign`` how it is signed,
    ``discovery`` what the document says; ``answers`` replace what a path answers.
    """

    issuer: str
    claims: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    sign: Sign = signed
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    ended: Event = field(default_factory=Event)
    _asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, url: str) -> dict[str, str]:
        """What the browser brings back from there: the code and the state."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) == {"openid", "email"}
        code = f"code-{len(self._asked)}-" + "c" * 1_500
        self._asked[code] = asked
        return {"code": code, "state": asked["state"]}

    def document(self) -> dict[str, Any]:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
        urls = {name: f"{self.issuer}/{path}" for name, path in paths.items()}
        return {"issuer": self.issuer, **urls, "jwks_uri": f"{self.issuer}/jwks"} | self.discovery

    def keys(self) -> dict[str, Any]:
        public = [key.as_dict(private=False) for key in (rsa_key(), ec_key())]
        unknown = [{"kty": "newer-than-we", "kid": "a"}, {"kty": "EC", "crv": "newer", "kid": "b"}]
        return {"keys": [*unknown, *public]}

    def exchanged(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens for a code, which is good once and for who began; None refuses it."""
        basic = base64.b64encode(f"{CLIENT_ID}:{SECRET.replace(' ', '+')}".encode()).decode()
        in_form = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, SECRET)
        asked = self._asked.pop(form.get("code", ""), None)
        if asked is None or not (in_form or authorization == f"Basic {basic}"):
            return None
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (challenge, form["redirect_uri"]) != (asked["code_challenge"], asked["redirect_uri"]):
            return None
        return {
            "token_type": "Bearer",
            "access_token": "at",
            "id_token": self.sign(self.said(asked)),
        }

    def said(self, asked: dict[str, str]) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "248289761001",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "email": "ben@demo.example",
            "email_verified": True,
        }
        return {name: value for name, value in (claims | self.claims).items() if value is not None}


def slowly(provider: FakeProvider) -> Answer:
    """Send a byte now and then, and never come to an end."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not provider.ended.wait(0.02):
            handler.wfile.write(b" ")

    return answer


def sending(body: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@contextmanager
def running() -> Iterator[FakeProvider]:
    """A provider that everything is right with, until a test changes it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(lambda: provider.document() if self.path == DISCOVERY else provider.keys())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(lambda: provider.exchanged(form, self.headers.get("authorization", "")))

        def _answer(self, made: Callable[[], dict[str, Any] | None]) -> None:
            provider.requests.append(self.path)
            try:
                if self.path in provider.answers:
                    provider.answers[self.path](self)
                    return
                value = made()
                answer = sending(orjson.dumps(value or {}), 400 if value is None else 200)
                answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = FakeProvider(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        provider.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()
