"""A passkey device of the tests: makes a key for options, and signs what it is asked."""

import json
import secrets
from hashlib import sha256
from typing import Any, Final

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

_PRESENT: Final = 0x01
_VERIFIED: Final = 0x04
_ATTESTED: Final = 0x40


class Authenticator:
    """Holds one key; ``origin`` is the page that asks, ``unlocked`` whether its owner was seen."""

    def __init__(self, origin: str, *, unlocked: bool = True) -> None:
        self.origin = origin
        self.host = origin.split("//")[1].split(":")[0]
        self.unlocked = unlocked
        self.credential_id = secrets.token_bytes(32)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._uses = 0

    def create(self, options: str) -> str:
        """What ``navigator.credentials.create`` answers."""
        numbers = self._key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        size = len(self.credential_id).to_bytes(2)
        attested = bytes(16) + size + self.credential_id + cbor2.dumps(key)
        data = self._data(_ATTESTED) + attested
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options)
        return self._answer({"clientDataJSON": client, "attestationObject": made})

    def get(self, options: str) -> str:
        """What ``navigator.credentials.get`` answers."""
        data, client = self._data(0), self._client("webauthn.get", options)
        signature = self._key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._answer(parts)

    def _data(self, flags: int) -> bytes:
        self._uses += 1
        flags |= _PRESENT | (_VERIFIED if self.unlocked else 0)
        host = sha256(self.host.encode()).digest()
        return host + bytes([flags]) + self._uses.to_bytes(4)

    def _client(self, kind: str, options: str) -> bytes:
        told = {
            "type": kind,
            "challenge": json.loads(options)["challenge"],
            "origin": self.origin,
            "crossOrigin": False,
        }
        return json.dumps(told).encode()

    def _answer(self, parts: dict[str, bytes]) -> str:
        name = bytes_to_base64url(self.credential_id)
        answer: dict[str, Any] = {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {key: bytes_to_base64url(part) for key, part in parts.items()},
        }
        return json.dumps(answer)
