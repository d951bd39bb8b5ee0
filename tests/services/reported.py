"""Steps that tests of moderation take: a report, a moderator's step, and what was mailed."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import col, select

from domain.actors import READER
from domain.decisions import Moderator
from domain.moderators import Decider
from domain.notices import NewNotice, NoticeReason, Reporter, ReporterKind
from services import cases, hearings, notices, rulings
from services.notices import Filed
from services.rulings import Reasons, Step
from store import cases as rows
from store import reviews
from store.cases import Case
from store.database import Database
from store.mails import Mail
from store.reviews import Review
from tests.services import steps
from tests.services.steps import ANNA, NOON, Written, marks

MONA = Decider(Moderator("usr-mona"), languages=frozenset({"en", "de"}))
NINA = Decider(Moderator("usr-nina"), languages=frozenset({"en"}))
NOWHERE = Path("nowhere")
EXPLAINED = "The carrier's record shows that the parcel was delivered."
WHY = Reasons(EXPLAINED, "UNTRUTHFUL", "Delivered on 3 November.")


@dataclass(frozen=True, slots=True)
class Reported:
    """A shop with one review that somebody has reported."""

    shop_key: str
    written: Written
    filed: Filed

    @property
    def case_id(self) -> str:
        return self.filed.case_id


def new_notice(
    review_id: str,
    *,
    email: str = "eve@mail.org",
    reason: NoticeReason = NoticeReason.FALSE_FACTS,
    explanation: str = "The parcel arrived on the third day, not after two weeks.",
    shop_key: str = "",
) -> NewNotice:
    """A complete notice, by a reader or by the staff of a shop."""
    kind = ReporterKind.SHOP if shop_key else ReporterKind.READER
    by = Reporter(kind, "Eve", email, "en", shop_key)
    return NewNotice(review_id, by, reason, explanation, good_faith=True)


def file(database: Database, notice: NewNotice, *, at: datetime = NOON) -> Filed:
    with database.write() as work:
        return notices.file(work, notice, actor=READER, now=at)


def reported(
    database: Database,
    *,
    domain: str = "shop.example",
    reason: NoticeReason = NoticeReason.FALSE_FACTS,
    stars: int = 1,
    at: datetime = NOON,
    by_shop: bool = False,
) -> Reported:
    """A review of ``stars`` and the notice about it."""
    shop_key = steps.open_shop(database, domain=domain)
    written = steps.review(database, shop_key, marks(service=stars))
    notice = new_notice(written.review_id, reason=reason, shop_key=shop_key if by_shop else "")
    return Reported(shop_key, written, file(database, notice, at=at))


def step(
    database: Database,
    case_id: str,
    name: Step,
    *,
    by: Decider = MONA,
    reasons: Reasons = WHY,
    at: datetime = NOON,
    seen: int | None = None,
) -> None:
    """One step of a moderator, who looks at the case as it is unless ``seen`` says otherwise."""
    version = case(database, case_id).version if seen is None else seen
    with database.write() as work:
        rulings.decide(work, case_id, name, reasons, by, seen=version, now=at)


def case(database: Database, case_id: str) -> Case:
    """The stored case."""
    with database.read() as session:
        found = rows.by_public_id(session, case_id)
        assert found is not None
        return found


def review(database: Database, review_id: str) -> Review:
    """The stored review."""
    with database.read() as session:
        found = reviews.by_public_id(session, review_id)
        assert found is not None
        return found


def author_token(database: Database, case_id: str) -> str:
    """The secret of the author's link."""
    return cases.author_token(database.keys, case(database, case_id))


def mails(database: Database) -> list[str]:
    """The keys of every mail that was asked for, in their order."""
    with database.read() as session:
        return [mail.key for mail in session.exec(select(Mail).order_by(col(Mail.id))).all()]


def proofs_folder(home: Path) -> list[Path]:
    """The files that lie in the home folder as proofs."""
    folder = home / "proofs"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def heard_out(database: Database, made: Reported, *, at: datetime = NOON) -> None:
    """Both sides say what they have to say, so that a moderator may decide."""
    step(database, made.case_id, Step.TAKE, at=at)
    step(database, made.case_id, Step.HEAR, at=at)
    token = author_token(database, made.case_id)
    with database.write() as work:
        hearings.answer(work, NOWHERE, token, "It took two weeks, believe me.", now=at)
    with database.write() as work:
        hearings.comment(
            work,
            NOWHERE,
            made.shop_key,
            made.case_id,
            "The carrier says otherwise.",
            actor=ANNA,
            now=at,
        )


def answer(database: Database, made: Reported, *, at: datetime = NOON) -> None:
    """The author answers in the hearing."""
    token = author_token(database, made.case_id)
    with database.write() as work:
        hearings.answer(work, NOWHERE, token, "It took two weeks, believe me.", now=at)
