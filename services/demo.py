"""The demo: a page on which a visitor orders from the example shop, and that buyer's mailbox.

Served only where the setting is on and mails stay in the outbox, so that nobody else's mail is
ever shown: the buyers of the page have addresses on a host that does not exist.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain import hand_overs as rules
from domain import invite_rules, texts
from domain.actors import SYSTEM
from domain.errors import PageNotFound
from domain.hand_overs import PrintedOrder
from domain.invitations import ReviewKind
from domain.invite_rules import Rule
from domain.mails import KINDS, MailKey, MailState
from domain.markets import MARKETS
from domain.orders import NewOrder, OrderLine, normalise_email
from schemas.shop_orders import SOURCE
from services import hand_overs, letters, orders, outbox, seed_stories
from services import invite_rules as invite_use_cases
from services.installation import Installation
from services.seed_stories import ProductData
from services.settings import Settings
from store import hand_overs as hand_over_rows
from store import mails, shops
from store.database import Work
from store.mails import Search
from store.shops import Shop

HOST: Final = "mailbox.example"
OFFERED: Final = 3
NAME_CHARACTERS: Final = 40
_NUMBER: Final = re.compile(r"DEMO-[0-9A-F]{8}\Z")
_LETTERS: Final = re.compile(r"[^a-z0-9]+")
_ARRIVED: Final = (MailState.KEPT, MailState.SENT)
# At once: the mail leaves at the next full minute, and a delay below a day waits for no hour.
_RULE: Final = Rule(
    invite_rules.CHECKOUT,
    ReviewKind.SERVICE_REVIEW,
    is_enabled=True,
    delay=invite_rules.delay("PT0M"),
    time_of_day=invite_rules.moment("10:00"),
)


@dataclass(frozen=True, slots=True)
class DemoShop:
    """What the shop's page offers."""

    key: str
    name: str
    language: str
    currency: str
    zone: str
    products: Sequence[ProductData]


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """An order as the page prints it, signed as the shop's server would."""

    shop: DemoShop
    product: ProductData
    number: str
    email: str
    amount: str
    signature: str


@dataclass(frozen=True, slots=True)
class Received:
    """A mail in the buyer's mailbox; ``url`` is where its button leads, or empty."""

    sender: str
    subject: str
    text: str
    button: str
    url: str
    at: datetime


def is_on(settings: Settings) -> bool:
    """Whether this installation shows the demo: asked for, and no mail leaves it."""
    return settings.demo and not settings.has_mail_server


def prepare(work: Work, *, now: datetime) -> bool:
    """Let the example shop sign its page and ask at once; False where it is missing.

    A second call changes nothing that somebody has chosen since.
    """
    shop = _shop(work.session)
    if shop is None:
        return False
    if not hand_over_rows.secrets(work.session, shop.id):
        hand_overs.rotate_secret(work, shop.shop_key, actor=SYSTEM, now=now)
    key = (_RULE.event_type, _RULE.kind)
    if key not in invite_use_cases.of_shop(work.session, shop).changed:
        invite_use_cases.save(work, shop.shop_key, _RULE, actor=SYSTEM, now=now)
    return True


def shop(installation: Installation) -> DemoShop:
    """The example shop with a few of its products; raises PageNotFound where there is no demo."""
    with installation.database.read() as session:
        return _offered(_required(installation, session))


def order(installation: Installation, number: str, name: str, sku: str) -> DemoOrder:
    """The order of a visitor of this name, with the shop's signature; nothing is stored.

    Raises PageNotFound for a number that the page does not give, or a product it does not sell.
    """
    with installation.database.read() as session:
        row = _required(installation, session)
        offered = _offered(row)
        product = next((each for each in offered.products if each.sku == sku), None)
        secrets = hand_over_rows.secrets(session, row.id)
        if product is None or not secrets or _NUMBER.match(number) is None:
            raise PageNotFound
    whole, cents = divmod(product.price_minor, 100)
    amount, email = f"{whole}.{cents:02}", address(number, name)
    secret = installation.database.keys.shop_secret(row.public_id, secrets[0].number)
    printed = PrintedOrder(number, email, amount, row.currency)
    signature = rules.signature(secret, row.shop_key, printed)
    return DemoOrder(offered, product, number, email, amount, signature)


def tell(
    work: Work, settings: Settings, shop_key: str, printed: PrintedOrder, *, now: datetime
) -> None:
    """Play the server of the example shop: it tells what was bought, which no page is believed.

    So the form behind the mail offers the product too. Only signed orders of the demo's own page;
    whether the signature is right is decided with the hand-over, in the same transaction.
    """
    is_of_demo = is_on(settings) and _NUMBER.match(printed.number) is not None
    row = _shop(work.session) if is_of_demo and printed.signature.strip() else None
    if row is None or row.shop_key != shop_key:
        return
    named = {each.sku for each in printed.products}
    bought = [each for each in _offered(row).products if each.sku in named]
    if bought:
        new = NewOrder(
            printed.number,
            printed.email,
            now,
            sum(each.price_minor for each in bought),
            row.currency,
            tuple(map(_line, bought)),
            source=SOURCE,
        )
        orders.record(work, shop_key, new, now=now)


def _line(product: ProductData) -> OrderLine:
    return OrderLine(
        product.sku,
        product.name,
        price_minor=product.price_minor,
        url=product.url,
        gtin=product.gtin,
        brand=product.brand,
    )


def address(number: str, name: str) -> str:
    """The address of the buyer of an order; nobody else can have it."""
    tidy = _LETTERS.sub("-", texts.writable(name).casefold()[:NAME_CHARACTERS]).strip("-")
    return f"{tidy or 'kim'}.{number.lower()}@{HOST}"


def mailbox(installation: Installation, number: str, name: str) -> Sequence[Received]:
    """What the buyer of an order has got, the newest first; raises PageNotFound."""
    database, settings = installation.database, installation.settings
    with database.read() as session:
        _required(installation, session)
        if _NUMBER.match(number) is None:
            raise PageNotFound
        to = outbox.recipient_of(database.keys, normalise_email(address(number, name)))
        found = mails.found(session, Search(recipient_hash=to))
        made = [
            letters.make(session, database.keys, settings, settings.base_url, row)
            for row in found
            if row.state in _ARRIVED
        ]
    return [_received(each) for each in made]


def origin(installation: Installation, shop_key: str, given: str | None) -> str | None:
    """Where an order comes from: our own page of the demo stands on the shop's host."""
    if given is None or not is_on(installation.settings) or given not in _own(installation):
        return given
    with installation.database.read() as session:
        row = _shop(session)
        return row.url if row is not None and row.shop_key == shop_key else given


def _own(installation: Installation) -> Sequence[str]:
    """The addresses of this installation, under either name of this machine."""
    base, port = installation.settings.base_url, installation.settings.port
    return (base, f"http://127.0.0.1:{port}", f"http://localhost:{port}")


def _received(made: letters.Made) -> Received:
    shown, kind = made.rendered(), KINDS[MailKey(made.row.key)]
    return Received(
        sender=made.sender_name,
        subject=shown.subject,
        text=shown.text,
        button=made.letter.wording.button,
        url=made.letter.values.get(kind.link, "") if kind.link else "",
        at=made.row.queued_at,
    )


def _required(installation: Installation, session: Session) -> Shop:
    row = _shop(session) if is_on(installation.settings) else None
    if row is None:
        raise PageNotFound
    return row


def _shop(session: Session) -> Shop | None:
    return shops.by_key(session, seed_stories.load()[0].shop.key)


def _offered(row: Shop) -> DemoShop:
    products, zone = seed_stories.load()[0].products[:OFFERED], MARKETS[row.market].zone
    return DemoShop(row.shop_key, row.name, row.language, row.currency, zone, products)
