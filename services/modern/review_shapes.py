"""Stored reviews in the words of the newer API; what is asked for beside them is read at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from sqlmodel import Session

from domain import ids, policies
from domain.access_tokens import Caller
from domain.criteria import Criterion, own_stars
from domain.evidence import EvidenceLevel
from domain.grades import mean
from domain.ids import Prefix
from domain.invitations import ReviewKind
from domain.mails import MailKey
from domain.notices import NoticeReason, ReporterKind
from domain.pictures import PICTURES
from domain.windows import day_of, midnight, months_before
from schemas.modern.queries import More
from schemas.modern.reviews import (
    Additional,
    Attachments,
    Criteria,
    Customer,
    EventRef,
    MinimalReview,
    Original,
    Picture,
    Product,
    Questionnaire,
    Reply,
    Review,
    Transaction,
    Veto,
)
from schemas.modern.shapes import moment
from services.modern import channels
from store import account_reviews as rows
from store.account_reviews import AccountReview, FirstForm, ShopNotice
from store.keys import Keyring
from store.shops import Shop
from widgets.views import picture_url

_SMALL, _MEDIUM, _LARGE = PICTURES.edges
_CRITERIA: Final = {each: f"mark_{each.lower()}" for each in Criterion}


@dataclass(frozen=True, slots=True)
class Context:
    """What the reviews of one answer share; ``since`` is when buyers begin to be told."""

    account: str
    shops: Mapping[int, Shop]
    keys: Keyring
    since: datetime
    more: Collection[More]
    notices: Mapping[int, ShopNotice]
    firsts: Mapping[int, FirstForm]
    told: Collection[str]

    @classmethod
    def of(
        cls,
        session: Session,
        caller: Caller,
        listed: Sequence[AccountReview],
        more: Collection[More],
        keys: Keyring,
        now: datetime,
    ) -> "Context":
        """Read what these reviews need."""
        row_ids = [row.id for row in listed]
        wants_vetos = More.VETO in more
        edited = [row.id for row in listed if row.edited_at is not None]
        replied = [occasion(row.public_id) for row in listed if row.reply_text is not None]
        oldest = months_before(day_of(now), policies.INBOX.access_months)
        return cls(
            account=channels.account_of(session, caller),
            shops={shop.id: shop for shop in channels.every(session, caller)},
            keys=keys,
            since=midnight(oldest),
            more=more,
            notices=(rows.shop_notices(session, row_ids, ReporterKind.SHOP) if wants_vetos else {}),
            firsts=rows.first_forms(session, edited) if edited else {},
            told=rows.told(session, replied) if replied else (),
        )


def occasion(review_id: str) -> str:
    """Under which occasion the author of a review is told of the reply, once."""
    return f"{MailKey.SHOP_REPLIED}:{review_id}"


def minimal(row: AccountReview, channel_id: str) -> MinimalReview:
    """A review in short."""
    return MinimalReview(
        id=row.public_id,
        channel_ref=channel_id,
        rating=row.stars,
        submitted_at=moment(row.submitted_at) or "",
        updated_at=moment(row.edited_at or row.submitted_at) or "",
        state=row.state,
        type=_kind(row),
        verification_type=_verification(row),
    )


def shape(row: AccountReview, context: Context, host: str) -> Review:
    """A review with all that the account may know; ``host`` begins addresses of pictures."""
    marks = {each: mark for each, name in _CRITERIA.items() if (mark := getattr(row, name))}
    shop = context.shops[row.shop_id]
    is_of_shop = row.product_public_id is None
    pictures = _pictures(row, host)
    submitted = moment(row.submitted_at) or ""
    original = _original(context.firsts.get(row.id))
    return Review(
        id=row.public_id,
        account_ref=context.account,
        channel_ref=shop.public_id,
        invite_ref=row.invitation_public_id,
        rating=row.stars,
        rating_exact=float(mean(sum(marks.values()), len(marks))),
        criteria=_criteria(row) if is_of_shop else None,
        title=row.title or None,
        comment=row.comment or None,
        created_at=submitted,
        updated_at=moment(row.edited_at or row.submitted_at) or "",
        submitted_at=submitted,
        edited_at=moment(row.edited_at),
        state=row.state,
        type=_kind(row),
        verification_type=_verification(row),
        reply=_reply(row, context),
        customer=_customer(row, context),
        transaction=_transaction(row, context),
        event=EventRef(type=row.invitation_event_type) if row.invitation_event_type else None,
        questionnaire=_questionnaire(row, shop),
        product=None if is_of_shop else _product(row),
        has_attachments=bool(pictures),
        additional_information=_additional(row, context, pictures, original),
        original_review=original,
    )


def template_of(shop_id: str, kind: ReviewKind, prefix: Prefix) -> str:
    """The id of a shop's one template for a kind of review."""
    return ids.derived(prefix, shop_id, kind)


def veto(found: ShopNotice) -> Veto:
    """The shop's report of a review."""
    return Veto(
        id=found.public_id,
        ticket_id=found.case_id,
        comment=found.explanation,
        reason=NoticeReason(found.reason).ground,
        created_at=moment(found.filed_at) or "",
        updated_at=moment(found.decided_at or found.filed_at) or "",
    )


def _kind(row: AccountReview) -> ReviewKind:
    return ReviewKind(row.kind)


def _verification(row: AccountReview) -> str:
    return "VERIFIED" if EvidenceLevel(row.level).is_verified else "UNDEFINED"


def _criteria(row: AccountReview) -> Criteria:
    return Criteria(service=row.mark_service, delivery=row.mark_delivery, goods=row.mark_goods)


def _reply(row: AccountReview, context: Context) -> Reply | None:
    if row.reply_text is None or row.reply_created_at is None:
        return None
    return Reply(
        created_at=moment(row.reply_created_at) or "",
        updated_at=moment(row.reply_edited_at or row.reply_created_at) or "",
        comment=row.reply_text,
        send_notification=occasion(row.public_id) in context.told,
    )


def _customer(row: AccountReview, context: Context) -> Customer | None:
    if not row.order_email_cipher or row.submitted_at < context.since:
        return None
    first, last = split_name(context.keys.decrypt(row.order_name_cipher or b""))
    email = context.keys.decrypt(row.order_email_cipher)
    return Customer(first_name=first, last_name=last, email=email)


def split_name(name: str) -> tuple[str | None, str | None]:
    """First names and the last one, of a name that stands in one field."""
    first, _, last = name.strip().rpartition(" ")
    return first.strip() or None, last or None


def _transaction(row: AccountReview, context: Context) -> Transaction | None:
    if row.order_reference is None or row.submitted_at < context.since:
        return None
    return Transaction(reference=row.order_reference, date=moment(row.order_ordered_at))


def _questionnaire(row: AccountReview, shop: Shop) -> Questionnaire | None:
    if row.invitation_public_id is None:
        return None
    template = template_of(shop.public_id, _kind(row), Prefix.QUESTIONNAIRE_TEMPLATE)
    form = questionnaire_of(row.invitation_public_id)
    return Questionnaire(id=form, locale=row.language or shop.language, template_ref=template)


def questionnaire_of(invitation_id: str) -> str:
    """The id of the form behind an invitation: there is one for each."""
    return f"{Prefix.QUESTIONNAIRE}-{invitation_id.partition('-')[2]}"


def _product(row: AccountReview) -> Product:
    return Product(
        id=row.product_public_id or "",
        sku=row.product_sku or "",
        gtin=row.product_gtin,
        mpn=row.product_mpn,
        name=row.product_name or "",
        url=row.product_url,
        image_url=row.product_image_url,
        brand=row.product_brand,
    )


def _pictures(row: AccountReview, host: str) -> tuple[Picture, ...]:
    listed = orjson.loads(row.shown).get("pictures", ()) if row.shown else ()
    return tuple(
        Picture(
            id=each["id"],
            original=host + picture_url(each["id"], _LARGE),
            product_review_questionnaire=host + picture_url(each["id"], _MEDIUM),
            hub_page=host + picture_url(each["id"], _SMALL),
        )
        for each in listed
    )


def _original(first: FirstForm | None) -> Original | None:
    if first is None:
        return None
    marks = {Criterion(name): mark for name, mark in orjson.loads(first.marks).items()}
    return Original(
        rating=own_stars(marks), title=first.title or None, comment=first.comment or None
    )


def _additional(
    row: AccountReview,
    context: Context,
    pictures: tuple[Picture, ...],
    original: Original | None,
) -> Additional | None:
    if not context.more:
        return None
    reported = context.notices.get(row.id)
    return Additional(
        veto=veto(reported) if reported else None,
        attachments=(
            Attachments(images=pictures) if pictures and More.ATTACHMENTS in context.more else None
        ),
        original_review=original if More.ORIGINAL_REVIEW in context.more else None,
    )
