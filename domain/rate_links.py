"""Links behind "rate now" and "rate later" in a shop's own mails and pages (systems.md §7).

TrustwrightError
├── Malformed
│   └── RateLinkMalformed          RATE_LINK_MALFORMED
└── NotAllowed
    └── RateLinkForged             RATE_LINK_FORGED
"""

import hmac
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

from domain import policies, texts
from domain.errors import Malformed, NotAllowed, TextInvalid
from domain.mails import MailAddressInvalid, check_address

DAYS: Final = range(1, 181)
"""How many days later an invitation may be asked for."""
SOURCE: Final = "rate_link"
"""How an order came that only a signed link has told of."""
STARTS: Final = {
    "de": "/bewertung/bewerten_",
    "en": "/buyerrating/rate_",
    "es": "/evaluacion/evaluar_",
    "fr": "/evaluation/evaluer_",
    "it": "/valutazione-del-negozio/valuta_",
    "nl": "/verkopersbeoordeling/beoordelen_",
    "pl": "/opinia/ocen_",
}
"""Where links of "rate now" begin, by language; the shop's key and ``.html`` follow."""
LATER: Final = "/reviews/rateshoplater.php"
ENCODED_CHARACTERS: Final = 1_400


class RateLinkMalformed(Malformed):
    code = "RATE_LINK_MALFORMED"
    title = "This link is not complete: it does not say whose order it is about."


class RateLinkForged(NotAllowed):
    code = "RATE_LINK_FORGED"
    title = "This link was not made by the shop. Please ask the shop for another one."


class Moment(StrEnum):
    """When the buyer is to write."""

    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class RateLink:
    """What a link says: the two values stay as they were encoded, for they are what is signed.

    ``days`` is 1 to 180 exactly where ``moment`` is LATER.
    """

    moment: Moment
    email_base64: str
    order_base64: str
    days: int | None = None

    @property
    def email(self) -> str:
        """The buyer's address; raises RateLinkMalformed for what is none."""
        try:
            return check_address(_decoded(self.email_base64, "buyerEmail"), field="buyerEmail")
        except MailAddressInvalid:
            raise RateLinkMalformed(field="buyerEmail") from None

    @property
    def reference(self) -> str:
        """The shop's order number; raises RateLinkMalformed for what is none."""
        text = _decoded(self.order_base64, "shopOrderID").strip()
        most = policies.ORDERS.reference_characters
        try:
            tidy = texts.clean_line(text, most=most, field="shopOrderID")
        except TextInvalid:
            raise RateLinkMalformed(field="shopOrderID") from None
        if not tidy or tidy != text:
            raise RateLinkMalformed(field="shopOrderID")
        return tidy


def read(moment: Moment, email: str, order: str, days: str = "") -> RateLink:
    """The link with these parameters; raises RateLinkMalformed, with the parameter.

    Mail programs turn a plus sign into a space, which is put right here.
    """
    link = RateLink(moment, _mended(email), _mended(order), _days(moment, days))
    # Both are looked at before anything is done.
    _ = link.email, link.reference
    return link


def made(moment: Moment, email: str, reference: str, days: int | None = None) -> RateLink:
    """The link for this buyer and order; raises RateLinkMalformed for what can be none."""
    buyer, order = (b64encode(text.encode()).decode() for text in (email, reference))
    return read(moment, buyer, order, "" if days is None else str(days))


def signature(secret: str, shop_key: str, link: RateLink) -> str:
    """base64url without padding of HMAC-SHA256 over the link's values, as they are encoded."""
    days = "" if link.days is None else str(link.days)
    parts = ("v1", link.moment, shop_key, link.email_base64, link.order_base64, days)
    digest = hmac.new(secret.encode(), "|".join(parts).encode(), sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def check(link: RateLink, shop_key: str, given: str, secrets: Iterable[str]) -> bool:
    """Whether the link is signed; raises RateLinkForged where the signature is a wrong one.

    Without a signature the link only opens a form whose author has to confirm the address.
    """
    tidy = given.strip().rstrip("=")
    if not tidy:
        return False
    asked = tidy.encode(errors="replace")
    if not any(
        hmac.compare_digest(signature(secret, shop_key, link).encode(), asked) for secret in secrets
    ):
        raise RateLinkForged
    return True


def path(link: RateLink, shop_key: str, language: str) -> str:
    """Where this link leads, without its query; ``language`` is one of ``STARTS``."""
    return LATER if link.moment is Moment.LATER else f"{STARTS[language]}{shop_key}.html"


def query(link: RateLink, shop_key: str, secret: str) -> str:
    """The query string that opens this link."""
    return urlencode(values(link, shop_key) | {"sig": signature(secret, shop_key, link)})


def values(link: RateLink, shop_key: str) -> dict[str, str]:
    """The parameters of a link, but for its signature; the path of "rate now" has the key."""
    encoded = {"buyerEmail": link.email_base64, "shopOrderID": link.order_base64}
    if link.days is None:
        return encoded
    return {"shop_id": shop_key} | encoded | {"days": str(link.days)}


def _days(moment: Moment, text: str) -> int | None:
    if moment is Moment.NOW:
        return None
    given = text.strip()
    if not (given.isascii() and given.isdecimal() and len(given) <= 3 and int(given) in DAYS):
        raise RateLinkMalformed(f"A number of days from {DAYS[0]} to {DAYS[-1]}.", field="days")
    return int(given)


def _mended(text: str) -> str:
    return text.strip().replace(" ", "+")


def _decoded(text: str, field: str) -> str:
    if not 0 < len(text) <= ENCODED_CHARACTERS:
        raise RateLinkMalformed(field=field)
    plain = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        raw = b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        return raw.decode()
    except ValueError:
        raise RateLinkMalformed(field=field) from None
