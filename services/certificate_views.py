"""What the public may know of a shop's certificate, for page, payload, token and tools (§34)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import orjson
from sqlmodel import Session

from domain import certificates as rules
from domain import marks as mark_rules
from domain.certificates import CERTIFICATES, CertificateNotFound, CertificateState
from domain.marks import Mark, Standing
from domain.windows import day_of
from rich_snippets import badge_tokens
from rich_snippets.badge_tokens import Checked as Checked
from rich_snippets.badge_tokens import Verdict
from schemas.certificates import BadgeToken, SignedBadge
from schemas.certificates import Certificate as CertificatePayload
from schemas.shapes import moment
from services import figures, marks, signing_keys
from services.installation import Installation
from store import certificates as rows
from store import guarantors
from store import shops as shop_rows
from store.certificates import Certificate
from store.keys import Keyring
from store.shops import Shop
from widgets import certificates
from widgets.certificates import CertificateView

VERDICTS: Final = tuple(Verdict)
"""Everything that a badge token may turn out to be."""


@dataclass(frozen=True, slots=True)
class Standings:
    """How a shop's certificate stands at a moment, and the latest one, if there ever was one.

    ``guarantor`` is who stands behind its protection; empty unless the mark is valid.
    """

    standing: Standing
    mark: Mark
    certificate: CertificateView | None
    guarantor: str = ""


def of_shop(session: Session, shop: Shop, now: datetime) -> Standings:
    """The certificate that was issued last to this shop, and whether it holds."""
    row = rows.latest(session, shop.id)
    if row is None:
        return Standings(Standing.NONE, mark_rules.NO_MARK, None)
    return _stands(session, shop, row, now)


def by_id(session: Session, certificate_id: str, now: datetime) -> tuple[Shop, Standings]:
    """A certificate by its id, also one that a newer one has replaced, and its shop.

    Raises CertificateMalformed or CertificateNotFound.
    """
    row = rows.by_public_id(session, rules.parse_id(certificate_id))
    shop = shop_rows.by_id(session, row.shop_id) if row else None
    if row is None or shop is None:
        raise CertificateNotFound
    return shop, _stands(session, shop, row, now)


def answered(
    installation: Installation, certificate_id: str, *, now: datetime
) -> CertificatePayload:
    """The machine view of one certificate at this moment (systems.md §34).

    Raises CertificateMalformed, CertificateNotFound or Unavailable.
    """
    minimum = installation.settings.grade_min_reviews
    with installation.database.read() as session:
        shop, stands = by_id(session, certificate_id, now)
        view = figures.shop_view(shop, min_reviews=minimum, mark=stands.mark)
        since = day_of(shop.registered_at)
        return certificates.build(view, stands.standing, stands.certificate, since)


def checked(installation: Installation, data: bytes, *, now: datetime) -> Checked:
    """What a badge token is worth by this installation's keys (F3)."""
    keys = {key.kid: key for key in signing_keys.published(installation.database).keys}
    return badge_tokens.check(data, keys, now=now)


def token(session: Session, shop: Shop, mark: Mark, *, keys: Keyring, issuer: str) -> SignedBadge:
    """The shop's badge token at its present generation; it holds for seven days (F3).

    It never outlives the mark: where that ends sooner, so does the token.
    """
    issued_at = shop.generation_at
    expires_at = issued_at + timedelta(days=CERTIFICATES.token_days)
    number = None
    if mark.ends_at is not None:
        certificate = rows.latest(session, shop.id)
        number = certificate.number if certificate else None
        expires_at = min(expires_at, mark.ends_at)
    stated = BadgeToken(
        issuer=issuer,
        shop_key=shop.shop_key,
        shop_name=shop.name,
        domain=shop.domain,
        status=mark.status,
        number=number,
        valid_to=mark.valid_to if mark.is_valid else None,
        generation=shop.generation,
        issued_at=moment(issued_at),
        expires_at=moment(expires_at),
    )
    return badge_tokens.signed(stated, signing_keys.seed_of_present(session, keys))


def _stands(session: Session, shop: Shop, row: Certificate, now: datetime) -> Standings:
    mark = marks.of_certificate(session, shop, row, now)
    state = CertificateState(row.state)
    standing = mark_rules.standing(state, mark)
    changed = row.valid_until if standing is Standing.EXPIRED else row.changed_at
    if standing is Standing.SUSPENDED and state is CertificateState.VALID:
        changed = now
    view = CertificateView(
        id=row.public_id,
        number=row.number,
        legal_entity=row.legal_entity,
        address=row.address,
        domain=row.domain,
        market=row.market,
        language=row.language,
        criteria_version=row.criteria_version,
        groups=tuple(orjson.loads(row.check_groups)),
        certified_on=day_of(row.certified_at),
        last_day=rules.last_day(row.valid_until),
        changed_on=day_of(changed),
    )
    guarantor = guarantors.active(session) if mark.is_valid else None
    return Standings(standing, mark, view, guarantor.name if guarantor else "")
