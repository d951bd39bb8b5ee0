"""Use cases of review requests: a link to the form that the caller delivers (R8)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from domain.errors import InvitationForged, LegalBasisMissing, Malformed
from domain.ids import Prefix
from domain.invitations import Claim, sign
from schemas.legacy import orders, review_requests
from schemas.legacy.envelopes import Body
from schemas.legacy.questions import LegacyQuestion
from services import intake, invitations, legal_bases
from services.installation import Installation
from services.intake import Plan
from services.legacy import owners
from store import invitations as rows
from store import shops
from store.keys import Keyring


def take(
    installation: Installation,
    account_id: int,
    question: LegacyQuestion,
    given: dict[str, object],
    *,
    now: datetime,
) -> Body:
    """Record the order and give the link to its review; nobody is mailed. A repeat gives it again.

    Raises Malformed where the body names another shop, LegalBasisMissing while the shop has not
    said that it holds its buyers' consent (NEVER-14), ShopNotFound, ShopForeign, OrderInvalid,
    TextInvalid, OrderAddressDiffers or ReviewTooLate.
    """
    asked = review_requests.read(given, now=now)
    if asked.shop_key and asked.shop_key.upper() != question.owner:
        raise Malformed("The body names another shop than the path.", field="tsId")
    with installation.database.write() as work:
        shop = owners.of_login(work.session, account_id, question.owner)
        basis = legal_bases.stated(work.session, shop.id, now)
        if basis is None:
            raise LegalBasisMissing
        new = replace(asked.order, legal_basis=basis)
        plan = Plan(orders.SOURCE, language=asked.language, kinds=frozenset())
        taken = intake.take(work, shop.shop_key, new, plan, now=now)
        sku = new.lines[0].sku if asked.is_of_products else None
        issued = invitations.issue(
            work,
            shop.shop_key,
            taken.reference,
            sku=sku,
            language=asked.language,
            is_handed_on=True,
            now=now,
        )
        uuid = work.keys.veiled(_uuid_of(issued.invitation_id))
    base_url = installation.settings.base_url
    return review_requests.body(base_url, question.owner, str(uuid))


def token(session: Session, keys: Keyring, shop_key: str, uuid: str) -> str:
    """The token behind a link of this shop; raises InvitationForged for a link that is not ours."""
    try:
        invitation_id = f"{Prefix.INVITATION}-{keys.unveiled(UUID(uuid))}"
    except ValueError:
        raise InvitationForged from None
    row = rows.by_public_id(session, invitation_id)
    shop = shops.by_key(session, shop_key)
    if row is None or shop is None or row.shop_id != shop.id:
        raise InvitationForged
    return sign(Claim(row.public_id, row.expires_at, is_handed_on=True), keys.invitations)


def _uuid_of(invitation_id: str) -> UUID:
    return UUID(invitation_id.removeprefix(f"{Prefix.INVITATION}-"))
