"""Use cases of letters about changes of the law: ask for them, write, send, read (§31)."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain import ids, languages
from domain import law_letters as rules
from domain.actors import Actor, Role
from domain.ids import Prefix
from domain.law_letters import (
    LETTERS,
    TEXT_VERSION,
    LawLetterNotFound,
    LawLetterSent,
    NewLetter,
    Text,
    Texts,
)
from domain.mails import MailKey, Recipient
from domain.rights import Right
from services import audit, mails, shops
from services.installation import Installation, Job
from services.sessions import Person
from store import law_letters as rows
from store import shops as shop_rows
from store import users
from store.database import Work
from store.keys import Keyring
from store.law_letters import LawLetter, LawLetterText, LawSubscription

SEND: Final = "law_letter.send"
_PURPOSE: Final = "law-letters"
_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, and in which language ``text`` is; ``texts`` are those of all languages."""

    letter_id: str
    market: str
    language: str
    text: Text
    texts: Texts
    written_at: datetime
    sent_at: datetime | None


def turn_on(work: Work, person: Person, shop_key: str, *, now: datetime) -> None:
    """Note that the person agrees to get the letters of the shop's market; ShopNotFound."""
    user_id, market = _reader(work, person, shop_key)
    row = rows.subscription(work.session, user_id, market, lock=True)
    if row is not None and row.ended_at is None:
        return
    if row is None:
        row = LawSubscription(
            user_id=user_id, market=market, text_version=TEXT_VERSION, agreed_at=now
        )
    row.text_version, row.agreed_at, row.ended_at = TEXT_VERSION, now, None
    work.session.add(row)
    after = {"market": market, "text": TEXT_VERSION}
    audit.log(work, person.actor, "law_letters.on", person.user_id, now=now, after=after)


def turn_off(work: Work, person: Person, shop_key: str, *, now: datetime) -> None:
    """Note that the person wants no more letters of the shop's market; raises ShopNotFound."""
    user_id, market = _reader(work, person, shop_key)
    _end(work, user_id, person.user_id, market, person.actor, now)


def leave(work: Work, seal: str, *, now: datetime) -> None:
    """As ``turn_off``, by the link of a letter; raises LawLetterNotFound for a forged one."""
    public_id, market = reader_in(work.keys, seal)
    user = users.by_public_id(work.session, public_id)
    if user is not None:
        _end(work, user.id, public_id, market, Actor(Role.SHOP, public_id), now)


def _end(
    work: Work, user_id: int, public_id: str, market: str, actor: Actor, now: datetime
) -> None:
    row = rows.subscription(work.session, user_id, market, lock=True)
    if row is None or row.ended_at is not None:
        return
    row.ended_at = now
    work.session.add(row)
    audit.log(work, actor, "law_letters.off", public_id, now=now, after={"market": market})


def _reader(work: Work, person: Person, shop_key: str) -> tuple[int, str]:
    market = shops.required(work, shop_key).market
    # Held, so that two clicks at once are one after the other.
    user = users.by_public_id(work.session, person.user_id, lock=True)
    if user is None:
        raise LawLetterNotFound
    return user.id, market


def agreed_at(session: Session, person: Person, shop_key: str) -> datetime | None:
    """Since when the person wants the letters of a shop's market; None where they do not."""
    user, shop = (
        users.by_public_id(session, person.user_id),
        shop_rows.by_key(session, shop_key),
    )
    row = rows.subscription(session, user.id, shop.market) if user and shop else None
    return row.agreed_at if row and row.ended_at is None else None


def write(work: Work, new: NewLetter, *, actor: Actor, now: datetime) -> str:
    """Write a letter, which does not go out yet; returns its id.

    Raises LawLetterInvalid or TextInvalid.
    """
    new = rules.checked(new)
    row = LawLetter(
        public_id=ids.new(Prefix.LAW_LETTER), market=new.market, author=actor.name, written_at=now
    )
    work.session.add(row)
    work.session.flush()
    for language, text in new.texts.items():
        work.session.add(
            LawLetterText(letter_id=row.id, language=language, subject=text.subject, text=text.text)
        )
    after = {"market": new.market, "languages": sorted(new.texts)}
    audit.log(work, actor, "law_letter.written", row.public_id, now=now, after=after)
    return row.public_id


def send(work: Work, letter_id: str, *, actor: Actor, now: datetime) -> None:
    """Have a letter go to everybody who wants it; it stands in the archive from now on.

    Raises LawLetterNotFound, or LawLetterSent the second time.
    """
    row = rows.by_public_id(work.session, letter_id, lock=True)
    if row is None:
        raise LawLetterNotFound
    if row.sent_at is not None:
        raise LawLetterSent
    row.sent_at = now
    work.session.add(row)
    audit.log(work, actor, "law_letter.sent", letter_id, now=now)
    work.jobs.append(Job(f"{SEND}:{letter_id}", SEND, {"letter_id": letter_id}))


def deliver(installation: Installation, letter_id: str, *, now: datetime) -> int:
    """Put a letter into the queue of mails for everybody who wants it; returns for how many.

    One transaction for each batch. The occasion of a mail is letter and person, so whoever
    begins again after a crash doubles none.
    """
    told, after = 0, 0
    while True:
        with installation.database.write() as work:
            found = _deliver_some(work, letter_id, after, now)
        if not found:
            return told
        told, after = told + len(found), found[-1]


def _deliver_some(work: Work, letter_id: str, after: int, now: datetime) -> Sequence[int]:
    letter = rows.by_public_id(work.session, letter_id)
    if letter is None:
        return ()
    said = _texts(work.session, [letter])[letter.id]
    right, market = Right.ADMINISTRATOR, letter.market
    found = rows.subscribers(work.session, market, right, after=after, most=_BATCH)
    for user_id, shop_key in found:
        user = users.by_id(work.session, user_id)
        if user is None:
            continue
        language = rules.language_for(said, market, user.language)
        seal = seal_of(work.keys, user.public_id, market)
        values = {
            "subject": said[language].subject,
            "text": said[language].text,
            "letters_url": shop_path(shop_key),
            "unsubscribe_url": leave_path(language, seal),
        }
        to = Recipient(work.keys.decrypt(user.email_cipher), user.name, language)
        once = f"{MailKey.LAW_LETTER}:{letter_id}:{user.public_id}"
        mails.send(work, MailKey.LAW_LETTER, to, values, shop=None, now=now, once=once)
    return [user_id for user_id, _ in found]


def archive(session: Session, shop_key: str, language: str) -> Sequence[Letter]:
    """Letters that went out in a shop's market, the latest first, in a language if there is one."""
    shop = shop_rows.by_key(session, shop_key)
    found = rows.sent(session, shop.market, most=LETTERS.listed) if shop else ()
    return _letters(session, found, language)


def listed(session: Session, language: str) -> Sequence[Letter]:
    """Letters of all markets for those who write them, the latest first."""
    return _letters(session, rows.listed(session, most=LETTERS.listed), language)


def one(session: Session, letter_id: str, language: str) -> Letter:
    """A letter with its texts; raises LawLetterNotFound."""
    row = rows.by_public_id(session, letter_id)
    if row is None:
        raise LawLetterNotFound
    (letter,) = _letters(session, [row], language)
    return letter


def shop_path(shop_key: str) -> str:
    """Where a member finds the letters of a shop's market."""
    return f"/control/shops/{shop_key}/law-letters"


def leave_path(language: str, seal: str) -> str:
    """Where one click ends the letters."""
    return f"/{languages.supported(language, fallback=mails.FALLBACK)}/law-letters/{seal}"


def seal_of(keys: Keyring, user_id: str, market: str) -> str:
    """What stands in the address by which a person ends the letters of a market."""
    reader = f"{user_id}.{market}"
    return f"{reader}.{keys.keyed_hash(_PURPOSE, reader)[:32]}"


def reader_in(keys: Keyring, seal: str) -> tuple[str, str]:
    """The person and the market that a seal names; raises LawLetterNotFound for a forged one."""
    user_id, _, market = seal.rpartition(".")[0].partition(".")
    if not hmac.compare_digest(seal_of(keys, user_id, market).encode(), seal.encode()):
        raise LawLetterNotFound
    return user_id, market


def _letters(session: Session, found: Sequence[LawLetter], language: str) -> Sequence[Letter]:
    said = _texts(session, found)
    return [_letter(row, said[row.id], language) for row in found]


def _texts(session: Session, found: Sequence[LawLetter]) -> Mapping[int, Texts]:
    """What letters say, by their internal ids."""
    said: dict[int, dict[str, Text]] = {row.id: {} for row in found}
    for each in rows.texts_of(session, said):
        said[each.letter_id][each.language] = Text(each.subject, each.text)
    return said


def _letter(row: LawLetter, said: Texts, language: str) -> Letter:
    spoken = rules.language_for(said, row.market, language)
    return Letter(
        row.public_id, row.market, spoken, said[spoken], said, row.written_at, row.sent_at
    )
