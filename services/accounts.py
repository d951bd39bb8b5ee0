"""Use cases of accounts: sign up with a first shop, and add further ones (systems.md §1)."""

from datetime import datetime
from typing import Final

from domain import people, texts
from domain.actors import Actor, Role
from domain.errors import NotAllowed, ShopInvalid
from domain.packs import PriceList
from domain.people import NewPerson
from domain.rights import Action, Right, may
from domain.shops import NewShop
from services import attempts, audit, links, packs, second_factors, shops, user_mails
from services import users as user_rules
from services.sessions import Person
from store import accounts, users
from store import shops as shop_rows
from store.database import Work
from store.users import User

_NAME_CHARACTERS: Final = 200


def sign_up(
    work: Work,
    company: str,
    person: NewPerson,
    shop: NewShop,
    *,
    prices: PriceList,
    address: str,
    base_url: str,
    now: datetime,
) -> None:
    """Open an account with a shop, and order its membership; who signed up administers it.

    A link mailed to the person sets the password, and proves the address. Where the address has
    a login already, its owner is told and nothing is opened; the caller cannot tell the
    difference. Raises ShopInvalid, ShopExists, PersonInvalid, TextInvalid, MailAddressInvalid,
    or SignInPaused for many in a row from one address.
    """
    person = people.checked(person)
    company = texts.clean_line(company, most=_NAME_CHARACTERS, field="company")
    if not company:
        raise ShopInvalid("A company has a name.", field="company")
    attempts.begin(work, (f"sign-up:{address}",), now=now)
    # Before anything depends on the address: else a wrong shop would tell whether it is known.
    shop = shops.check(work, shop)
    known = users.by_email_hash(work.session, user_rules.email_hash(work.keys, person.email))
    if known is not None:
        user_mails.signed_up_again(work, known, base_url=base_url, now=now)
        return
    user = user_rules.add(work, person, now=now)
    actor = Actor(Role.SHOP, user.public_id)
    account_id = shops.open_account(work, company, now=now)
    key = shops.register(work, account_id, shop, actor=actor, now=now)
    _administer(work, user, key, actor, now)
    packs.join(work, key, prices, domains=1, actor=actor, now=now)
    token = links.make(work, user, now=now)
    user_mails.signed_up(work, user, token, shop=shop.name, base_url=base_url, now=now)


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
