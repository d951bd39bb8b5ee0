"""Use cases of access tokens: issue one, read one, and publish the keys that sign them.

Tokens are JWT with RS256, as clients of the newer generation expect (systems.md §40). The key is
made when the first token is asked for, and followed by another after a month; the one before
stays published until nothing that it signed can be valid.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import jwt
import orjson
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import PyJWTError
from sqlmodel import Session

from domain import ids
from domain.access_tokens import KEY_DAYS, TTL_SECONDS, Caller, TokenRefused
from domain.actors import SYSTEM
from domain.clients import Scope
from domain.errors import ShopForeign, ShopNotFound
from domain.ids import Prefix
from services import audit, clients
from services.installation import Installation
from store import accounts, token_keys
from store import shops as shop_rows
from store.database import Database, Work
from store.keys import Keyring
from store.shops import Shop
from store.token_keys import TokenKey

_ALGORITHM: Final = "RS256"
_BITS: Final = 2_048
_LEEWAY_SECONDS: Final = 30
_TOKENS: Final = 1_000
_MAKING: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Token:
    """A token and for how many seconds it is valid."""

    token: str
    expires_in: int
    scopes: tuple[str, ...]


def issue(
    installation: Installation, client_id: str, secret: str, *, now: datetime
) -> Token | None:
    """A token for the client with this id and secret; None where they do not fit.

    It names the installation as issuer and audience, and says what the client may do.
    """
    with installation.database.read() as session:
        if not clients.opens(session, client_id, secret, now=now):
            return None
        row = accounts.client_by_public_id(session, client_id)
    scopes = tuple(row.scopes.split()) if row else ()
    kid, private = _signing_key(installation, now)
    host = installation.settings.base_url
    claims: dict[str, Any] = {
        "iss": host,
        "aud": host,
        "sub": client_id,
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + TTL_SECONDS,
        "jti": ids.new(Prefix.SESSION),
        "scope": " ".join(scopes),
    }
    token = jwt.encode(claims, private, algorithm=_ALGORITHM, headers={"kid": kid})
    return Token(token, TTL_SECONDS, scopes)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a token says whose signature was good; moments in Unix seconds."""

    client_id: str
    issued_at: int
    expires_at: int

    def client_at(self, now: datetime) -> str:
        if not self.issued_at - _LEEWAY_SECONDS <= now.timestamp() < self.expires_at:
            raise TokenRefused("The access token has expired; ask for another one.")
        return self.client_id


class Reader:
    """Reads tokens of one installation; keys and tokens that were read are kept in memory.

    To look at a signature costs as much as to store an order, and a client shows the same token
    for an hour. Of a token its digest is kept.
    """

    def __init__(self, database: Database, host: str) -> None:
        self._database = database
        self._host = host
        self._keys: dict[str, Any] = {}
        self._tokens: dict[bytes, _Said] = {}

    def known(self, token: str, *, now: datetime) -> str | None:
        """The client of a token that was read before; None for one that is to be read.

        Raises TokenRefused when it is not valid now. Neither waits nor asks the database.
        """
        said = self._tokens.get(sha256(token.encode()).digest())
        return None if said is None else said.client_at(now)

    def client_id(self, token: str, *, now: datetime) -> str:
        """The client whose token this is; raises TokenRefused for one that is not valid now."""
        try:
            kid = str(jwt.get_unverified_header(token).get("kid", ""))
            claims = jwt.decode(
                token,
                self._key(kid),
                algorithms=[_ALGORITHM],
                audience=self._host,
                issuer=self._host,
                options={
                    "require": ["exp", "iat", "sub"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
            said = _Said(str(claims["sub"]), int(claims["iat"]), int(claims["exp"]))
        except (PyJWTError, ValueError, TypeError) as error:
            raise TokenRefused from error
        client_id = said.client_at(now)
        if len(self._tokens) >= _TOKENS:
            self._tokens.clear()
        self._tokens[sha256(token.encode()).digest()] = said
        return client_id

    def _key(self, kid: str) -> Any:
        if kid not in self._keys:
            with self._database.read() as session:
                found = {row.kid: row.public_key for row in token_keys.every(session)}
            if kid not in found:
                raise TokenRefused
            self._keys[kid] = serialization.load_pem_public_key(found[kid].encode())
        return self._keys[kid]


def caller(session: Session, client_id: str) -> Caller:
    """The client as it is now, so that a revoked one gets no further; raises TokenRefused."""
    row = accounts.client_by_public_id(session, client_id)
    if row is None or row.revoked_at is not None:
        raise TokenRefused
    return Caller(row.public_id, row.account_id, frozenset(row.scopes.split()))


def shop_of(session: Session, caller: Caller, shop_key: str, scope: Scope) -> Shop:
    """The shop that a client asks about; raises ScopeMissing, ShopNotFound or ShopForeign."""
    caller.need(scope)
    shop = shop_rows.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    if shop.account_id != caller.account_id:
        raise ShopForeign
    return shop


def own_shop(session: Session, caller: Caller, shop_key: str, scope: Scope) -> Shop:
    """As ``shop_of``, for what nobody else may know of: another's shop is not found either."""
    try:
        return shop_of(session, caller, shop_key, scope)
    except ShopForeign:
        raise ShopNotFound from None


def published(database: Database) -> Sequence[dict[str, Any]]:
    """The public keys as a JWK set lists them, the newest first."""
    with database.read() as session:
        rows = token_keys.every(session)
    return [_jwk(row) for row in rows]


def _jwk(row: TokenKey) -> dict[str, Any]:
    key = serialization.load_pem_public_key(row.public_key.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("Tokens are signed with RSA keys.")
    jwk: dict[str, Any] = orjson.loads(RSAAlgorithm.to_jwk(key))
    return jwk | {"kid": row.kid, "use": "sig", "alg": _ALGORITHM}


def _signing_key(installation: Installation, now: datetime) -> tuple[str, Any]:
    """The key that signs now; made where there is none, or where the newest is a month old."""
    database = installation.database
    with database.read() as session:
        found = _opened(token_keys.every(session), database.keys, now)
    if found is not None:
        return found
    with _MAKING, database.write() as work:
        rows = token_keys.every(work.session)
        return _opened(rows, work.keys, now) or _made(work, rows, now)


def _opened(rows: Sequence[TokenKey], keys: Keyring, now: datetime) -> tuple[str, Any] | None:
    if not rows or now >= rows[0].created_at + timedelta(days=KEY_DAYS):
        return None
    try:
        pem = keys.decrypt(rows[0].private_key)
    except InvalidToken:
        # The installation's secret was changed: another key has to sign from now on.
        return None
    return rows[0].kid, serialization.load_pem_private_key(pem.encode(), password=None)


def _made(work: Work, rows: Sequence[TokenKey], now: datetime) -> tuple[str, Any]:
    private = rsa.generate_private_key(public_exponent=65_537, key_size=_BITS)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    kid = work.keys.keyed_hash("token-key", public.decode())[:24]
    row = TokenKey(
        kid=kid,
        private_key=work.keys.encrypt(pem.decode()),
        public_key=public.decode(),
        created_at=now,
    )
    work.session.add(row)
    outlived = now - timedelta(days=KEY_DAYS, seconds=TTL_SECONDS)
    for old in rows[1:]:
        if old.created_at < outlived:
            work.session.delete(old)
    audit.log(work, SYSTEM, "token_key.made", kid, now=now)
    return kid, private
