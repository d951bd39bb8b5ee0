"""The insurer's monthly list holds sums and protections, no buyer and no company of one's own."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import update

from domain.errors import NotAllowed
from domain.frames import Month
from domain.rights import OperatorRole, Right
from domain.windows import midnight
from services import bordereaux
from services.installation import Installation
from services.sessions import Person
from store import guarantors
from store import shops as shop_rows
from store.accounts import Account
from store.protections import Protection
from store.shops import Shop
from tests.services import framed, people
from tests.services.framed import NOON, Member

MONTH = Month(NOON.date().replace(day=1))
EMAIL = "dario@example.org"


def protection(
    installation: Installation,
    owner: Member,
    number: int,
    start: datetime,
    ended: datetime | None,
    *,
    currency: str = "EUR",
) -> None:
    """A protection of 100, the frame being told of as much in EUR."""
    framed.protect(installation.database, owner.shop_key, 100, start)
    with installation.database.write() as work:
        shop = shop_rows.by_key(work.session, owner.shop_key)
        guarantor = guarantors.active(work.session)
        assert shop is not None
        assert guarantor is not None
        work.session.add(
            Protection(
                public_id=f"ptn-{owner.account_id}-{number}",
                shop_id=shop.id,
                guarantor_id=guarantor.id,
                order_reference=f"A-{number}",
                ordered_at=start,
                amount_minor=250_00,
                currency=currency,
                payment_type="INVOICE",
                payment_raw="invoice",
                buyer_cipher=work.keys.encrypt(EMAIL),
                buyer_hash=work.keys.hash_email(EMAIL),
                language="de",
                residence="DE",
                tier="BASIC",
                cover_minor=100_00,
                cover_eur_minor=100_00,
                fx_rate="1",
                fx_date=start.date(),
                starts_at=start,
                ends_at=midnight(start.date()) + timedelta(days=30),
                state="ENDED" if ended else "ACTIVE",
                ended_at=ended,
                created_at=start,
            )
        )


@pytest.fixture
def ivy(installation: Installation) -> Person:
    people.employ(installation, "ivy", OperatorRole.INSURER_READER)
    return framed.entered(installation, "ivy")


def read(pieces: list[bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(b"".join(pieces).decode().splitlines()))


def test_a_month_has_what_began_and_ended_in_it(installation: Installation, ivy: Person) -> None:
    owner = framed.member(installation)
    framed.guarantor(installation.database)
    first = datetime(2026, 9, 1, tzinfo=UTC)
    protection(installation, owner, 1, first, None)
    protection(installation, owner, 2, first + timedelta(days=1), None)
    protection(installation, owner, 3, first - timedelta(days=20), first + timedelta(days=10))
    protection(installation, owner, 4, first - timedelta(seconds=1), None)
    protection(installation, owner, 5, first + timedelta(days=30), None)
    (line,) = read(list(bordereaux.summary(installation, ivy, MONTH, now=NOON)))
    assert (line["member"], line["shop"]) == (owner.public_id, owner.shop_key)
    assert (line["started"], line["started_cover_eur"]) == ("2", "200.00")
    assert (line["ended"], line["ended_cover_eur"]) == ("1", "100.00")
    assert line["highest_use_eur"] == line["highest_use_of_member_eur"] == "400.00"
    assert (line["claims_paid"], line["paid"]) == ("0", "")
    told = list(bordereaux.protections(installation, ivy, MONTH, now=NOON))
    numbers = [each["protection"].rpartition("-")[2] for each in read(told)]
    assert numbers == ["1", "2", "3"]
    assert EMAIL.encode() not in b"".join(told)
    assert framed.logged(installation.database, "frame.bordereau") == ["frame.bordereau"] * 2


def test_an_empty_month_has_a_heading_alone(installation: Installation, ivy: Person) -> None:
    for part in (bordereaux.summary, bordereaux.protections):
        assert read(list(part(installation, ivy, MONTH, now=NOON))) == []


def test_nobody_reads_of_their_own_company_or_without_the_role(
    installation: Installation, ivy: Person
) -> None:
    owner = framed.member(installation)
    framed.guarantor(installation.database)
    protection(installation, owner, 1, NOON, None)
    people.employ(installation, "own", OperatorRole.INSURER_READER)
    people.hire(installation, owner.shop_key, "own", Right.READ_ONLY, factor=True)
    own, anna = framed.entered(installation, "own"), framed.entered(installation, "anna-shop")
    for part in (bordereaux.summary, bordereaux.protections):
        assert len(read(list(part(installation, ivy, MONTH, now=NOON)))) == 1
        assert read(list(part(installation, own, MONTH, now=NOON))) == []
        with pytest.raises(NotAllowed):
            part(installation, anna, MONTH, now=NOON)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t="])
def test_no_name_becomes_a_formula_in_the_list(
    installation: Installation, ivy: Person, start: str
) -> None:
    owner = framed.member(installation)
    framed.guarantor(installation.database)
    protection(installation, owner, 1, NOON, None)
    name = f"{start}HYPERLINK(1)"
    with installation.database.write() as work:
        work.session.execute(update(Shop).values(name=name))
        work.session.execute(update(Account).values(name=name))
    (line,) = read(list(bordereaux.summary(installation, ivy, MONTH, now=NOON)))
    assert line["shop_name"] == line["member_name"] == f"'{name}"
