"""The replay: what happened happens again, in its order, and once."""

import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from jobs.replay import replaying
from jobs.replay.ledger import Outcome
from jobs.replay.player import Counts
from services.installation import Installation
from services.refresh import NightlyReport
from store.invitations import Invitation
from store.orders import Order, OrderLine
from store.products import Product
from store.reviews import Review
from store.shops import Shop
from tests.conditions import eventually
from tests.jobs import histories
from tests.jobs.histories import ANNA, BERT, OlistFolder
from tests.jobs.replays import (
    CLOTHES,
    EXPECTED,
    TODAY,
    YESTERDAY,
    dirty,
    play,
    refusals,
    rows,
    silent,
    wrong,
)
from tests.services.steps import NOON

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("REPLAY_DATA", ROOT.parent / "shared" / "data"))


def test_orders_invitations_and_reviews_happen_at_their_own_time(
    installation: Installation, tmp_path: Path
) -> None:
    folder = OlistFolder(products=[("p1", "livros")], english=[("livros", "books")])
    folder.order("o1", ANNA, at="2018-01-10 09:30:00")
    folder.review(
        "o1",
        "4",
        created="2018-01-20 00:00:00",
        answered="2018-01-21 10:00:01",
        title=" Muito bom ",
        message="Chegou antes.\r\nRecomendo!",
    )
    report = play(installation, folder.write(tmp_path / "olist"))
    shift = timedelta(days=(YESTERDAY - datetime(2018, 1, 21, tzinfo=UTC).date()).days)
    ordered = datetime(2018, 1, 10, 9, 30, tzinfo=UTC) + shift
    (shop,) = rows(installation, Shop)
    assert (shop.shop_key, shop.name, shop.domain) == (f"X{ANNA.upper()}", ANNA, f"{ANNA}.example")
    assert (shop.market, shop.language, shop.currency) == ("EUO", "en", "BRL")
    assert (shop.criteria_system, shop.registered_at) == ("THREE", ordered)
    (order,) = rows(installation, Order)
    assert (order.reference, order.ordered_at, order.recorded_at) == ("o1", ordered, ordered)
    assert (order.amount_minor, order.currency, order.status) == (10995, "BRL", "DELIVERED")
    assert order.delivered_at == datetime(2018, 1, 15, 12, tzinfo=UTC) + shift
    assert (order.legal_basis, order.legal_basis_version) == ("EXISTING_CUSTOMER", "replay")
    address = installation.database.keys.decrypt(order.email_cipher)
    assert address == "c1@buyer.example"
    (product,) = rows(installation, Product)
    assert (product.sku, product.name) == ("p1", "books")
    (invitation,) = rows(installation, Invitation)
    assert invitation.issued_at == datetime(2018, 1, 20, tzinfo=UTC) + shift
    (review,) = rows(installation, Review)
    assert review.submitted_at == datetime(2018, 1, 21, 10, 0, 1, tzinfo=UTC) + shift
    assert review.submitted_at.date() == YESTERDAY
    assert (review.mark_service, review.mark_goods, review.level) == (4, None, 2)
    assert (review.title, review.comment) == ("Muito bom", "Chegou antes.\nRecomendo!")
    assert review.language == "pt"
    assert report.played[0].counts == Counts(shops=1, orders=1, invitations=1, reviews=1)
    assert refusals(report) == set()


def test_each_seller_of_an_order_gets_its_own_order_and_review(
    embedded: Installation, tmp_path: Path
) -> None:
    folder = OlistFolder()
    folder.order("o1", ANNA, BERT)
    folder.item("o1", 3, BERT)
    folder.item("o1", 4, BERT, product="p2")
    folder.review("o1", "2")
    report = play(embedded, folder.write(tmp_path))
    assert [order.reference for order in rows(embedded, Order)] == ["o1", "o1"]
    assert [order.amount_minor for order in rows(embedded, Order)] == [10995, 32985]
    lines = {(line.order_id, line.quantity) for line in rows(embedded, OrderLine)}
    assert lines == {(1, 1), (2, 2), (2, 1)}
    assert [review.stars for review in rows(embedded, Review)] == [2, 2]
    assert wrong(embedded, report) == []


def stored(installation: Installation) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a replay leaves, without ids and the moments of the machine's clock."""
    shops = {shop.id: shop.shop_key for shop in rows(installation, Shop)}
    orders = {order.id: order for order in rows(installation, Order)}
    return {
        "shops": sorted((shop.shop_key, shop.registered_at) for shop in rows(installation, Shop)),
        "orders": sorted(
            (shops[o.shop_id], o.reference, o.ordered_at, o.recorded_at, o.amount_minor)
            for o in orders.values()
        ),
        "lines": sorted(
            (orders[line.order_id].reference, line.quantity, line.price_minor)
            for line in rows(installation, OrderLine)
        ),
        "invitations": sorted(
            (shops[i.shop_id], orders[i.order_id].reference, i.issued_at, i.state)
            for i in rows(installation, Invitation)
        ),
        "reviews": sorted(
            (shops[r.shop_id], r.submitted_at, r.stars, r.comment, r.level, r.state)
            for r in rows(installation, Review)
        ),
    }


def generations(installation: Installation) -> list[int]:
    return [shop.generation for shop in rows(installation, Shop)]


def test_a_second_run_changes_nothing_and_says_so(
    installation: Installation, tmp_path: Path
) -> None:
    folder = dirty().write(tmp_path)
    play(installation, folder)
    before = stored(installation), generations(installation)
    report = play(installation, folder)
    assert (stored(installation), generations(installation)) == before
    assert not report.played[0].changed
    assert report.refreshed == NightlyReport(slid=0, rendered=0, snapshots=0)
    assert refusals(report) == EXPECTED
    outcomes = {outcome for _, outcome, _ in report.played[0].ledger.rows()}
    assert outcomes == {Outcome.KNOWN, Outcome.REFUSED}


def test_a_run_on_another_day_keeps_the_dates_of_the_first(
    embedded: Installation, tmp_path: Path
) -> None:
    folder = dirty().write(tmp_path / "olist")
    histories.clothes(tmp_path / "clothing_reviews.csv", CLOTHES)
    play(embedded, tmp_path)
    before = stored(embedded)
    report = play(embedded, tmp_path, now=NOON + timedelta(days=40))
    assert folder.is_dir()
    assert stored(embedded) == before
    assert not any(played.changed for played in report.played)
    differing = wrong(embedded, report, today=TODAY + timedelta(days=40))
    assert differing == []


def test_a_replay_that_is_killed_goes_on_where_it_stopped(
    embedded: Installation, sqlite_url: str, migrated_sqlite: Path, tmp_path: Path
) -> None:
    folder = histories.ordinary(150).write(tmp_path / "olist")
    environment = os.environ | {
        "TRUSTWRIGHT_HOME": str(tmp_path / "home"),
        "TRUSTWRIGHT_DATABASE_URL": sqlite_url,
        "TRUSTWRIGHT_SECRET_KEY": embedded.settings.secret,
    }
    killed = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "replay", str(folder)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    eventually(lambda: len(rows(embedded, Review)) > 20, within=60)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    reviews = len(rows(embedded, Review))
    assert 20 < reviews < 150
    report = replaying.replay(embedded, folder, now=datetime.now(UTC), stage=silent)
    assert report.played[0].counts.reviews == 150 - reviews
    unbroken = Installation.open(
        embedded.settings.model_copy(
            update={"database_url": f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'u.db')}"}
        )
    )
    replaying.replay(unbroken, folder, now=datetime.now(UTC), stage=silent)
    assert stored(embedded) == stored(unbroken)
    assert generations(embedded) == generations(unbroken)
    unbroken.close()


def test_clothes_become_product_reviews_spread_over_the_year_that_ends_yesterday(
    installation: Installation, tmp_path: Path
) -> None:
    file = histories.clothes(tmp_path / "clothing_reviews.csv", CLOTHES)
    report = play(installation, file)
    (shop,) = rows(installation, Shop)
    assert (shop.market, shop.language, shop.currency) == ("EUO", "en", "USD")
    found = rows(installation, Review)
    assert [review.mark_total for review in found] == [4, 5, 1, 3]
    assert {review.kind for review in found} == {"PRODUCT_REVIEW"}
    days = [review.submitted_at.date() for review in found]
    assert (days[0], days[-1]) == (YESTERDAY - timedelta(days=364), YESTERDAY)
    assert days[1] - days[0] == timedelta(days=73)
    orders = rows(installation, Order)
    assert [order.reference for order in orders] == ["1", "2", "3", "4", "6"]
    address = installation.database.keys.decrypt(orders[-1].email_cipher)
    assert address == "6@buyer.example"
    names = {product.sku: product.name for product in rows(installation, Product)}
    assert names == {"767": "Intimates", "1080": "Dresses", "1077": "Dresses", "862": "862"}
    assert {code for *_, code in refusals(report)} == {"MARKS_INVALID", "UNREADABLE"}
    assert wrong(installation, report) == []


def test_the_proof_finds_a_grade_that_is_not_that_of_the_files(
    embedded: Installation, tmp_path: Path
) -> None:
    folder = OlistFolder()
    folder.order("o1", ANNA)
    folder.review("o1", "4")
    report = play(embedded, folder.write(tmp_path))
    assert wrong(embedded, report) == []
    folder.reviews[0] = ("r0", "o1", "5", *folder.reviews[0][3:])
    folder.write(tmp_path)
    (difference,) = wrong(embedded, report)
    assert (difference.expected, difference.served) == ((Fraction(5), 1), (Fraction(4), 1))


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason=f"REPLAY_DATA or {DATA} holds the real histories")
def test_the_real_histories_are_graded_as_their_files_say(embedded: Installation) -> None:
    report = play(embedded, DATA)
    assert wrong(embedded, report) == []
    olist, clothing = report.played
    assert (olist.counts.shops, clothing.counts.reviews) == (1610, 1000)
    assert max(review.submitted_at for review in rows(embedded, Review)).date() <= YESTERDAY
    codes = {code for *_, code in refusals(report)}
    assert codes == {
        "INVITATION_ALREADY_USED",
        "INVITATION_EXPIRED",
        "NOT_NEEDED",
        "ORDER_WITHOUT_ITEMS",
        "REVIEW_TOO_EARLY",
    }
    for played in report.played:
        for file in played.ledger.files():
            assert file.rows == file.used + file.refused
