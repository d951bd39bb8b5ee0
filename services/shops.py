"""Use cases of shops: register, update, switch the criteria system (systems.md §§1, 4)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from domain import embeds, ids, shop_keys
from domain import shops as rules
from domain.actors import OPERATOR, Actor
from domain.criteria import CriteriaSystem
from domain.errors import (
    AccountNotFound,
    ShopExists,
    ShopNotFound,
    SwitchNeeded,
    SwitchNotConfirmed,
)
from domain.ids import Prefix
from domain.shops import NewShop
from domain.windows import day_of, trend_start, window_start
from services import audit, generations, notifications
from store import accounts, reviews, shops
from store.accounts import Account
from store.database import Work
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Switch:
    """What a switch of the criteria system did: reviews that left the profile, and the epoch."""

    reviews_left: int
    epoch: int


def open_account(work: Work, name: str, *, now: datetime) -> str:
    """The public id of a new account (a company)."""
    account = Account(public_id=ids.new(Prefix.ACCOUNT), name=name, created_at=now)
    work.session.add(account)
    work.session.flush()
    audit.log(work, OPERATOR, "account.opened", account.public_id, now=now)
    return account.public_id


def check(work: Work, new: NewShop) -> NewShop:
    """What would be registered, tidy; raises ShopInvalid, ShopKeyMalformed or ShopExists."""
    new = rules.checked(new)
    key = shop_keys.parse(new.key) if new.key else ""
    _refuse_duplicates(work, key, rules.domain_of(new.url), new)
    return new


def register(work: Work, account_id: str, new: NewShop, *, actor: Actor, now: datetime) -> str:
    """Register a shop for the account with this public id; returns its shop key.

    Raises ShopInvalid, ShopKeyMalformed, AccountNotFound, or ShopExists naming the conflict.
    """
    new = rules.checked(new)
    account = accounts.by_public_id(work.session, account_id)
    if account is None:
        raise AccountNotFound
    key = shop_keys.parse(new.key) if new.key else shop_keys.generate()
    domain = rules.domain_of(new.url)
    _refuse_duplicates(work, key, domain, new)
    shop = _row(new, account, key, domain, now)
    work.session.add(shop)
    try:
        work.session.flush()
    except IntegrityError as error:
        raise ShopExists from error
    audit.log(work, actor, "shop.registered", shop.public_id, now=now, after={"key": key})
    work.changed[key] = shop.generation
    work.jobs.append(generations.refresh_job(key, shop.generation))
    return key


def _refuse_duplicates(work: Work, key: str, domain: str, new: NewShop) -> None:
    if shops.by_key(work.session, key) is not None:
        raise ShopExists(f"The key {key} is taken.", field="key")
    if new.channel and shops.by_public_id(work.session, new.channel) is not None:
        raise ShopExists(f"The channel id {new.channel} is taken.", field="channel")
    holder = shops.by_unit(work.session, domain, new.language, new.market)
    if holder is not None:
        unit = f"{domain} in {new.language} for market {new.market}"
        raise ShopExists(f"{unit} is registered as {holder.shop_key}.", field="url")


def _row(new: NewShop, account: Account, key: str, domain: str, now: datetime) -> Shop:
    start = window_start(day_of(now))
    return Shop(
        public_id=new.channel or ids.new(Prefix.SHOP),
        account_id=account.id,
        shop_key=key,
        name=new.name,
        url=new.url,
        domain=domain,
        language=new.language,
        market=new.market,
        currency=new.currency,
        offers_goods=new.offers_goods,
        operator_is_shop=new.operator_is_shop,
        criteria_system=new.system,
        epoch_started_at=now,
        registered_at=now,
        generation_at=now,
        content_changed_at=now,
        modified_s=int(now.timestamp()),
        changed_us=generations.machine_us(),
        window_start=start,
        trend_start=trend_start(start),
    )


def required(work: Work, shop_key: str) -> Shop:
    """The shop with this key, in either case; its row is held so that writers take turns.

    Raises ShopKeyMalformed or ShopNotFound.
    """
    shop = shops.by_key(work.session, shop_keys.parse(shop_key), lock=True)
    if shop is None:
        raise ShopNotFound
    return shop


def found(session: Session, shop_key: str) -> Shop:
    """The shop with this key, to be read; raises ShopKeyMalformed or ShopNotFound."""
    shop = shops.by_key(session, shop_keys.parse(shop_key))
    if shop is None:
        raise ShopNotFound
    return shop


@dataclass(frozen=True, slots=True)
class ShopChanges:
    """New values of a shop's data; None leaves a value as it is."""

    name: str | None = None
    url: str | None = None
    currency: str | None = None
    address: str | None = None
    offers_goods: bool | None = None
    operator_is_shop: bool | None = None


def update(work: Work, shop_key: str, changes: ShopChanges, *, actor: Actor, now: datetime) -> None:
    """Change a shop's data.

    Domain, language and market make another shop, so an address on another domain is refused
    with ShopInvalid, and goods without the matching criteria system with SwitchNeeded.
    """
    shop = required(work, shop_key)
    offers_goods = shop.offers_goods if changes.offers_goods is None else changes.offers_goods
    if CriteriaSystem.for_shop(offers_goods=offers_goods) != shop.criteria_system:
        raise SwitchNeeded(field="offers_goods")
    wanted = rules.checked(
        NewShop(
            name=shop.name if changes.name is None else changes.name,
            url=shop.url if changes.url is None else changes.url,
            market=shop.market,
            language=shop.language,
            currency=shop.currency if changes.currency is None else changes.currency,
            offers_goods=offers_goods,
        )
    )
    rules.check_same_domain(wanted.url, shop.domain)
    before = _shown(shop)
    shop.name, shop.url, shop.currency = wanted.name, wanted.url, wanted.currency
    if changes.address is not None:
        shop.address = rules.checked_address(changes.address)
    if changes.operator_is_shop is not None:
        shop.operator_is_shop = changes.operator_is_shop
    after = _shown(shop)
    if before != after:
        audit.log(work, actor, "shop.updated", shop.public_id, now=now, before=before, after=after)
        generations.raise_for(work, shop, now=now, all_pages=True)


def allow_embeds(
    work: Work, shop_key: str, hosts: Collection[str] | None, *, actor: Actor, now: datetime
) -> tuple[str, ...]:
    """Let pages of these hosts frame the shop's reviews, and no others (systems.md §26).

    None returns to the hosts of a shop that has named none. Returns the hosts that may frame
    from now on. Raises ShopInvalid for what is not a host, ShopKeyMalformed or ShopNotFound.
    """
    shop = required(work, shop_key)
    named = None if hosts is None else " ".join(embeds.checked(hosts))
    before, shop.embed_hosts = shop.embed_hosts, named
    if before != named:
        audit.log(
            work,
            actor,
            "shop.embeds_allowed",
            shop.public_id,
            now=now,
            before={"hosts": before},
            after={"hosts": named},
        )
        generations.raise_for(work, shop, now=now)
    return embeds.default(shop.domain) if named is None else tuple(named.split())


def _shown(shop: Shop) -> dict[str, str | bool]:
    return {
        "name": shop.name,
        "url": shop.url,
        "currency": shop.currency,
        "address": shop.address,
        "operator_is_shop": shop.operator_is_shop,
    }


def switch_criteria(
    work: Work,
    shop_key: str,
    system: CriteriaSystem,
    *,
    typed_domain: str,
    actor: Actor,
    now: datetime,
) -> Switch:
    """Start a new epoch under the other criteria system (seed A §4: a reset).

    The shop's own reviews leave grade, lists and feeds for good, product reviews stay. All its
    administrators get a mail. Raises SwitchNotConfirmed unless the shop's domain was typed,
    SwitchNeeded when the shop uses that system already.
    """
    shop = required(work, shop_key)
    if typed_domain.strip().lower() != shop.domain:
        raise SwitchNotConfirmed(field="typed_domain")
    if shop.criteria_system == system:
        raise SwitchNeeded(f"The shop uses the {system} system already.", field="system")
    left = reviews.count_public(work.session, shop.id, shop.epoch)
    before = {"system": shop.criteria_system, "reviews": left}
    shop.criteria_system = system
    shop.offers_goods = system is CriteriaSystem.THREE
    shop.epoch += 1
    shop.epoch_started_at = now
    after = {"system": system.value, "reviews": 0}
    audit.log(
        work, actor, "shop.criteria_switched", shop.public_id, now=now, before=before, after=after
    )
    generations.raise_for(work, shop, now=now, all_pages=True)
    notifications.tell_of_switch(work, shop, left, actor=actor, now=now)
    return Switch(left, shop.epoch)
