"""The mark is valid only while everything that it hangs on is there (EU-5, NEVER-16)."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import html
from sqlmodel import update

from control import pages as public
from domain.actors import OPERATOR
from domain.marks import Condition, Mark, MarkStatus
from domain.packs import Pack
from schemas.legacy.questions import Family, LegacyKind, LegacyQuestion
from schemas.profiles import PageKind, PageQuestion
from schemas.questions import Question
from schemas.snapshots import Kind, Media
from services import (
    certificate_views,
    certificates,
    guarantors,
    marks,
    packs,
    profiles,
    refresh,
    snapshots,
)
from services.installation import Installation
from services.legacy import answers as legacy
from services.profiles import Profile
from store import bookings, shops
from store.guarantors import Guarantor
from store.shops import Shop
from tests.services import certified
from tests.services.certified import AUDITOR, FREE, SOLD, WHY, certify
from tests.services.steps import NOON

TOMORROW = NOON + timedelta(days=1)
TakeAway = Callable[[Installation, str, str], object]


def mark(installation: Installation, shop_key: str, *, now: datetime = TOMORROW) -> Mark:
    with installation.database.read() as session:
        shop = shops.by_key(session, shop_key)
        assert shop is not None
        return marks.mark_of(session, shop, now)


def withdrawn(installation: Installation, shop_key: str, certificate_id: str) -> None:
    del shop_key
    with installation.database.write() as work:
        certificates.withdraw(work, certificate_id, WHY, actor=AUDITOR, now=TOMORROW)


def suspended(installation: Installation, shop_key: str, certificate_id: str) -> None:
    del shop_key
    with installation.database.write() as work:
        certificates.suspend(work, certificate_id, WHY, actor=AUDITOR, now=TOMORROW)


def without_frame(installation: Installation, shop_key: str, certificate_id: str) -> None:
    del certificate_id
    certified.frame(installation.database, shop_key, state="SUSPENDED")
    redraw(installation, shop_key)


def without_guarantor(installation: Installation, shop_key: str, certificate_id: str) -> None:
    del certificate_id
    with installation.database.write() as work:
        active = guarantors.active(work.session)
        assert active is not None
        guarantors.deactivate(
            work, active.public_id, seen=active.version, actor=OPERATOR, now=TOMORROW
        )
    redraw(installation, shop_key)


def own_shop(installation: Installation, shop_key: str, certificate_id: str) -> None:
    del certificate_id
    with installation.database.write() as work:
        work.session.execute(update(Shop).values(operator_is_shop=True))
    redraw(installation, shop_key)


def member_left(installation: Installation, shop_key: str, certificate_id: str) -> None:
    del certificate_id
    with installation.database.write() as work:
        packs.join(work, shop_key, FREE, domains=1, actor=OPERATOR, now=NOON)
    end(installation, shop_key, Pack.MEMBERSHIP)


def end(installation: Installation, shop_key: str, pack: Pack) -> None:
    with installation.database.write() as work:
        shop = shops.by_key(work.session, shop_key)
        assert shop is not None
        booking = bookings.latest(work.session, shop.id, pack)
        assert booking is not None
        packs.cancel(work, shop_key, booking.public_id, actor=OPERATOR, now=NOON)
        booking.ends_at = NOON
        work.session.add(booking)
    with installation.database.write() as work:
        assert packs.end_due(work, actor=OPERATOR, now=TOMORROW) == 1


def redraw(installation: Installation, shop_key: str) -> None:
    """What the job does that ``marks.changed`` asks for."""
    with installation.database.write() as work:
        assert marks.raise_shop(work, shop_key, now=TOMORROW)


TAKEN: dict[Condition, TakeAway] = {
    Condition.CERTIFICATE: withdrawn,
    Condition.FRAME: without_frame,
    Condition.GUARANTOR: without_guarantor,
    Condition.NEUTRALITY: own_shop,
    Condition.PACK: member_left,
}


def test_a_certified_shop_has_a_valid_mark_with_days_and_guarantee(
    installation: Installation,
) -> None:
    shop_key, _ = certify(installation)
    found = mark(installation, shop_key)
    assert (found.status, found.missing) == (MarkStatus.VALID, ())
    assert (str(found.valid_from), str(found.valid_to)) == ("2026-11-20", "2027-11-19")
    assert found.guarantee is not None
    assert (found.guarantee.currency, found.guarantee.amount_minor) == ("CHF", 400_000)
    assert found.guarantee.days == 30


def test_the_older_shape_is_exact_with_both_days_always(installation: Installation) -> None:
    shop_key, certificate_id = certify(installation)
    told = older_shape(installation, shop_key)
    assert told["trustMark"] == {
        "status": "VALID",
        "validFrom": "2026-11-20T00:00:00+01:00",
        "validTo": "2027-11-19T00:00:00+01:00",
    }
    assert told["guarantee"] == {
        "mainProtectionCurrency": "CHF",
        "maxProtectionAmount": "4000.00",
        "maxProtectionDuration": "30",
    }
    withdrawn(installation, shop_key, certificate_id)
    ended = older_shape(installation, shop_key)
    assert "guarantee" not in ended
    assert ended["trustMark"] == told["trustMark"] | {"status": "INVALID"}


def test_a_shop_that_was_never_certified_has_the_day_of_its_registration_twice(
    installation: Installation,
) -> None:
    told = older_shape(installation, certified.open_shop(installation.database))
    registered = "2024-01-01T00:00:00+01:00"
    assert told["trustMark"] == {
        "status": "INVALID",
        "validFrom": registered,
        "validTo": registered,
    }
    assert "guarantee" not in told


@pytest.mark.parametrize("condition", TAKEN)
def test_each_condition_alone_takes_the_mark_away_everywhere(
    installation: Installation, condition: Condition
) -> None:
    shop_key, certificate_id = certify(installation)
    assert shown(installation, shop_key, certificate_id) == {"VALID"}
    TAKEN[condition](installation, shop_key, certificate_id)
    found = mark(installation, shop_key)
    assert (found.status, found.guarantee) == (MarkStatus.INVALID, None)
    assert condition in found.missing
    assert shown(installation, shop_key, certificate_id) == {"INVALID"}


def test_a_suspended_certificate_gives_no_mark_until_it_is_reinstated(
    installation: Installation,
) -> None:
    shop_key, certificate_id = certify(installation)
    suspended(installation, shop_key, certificate_id)
    assert shown(installation, shop_key, certificate_id) == {"INVALID"}
    with installation.database.write() as work:
        certificates.reinstate(work, certificate_id, WHY, actor=AUDITOR, now=TOMORROW)
    assert shown(installation, shop_key, certificate_id) == {"VALID"}


def test_time_alone_takes_the_mark_away_with_the_nightly_run(installation: Installation) -> None:
    shop_key, certificate_id = certify(installation)
    over = datetime(2027, 11, 20, tzinfo=UTC)
    last = over - timedelta(microseconds=1)
    assert mark(installation, shop_key, now=last).is_valid
    assert mark(installation, shop_key, now=over).missing == (Condition.TIME,)
    refresh.nightly(installation, now=over + timedelta(seconds=5))
    assert shown(installation, shop_key, certificate_id, now=over) == {"INVALID"}
    with installation.database.read() as session:
        assert certificates.due(session, now=over) == [certificate_id]
    with installation.database.write() as work:
        assert certificates.lapse(work, certificate_id, now=over) == "expired"
    with installation.database.write() as work:
        assert certificates.lapse(work, certificate_id, now=over) == ""


def test_a_mark_that_was_sold_needs_its_pack_to_run(installation: Installation) -> None:
    database = installation.database
    shop_key = certified.open_shop(database)
    certified.guarantor(database)
    certified.frame(database, shop_key)
    with database.write() as work:
        booking = packs.book(work, shop_key, Pack.MARK_GUARANTEE, SOLD, actor=OPERATOR, now=NOON)
        packs.accept(work, booking, actor=OPERATOR, now=NOON)
    certificate_id = certified.issue(database, certified.passed(database, shop_key), prices=SOLD)
    assert shown(installation, shop_key, certificate_id) == {"VALID"}
    with database.write() as work:
        packs.suspend(work, booking, WHY, actor=OPERATOR, now=TOMORROW)
    assert mark(installation, shop_key).missing == (Condition.PACK,)
    assert shown(installation, shop_key, certificate_id) == {"INVALID"}
    with database.write() as work:
        packs.resume(work, booking, actor=OPERATOR, now=TOMORROW)
    assert shown(installation, shop_key, certificate_id) == {"VALID"}
    end(installation, shop_key, Pack.MARK_GUARANTEE)
    assert shown(installation, shop_key, certificate_id) == {"INVALID"}


def test_in_the_demo_alone_a_shop_that_audits_itself_may_carry_the_mark(
    installation: Installation,
) -> None:
    shop_key, certificate_id = certify(installation)
    own_shop(installation, shop_key, certificate_id)
    assert mark(installation, shop_key).missing == (Condition.NEUTRALITY,)
    with installation.database.write() as work:
        work.session.execute(update(Guarantor).values(is_demo=True))
    assert mark(installation, shop_key).is_valid


def test_a_change_of_the_guarantor_reaches_the_shops_with_a_certificate_only(
    installation: Installation,
) -> None:
    shop_key, _ = certify(installation)
    certified.open_shop(installation.database, domain="other.example")
    with installation.database.write() as work:
        marks.changed(work)
        assert [job.name for job in work.jobs] == [marks.CHANGED]
    with installation.database.read() as session:
        assert marks.shops_with_mark(session, None) == [shop_key]
        shop = shops.by_key(session, shop_key)
        assert shop is not None
        assert marks.shops_with_mark(session, shop.account_id) == [shop_key]
        assert marks.shops_with_mark(session, shop.account_id + 1) == []


def test_the_public_never_learns_which_condition_is_missing(installation: Installation) -> None:
    shop_key, certificate_id = certify(installation)
    without_frame(installation, shop_key, certificate_id)
    body = snapshots.answer(installation, Question(Kind.CERTIFICATE, shop_key, Media.JSON)).body
    assert json.loads(body)["state"] == "SUSPENDED"
    everything = body.decode() + page(installation, shop_key, TOMORROW)
    for word in ("FRAME", "frame", "solven", "Rahmen"):
        assert word not in everything


def page(installation: Installation, shop_key: str, now: datetime, *, referer: str = "") -> str:
    question = PageQuestion(PageKind.CERTIFICATE, shop_key, "en")
    return public.certificate(installation, question, referer=referer, now=now).decode()


def older_shape(installation: Installation, shop_key: str) -> Any:
    """The shop with its mark as the legacy contract tells it (legacy-api.md 4.4)."""
    path = f"/rest/public/v2/shops/{shop_key}/trustmarks.json"
    asked = LegacyQuestion(LegacyKind.TRUST_MARKS, Family.PUBLIC, shop_key, Media.JSON, path)
    return json.loads(legacy.answer(installation, asked).body)["response"]["data"]["shop"]


def shown(
    installation: Installation, shop_key: str, certificate_id: str, *, now: datetime = TOMORROW
) -> set[str]:
    """What every output says of the mark, as it is served."""
    badge = answered(installation, Kind.BADGE, shop_key)
    stated = answered(installation, Kind.CERTIFICATE, shop_key)
    token = answered(installation, Kind.BADGE_TOKEN, shop_key)["token"]
    older = older_shape(installation, shop_key)
    for each in (badge, stated, older):
        has_guarantee = "guarantee" in each
        mark = each.get("mark") or each["trustMark"]
        assert has_guarantee == (mark["status"] == "VALID")
    said = {
        badge["mark"]["status"],
        stated["trustMark"]["status"],
        token["status"],
        older["trustMark"]["status"],
    }
    assert all(older["trustMark"][day] for day in ("validFrom", "validTo"))
    assert ("number" in token) == (token["status"] == "VALID")
    tree = html.fromstring(page(installation, shop_key, now))
    said.add("VALID" if tree.find_class("good") else "INVALID")
    assert bool(tree.find_class("alarm")) != bool(tree.find_class("good"))
    found = profiles.read(
        installation, PageQuestion(PageKind.PROFILE, shop_key, slug="anna-s-shop")
    )
    assert isinstance(found, Profile)
    said.add(found.page.stands.mark.status)
    by_id = certificate_views.answered(installation, certificate_id, now=now)
    picture = snapshots.answer(installation, Question(Kind.MARK_IMAGE, shop_key, Media.SVG)).body
    said.add("VALID" if b"<path" in picture else "INVALID")
    return said | {by_id.trust_mark.status}


def answered(installation: Installation, kind: Kind, shop_key: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(
        snapshots.answer(installation, Question(kind, shop_key, Media.JSON)).body
    )
    return found
