"""Connected profiles: who agrees, what profiles show of each other, and how fast they forget."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from control import profiles as pages
from domain import groups as rules
from domain.actors import OPERATOR
from domain.errors import NotAllowed, ShopNotFound
from domain.groups import (
    GROUPS,
    GroupConfirmationOwn,
    GroupFull,
    GroupMissing,
    GroupRequestNotFound,
    GroupTaken,
)
from domain.packs import PRICE_LISTS, Pack, PackRequired, Prices
from domain.rights import Grants, Right
from domain.shops import NewShop
from schemas.profiles import PageKind, PageQuestion, slug_of
from services import generations, group_views, groups, packs, profiles, shops
from services.group_views import Circle
from services.installation import Installation
from services.profiles import Profile, Together
from services.sessions import Person
from store import shops as shop_rows
from store.accounts import Account
from store.database import Job
from store.mails import Mail
from tests.services import people, steps
from tests.services.steps import NOON

FREE, DEMO = PRICE_LISTS[Prices.FREE], PRICE_LISTS[Prices.DEMO]
UNKNOWN = "X0123456789ABCDEF0123456789ABCDEF"


def administrator(installation: Installation, name: str, *keys: str) -> Person:
    """Somebody new who is signed in, and administers these shops."""
    people.hire(installation, keys[0], name, Right.ADMINISTRATOR, factor=True)
    rights = {key: frozenset({Right.ADMINISTRATOR}) for key in keys}
    return replace(people.entered(installation, name), grants=Grants(rights))


@pytest.fixture
def annas(installation: Installation) -> str:
    return steps.open_shop(installation.database)


@pytest.fixture
def cleos(installation: Installation) -> str:
    """The key of a shop of another account."""
    return steps.open_shop(installation.database, domain="cleo.example")


def beside(installation: Installation, key: str, number: int = 2) -> str:
    """Another shop of the same account."""
    with installation.database.write() as work:
        shop = shop_rows.by_key(work.session, key)
        assert shop is not None
        account = work.session.get_one(Account, shop.account_id).public_id
        new = NewShop(f"Shop {number}", f"https://s{number}.example", "DE", "en", "EUR")
        return shops.register(work, account, new, actor=OPERATOR, now=NOON)


def connect(installation: Installation, key: str, *others: str) -> None:
    with installation.database.write() as work:
        for other in others:
            groups.connect(work, key, other, actor=OPERATOR, now=NOON)


def ask(installation: Installation, key: str, other: str, person: Person) -> bool:
    with installation.database.write() as work:
        return groups.ask(work, key, other, FREE, person=person, now=NOON)


def confirm(installation: Installation, key: str, request_id: str, person: Person) -> None:
    with installation.database.write() as work:
        groups.confirm(work, key, request_id, FREE, person=person, now=NOON)


def leave(installation: Installation, key: str) -> list[Job]:
    with installation.database.write() as work:
        groups.leave(work, key, actor=OPERATOR, now=NOON)
        return work.jobs


def seen(installation: Installation, key: str, person: Person) -> Circle:
    own, user_id = list(person.grants.shops), person.user_id
    with installation.database.read() as session:
        return group_views.seen(session, key, own, FREE, user_id=user_id, min_reviews=1, now=NOON)


def profile(installation: Installation, key: str) -> Profile:
    with installation.database.read() as session:
        shop = shop_rows.by_key(session, key)
        assert shop is not None
        question = PageQuestion(PageKind.PROFILE, key, None, slug_of(shop.name))
    found = profiles.read(installation, question)
    assert isinstance(found, Profile)
    return found


def shown(installation: Installation, *keys: str) -> Sequence[Sequence[str]]:
    """The keys of the shops that each of these profiles shows."""
    return [[other.shop.key for other in profile(installation, key).others] for key in keys]


def generations_of(installation: Installation, *keys: str) -> Sequence[int]:
    return [steps.generation(installation.database, key) for key in keys]


def test_two_own_shops_are_connected_at_once_and_show_each_others_figures(
    installation: Installation, annas: str
) -> None:
    second = beside(installation, annas)
    anna = administrator(installation, "anna", annas, second)
    steps.review(installation.database, annas, steps.marks(service=5))
    steps.review(installation.database, second, steps.marks(service=2))
    assert [each.key for each in seen(installation, annas, anna).candidates] == [second]
    before = generations_of(installation, annas, second)
    assert ask(installation, annas, second, anna)
    assert generations_of(installation, annas, second) == [each + 1 for each in before]
    assert shown(installation, annas, second) == [[second], [annas]]
    [other] = profile(installation, annas).others
    assert other.grade == steps.grade(installation.database, second)
    page = pages.page(profile(installation, annas)).decode()
    for said in ("Other shops of this company", "Germany", "2.00 of 5, 1 review"):
        assert said in page
    # Its own grade stays its own.
    assert profile(installation, annas).page.grade == steps.grade(installation.database, annas)
    circle = seen(installation, annas, anna)
    assert [(each.head.key, each.is_own) for each in circle.members] == [
        (annas, True),
        (second, False),
    ]
    assert circle.candidates == []


def test_of_one_account_another_administrator_confirms_what_is_not_ones_own(
    installation: Installation, annas: str
) -> None:
    second = beside(installation, annas)
    anna = administrator(installation, "anna", annas)
    berta = administrator(installation, "berta", second)
    assert not ask(installation, annas, second, anna)
    assert shown(installation, annas) == [[]]
    [asked] = seen(installation, second, berta).requests
    assert (asked.head.key, asked.is_ours, asked.needs_another_person) == (annas, False, False)
    confirm(installation, second, asked.request_id, berta)
    assert shown(installation, annas, second) == [[second], [annas]]
    with pytest.raises(GroupRequestNotFound):
        confirm(installation, second, asked.request_id, berta)


def test_two_administrators_confirm_where_accounts_differ(
    installation: Installation, annas: str, cleos: str
) -> None:
    anna = administrator(installation, "anna", annas, cleos)
    cleo = administrator(installation, "cleo", cleos)
    assert not ask(installation, annas, cleos, anna)
    [asked] = seen(installation, cleos, anna).requests
    assert asked.needs_another_person
    with pytest.raises(GroupConfirmationOwn):
        confirm(installation, cleos, asked.request_id, anna)
    with pytest.raises(GroupRequestNotFound):
        confirm(installation, annas, asked.request_id, cleo)
    assert shown(installation, annas, cleos) == [[], []]
    confirm(installation, cleos, asked.request_id, cleo)
    assert shown(installation, annas, cleos) == [[cleos], [annas]]
    page = pages.page(profile(installation, annas)).decode()
    assert "Connected shops" in page
    assert "<p>cleo.example</p>" in page


def test_the_asked_shops_administrators_get_one_mail_a_day(
    installation: Installation, annas: str, cleos: str
) -> None:
    anna = administrator(installation, "anna", annas)
    administrator(installation, "cleo", cleos)
    ask(installation, annas, cleos, anna)
    [asked] = seen(installation, annas, anna).requests
    with installation.database.write() as work:
        groups.drop(work, annas, asked.request_id, actor=OPERATOR, now=NOON)
    assert seen(installation, annas, anna).requests == []
    ask(installation, annas, cleos, anna)
    with installation.database.read() as session:
        keys = [mail.key for mail in session.exec(select(Mail))]
    assert keys.count("group_asked") == 1


def test_what_is_not_there_or_not_ones_own_is_not_found(
    installation: Installation, annas: str, cleos: str
) -> None:
    anna = administrator(installation, "anna", annas)
    for key in (UNKNOWN, "nonsense-which-is-no-key"):
        with pytest.raises(Exception, match="key"):
            ask(installation, annas, key, anna)
    third = steps.open_shop(installation.database, domain="third.example")
    ask(installation, annas, cleos, anna)
    [asked] = seen(installation, annas, anna).requests
    with installation.database.write() as work:
        for request_id in ("grq-unknown", asked.request_id):
            with pytest.raises(GroupRequestNotFound):
                groups.drop(work, third, request_id, actor=OPERATOR, now=NOON)
        with pytest.raises(GroupMissing):
            groups.leave(work, third, actor=OPERATOR, now=NOON)
    connect(installation, annas, beside(installation, annas))
    with installation.database.write() as work, pytest.raises(ShopNotFound):
        groups.take_out(work, annas, cleos, actor=OPERATOR, now=NOON)


def test_nobody_is_connected_twice_with_itself_or_asked_twice(
    installation: Installation, annas: str, cleos: str
) -> None:
    anna = administrator(installation, "anna", annas)
    others = [beside(installation, annas, number) for number in (2, 3, 4)]
    connect(installation, annas, others[0])
    connect(installation, others[1], others[2])
    for taken in (annas, *others[:2]):
        with pytest.raises(GroupTaken):
            ask(installation, annas, taken, anna)
    ask(installation, annas, cleos, anna)
    with pytest.raises(GroupTaken, match="asked"):
        ask(installation, annas, cleos, anna)
    with installation.database.write() as work, pytest.raises(NotAllowed):
        groups.connect(work, annas, cleos, actor=OPERATOR, now=NOON)


def test_a_request_expires_and_can_be_made_again(
    installation: Installation, annas: str, cleos: str
) -> None:
    anna = administrator(installation, "anna", annas)
    cleo = administrator(installation, "cleo", cleos)
    ask(installation, annas, cleos, anna)
    [asked] = seen(installation, cleos, cleo).requests
    late = NOON + timedelta(days=GROUPS.request_days)
    with installation.database.write() as work:
        with pytest.raises(GroupRequestNotFound):
            groups.confirm(work, cleos, asked.request_id, FREE, person=cleo, now=late)
        assert not groups.ask(work, annas, cleos, FREE, person=anna, now=late)


def test_no_more_shops_are_connected_or_asked_than_there_may_be(
    installation: Installation,
    annas: str,
    cleos: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rules, "GROUPS", replace(GROUPS, shops=2))
    anna = administrator(installation, "anna", annas)
    second, third = (beside(installation, annas, number) for number in (2, 3))
    for other in (cleos, second):
        ask(installation, annas, other, anna)
    with pytest.raises(GroupFull):
        ask(installation, annas, third, anna)
    connect(installation, second, third)
    with installation.database.write() as work, pytest.raises(GroupFull):
        groups.connect(work, annas, second, actor=OPERATOR, now=NOON)


def test_leaving_takes_effect_at_once_on_every_profile(
    installation: Installation, annas: str
) -> None:
    second, third = (beside(installation, annas, number) for number in (2, 3))
    keys = (annas, second, third)
    connect(installation, annas, second, third)
    assert shown(installation, *keys) == [[second, third], [annas, third], [annas, second]]
    before = generations_of(installation, *keys)
    jobs = leave(installation, second)
    assert generations_of(installation, *keys) == [each + 1 for each in before]
    assert {job.name for job in jobs} == {generations.REFRESH}
    assert shown(installation, *keys) == [[third], [], [annas]]
    # Two make a group, one does not.
    leave(installation, third)
    assert shown(installation, *keys) == [[], [], []]
    with pytest.raises(GroupMissing):
        leave(installation, annas)


def test_who_leaves_asks_for_nobody_any_more(
    installation: Installation, annas: str, cleos: str
) -> None:
    anna = administrator(installation, "anna", annas)
    cleo = administrator(installation, "cleo", cleos)
    connect(installation, annas, beside(installation, annas))
    ask(installation, annas, cleos, anna)
    leave(installation, annas)
    assert seen(installation, cleos, cleo).requests == []


def test_only_the_account_that_founded_the_group_takes_others_out(
    installation: Installation, annas: str, cleos: str
) -> None:
    anna = administrator(installation, "anna", annas)
    cleo = administrator(installation, "cleo", cleos)
    ask(installation, annas, cleos, anna)
    [asked] = seen(installation, cleos, cleo).requests
    confirm(installation, cleos, asked.request_id, cleo)
    assert [each.may_be_removed for each in seen(installation, annas, anna).members].count(
        True
    ) == 1
    with installation.database.write() as work, pytest.raises(NotAllowed):
        groups.take_out(work, cleos, annas, actor=OPERATOR, now=NOON)
    with installation.database.write() as work:
        groups.take_out(work, annas, cleos, actor=OPERATOR, now=NOON)
    assert shown(installation, annas, cleos) == [[], []]


def test_a_suspended_shop_disappears(installation: Installation, annas: str) -> None:
    second = beside(installation, annas)
    connect(installation, annas, second)
    with installation.database.write() as work:
        booking = packs.join(work, second, FREE, domains=2, actor=OPERATOR, now=NOON)
    assert shown(installation, annas, second) == [[second], [annas]]
    with installation.database.write() as work:
        packs.suspend(work, booking, "The invoice was not paid.", actor=OPERATOR, now=NOON)
        told = {job.name for job in work.jobs}
    assert generations.CONNECTED in told
    assert shown(installation, annas, second) == [[], []]
    anna = administrator(installation, "anna", annas)
    assert [each.is_shown for each in seen(installation, annas, anna).members] == [True, False]


def test_without_the_pack_nobody_asks_and_nobody_is_shown(
    installation: Installation, annas: str
) -> None:
    second = beside(installation, annas)
    anna = administrator(installation, "anna", annas, second)
    for key in (annas, second):
        with installation.database.write() as work:
            with pytest.raises(PackRequired):
                groups.ask(work, annas, second, DEMO, person=anna, now=NOON)
            booking = packs.book(work, key, Pack.INTERCONNECTED, DEMO, actor=OPERATOR, now=NOON)
            packs.accept(work, booking, actor=OPERATOR, now=NOON)
    with installation.database.write() as work:
        assert groups.ask(work, annas, second, DEMO, person=anna, now=NOON)
    with installation.database.write() as work:
        packs.suspend(work, booking, "The invoice was not paid.", actor=OPERATOR, now=NOON)
    with installation.database.read() as session:
        shop = shop_rows.by_key(session, annas)
        assert shop is not None
        assert groups.connected(session, shop, DEMO).others == ()
        assert len(groups.connected(session, shop, FREE).others) == 1


def test_a_profile_tells_the_sum_of_reviews_where_its_shop_wants_that_and_no_common_grade(
    installation: Installation, annas: str
) -> None:
    second = beside(installation, annas)
    connect(installation, annas, second)
    for key, stars in ((annas, 5), (annas, 4), (second, 1)):
        steps.review(installation.database, key, steps.marks(service=stars))
    assert profile(installation, annas).together is None
    before = generations_of(installation, annas, second)
    with installation.database.write() as work:
        for _ in range(2):
            groups.show_total(work, annas, is_shown=True, actor=OPERATOR, now=NOON)
    assert generations_of(installation, annas, second) == [before[0] + 1, before[1]]
    assert profile(installation, annas).together == Together(reviews=3, shops=2)
    assert profile(installation, second).together is None
    page = pages.page(profile(installation, annas)).decode()
    assert "With this shop together: 3 reviews, last 12 months." in page


def test_a_review_of_one_shop_has_the_profiles_of_all_made_again_soon(
    installation: Installation, annas: str
) -> None:
    second = beside(installation, annas)
    third = steps.open_shop(installation.database, domain="alone.example")
    connect(installation, annas, second)
    with installation.database.write() as work:
        shop = shops.required(work, annas)
        generations.raise_for(work, shop, now=NOON)
        generations.raise_for(work, shop, now=NOON)
        generations.raise_for(work, shops.required(work, third), now=NOON)
    [job] = [job for job in work.jobs if job.name == generations.CONNECTED]
    assert 5 <= job.delay_seconds <= 10
    before = generations_of(installation, annas, second, third)
    with installation.database.write() as work:
        assert groups.raise_members(work, job.arguments["group_id"], now=NOON) == 2
        # One group does not call for the next round.
        assert {each.name for each in work.jobs} == {generations.REFRESH}
        assert groups.raise_members(work, "grp-unknown", now=NOON) == 0
    assert generations_of(installation, annas, second, third) == [
        before[0] + 1,
        before[1] + 1,
        before[2],
    ]
