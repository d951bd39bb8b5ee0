"""The key by which this installation shows itself to push services (VAPID, RFC 8292).

It is derived from the installation's secret, as the keys of statements are: every process has
the same one, and no table holds it.
"""

from base64 import urlsafe_b64encode
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from store.keys import Keyring

# The number of points of P-256 (FIPS 186); private keys are numbers from 1 to one less.
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def private_key(keys: Keyring) -> ec.EllipticCurvePrivateKey:
    """The installation's private key on P-256."""
    number = int.from_bytes(keys.push_seed(), "big") % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def public_key(keys: Keyring) -> str:
    """Its public half as browsers want it: 65 bytes in base64url, without padding."""
    public = private_key(keys).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).decode().rstrip("=")
