"""The account of a protected buyer, opened by a link in a mail, and the terms (systems.md §35)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from control.centre.screens import Answer, Caller, File, Form, Page, PublicScreen, See, Words
from domain import languages, protection_tiers
from domain.buyer_accounts import BUYER_ACCOUNTS, BuyerLinkExpired, CancellationUnconfirmed
from domain.companies import COUNTRIES
from domain.errors import PageNotFound
from domain.policies import PROTECTIONS
from domain.protection_tiers import PLUS, TierTerms
from schemas import messages
from schemas.buyer_accounts import account_path, terms_path
from services import buyer_accounts, buyer_protections
from services.buyer_accounts import Buyer
from services.buyer_protections import Backing, OwnProtection, Standing

_GONE: Final = 410
_INSTANT: Final = timedelta(seconds=1)
_ACCOUNT: Final = "/{language}/protection/account"
_ONE: Final = f"{_ACCOUNT}/{{number}}"
_PLUS_COUNTRIES: Final = tuple(
    country for country, tiers in protection_tiers.BY_RESIDENCE.items() if PLUS in tiers
)

Change = Callable[[Caller, Buyer, Form], object]
Check = Callable[[Caller, str], None]
Open = Callable[[Caller, str], str]
Write = Callable[[Caller, Form], Answer]


def _language(caller: Caller) -> str:
    language = caller.path["language"]
    if language not in languages.SUPPORTED:
        raise PageNotFound
    return language


def _buyer(caller: Caller) -> Buyer | None:
    database = caller.installation.database
    with database.read() as session:
        return buyer_accounts.of_cookie(session, database.keys, caller.buyer, now=caller.now)


def _show(caller: Caller) -> Answer:
    language, words, buyer = _language(caller), caller.words, _buyer(caller)
    title = words.say("buyer.title")
    if buyer is None:
        values: dict[str, object] = {
            "action": account_path(language),
            "guarantor": _backed_by(caller),
            "lead": words.say("buyer.askLead", minutes=words.number(BUYER_ACCOUNTS.link_minutes)),
            "terms_url": terms_path(language),
        }
        return Page("centre/buyer_ask.html", title, values)
    with caller.installation.database.read() as session:
        account = buyer_protections.account(session, buyer, now=caller.now)
    standing, backed_by = account.standing, _backed_by(caller)
    named = [own.guarantor for own in account.protections]
    values = {
        "email": words.say("buyer.of", email=account.email),
        "base": account_path(language),
        "protections": [(each, _facts(each, words)) for each in account.protections],
        "demo": _demo_of(account.protections, words),
        "prolong": words.say("buyer.prolong", days=words.number(PROTECTIONS.days)),
        "is_offered": account.is_offered,
        "standing": standing,
        "has_consented": words.say(
            "buyer.hasConsented", country=words.country_name(standing.residence)
        )
        if standing.has_consented
        else "",
        "countries": _countries(COUNTRIES, words),
        "plus_countries": _countries(_PLUS_COUNTRIES, words),
        "plus_why": _plus_why(words),
        "plus_state": _plus_state(standing, words),
        "terms_url": terms_path(language),
        "guarantor": "" if backed_by in named else backed_by,
    }
    return Page("centre/buyer_account.html", title, values)


def _backed_by(caller: Caller) -> str:
    """Who stands behind new protections, named on every page about them (§35)."""
    with caller.installation.database.read() as session:
        backing = buyer_protections.backing(session)
    return "" if backing is None else backing.name


def _facts(own: OwnProtection, words: Words) -> list[tuple[str, str]]:
    """Terms and values, as the page and the confirmation show them."""
    cover = words.money(own.cover_minor, own.currency)
    rest = own.amount_minor - own.cover_minor
    part = words.say("buyer.coverPart", cover=cover, uncovered=words.money(rest, own.currency))
    return [
        (words.say("buyer.number"), own.number),
        (words.say("buyer.tier"), words.say(f"buyer.tier.{own.tier}")),
        (words.say("buyer.cover"), part if rest else words.say("buyer.coverAll", cover=cover)),
        (
            words.say("buyer.term"),
            words.say(
                "buyer.days",
                start=words.day(own.starts_at.date()),
                end=words.day(_last_day(own.ends_at)),
            ),
        ),
        (words.say("buyer.state"), words.say(f"buyer.state.{own.state}")),
        (words.say("buyer.guarantor"), _guarantor(own)),
    ]


def _guarantor(own: OwnProtection) -> str:
    return ", ".join([own.guarantor, *own.guarantor_address.splitlines()])


def _last_day(ends_at: datetime) -> date:
    """It ends at midnight, and whoever reads of a day takes it as one that still counts."""
    return (ends_at - _INSTANT).date()


def _demo_of(own: tuple[OwnProtection, ...], words: Words) -> str:
    """The warning of a demo, where one of these is covered by nobody."""
    names = [each.guarantor for each in own if each.is_demo]
    return words.say("buyer.demo", guarantor=names[0]) if names else ""


def _countries(codes: tuple[str, ...], words: Words) -> list[tuple[str, str]]:
    named = [(code, words.country_name(code)) for code in codes]
    return [("", "–"), *sorted(named, key=lambda each: each[1].casefold())]


def _plus_why(words: Words) -> str:
    return words.say(
        "buyer.plusWhy",
        amount=words.money(PLUS.max_minor, PLUS.currency),
        days=words.number(PROTECTIONS.days),
        fee=words.money(PLUS.fee_minor, PLUS.currency),
    )


def _plus_state(standing: Standing, words: Words) -> str:
    if not standing.has_plus:
        return ""
    if standing.plus_ends_at is None:
        return words.say("buyer.plusRuns")
    return words.say("buyer.plusUntil", date=words.day(_last_day(standing.plus_ends_at)))


def _ask(caller: Caller, form: Form) -> Answer:
    """The answer is the same whether anything belongs to the address or not."""
    language = _language(caller)
    with caller.installation.database.write() as work:
        buyer_accounts.ask(
            work, form.text("email"), language=language, address=caller.client, now=caller.now
        )
    return See(account_path(language), "buyer.sent")


def _check_link(caller: Caller, token: str) -> None:
    with caller.installation.database.read() as session:
        buyer_accounts.check_link(session, token, now=caller.now)


def _check_ticket(caller: Caller, token: str) -> None:
    database = caller.installation.database
    with database.read() as session:
        buyer_accounts.check_ticket(session, database.keys, token, now=caller.now)


def _open_link(caller: Caller, token: str) -> str:
    with caller.installation.database.write() as work:
        return buyer_accounts.open_link(work, token, now=caller.now)


def _open_ticket(caller: Caller, token: str) -> str:
    with caller.installation.database.write() as work:
        return buyer_accounts.open_ticket(work, token, now=caller.now)


def _door(way: str, check: Check, open_: Open) -> PublicScreen:
    """One click opens the account: programs that look at mails open links, and send no forms."""

    def show(caller: Caller) -> Answer:
        _language(caller)
        try:
            check(caller, caller.path["token"])
        except BuyerLinkExpired as error:
            return _expired(caller, error)
        words = caller.words
        lead = words.say("buyer.enterLead", minutes=words.number(BUYER_ACCOUNTS.login_minutes))
        values = {"lead": lead, "guarantor": _backed_by(caller)}
        return Page("centre/buyer_enter.html", words.say("buyer.title"), values)

    def enter(caller: Caller, _form: Form) -> Answer:
        path = account_path(_language(caller))
        return See(path, buyer=open_(caller, caller.path["token"]))

    return PublicScreen(f"{_ACCOUNT}/{way}/{{token}}", show, enter, is_guarded=True)


def _expired(caller: Caller, error: BuyerLinkExpired) -> Answer:
    values = {
        "message": messages.title(error.code, caller.language),
        "ask_url": account_path(_language(caller)),
    }
    title = caller.words.say("buyer.title")
    return Page("centre/my_data_expired.html", title, values, status=_GONE, error=error)


def _leave(caller: Caller, _form: Form) -> Answer:
    with caller.installation.database.write() as work:
        buyer_accounts.leave(work, caller.buyer)
    return See(account_path(_language(caller)), "buyer.left", buyer="")


def _changer(change: Change, notice: str, *, asks: bool = False) -> Write:
    """A form of the account: one change by whoever is let in, and back to the page."""

    def write(caller: Caller, form: Form) -> Answer:
        path = account_path(_language(caller))
        buyer = _buyer(caller)
        if buyer is None:
            return See(path, "buyer.ended", buyer="")
        if asks and not form.is_ticked("sure"):
            raise CancellationUnconfirmed
        change(caller, buyer, form)
        return See(path, notice)

    return write


def _cancel(caller: Caller, buyer: Buyer, _form: Form) -> None:
    with caller.installation.database.write() as work:
        buyer_protections.cancel(work, buyer, caller.path["number"], now=caller.now)


def _prolong(caller: Caller, buyer: Buyer, _form: Form) -> None:
    with caller.installation.database.write() as work:
        buyer_protections.prolong(work, buyer, caller.path["number"], now=caller.now)


def _consent(caller: Caller, buyer: Buyer, form: Form) -> None:
    with caller.installation.database.write() as work:
        buyer_protections.consent(work, buyer, form.text("residence"), now=caller.now)


def _withdraw(caller: Caller, buyer: Buyer, _form: Form) -> None:
    with caller.installation.database.write() as work:
        buyer_protections.withdraw(work, buyer, now=caller.now)


def _book_plus(caller: Caller, buyer: Buyer, form: Form) -> None:
    with caller.installation.database.write() as work:
        buyer_protections.book_plus(work, buyer, form.text("residence"), now=caller.now)


def _cancel_plus(caller: Caller, buyer: Buyer, _form: Form) -> None:
    with caller.installation.database.write() as work:
        buyer_protections.cancel_plus(work, buyer, now=caller.now)


def _confirmation(caller: Caller) -> Answer:
    """The facts of one protection as a text, which every device opens and prints."""
    path, words, buyer = account_path(_language(caller)), caller.words, _buyer(caller)
    if buyer is None:
        return See(path, "buyer.ended", buyer="")
    number = caller.path["number"]
    with caller.installation.database.read() as session:
        own = buyer_protections.one(session, buyer, number, now=caller.now)
    lines = [
        words.say("buyer.confirmed"),
        words.say("buyer.order", shop=own.shop, reference=own.reference),
        "",
        *(f"{term}: {value}" for term, value in _facts(own, words)),
        *([words.say("buyer.demo", guarantor=own.guarantor)] if own.is_demo else []),
        "",
        words.say("buyer.made", date=words.day(caller.now.date())),
        caller.installation.settings.base_url + terms_path(caller.language),
        "",
    ]
    # Programs that guess the encoding of a text look at its first bytes.
    body = "\r\n".join(lines).encode("utf-8-sig")
    return File(f"{own.number}.txt", "text/plain; charset=utf-8", body)


def _terms(caller: Caller) -> Answer:
    language, words = _language(caller), caller.words
    with caller.installation.database.read() as session:
        backing = buyer_protections.backing(session)
    days = words.number(PROTECTIONS.days)
    offer = words.number(PROTECTIONS.offer_days)
    values = {
        "backing": backing,
        "demo": _demo_of_backing(backing, words),
        "lead": words.say("buyer.termsLead", offer=offer, days=days),
        "tiers": _tiers(words),
        "how": words.say("buyer.termsHow", days=days),
        "covered": [
            words.say(f"buyer.covered.{each}", days=days)
            for each in ("delivery", "refund", "service", "recurring", "insolvency")
        ],
        "uncovered": [
            words.say(f"buyer.uncovered.{each}") for each in ("above", "defects", "wrong")
        ],
        "account_url": account_path(language),
    }
    return Page("centre/buyer_terms.html", words.say("buyer.terms"), values)


def _demo_of_backing(backing: Backing | None, words: Words) -> str:
    if backing is None or not backing.is_demo:
        return ""
    return words.say("buyer.demo", guarantor=backing.name)


def _tiers(words: Words) -> list[tuple[str, str, str, str]]:
    """Where the buyer lives, the name of the tier, its maximum and its price."""
    rows: list[tuple[str, str, str, str]] = []
    for country, tiers in protection_tiers.BY_RESIDENCE.items():
        rows += [_tier(words.country_name(country), each, words) for each in tiers]
    elsewhere = words.say("buyer.termsElsewhere")
    return [*rows, *(_tier(elsewhere, each, words) for each in protection_tiers.ELSEWHERE)]


def _tier(where: str, terms: TierTerms, words: Words) -> tuple[str, str, str, str]:
    fee = words.money(terms.fee_minor, terms.currency)
    return (
        where,
        words.say(f"buyer.tier.{terms.tier}"),
        words.money(terms.max_minor, terms.currency),
        words.say("buyer.termsYear", fee=fee) if terms.fee_minor else words.say("buyer.termsFree"),
    )


def _form(name: str, change: Change, notice: str, *, asks: bool = False) -> PublicScreen:
    write = _changer(change, notice, asks=asks)
    return PublicScreen(f"{_ACCOUNT}/{name}", write=write, again=_show, is_guarded=True)


PUBLIC_SCREENS: Final[tuple[PublicScreen, ...]] = (
    PublicScreen(_ACCOUNT, _show, _ask, is_guarded=True),
    _door("link", _check_link, _open_link),
    _door("mail", _check_ticket, _open_ticket),
    PublicScreen(f"{_ACCOUNT}/leave", write=_leave, again=_show),
    _form("consent", _consent, "buyer.consented"),
    _form("withdraw", _withdraw, "buyer.withdrawn"),
    _form("plus", _book_plus, "buyer.plusBooked"),
    _form("plus/cancel", _cancel_plus, "buyer.plusCancelled"),
    _form("{number}/cancel", _cancel, "buyer.cancelled", asks=True),
    _form("{number}/prolong", _prolong, "buyer.prolonged"),
    PublicScreen(f"{_ONE}/confirmation", _confirmation),
    PublicScreen("/{language}/protection/terms", _terms),
)
