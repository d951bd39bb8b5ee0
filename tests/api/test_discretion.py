"""What is said of a member's solvency reaches nobody but finance, the insurer and the member (§39).

Every address of the application is asked, as it is found in the router itself.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson
import pytest
from mcp.client import Client
from sqlmodel import col, select
from starlette.routing import Route, compile_path

from api import router
from api.asgi import App
from api.mcp import server
from api.mcp.tools import Tools
from control.centre import words
from domain import languages
from domain.actors import OPERATOR, SYSTEM
from domain.clients import ClientKind, NewClient, Scope
from domain.frame_reviews import Cause, FrameReviewState
from domain.mails import MailKey
from domain.rights import OperatorRole
from domain.webhooks import CHOICES, NewWebhook
from jobs import frames as nights
from jobs import indicators as indicator_nights
from services import clients, frame_keepers, frame_reviews, frames, operations, refresh, webhooks
from services.frames import Setting
from services.installation import Installation
from services.review_feeds import FeedKind
from store import accounts, shops
from store import frame_reviews as review_rows
from store import frames as frame_rows
from store.mails import Mail
from store.products import Product
from store.reviews import Review
from store.shops import Shop
from store.webhooks import Delivery
from tests.control.centre.conftest import BASE, Centre, Visitor, served
from tests.control.centre.conftest import seeded_sqlite as seeded_sqlite
from tests.control.centre.test_buyer_pages import buy, inside
from tests.control.centre.test_buyer_pages import protects as protects
from tests.control.centre.test_frame_pages import with_role
from tests.services import fed, framed

QUESTION: Final = "quaggaquestion: why are the bills of spring unpaid?"
ANSWER: Final = "quaggaanswer: a customer of ours pays late."
REASON: Final = "quaggareason: the accounts show a loss."
REFERENCE: Final = "QUAGGAREF-1"
FRAME_MINOR: Final = 7_613_37
USED_EUROS: Final = 8_431
BUYER: Final = "discreet@example.org"
_APART: Final = r"(?:[.,' \u2019\u00a0\u202f]|&nbsp;|&#39;)?"
_AMOUNTS: Final = re.compile(
    # The second one with and without what the buyer's own purchase takes of the frame.
    rf"(?<!\w)(?:7{_APART}613{_APART}37|8{_APART}[45]31(?:{_APART}00)?)(?!\w)"
)
_TOLD: Final = frozenset(
    {
        "quagga",
        "at_insurer",
        "frame_review.",
        "frv-",
        *(
            words.of(language).say(f"frame.review.{FrameReviewState.AT_INSURER}").lower()
            for language in languages.SUPPORTED
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A running installation and where the review of the frame of Anna's company stands."""

    centre: Centre
    routes: Sequence[Route]
    account_id: str
    examples: dict[str, str]

    @property
    def installation(self) -> Installation:
        return self.centre.installation

    def addresses(self) -> Iterator[str]:
        """Every address that can be read, on Anna's shop where it names one."""
        for route in self.routes:
            if route.methods and "GET" not in route.methods:
                continue
            _, form, convertors = compile_path(route.path)
            for name in convertors:
                form = form.replace(f"{{{name}}}", self.examples.get(name, "unknown"))
            yield form


def told(text: str) -> set[str]:
    """What a text says that it must not."""
    lower = text.lower()
    return {each for each in _TOLD if each in lower} | set(_AMOUNTS.findall(text))


@pytest.fixture(scope="module")
def found() -> Iterator[list[Route]]:
    """The routes of the application that is started while this is used."""
    kept: list[Route] = []
    routed = router.routed

    def keeping(routes: list[Route]) -> App:
        kept.extend(routes)
        return routed(routes)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(router, "routed", keeping)
        yield kept


@pytest.fixture(scope="module")
def centre(
    found: list[Route], seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Centre]:
    """The seeded installation, whose routes are kept."""
    with served(seeded_sqlite, tmp_path_factory.mktemp("discretion")) as running:
        running.stranger().get("/docs")
        assert found
        yield running


@pytest.fixture(scope="module")
def buyer(centre: Centre, protects: str) -> Visitor:
    """A buyer with a protected purchase at Anna's shop, who is in their account."""
    buy(centre, protects, BUYER)
    return inside(centre, BUYER)


@pytest.fixture(scope="module")
def reviewed(centre: Centre, protects: str, buyer: Visitor, found: list[Route]) -> Reviewed:
    """Anna's company, whose frame is exceeded and whose review is at the insurer."""
    del buyer
    installation, now = centre.installation, datetime.now(UTC)
    database = installation.database
    with database.write() as work:
        new = NewWebhook("https://till.example/in", CHOICES)
        webhooks.add(work, protects, new, actor=OPERATOR, now=now)
    with database.write() as work:
        shop = shops.by_key(work.session, protects)
        assert shop is not None
        account = accounts.of_shop(work.session, shop.account_id)
        keeper = frame_keepers.Keeper(account, OPERATOR)
        row = frame_rows.held(work.session, shop.account_id, now=now)
        setting = Setting(FRAME_MINOR, REASON, REFERENCE)
        frames.change(work, keeper, setting, seen=row.version, now=now)
        frame_reviews.open_(work, shop.account_id, Cause.MANUAL, now=now, actor=SYSTEM)
        review = review_rows.latest(work.session, shop.account_id)
        assert review is not None
        review_id, seen = review.public_id, review.version
        frame_reviews.ask(work, keeper, review_id, QUESTION, seen=seen, now=now)
    framed.protect(database, protects, USED_EUROS, now)
    anna, own = centre.signed_in("Anna"), f"/control/shops/{protects}/frame"
    assert QUESTION in anna.get(own).text
    values = {"answer": ANSWER, "seen": str(seen + 1)}
    assert anna.post(f"{own}/answer", values).status_code == 303
    with database.write() as work:
        frame_reviews.send(work, keeper, review_id, REFERENCE, seen=seen + 2, now=now)
    nights.nightly(installation, now=now.isoformat())
    indicator_nights.store(installation, now=now.isoformat())
    refresh.render(installation, protects)
    return Reviewed(centre, found, account.public_id, _examples(installation, protects, review_id))


def _examples(installation: Installation, shop_key: str, frame_review_id: str) -> dict[str, str]:
    """What stands for the parameters of a path, by their names."""
    feed = fed.open_feed(installation.database, shop_key, FeedKind.PRODUCT_RATINGS)
    with installation.database.read() as session:
        shop = session.exec(select(Shop).where(Shop.shop_key == shop_key)).one()
        product = session.exec(select(Product).where(Product.shop_id == shop.id)).first()
        review = session.exec(select(Review).where(Review.shop_id == shop.id)).first()
        mail = session.exec(select(Mail).where(col(Mail.key) == MailKey.FRAME_INFO_NEEDED)).first()
        account_id = accounts.of_shop(session, shop.account_id).public_id
    assert product is not None
    assert review is not None
    assert mail is not None
    return {
        "shop_key": shop_key,
        "key": shop_key,
        "tsid": shop_key,
        "account_id": account_id,
        "sku": product.sku,
        "review_id": review.public_id,
        "frame_review_id": frame_review_id,
        "mail_id": mail.public_id,
        "language": "en",
        "token": feed.path.split("/")[-2],
        "name": "eligibility.json",
    }


def stranger(reviewed: Reviewed) -> Visitor:
    return reviewed.centre.stranger()


def other_shop(reviewed: Reviewed) -> Visitor:
    """Cleo, who is the administrator of another company's shop."""
    return reviewed.centre.signed_in("Cleo")


def staff(reviewed: Reviewed) -> Visitor:
    """Ben, who works on the reviews of Anna's shop."""
    return reviewed.centre.signed_in("Ben")


def moderator(reviewed: Reviewed) -> Visitor:
    return reviewed.centre.signed_in("Mona")


def operator(reviewed: Reviewed) -> Visitor:
    """Somebody who sees the log and the outbox, and changes the rules."""
    return with_role(reviewed.centre, "Otto", OperatorRole.ADMINISTRATOR)


def other_program(reviewed: Reviewed) -> Visitor:
    """A client of another company with every scope that there is."""
    centre, database = reviewed.centre, reviewed.installation.database
    with database.write() as work:
        shop = shops.by_key(work.session, centre.cleos)
        assert shop is not None
        member = accounts.of_shop(work.session, shop.account_id).public_id
        new = NewClient(ClientKind.OAUTH, "Desk", scopes=tuple(Scope))
        added = clients.add(work, member, new, actor=OPERATOR, now=datetime.now(UTC))
    client = centre.client()
    form = {
        "grant_type": "client_credentials",
        "client_id": added.client_id,
        "client_secret": added.secret,
    }
    token = client.post(f"{BASE}/oauth/token", data=form).json()["access_token"]
    client.headers["authorization"] = f"Bearer {token}"
    return Visitor(client)


def leaks(visitor: Visitor, reviewed: Reviewed) -> tuple[dict[str, set[str]], set[str]]:
    """What each address tells that it must not, and the addresses that have answered."""
    wrong, answered = {}, set()
    for address in reviewed.addresses():
        response = visitor.get(address)
        if response.status_code == 301:
            response = visitor.get(response.headers["location"])
        if response.status_code == 200:
            answered.add(address)
        # The way to the login names the address that was asked for, and nothing else.
        text = f"{response.text}\n{dict(response.headers)}".replace(address, "")
        said = told(text)
        if said:
            wrong[address] = said
    return wrong, answered


PEOPLE: Final = {
    each.__name__: each
    for each in (stranger, other_shop, staff, moderator, operator, other_program)
}


@pytest.mark.parametrize("who", PEOPLE)
def test_no_address_tells_others_of_a_review_of_a_frame(reviewed: Reviewed, who: str) -> None:
    wrong, answered = leaks(PEOPLE[who](reviewed), reviewed)
    assert wrong == {}
    assert len(answered) > 60
    assert f"/v1/exports/{reviewed.examples['token']}/eligibility.json" in answered


def test_no_address_tells_a_buyer_with_an_account(reviewed: Reviewed, buyer: Visitor) -> None:
    wrong, answered = leaks(buyer, reviewed)
    assert wrong == {}
    assert "/en/protection/account" in answered


def test_those_who_may_know_are_told_so_that_silence_means_something(reviewed: Reviewed) -> None:
    desk = f"/control/operator/frames/{reviewed.account_id}"
    finance = with_role(reviewed.centre, "Otto", OperatorRole.FINANCE)
    wrong, _ = leaks(finance, reviewed)
    assert {"quagga", "frv-", "at the insurer", "7,613.37", "8,531.00"} <= wrong[desk]
    assert set(wrong) == {desk, "/control/operator/frames"}
    for part in (QUESTION, ANSWER, REASON, REFERENCE):
        assert part in finance.get(desk).text
    wrong, _ = leaks(reviewed.centre.signed_in("Anna"), reviewed)
    own = f"/control/shops/{reviewed.examples['shop_key']}/frame"
    assert {"quagga", "beim versicherer", "7.613,37", "8.531,00"} <= wrong[own]


def test_programs_webhooks_and_the_log_of_others_are_silent(reviewed: Reviewed) -> None:
    shop_key = reviewed.examples["shop_key"]
    tools = server.create(Tools(reviewed.installation))

    async def asked() -> list[str]:
        async with Client(tools) as client:
            calls = {
                "get_shop_trust": {"shop": shop_key},
                "get_product_rating": {"shop": shop_key, "sku": reviewed.examples["sku"]},
                "list_reviews": {"shop": shop_key},
            }
            results = [await client.call_tool(name, given) for name, given in calls.items()]
        assert not any(result.is_error for result in results)
        return [result.model_dump_json() for result in results]

    with reviewed.installation.database.read() as session:
        sent = list(session.exec(select(Delivery.payload)).all())
        lines = [f"{line.action} {line.after}" for line in operations.log(session)]
    assert "frame.changed" in {orjson.loads(body)["type"] for body in sent}
    assert lines
    assert {text for text in (*asyncio.run(asked()), *sent, *lines) if told(text)} == set()
