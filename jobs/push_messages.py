"""Web Push messages: encrypted for one browser (RFC 8291), signed for one service (RFC 8292)."""

import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain import push as rules
from domain.push import POLICY, NewSubscription
from services.push import Call

_SALT_BYTES: Final = 16
_KEY_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_SECRET_BYTES: Final = 32
_TAG_BYTES: Final = 16
_RECORD_BYTES: Final = 4096
_END: Final = b"\x02"  # Of the last record; zeros after it are padding (RFC 8188 §2).
# The length would tell the push service which shop it is about.
_PADDED_TO: Final = 512
# A token is good for a day at most (RFC 8292 §2); clocks differ.
_SIGNED_FOR: Final = timedelta(hours=12)


def encrypted(
    message: bytes,
    subscription: NewSubscription,
    *,
    ours: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes = b"",
    padded_to: int = _PADDED_TO,
) -> bytes:
    """The message as only this browser can read it, in one record of ``aes128gcm``.

    ``ours`` and ``salt`` are new ones for each message; tests of the RFC's example give its own.
    """
    theirs = rules.decoded(subscription.public_key)
    ours = ours or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(_SALT_BYTES)
    point = _point(ours)
    shared = ours.exchange(
        ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
    )
    info = b"WebPush: info\x00" + theirs + point
    secret = _derived(rules.decoded(subscription.secret), shared, info, _SECRET_BYTES)
    key = _derived(salt, secret, b"Content-Encoding: aes128gcm\x00", _KEY_BYTES)
    nonce = _derived(salt, secret, b"Content-Encoding: nonce\x00", _NONCE_BYTES)
    plain = message + _END
    plain += bytes(-len(plain) % padded_to)
    if len(plain) + _TAG_BYTES > _RECORD_BYTES:
        raise ValueError("The message does not fit into one record.")
    head = salt + _RECORD_BYTES.to_bytes(4, "big") + bytes([len(point)]) + point
    return head + AESGCM(key).encrypt(nonce, plain, None)


def headers(call: Call, *, contact: str, now: datetime) -> Mapping[str, str]:
    """Those of RFC 8030 and 8292; ``contact`` is where the service reaches the operator."""
    parts = urlsplit(call.subscription.endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + _SIGNED_FOR).timestamp()),
        "sub": contact,
    }
    token = jwt.encode(claims, call.key, algorithm="ES256")
    public = urlsafe_b64encode(_point(call.key)).decode().rstrip("=")
    return {
        "Authorization": f"vapid t={token}, k={public}",
        "Connection": "close",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(POLICY.kept_seconds),
        "Topic": call.topic,
        "Urgency": "normal",
    }


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length=length, salt=salt, info=info).derive(secret)
