"""Cold build: what it costs in CPU time to make a page of 20 reviews as JSON and as XML."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from api.caching import etag
from api.negotiation import Encoding
from bench import databases, installations
from bench.figures import Figure, of_rounds
from bench.plan import Plan
from schemas import encoding
from schemas.questions import Question
from schemas.snapshots import Kind, Media, digest_of
from services import figures, review_lists, snapshots
from services.figures import subject_of, window_of
from services.installation import Installation
from services.snapshots import Answers
from store import shops
from widgets import reviews

_FORMATS: Final = (Media.JSON, Media.XML)


def run(plan: Plan) -> Sequence[Figure]:
    """CPU milliseconds for both formats with their ETags, without and with the database."""
    with databases.empty_sqlite() as url, installations.opened(url) as installation:
        key = installations.fill_shop(installation.database, 30)
        questions = [Question(Kind.REVIEWS, key, media) for media in _FORMATS]
        plain = _without_database(installation, questions)
        size = len(plain())
        return [
            _timed("building.plain", "JSON + XML + ETag, without database", plain, plan).noted(
                f"20 reviews, {size:,} bytes of JSON"
            ),
            _timed(
                "building.stored",
                "JSON + XML + ETag, with SQLite, gzip and brotli",
                lambda: _rendered(installation, questions),
                plan,
            ).noted("read once for both formats, as the refresh does"),
            _timed(
                "building.misses",
                "the same as two misses, each with its own reads",
                lambda: [snapshots.answer(installation, each) for each in questions],
                plan,
            ),
        ]


def _without_database(
    installation: Installation, questions: Sequence[Question]
) -> Callable[[], bytes]:
    """Builds from plain values that were read before; returns the JSON."""
    question = questions[0]
    with installation.database.read() as session:
        shop = shops.by_key(session, question.shop_key)
        assert shop is not None
        view = figures.shop_view(shop, min_reviews=1)
        subject = subject_of(shop)
        grade = figures.grade_of(session, shop, subject, min_reviews=1)
        page = review_lists.page(session, subject, question.query, window=window_of(shop))

    def build() -> bytes:
        shape = reviews.build(view, grade, page, question)
        bodies = [encoding.to_json(shape), encoding.to_xml(shape)]
        for body in bodies:
            etag(digest_of(body).encode(), Encoding.IDENTITY)
        return bodies[0]

    return build


def _rendered(installation: Installation, questions: Sequence[Question]) -> None:
    with installation.database.read() as session:
        shop = shops.by_key(session, questions[0].shop_key)
        assert shop is not None
        answers = Answers(session, shop, min_reviews=1)
        for question in questions:
            answers.to(question)


def _timed(key: str, title: str, call: Callable[[], object], plan: Plan) -> Figure:
    """The median CPU time of single calls, and the extremes of the rounds' medians."""
    repeats = plan.pick(200, 10)
    call()
    rounds = []
    for _ in range(plan.rounds):
        spent = sorted(_cpu_ms(call) for _ in range(repeats))
        rounds.append(spent[repeats // 2])
    return of_rounds(key, title, rounds, "ms")


def _cpu_ms(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return (time.process_time() - started) * 1_000
