"""Orders of pages that are taken in together: each as it would be alone, or none of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from domain.errors import TrustwrightError
from domain.hand_overs import Wish
from domain.protections import ProtectionAmountInvalid
from services import hand_overs
from services.hand_overs import Handed, Page
from store.database import Database
from store.decisions import AuditEntry
from store.hand_overs import HandOver
from store.mails import Mail
from store.protections import Protection
from tests.services import protected
from tests.services.statements import counted
from tests.services.steps import NOON
from tests.services.test_offered_protections import ALONE, BOTH, PRINTED, REVIEW

_NUMBERS: Final = count(1)
AGREED: Final = "agreed@example.org"
PAGES: Final = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", " 4 ", ""]),
        st.sampled_from(["dario@example.org", AGREED, "nobody"]),
        st.sampled_from(["250,00", "0", "", "1.5.5", "99"]),
        st.sampled_from([ALONE, BOTH, REVIEW, frozenset[Wish]()]),
        st.sampled_from(["DE", "FR", "?"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)

Outcome = Handed | TrustwrightError


@pytest.fixture
def shop_key(database: Database) -> str:
    return protected.open_shop(database, now=NOON)


def page(told: tuple[str, str, str, frozenset[Wish], str, bool], domain: str) -> Page:
    number, email, amount, wants, country, is_ours = told
    printed = replace(
        PRINTED, number=number, email=email, amount=amount, wants=wants, country=country
    )
    return Page(printed, f"https://{domain if is_ours else 'elsewhere.example'}")


def taken(database: Database, key: str, pages: Sequence[Page]) -> Sequence[Outcome]:
    with database.write() as work:
        return hand_overs.receive_many(work, key, pages, now=NOON)


def alone(database: Database, key: str, pages: Sequence[Page]) -> Iterator[Outcome]:
    for each in pages:
        try:
            yield from taken(database, key, [each])
        except TrustwrightError as refusal:
            yield refusal


def said(outcome: Outcome) -> object:
    return (outcome.code, outcome.field) if isinstance(outcome, TrustwrightError) else outcome


def kept(database: Database, key: str) -> dict[type[Any], list[tuple[Any, ...]]]:
    """What is stored about orders of the shop's pages."""
    with database.write() as work:
        shop_id = protected.shop_of(work, key).id
        return {
            HandOver: sorted(
                (row.reference, row.email_hash, row.wants_review, row.amount_minor)
                for row in work.session.exec(
                    select(HandOver).where(col(HandOver.shop_id) == shop_id)
                )
            ),
            Protection: sorted(
                (row.order_reference, row.buyer_hash, row.cover_minor, row.residence)
                for row in work.session.exec(
                    select(Protection).where(col(Protection.shop_id) == shop_id)
                )
            ),
            Mail: sorted(
                (row.key, row.recipient_hash)
                for row in work.session.exec(select(Mail).where(col(Mail.shop_id) == shop_id))
            ),
        }


@given(PAGES)
@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_pages_taken_together_come_to_what_each_would_alone_or_leave_nothing(
    database: Database, told: list[tuple[str, str, str, frozenset[Wish], str, bool]]
) -> None:
    number = next(_NUMBERS)
    domains = [f"{name}-{number}.example" for name in ("together", "alone")]
    together, one_by_one = (
        protected.open_shop(database, now=NOON, domain=domain) for domain in domains
    )
    protected.agree(database, AGREED, at=NOON)
    expected = [
        said(each)
        for each in alone(database, one_by_one, [page(each, domains[1]) for each in told])
    ]
    undone, found = None, list[Outcome]()
    try:
        found += taken(database, together, [page(each, domains[0]) for each in told])
    except TrustwrightError as refusal:
        undone = refusal
    if undone is None:
        assert [said(each) for each in found] == expected
        assert kept(database, together) == kept(database, one_by_one)
    else:
        # More of its order would have been kept: each is to be taken alone.
        assert said(undone) in expected
        assert not any(kept(database, together).values())


def test_a_refused_protection_of_a_kept_order_undoes_the_whole_batch(
    database: Database, shop_key: str
) -> None:
    pages = [
        Page(replace(PRINTED, number="1", wants=BOTH), "https://shop.example"),
        Page(replace(PRINTED, number="2", wants=BOTH, amount="0"), "https://shop.example"),
    ]
    with pytest.raises(ProtectionAmountInvalid):
        taken(database, shop_key, pages)
    assert not any(kept(database, shop_key).values())


def test_what_is_wanted_alone_and_refused_undoes_nothing(database: Database, shop_key: str) -> None:
    pages = [
        Page(replace(PRINTED, number="1", wants=BOTH), "https://shop.example"),
        Page(replace(PRINTED, number="2", wants=ALONE, amount="0"), "https://shop.example"),
    ]
    first, second = taken(database, shop_key, pages)
    assert isinstance(first, Handed)
    assert isinstance(second, ProtectionAmountInvalid)
    assert [len(rows) for rows in kept(database, shop_key).values()] == [1, 1, 1]


def test_purchases_wanted_together_cost_no_statement_more_for_each(
    database: Database, shop_key: str
) -> None:
    sent = []
    # The first of a day makes the rows of that day; the frame is not exceeded.
    for size in (1, 9, 30):
        pages = [
            Page(replace(PRINTED, number=f"{size}-{each}"), "https://shop.example")
            for each in range(size)
        ]
        with counted(database) as statements:
            taken(database, shop_key, pages)
        sent.append(len(statements))
    assert sent[1] == sent[2]


def test_a_batch_keeps_the_minutes_of_its_mails_in_one_statement(
    database: Database, shop_key: str
) -> None:
    pages = [
        Page(
            replace(PRINTED, number=str(day), wants=REVIEW, delivery_date=f"2026-12-{day}"),
            "https://shop.example",
        )
        for day in (20, 10, 15)
    ]
    with counted(database) as statements:
        taken(database, shop_key, pages)
    # Transactions with the same minutes wait for each other in one direction.
    assert sum(each.startswith("INSERT INTO send_slots") for each in statements) == 1


def test_who_has_agreed_is_refused_nothing_in_a_batch_either(
    database: Database, shop_key: str
) -> None:
    protected.agree(database, AGREED, at=NOON)
    orders = [
        replace(PRINTED, number=number, email=AGREED, wants=REVIEW, amount=amount)
        for number, amount in (("1", "12,00"), ("2", ""))
    ]
    first, second = taken(
        database, shop_key, [Page(each, "https://shop.example") for each in orders]
    )
    assert isinstance(first, Handed)
    assert isinstance(second, Handed)
    assert first.protection is not None
    assert second.protection is None
    assert protected.refusals(database) == ["PROTECTION_AMOUNT_INVALID"]
    with database.read() as session:
        lines = session.exec(select(AuditEntry.action)).all()
    assert lines.count("order.handed_over") == 2
