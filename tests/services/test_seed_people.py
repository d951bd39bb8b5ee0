"""The people of the demo: they can sign in, each to what is theirs, and come once."""

import pyotp
import pytest
from sqlmodel import select

from domain.packs import PRICE_LISTS, Prices
from domain.rights import OperatorRole, Right
from services import packs, seed, seed_people, sign_ins
from services.installation import Installation
from services.packs import Offered
from store.mails import Mail
from tests.services import people
from tests.services.conftest import Sown
from tests.services.steps import NOON


@pytest.fixture
def shops(sown: Sown) -> Installation:
    """An installation with the example shops and nobody who works there."""
    return sown(NOON)


def sow(installation: Installation) -> seed_people.SeededPeople:
    with installation.database.write() as work:
        return seed_people.sow(work, now=NOON)


def test_everybody_signs_in_with_what_was_printed_and_has_their_part(
    shops: Installation,
) -> None:
    seeded = sow(shops)
    parts = {}
    for each in seeded.people:
        opened = sign_ins.sign_in(shops, each.email, seeded.password, people.HOME, now=NOON)
        person = people.person(shops, opened.token)
        held = [right for rights in person.grants.shops.values() for right in rights]
        parts[each.name.split()[0]] = {*person.grants.roles, *held}
        assert (person.second_factor == "due") is each.asks_for_code
    assert parts["Anna"] == parts["Cleo"] == {Right.ADMINISTRATOR}
    assert parts["Ben"] == {Right.REVIEWS}
    assert parts["Mona"] == {OperatorRole.MODERATOR}
    assert parts["Olga"] == {OperatorRole.ADMINISTRATOR}
    assert len(pyotp.TOTP(seeded.totp_secret).at(NOON)) == 6


def test_a_second_call_brings_nobody_and_no_mail_is_sent(shops: Installation) -> None:
    first, second = sow(shops), sow(shops)
    assert all(each.is_new for each in first.people)
    assert not any(each.is_new for each in second.people)
    assert (first.password, first.totp_secret) == (second.password, second.totp_secret)
    with shops.database.read() as session:
        assert session.exec(select(Mail)).all() == []


def test_annas_shop_has_booked_some_packs_and_waits_for_one(shops: Installation) -> None:
    with shops.database.write() as work:
        shop = seed.sow(work, now=NOON).shops[0].key
        seed_people.sow(work, now=NOON)
    prices = PRICE_LISTS[Prices.DEMO]
    with shops.database.read() as session:
        found: list[Offered] = list(packs.offer(session, shop, prices))
    states = {each.pack: each.state for each in found if each.state}
    running = ("INTERCONNECTED", "GOOGLE_STARS", "PRODUCT_REVIEWS")
    assert states == dict.fromkeys(running, "ACTIVE") | {"BOOSTER": "ORDERED"}
