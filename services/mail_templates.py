"""Use cases of a shop's mails: their look, their texts, a preview and a test (systems.md §6)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from domain import ids, languages, texts
from domain import mails as rules
from domain.actors import Actor
from domain.errors import PageNotFound
from domain.ids import Prefix
from domain.mails import KINDS, Look, MailKey, MailTestsTooMany, Recipient, Wording
from domain.policies import MAILS
from domain.windows import day_of, review_deadline
from schemas.profiles import how_path
from services import audit, letters, mails, shops
from services.installation import Installation
from services.letters import Sender
from services.settings import Settings
from store import mails as rows
from store import shops as shop_rows
from store.database import Work
from store.keys import Keyring
from store.mails import MailLook, MailTemplate
from store.shops import Shop
from widgets import mails as designs
from widgets import texts as platform_texts
from widgets.mails import Letter, Rendered

EDITABLE: Final = tuple(key for key in MailKey if KINDS[key].is_editable)
_ORDERED_BEFORE: Final = timedelta(days=8)
_REFERENCE: Final = "A-1001"


@dataclass(frozen=True, slots=True)
class NewSender:
    """What a form says about a shop's mails, unchecked."""

    design: str
    accent: str
    on_accent: str
    name: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """A shop's mails: how they look, and which texts are its own, by mail and language."""

    sender: Sender
    own: frozenset[tuple[str, str]]


def overview(installation: Installation, shop_key: str) -> Overview:
    """Raises ShopNotFound."""
    with installation.database.read() as session:
        shop = _shop(session, shop_key)
        found = rows.templates(session, shop.id)
        sender = letters.sender_of(session, installation.database.keys, shop.id)
    return Overview(sender, frozenset((row.key, row.language) for row in found))


def save_sender(work: Work, shop_key: str, new: NewSender, *, actor: Actor, now: datetime) -> None:
    """Let a shop's mails look so, and let answers go there.

    Raises Invalid, ColoursAlike, MailAddressInvalid, TextInvalid or ShopNotFound.
    """
    look, name, reply_to = checked(new)
    shop = shops.required(work, shop_key)
    row = MailLook(
        shop_id=shop.id,
        design=look.design,
        accent=look.accent,
        on_accent=look.on_accent,
        sender_name=name,
        reply_to=work.keys.encrypt(reply_to) if reply_to else None,
        changed_at=now,
    )
    work.session.merge(row)
    after = {"design": row.design, "accent": row.accent, "on_accent": row.on_accent}
    audit.log(work, actor, "mail.look_saved", shop.public_id, now=now, after=after)


def checked(new: NewSender) -> tuple[Look, str, str]:
    """The look, the sender's name and the address for answers, if they may be used."""
    look = rules.check_look(new.design, new.accent, new.on_accent)
    name = texts.clean_name(new.name, most=MAILS.name_characters, field="name")
    reply_to = rules.check_address(new.reply_to, field="reply_to") if new.reply_to else ""
    return look, name, reply_to


def editable(key: str, language: str) -> tuple[MailKey, str]:
    """A mail that shops may write themselves, in one of our languages; raises PageNotFound."""
    if key not in EDITABLE or language not in languages.SUPPORTED:
        raise PageNotFound
    return MailKey(key), language


def wording(
    installation: Installation, shop_key: str, key: MailKey, language: str
) -> tuple[Wording, bool]:
    """The texts of a shop's mail, and whether they are its own."""
    with installation.database.read() as session:
        shop = _shop(session, shop_key)
        is_own = rows.template(session, shop.id, key, language) is not None
        return letters.wording_of(session, key, shop.id, language), is_own


def save_wording(
    work: Work,
    shop_key: str,
    key: MailKey,
    language: str,
    new: Wording,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Let a mail say this from now on; the same as the platform's texts is no text of its own.

    Raises what ``domain.mails.check_wording`` raises, or ShopNotFound.
    """
    tidy = rules.check_wording(key, new)
    if tidy == designs.wording(key, language):
        return reset_wording(work, shop_key, key, language, actor=actor, now=now)
    shop = shops.required(work, shop_key)
    row = rows.template(work.session, shop.id, key, language)
    if row is None:
        row = MailTemplate(
            shop_id=shop.id,
            key=key,
            language=language,
            subject=tidy.subject,
            body=tidy.body,
            button=tidy.button,
            changed_at=now,
        )
        work.session.add(row)
    row.subject, row.body, row.button, row.changed_at = tidy.subject, tidy.body, tidy.button, now
    after = {"key": key, "language": language}
    audit.log(work, actor, "mail.text_saved", shop.public_id, now=now, after=after)
    return None


def reset_wording(
    work: Work, shop_key: str, key: MailKey, language: str, *, actor: Actor, now: datetime
) -> None:
    """Go back to the platform's texts; without texts of its own there is nothing to do."""
    shop = shops.required(work, shop_key)
    row = rows.template(work.session, shop.id, key, language)
    if row is None:
        return
    work.session.delete(row)
    before = {"key": key, "language": language}
    audit.log(work, actor, "mail.text_reset", shop.public_id, now=now, before=before)


def preview(
    installation: Installation,
    shop_key: str,
    key: MailKey,
    language: str,
    *,
    now: datetime,
    look: Look | None = None,
    text: Wording | None = None,
) -> Rendered:
    """A mail with an invented order: as it is saved, or with a look or text not saved yet."""
    settings, keys = installation.settings, installation.database.keys
    with installation.database.read() as session:
        shop = _shop(session, shop_key)
        letter = _letter(session, keys, settings, shop, key, language, now)
    letter = replace(letter, look=look or letter.look, wording=text or letter.wording)
    return designs.render(letter)


def sample(
    session: Session, keys: Keyring, settings: Settings, shop: Shop, key: MailKey, *, now: datetime
) -> Rendered:
    """A mail of the shop in its own language, with an invented order."""
    language = languages.supported(shop.language, fallback="en")
    return designs.render(_letter(session, keys, settings, shop, key, language, now))


def _letter(
    session: Session,
    keys: Keyring,
    settings: Settings,
    shop: Shop,
    key: MailKey,
    language: str,
    now: datetime,
) -> Letter:
    sender = letters.sender_of(session, keys, shop.id)
    values = {
        name: letters.absolute(name, value, settings.base_url)
        for name, value in samples(shop, key, language, now=now).items()
    }
    return Letter(
        key=key,
        language=language,
        wording=letters.wording_of(session, key, shop.id, language),
        values=values | {"shop": shop.name, "operator": settings.operator_name, "name": ""},
        operator=letters.operator_of(settings),
        look=sender.look,
        logo=letters.shown(sender.picture),
    )


def send_test(
    work: Work,
    shop_key: str,
    key: MailKey,
    to: Recipient,
    *,
    actor: Actor,
    now: datetime,
) -> str:
    """Send a mail with an invented order to whoever asks; ten in an hour for each shop.

    Raises MailTestsTooMany or ShopNotFound.
    """
    shop = shops.required(work, shop_key)
    occasion = f"test:{shop.public_id}:"
    since = now - timedelta(hours=1)
    if rows.asked_for(work.session, occasion, since) >= MAILS.tests_per_hour:
        raise MailTestsTooMany
    language = languages.supported(to.language, fallback="en")
    values = samples(shop, key, language, now=now)
    once = f"{occasion}{ids.new(Prefix.MAIL)}"
    name = actor.name
    to = replace(to, language=language)
    return mails.send(work, key, to, values, shop=shop, now=now, once=once, actor_of=name)


def samples(shop: Shop, key: MailKey, language: str, *, now: datetime) -> Mapping[str, str]:
    """Invented values for a mail that shops may look at; every link leads to its own pages."""
    profile = f"/profile/{shop.shop_key}"
    if key is MailKey.SHOP_REPLIED:
        return {
            "review": designs.sample("review", language),
            "reply": designs.sample("reply", language),
            "review_url": profile,
        }
    if key is MailKey.TEST:
        return {"control_url": f"/control/shops/{shop.shop_key}/mails"}
    ordered_at = now - _ORDERED_BEFORE
    words = platform_texts.of(language)
    return {
        "about": shop.name,
        "reference": _REFERENCE,
        "ordered_on": words.day(day_of(ordered_at)),
        "until": words.day(day_of(review_deadline(ordered_at)) - timedelta(days=1)),
        "rate_url": profile,
        "unsubscribe_url": profile,
        "profile_url": profile,
        "rules_url": how_path(language),
    }


def _shop(session: Session, shop_key: str) -> Shop:
    shop = shop_rows.by_key(session, shop_key)
    if shop is None:
        raise PageNotFound
    return shop
