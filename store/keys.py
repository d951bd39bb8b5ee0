"""Keys derived from the installation's secret, and the encryption of addresses at rest."""

import base64
import hmac
from hashlib import sha256
from uuid import UUID

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.policies import SECRETS


class Keyring:
    """One secret of at least 32 characters, and a key of its own for each purpose.

    Raises ValueError for a shorter secret.
    """

    def __init__(self, secret: str) -> None:
        if len(secret) < SECRETS.characters:
            raise ValueError(f"The secret key needs at least {SECRETS.characters} characters.")
        self._secret = secret.encode()
        self._fernet = Fernet(base64.urlsafe_b64encode(self._derive("email-encryption")))
        self._email_hash_key = self._derive("email-hash")
        self.invitations = self._derive("invitations")
        self.feeds = self._derive("feeds")
        self.notices = self._derive("notices")
        self.buyers = self._derive("buyers")
        # One block with a key of its own: a permutation of all UUIDs, which hides no pattern.
        block = modes.ECB()  # noqa: S305 one block is all there is
        self._veil = Cipher(algorithms.AES(self._derive("veil")), block)
        self._proofs = Fernet(base64.urlsafe_b64encode(self._derive("proofs")))

    def _derive(self, purpose: str) -> bytes:
        kdf = HKDF(SHA256(), length=32, salt=None, info=f"trustwright:{purpose}".encode())
        return kdf.derive(self._secret)

    def signing_seed(self, number: int) -> bytes:
        """The 32 secret bytes of the installation's signing key with this number."""
        return self._derive(f"statement-signing:{number}")

    def shop_secret(self, shop_id: str, number: int) -> str:
        """The secret with this number of the shop with this public id: 43 characters."""
        derived = self._derive(f"shop-secret:{shop_id}:{number}")
        return base64.urlsafe_b64encode(derived).decode().rstrip("=")

    def webhook_secret(self, webhook_id: str, number: int) -> bytes:
        """The 32 bytes with this number that sign what the webhook with this public id sends."""
        return self._derive(f"webhook-secret:{webhook_id}:{number}")

    def push_seed(self) -> bytes:
        """The 32 secret bytes by which this installation shows itself to push services."""
        return self._derive("web-push")

    def encrypt(self, text: str) -> bytes:
        """Authenticated encryption; the same text gives other bytes each time."""
        return self._fernet.encrypt(text.encode())

    def decrypt(self, cipher: bytes) -> str:
        """The text; raises cryptography's InvalidToken when the bytes are not ours.

        Empty for no bytes: what was deleted (GP-5).
        """
        return self._fernet.decrypt(cipher).decode() if cipher else ""

    def veiled(self, uuid: UUID) -> UUID:
        """A UUID that stands for this one and cannot be guessed, as links have to be."""
        return UUID(bytes=self._veil.encryptor().update(uuid.bytes))

    def unveiled(self, uuid: UUID) -> UUID:
        """The UUID behind one that ``veiled`` gave; what it never gave becomes one at random."""
        return UUID(bytes=self._veil.decryptor().update(uuid.bytes))

    def seal(self, file: bytes) -> bytes:
        """Authenticated encryption of a file that somebody handed in as a proof."""
        return self._proofs.encrypt(file)

    def unseal(self, cipher: bytes) -> bytes:
        """The file; raises cryptography's InvalidToken when the bytes are not ours."""
        return self._proofs.decrypt(cipher)

    def hash_email(self, normalised: str) -> str:
        """64 hexadecimal digits by which an address is found, useless without the key."""
        return hmac.digest(self._email_hash_key, normalised.encode(), "sha256").hex()

    def keyed_hash(self, purpose: str, text: str) -> str:
        """64 hexadecimal digits that stand for ``text``, another for each purpose."""
        key = self._derive(f"hash:{purpose}")
        return hmac.new(key, text.encode(errors="surrogatepass"), sha256).hexdigest()

    def demo_secret(self, name: str) -> bytes:
        """32 bytes for an example person of this installation, the same at every call."""
        return self._derive(f"demo:{name}")
