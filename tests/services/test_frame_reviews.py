"""Reviews of frames: opened by night, discreet, decided by people, put in force on their day."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col, select

from domain.actors import SYSTEM
from domain.errors import NotAllowed
from domain.frame_reviews import (
    Cause,
    FrameReviewChanged,
    FrameReviewExists,
    FrameReviewForbidden,
    FrameReviewNotFound,
    FrameReviewState,
)
from domain.frames import FrameReasonMissing
from domain.mails import MailKey, MailNotFound
from domain.rights import OperatorRole, Right
from domain.seasons import Season, SeasonNotFound
from jobs import frames as night
from services import frame_keepers, frame_reviews, frames, operations, outbox, seasons
from services.frame_keepers import Keeper
from services.frame_reviews import Approval
from services.installation import Installation
from services.outbox import Wanted
from services.sessions import Person
from store import frame_reviews as rows
from store.frame_reviews import FrameReview
from store.mails import Mail
from tests.services import framed, people
from tests.services.framed import NOON, Member


@pytest.fixture
def owner(installation: Installation) -> Member:
    """A member with an active frame of 5,000 EUR, and somebody of finance."""
    owner = framed.member(installation)
    framed.guarantor(installation.database)
    framed.employ_finance(installation)
    with installation.database.write() as work:
        assert frames.grant(work, owner.account_id, now=NOON)
    return owner


def keeper(installation: Installation, owner: Member) -> Keeper:
    return framed.finance(installation, owner)


def run(installation: Installation, now: datetime) -> dict[str, int]:
    return night.nightly(installation, now=now.isoformat())


def latest(installation: Installation, owner: Member) -> FrameReview:
    with installation.database.read() as session:
        row = rows.latest(session, owner.account_id)
    assert row is not None
    return row


def opened(installation: Installation, owner: Member) -> FrameReview:
    with installation.database.write() as work:
        frame_reviews.open_(work, owner.account_id, Cause.MANUAL, now=NOON, actor=SYSTEM)
    return latest(installation, owner)


def test_five_days_beyond_the_frame_open_a_review_once(
    installation: Installation, owner: Member
) -> None:
    framed.protect(installation.database, owner.shop_key, 6_000, NOON)
    results = [run(installation, NOON + timedelta(days=day))["opened"] for day in range(8)]
    assert results == [0, 0, 0, 0, 1, 0, 0, 0]
    assert latest(installation, owner).cause == Cause.REGULAR
    assert len(framed.logged(installation.database, "frame.exceeded")) == 8
    # Once it has ended, only what comes afterwards counts.
    row, fin = latest(installation, owner), keeper(installation, owner)
    later = NOON + timedelta(days=8)
    with installation.database.write() as work:
        frame_reviews.close(
            work,
            fin,
            row.public_id,
            "All is well.",
            seen=row.version,
            now=later,
        )
    results = [run(installation, later + timedelta(days=day))["opened"] for day in range(6)]
    assert results == [0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(("days", "cause"), [(13, Cause.REGULAR), (14, Cause.PERMANENT)])
def test_fourteen_days_running_that_no_night_has_looked_at_are_permanent(
    installation: Installation, owner: Member, days: int, cause: Cause
) -> None:
    framed.protect(installation.database, owner.shop_key, 6_000, NOON)
    assert run(installation, NOON + timedelta(days=days - 1))["opened"] == 1
    assert latest(installation, owner).cause == cause
    assert len(framed.logged(installation.database, "frame.exceeded")) == days


def test_a_permanent_exceedance_opens_one_review_and_asks_by_one_mail(
    installation: Installation, owner: Member
) -> None:
    database, shop_key = installation.database, owner.shop_key
    framed.protect(database, shop_key, 6_000, NOON)
    assert run(installation, NOON + timedelta(days=4))["opened"] == 1
    row, fin = latest(installation, owner), keeper(installation, owner)
    with database.write() as work:
        frame_reviews.send(work, fin, row.public_id, "", seen=row.version, now=NOON)
    row, ended = latest(installation, owner), NOON + timedelta(days=4)
    # What is granted for later is too little, and until then no other review is opened.
    granted = Approval(5_500_00, ended.date() + timedelta(days=14))
    with database.write() as work:
        why = "The insurer agrees."
        frame_reviews.approve(work, fin, row.public_id, granted, why, seen=row.version, now=ended)
    nights = [run(installation, ended + timedelta(days=day)) for day in range(1, 15)]
    assert [night["opened"] for night in nights] == [0] * 13 + [1]
    assert [night["applied"] for night in nights] == [0] * 13 + [1]
    row, last = latest(installation, owner), ended + timedelta(days=14)
    assert (row.cause, row.state) == (Cause.PERMANENT, FrameReviewState.OPENED)
    fin = keeper(installation, owner)
    with database.write() as work:
        question = "Please name the turnover of this quarter."
        frame_reviews.ask(work, fin, row.public_id, question, seen=row.version, now=last)
    assert framed.mails_of(database).count(MailKey.FRAME_INFO_NEEDED) == 1
    assert run(installation, last + timedelta(days=1))["opened"] == 0
    assert latest(installation, owner).public_id == row.public_id
    assert framed.mails_of(database).count(MailKey.FRAME_INFO_NEEDED) == 1


def test_a_declared_turnover_that_changed_by_30_per_cent_opens_a_review(
    installation: Installation, owner: Member
) -> None:
    framed.declare(installation.database, owner.account_id, 180_000)
    assert run(installation, NOON)["opened"] == 0
    framed.declare(installation.database, owner.account_id, 360_000)
    assert run(installation, NOON)["opened"] == 1
    assert latest(installation, owner).cause == Cause.TURNOVER
    row, fin = latest(installation, owner), keeper(installation, owner)
    with installation.database.write() as work:
        frame_reviews.close(
            work,
            fin,
            row.public_id,
            "All is well.",
            seen=row.version,
            now=NOON,
        )
    assert run(installation, NOON + timedelta(days=1))["opened"] == 0


def test_a_season_is_raised_the_night_before_and_nobody_is_bothered(
    installation: Installation, owner: Member
) -> None:
    factors = {}
    for day in (date(2026, 11, 13), date(2026, 11, 14), date(2027, 1, 10), date(2027, 1, 11)):
        run(installation, datetime.combine(day, NOON.timetz()))
        row = framed.frame_of(installation.database, owner.account_id)
        factors[day.strftime("%m-%d")] = row.factor_percent if row else 0
    assert factors == {"11-13": 100, "11-14": 150, "01-10": 150, "01-11": 100}
    assert MailKey.FRAME_CHANGED not in framed.mails_of(installation.database)


def test_seasons_are_those_of_finance(installation: Installation, owner: Member) -> None:
    del owner
    people.employ(installation, "ivy", OperatorRole.INSURER_READER)
    fin = framed.entered(installation, "fin")
    ivy = framed.entered(installation, "ivy")
    summer = Season("FR", "06-20", "07-20", 130)
    with pytest.raises(NotAllowed), installation.database.write() as work:
        seasons.add(work, ivy, summer, now=NOON)
    with installation.database.write() as work:
        seasons.add(work, fin, summer, now=NOON)
    with installation.database.read() as session:
        ((number, season),) = seasons.listed(session)
    assert season == summer
    assert number is not None
    with installation.database.write() as work:
        seasons.remove(work, fin, number, now=NOON)
    with installation.database.read() as session:
        assert [number for number, _ in seasons.listed(session)] == [None]
    with pytest.raises(SeasonNotFound), installation.database.write() as work:
        seasons.remove(work, fin, number, now=NOON)


def test_the_member_is_asked_answers_and_gets_a_larger_frame_on_its_day(
    installation: Installation, owner: Member
) -> None:
    database, fin = installation.database, keeper(installation, owner)
    anna = framed.entered(installation, "anna-shop")
    row = opened(installation, owner)
    with database.read() as session:
        assert frame_reviews.asked(session, anna, owner.shop_key) is None
    question = "Please name the turnover of this quarter."
    with database.write() as work:
        frame_reviews.ask(work, fin, row.public_id, question, seen=row.version, now=NOON)
    assert framed.mails_of(database).count(MailKey.FRAME_INFO_NEEDED) == 1
    with database.read() as session:
        asked = frame_reviews.asked(session, anna, owner.shop_key)
    assert asked is not None
    assert asked.question == question
    said = "It was 80,000 EUR, see the books."
    with database.write() as work:
        frame_reviews.answer(work, anna, owner.shop_key, said, seen=asked.version, now=NOON)
    with database.read() as session:
        assert frame_reviews.asked(session, anna, owner.shop_key) is None
        row = latest(installation, owner)
        assert said.encode() not in (row.answer_cipher or b"")
        reader = frame_keepers.reader(session, framed.entered(installation, "fin"), owner.public_id)
        assert frame_reviews.answer_of(database.keys, reader, row) == said
    with database.write() as work:
        frame_reviews.send(work, fin, row.public_id, "INS-1", seen=row.version, now=NOON)
    row, day = latest(installation, owner), NOON.date() + timedelta(days=2)
    with database.write() as work:
        frame_reviews.approve(
            work,
            fin,
            row.public_id,
            Approval(8_000_00, day),
            "The insurer agrees.",
            seen=row.version,
            now=NOON,
        )
    assert _amount(installation, owner) == 5_000_00
    assert run(installation, NOON + timedelta(days=1))["applied"] == 0
    assert run(installation, NOON + timedelta(days=2))["applied"] == 1
    assert run(installation, NOON + timedelta(days=3))["applied"] == 0
    assert _amount(installation, owner) == 8_000_00
    row = latest(installation, owner)
    assert (row.state, row.insurer_ref) == (FrameReviewState.APPROVED, "INS-1")


def _amount(installation: Installation, owner: Member) -> int:
    row = framed.frame_of(installation.database, owner.account_id)
    return row.base_eur_minor if row else 0


def test_an_amount_from_today_on_holds_at_once(installation: Installation, owner: Member) -> None:
    fin, row = keeper(installation, owner), opened(installation, owner)
    with installation.database.write() as work:
        frame_reviews.send(work, fin, row.public_id, "", seen=row.version, now=NOON)
    row = latest(installation, owner)
    with installation.database.write() as work:
        frame_reviews.approve(
            work,
            fin,
            row.public_id,
            Approval(9_000_00, NOON.date()),
            "The insurer agrees.",
            seen=row.version,
            now=NOON,
        )
    assert _amount(installation, owner) == 9_000_00
    with installation.database.write() as work:
        assert not frame_reviews.apply(work, row.public_id, now=NOON)
        assert not frame_reviews.apply(work, "frv-unknown", now=NOON)


def test_a_refusal_leaves_the_frame_as_it_is(installation: Installation, owner: Member) -> None:
    fin, row = keeper(installation, owner), opened(installation, owner)
    with installation.database.write() as work:
        frame_reviews.send(work, fin, row.public_id, "", seen=row.version, now=NOON)
    row = latest(installation, owner)
    with pytest.raises(FrameReasonMissing), installation.database.write() as work:
        frame_reviews.refuse(work, fin, row.public_id, "no", seen=row.version, now=NOON)
    with installation.database.write() as work:
        frame_reviews.refuse(
            work, fin, row.public_id, "The insurer sees a risk.", seen=row.version, now=NOON
        )
    row = latest(installation, owner)
    assert (row.state, row.is_open) == (FrameReviewState.REFUSED, False)
    assert _amount(installation, owner) == 5_000_00
    with pytest.raises(FrameReviewForbidden), installation.database.write() as work:
        frame_reviews.close(work, fin, row.public_id, "Once more.", seen=row.version, now=NOON)


def test_what_cannot_be_is_refused_and_nothing_is_half_saved(
    installation: Installation, owner: Member
) -> None:
    fin, row = keeper(installation, owner), opened(installation, owner)
    other = framed.member(installation, domain="other.example")
    stranger = framed.finance(installation, other)
    database, own = installation.database, "Please tell us more."
    with pytest.raises(FrameReviewExists), database.write() as work:
        frame_reviews.open_(work, owner.account_id, Cause.MANUAL, now=NOON, actor=SYSTEM)
    with pytest.raises(FrameReviewNotFound), database.write() as work:
        frame_reviews.ask(work, stranger, row.public_id, own, seen=row.version, now=NOON)
    with pytest.raises(FrameReviewChanged), database.write() as work:
        frame_reviews.ask(work, fin, row.public_id, own, seen=row.version + 1, now=NOON)
    with pytest.raises(FrameReviewForbidden), database.write() as work:
        frame_reviews.approve(
            work,
            fin,
            row.public_id,
            Approval(1, NOON.date()),
            "The insurer agrees.",
            seen=row.version,
            now=NOON,
        )
    anna = framed.entered(installation, "anna-shop")
    with pytest.raises(FrameReviewNotFound), database.write() as work:
        frame_reviews.answer(work, anna, owner.shop_key, "Nobody has asked.", seen=1, now=NOON)
    assert latest(installation, owner) == row
    assert MailKey.FRAME_INFO_NEEDED not in framed.mails_of(database)


def test_reviews_are_seen_by_finance_the_insurer_and_the_members_administrators_alone(
    installation: Installation, owner: Member
) -> None:
    database, row = installation.database, opened(installation, owner)
    fin = keeper(installation, owner)
    question = "Please tell us more."
    with database.write() as work:
        frame_reviews.ask(work, fin, row.public_id, question, seen=row.version, now=NOON)
    people.employ(installation, "ivy", OperatorRole.INSURER_READER)
    people.employ(
        installation,
        "olga",
        OperatorRole.MODERATOR,
        OperatorRole.AUDITOR,
        OperatorRole.CASE_HANDLER,
        OperatorRole.ADMINISTRATOR,
    )
    people.hire(installation, owner.shop_key, "paul", Right.PROTECTION, Right.REVIEWS)
    people.employ(installation, "own", OperatorRole.FINANCE)
    people.hire(installation, owner.shop_key, "own", Right.READ_ONLY, factor=True)

    def who(name: str) -> Person:
        return framed.entered(installation, name)

    with database.read() as session:
        assert len(frame_reviews.queue(session, who("fin"))) == 1
        assert len(frame_reviews.queue(session, who("ivy"))) == 1
        assert frame_reviews.queue(session, who("own")) == []
        for name in ("olga", "paul", "anna-shop"):
            with pytest.raises(NotAllowed):
                frame_reviews.queue(session, who(name))
        for name in ("olga", "paul", "fin", "ivy", "own"):
            with pytest.raises(NotAllowed):
                frame_reviews.asked(session, who(name), owner.shop_key)
        # Nor does the log that other staff reads say a word.
        told = operations.log(session)
        asked = session.exec(select(Mail).where(col(Mail.key) == MailKey.FRAME_INFO_NEEDED)).one()
    assert [line for line in told if "frame" in f"{line.action}{line.after}".lower()] == []
    assert outbox.listed(installation, Wanted(key=MailKey.FRAME_INFO_NEEDED)).mails == []
    with pytest.raises(MailNotFound):
        outbox.view(installation, asked.public_id, actor=SYSTEM, now=NOON)
    assert "frame_review.changed" in framed.logged(database, "frame_review")


def test_an_answer_of_another_member_is_not_shown(
    installation: Installation, owner: Member
) -> None:
    other = framed.member(installation, domain="other.example")
    row = opened(installation, owner)
    with installation.database.read() as session:
        person = framed.entered(installation, "fin")
        reader = frame_keepers.reader(session, person, other.public_id)
        with pytest.raises(FrameReviewNotFound):
            frame_reviews.answer_of(installation.database.keys, reader, row)
        assert frame_reviews.of_member(session, reader) == []
