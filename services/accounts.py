"""Use cases of accounts: sign up with a first shop, and add further ones (systems.md §1)."""

from dataclasses import asdict
from datetime import datetime
from typing import Final

import orjson

from domain import ids, people, texts
from domain.actors import Actor, Role
from domain.errors import NotAllowed, ShopExists, ShopInvalid
from domain.ids import Prefix
from domain.mails import MailKey
from domain.packs import PRICE_LISTS, PriceList
from domain.people import NewPerson, UserExists
from domain.rights import Action, Right, may
from domain.shops import NewShop
from services import attempts, audit, links, packs, second_factors, shops, user_mails
from services import users as user_rules
from services.installation import Installation, Job
from services.sessions import Person
from store import accounts, sign_ups, users
from store import shops as shop_rows
from store.database import Work
from store.sign_ups import SignUp
from store.users import User

OPEN: Final = "sign_up.open"
_NAME_CHARACTERS: Final = 200


def sign_up(
    work: Work, company: str, person: NewPerson, shop: NewShop, *, address: str, now: datetime
) -> str:
    """Have an account opened with a shop, and its membership ordered; returns the sign-up's id.

    A job looks whether the address has a login: the caller cannot tell by the answer, nor by how
    long it takes. Raises ShopInvalid, ShopExists, PersonInvalid, TextInvalid, MailAddressInvalid,
    or SignInPaused for many in a row from one address.
    """
    person = people.checked(person)
    company = texts.clean_line(company, most=_NAME_CHARACTERS, field="company")
    if not company:
        raise ShopInvalid("A company has a name.", field="company")
    attempts.begin(work, (f"sign-up:{address}",), now=now)
    shop = shops.check(work, shop)
    typed = {"company": company, "person": asdict(person), "shop": asdict(shop)}
    row = SignUp(
        public_id=ids.new(Prefix.SIGN_UP),
        typed=work.keys.encrypt(orjson.dumps(typed).decode()),
        asked_at=now,
    )
    work.session.add(row)
    work.jobs.append(Job(f"{OPEN}:{row.public_id}", OPEN, {"sign_up_id": row.public_id}))
    return row.public_id


def open_signed_up(installation: Installation, sign_up_id: str) -> str:
    """Open the account of a sign-up, whose sender administers it; returns what became of it.

    A link mailed to the person sets the password, and proves the address. Where the address has
    a login already, its owner is told and nothing is opened; nor is it where somebody else
    registered the shop meanwhile.
    """
    try:
        with installation.database.write() as work:
            row = sign_ups.by_public_id(work.session, sign_up_id)
            if row is None:
                return "done before"
            sign_ups.drop(work.session, sign_up_id)
            return _open(work, installation, row)
    except (ShopExists, UserExists) as conflict:
        with installation.database.write() as work:
            sign_ups.drop(work.session, sign_up_id)
        return conflict.code


def _open(work: Work, installation: Installation, row: SignUp) -> str:
    typed, now = orjson.loads(work.keys.decrypt(row.typed)), row.asked_at
    person, shop = NewPerson(**typed["person"]), NewShop(**typed["shop"])
    base_url = installation.settings.base_url
    email_hash = user_rules.email_hash(work.keys, person.email)
    known = users.by_email_hash(work.session, email_hash, lock=True)
    if known is not None:
        if user_mails.may_follow(work, known, MailKey.SIGN_UP_KNOWN, now=now):
            user_mails.signed_up_again(work, known, base_url=base_url, now=now)
        return "known"
    user = user_rules.add(work, person, now=now)
    actor = Actor(Role.SHOP, user.public_id)
    account_id = shops.open_account(work, typed["company"], now=now)
    key = shops.register(work, account_id, shop, actor=actor, now=now)
    _administer(work, user, key, actor, now)
    prices = PRICE_LISTS[installation.settings.prices]
    packs.join(work, key, prices, domains=1, actor=actor, now=now)
    token = links.make(work, user, now=now)
    user_mails.signed_up(work, user, token, shop=shop.name, base_url=base_url, now=now)
    return "opened"


def add_shop(
    work: Work, person: Person, beside: str, new: NewShop, *, prices: PriceList, now: datetime
) -> str:
    """Register a further shop in the account of the shop ``beside``; returns its key.

    The person, who is administrator there, is so here. Raises NotAllowed, ShopInvalid or
    ShopExists.
    """
    if not may(person.grants, Action.USERS_MANAGE, beside):
        raise NotAllowed
    user = second_factors.required(work.session, person)
    account = accounts.of_shop(work.session, shops.required(work, beside).account_id)
    key = shops.register(work, account.public_id, new, actor=person.actor, now=now)
    _administer(work, user, key, person.actor, now)
    domains = len(shop_rows.of_account(work.session, account.id))
    packs.join(work, key, prices, domains=domains, actor=person.actor, now=now)
    return key


def _administer(work: Work, user: User, shop_key: str, actor: Actor, now: datetime) -> None:
    shop = shops.required(work, shop_key)
    users.set_rights(work.session, user.id, shop.id, {Right.ADMINISTRATOR}, now)
    after = {"shop": shop.public_id, "rights": [Right.ADMINISTRATOR]}
    audit.log(work, actor, "rights.changed", user.public_id, now=now, after=after)
