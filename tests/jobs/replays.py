"""Steps that tests of the replay take: play a folder, and look at what came of it."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import select

from jobs.replay import proof, replaying
from jobs.replay.replaying import ReplayReport
from services.installation import Installation
from services.refresh import Progress
from tests.jobs.histories import ANNA, BERT, CLEO, OlistFolder
from tests.services.steps import NOON

TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)


def silent(name: str) -> Progress:
    """Shows no progress."""

    def progress(done: int, total: int) -> None:
        assert 0 <= done <= total, name

    return progress


def play(installation: Installation, path: Path, *, now: datetime = NOON) -> ReplayReport:
    return replaying.replay(installation, path, now=now, stage=silent)


def refusals(report: ReplayReport) -> set[tuple[str, str, str]]:
    """File, row and code of each refusal."""
    return {
        (refusal.place.file, refusal.place.name, refusal.code)
        for played in report.played
        for refusal in played.ledger.refusals
    }


def rows(installation: Installation, kind: type[Any]) -> list[Any]:
    with installation.database.read() as session:
        return list(session.exec(select(kind).order_by("id")))


def wrong(
    installation: Installation, report: ReplayReport, *, today: date = TODAY
) -> list[proof.Difference]:
    """The grades that are served otherwise than the files say."""
    found = []
    for played in report.played:
        number, differences = proof.differences(
            installation, played, today=today, progress=silent("proof")
        )
        assert number > 0
        found += differences
    return found


def dirty() -> OlistFolder:
    """One row of each kind of dirt, among rows that are in order."""
    folder = OlistFolder(products=[("p1", "livros"), ("p2", ""), ("p3", "")])
    folder.english = [("livros", "books"), ("moveis", "furniture")]
    folder.sellers = [(ANNA,), (BERT,), (CLEO,), ("no_host",), (ANNA,), ("",)]
    folder.order("fine", ANNA)
    folder.review("fine", "5", review_id="first")
    folder.review("fine", "1", review_id="second", answered="2018-02-21 10:00:00")
    folder.order("no-items")
    folder.review("no-items", review_id="r-no-items")
    folder.review("unknown", review_id="r-unknown")
    folder.order("early", ANNA)
    folder.review(
        "early", review_id="r-early", created="2018-01-01 00:00:00", answered="2018-01-09 00:00:00"
    )
    folder.order("hasty", ANNA)
    folder.review("hasty", review_id="r-hasty", answered="2018-01-19 23:59:59")
    folder.order("late", ANNA)
    folder.review("late", review_id="r-late", answered="2018-07-20 00:00:00")
    folder.order("very-late", ANNA)
    folder.review(
        "very-late",
        review_id="r-very-late",
        created="2018-08-01 00:00:00",
        answered="2018-08-02 00:00:00",
    )
    folder.order("slow", ANNA)
    folder.review("slow", "3", answered="2018-07-05 23:59:59")
    folder.order("no-time", ANNA, at="")
    folder.review("no-time", review_id="r-no-time")
    folder.order("marks", BERT)
    folder.review("marks", "", review_id="no-mark")
    folder.review("marks", "6", review_id="six")
    folder.review("marks", "good", review_id="word")
    folder.review("marks", "4", review_id="no-answer", answered="")
    folder.review("marks", "4", review_id="not-a-day", created="2018-02-30 00:00:00")
    folder.order("twin-1", BERT)
    folder.order("twin-2", BERT)
    folder.review("twin-1", "5", review_id="twin")
    folder.review("twin-2", "4", review_id="twin")
    folder.order("fine", BERT)
    folder.order("no-buyer", BERT, customer="")
    folder.review("no-buyer", review_id="r-no-buyer")
    folder.order("no-host", "no_host")
    folder.review("no-host", review_id="r-no-host")
    folder.order("no-price", BERT, price="?", product="p2", status="mystery")
    folder.item("no-price", 2, "")
    return folder


EXPECTED = {
    ("order_reviews.csv", "second/fine", "INVITATION_ALREADY_USED"),
    ("order_reviews.csv", "r-no-items/no-items", "ORDER_WITHOUT_ITEMS"),
    ("orders.csv", "no-items", "ORDER_WITHOUT_ITEMS"),
    ("order_reviews.csv", "r-unknown/unknown", "ORDER_UNKNOWN"),
    ("order_reviews.csv", "r-early/early", "REVIEW_TOO_EARLY"),
    ("order_reviews.csv", "r-hasty/hasty", "REVIEW_TOO_EARLY"),
    ("order_reviews.csv", "r-late/late", "INVITATION_EXPIRED"),
    ("order_reviews.csv", "r-very-late/very-late", "REVIEW_TOO_LATE"),
    ("orders.csv", "no-time", "UNREADABLE"),
    ("order_items.csv", "no-time/1", "ORDER_UNKNOWN"),
    ("order_reviews.csv", "r-no-time/no-time", "ORDER_UNKNOWN"),
    ("order_reviews.csv", "no-mark/marks", "MARKS_INVALID"),
    ("order_reviews.csv", "six/marks", "MARKS_INVALID"),
    ("order_reviews.csv", "word/marks", "UNREADABLE"),
    ("order_reviews.csv", "no-answer/marks", "UNREADABLE"),
    ("order_reviews.csv", "not-a-day/marks", "UNREADABLE"),
    ("orders.csv", "fine", "DUPLICATE"),
    ("order_items.csv", "fine/1", "DUPLICATE"),
    ("orders.csv", "no-buyer", "ORDER_INVALID"),
    ("order_items.csv", "no-buyer/1", "ORDER_INVALID"),
    ("order_reviews.csv", "r-no-buyer/no-buyer", "ORDER_INVALID"),
    ("sellers.csv", "no_host", "SHOP_INVALID"),
    ("sellers.csv", ANNA, "DUPLICATE"),
    ("sellers.csv", "", "UNREADABLE"),
    ("orders.csv", "no-host", "SHOP_INVALID"),
    ("order_items.csv", "no-host/1", "SHOP_INVALID"),
    ("order_reviews.csv", "r-no-host/no-host", "SHOP_INVALID"),
    ("order_items.csv", "no-price/2", "UNREADABLE"),
    ("products.csv", "p3", "NOT_NEEDED"),
    ("product_category_name_translation.csv", "moveis", "NOT_NEEDED"),
}


CLOTHES = [
    ("767", "", "Silky and comfortable", "4", "Intimates"),
    ("1080", "Love it", "Two lines\nof joy, 5'8\"", "5", "Dresses"),
    ("1080", "Not for me", "", "1", "Dresses"),
    ("1077", "", "Too big", "6", "Dresses"),
    ("", "", "No id", "3", ""),
    ("862", "", "Nice", "3", ""),
]
