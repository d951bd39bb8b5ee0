"""What a public page shows is read in one transaction, from the rows that the API reads."""

import pytest

from control import profiles as pages
from domain import languages
from domain.actors import SYSTEM
from domain.criteria import Criterion
from domain.errors import CursorUnknown, ReviewGone, ReviewNotFound, ShopNotFound
from domain.evidence import EvidenceKind, EvidenceLevel
from domain.invite_rules import Confirms, Exclusion
from domain.invite_rules import Criterion as Rule
from domain.packs import PRICE_LISTS, Prices
from schemas.profiles import About, PageKind, PageQuestion
from schemas.questions import ReviewQuery
from services import invite_rules, packs, profiles, reviews
from services.installation import Installation
from services.profiles import Confirmations, Moved, Profile, ShopPage
from tests.services import steps
from widgets import texts

UNKNOWN = "X0123456789ABCDEF0123456789ABCDEF"


def asked(key: str, slug: str | None = "anna-s-shop", language: str | None = None) -> PageQuestion:
    return PageQuestion(PageKind.PROFILE, key, language, slug)


def profile(installation: Installation, question: PageQuestion) -> Profile:
    found = profiles.read(installation, question)
    assert isinstance(found, Profile)
    return found


def test_a_profile_has_the_shops_own_grade_and_reviews(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    written = [
        steps.review(installation.database, key, steps.marks(service=stars)).review_id
        for stars in (5, 4)
    ]
    steps.review(installation.database, key, steps.marks(service=1), incentivised=True)
    found = profile(installation, asked(key))
    assert found.figures.grade == steps.grade(installation.database, key) == found.page.grade
    assert found.page.company == found.page.domain == "shop.example"
    counted = [each.id for each in found.reviews.reviews if each.not_counted is None]
    assert counted == written[::-1]
    assert len(found.reviews.reviews) == 3
    assert found.markup.count('"@type":"Review"') == 0
    assert '"reviewCount":2' in found.markup


def test_a_filtered_profile_is_not_marked_up(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    steps.review(installation.database, key, steps.marks(service=5))
    found = profile(installation, asked(key).asking(ReviewQuery(stars=4)))
    assert (found.reviews.reviews, found.markup) == ((), "")
    assert found.figures.grade.count == 1


@pytest.mark.parametrize("slug", [None, "", "another"])
def test_another_slug_moves_to_the_right_one_with_its_question(
    installation: Installation, slug: str | None
) -> None:
    key = steps.open_shop(installation.database)
    question = asked(key, slug).asking(ReviewQuery(stars=4))
    assert profiles.read(installation, question) == Moved(f"/profile/{key}/anna-s-shop?stars=4")


def test_the_shops_own_language_needs_no_prefix_and_another_does(
    installation: Installation,
) -> None:
    key = steps.open_shop(installation.database)
    assert profiles.read(installation, asked(key, language="en")) == Moved(asked(key).url)
    assert profile(installation, asked(key, language="fr")).page.language == "fr"
    assert profile(installation, asked(key)).page.language == "en"


def test_a_certificate_page_knows_the_shop_and_its_grade(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    steps.review(installation.database, key, steps.marks(service=5))
    found = profiles.read(installation, PageQuestion(PageKind.CERTIFICATE, key, "de"))
    assert isinstance(found, ShopPage)
    assert (found.language, found.grade) == ("de", steps.grade(installation.database, key))


def test_a_shop_that_left_stays_public_and_is_marked_as_no_longer_a_member(
    installation: Installation,
) -> None:
    key, free = steps.open_shop(installation.database), PRICE_LISTS[Prices.FREE]
    assert not profile(installation, asked(key)).page.has_left
    with installation.database.write() as work:
        membership = packs.join(work, key, free, domains=1, actor=steps.ANNA, now=steps.NOON)
        end = packs.cancel(work, key, membership, actor=steps.ANNA, now=steps.NOON)
    assert end is not None
    assert not profile(installation, asked(key)).page.has_left
    with installation.database.write() as work:
        packs.end_due(work, actor=SYSTEM, now=end)
    left = profile(installation, asked(key))
    assert left.page.has_left
    assert "No longer a member" in pages.page(left).decode()


def test_other_shops_are_those_of_the_same_company(installation: Installation) -> None:
    keys = [
        steps.open_shop(installation.database, domain=name) for name in ("a.example", "b.example")
    ]
    assert [profile(installation, asked(key)).others for key in keys] == [(), ()]


def test_unknown_shops_and_reviews_are_refused(installation: Installation) -> None:
    with pytest.raises(ShopNotFound):
        profiles.read(installation, asked(UNKNOWN))
    key = steps.open_shop(installation.database)
    other = steps.open_shop(installation.database, domain="other.example")
    foreign = steps.review(installation.database, other, steps.marks(service=5)).review_id
    with pytest.raises(CursorUnknown):
        profiles.read(installation, asked(key).asking(ReviewQuery(after=foreign)))
    with pytest.raises(ReviewNotFound):
        profiles.read(installation, asked(key).showing(foreign))


def test_the_page_of_a_review_shows_it_while_it_is_public(installation: Installation) -> None:
    database = installation.database
    key = steps.open_shop(database)
    written = [steps.review(database, key, steps.marks(service=stars)) for stars in (5, 4)]
    question = asked(key).showing(written[0].review_id)
    found = profile(installation, question)
    assert [review.id for review in found.reviews.reviews] == [written[0].review_id]
    assert (found.figures.grade.count, found.markup) == (2, "")
    with database.write() as work:
        reviews.withdraw(work, written[0].token, now=steps.NOON)
    with pytest.raises(ReviewGone):
        profiles.read(installation, question)
    other = steps.open_shop(database, domain="other.example")
    with pytest.raises(ReviewNotFound):
        profiles.read(installation, asked(other).showing(written[1].review_id))


def test_reviews_of_products_stand_apart_and_their_numbers_add_up(
    installation: Installation,
) -> None:
    database = installation.database
    key = steps.open_shop(database)
    steps.review(database, key, steps.marks(service=5))
    of_products = [
        steps.review(database, key, {Criterion.TOTAL: stars}, sku=sku).review_id
        for stars, sku in ((5, "A1"), (3, "B2"), (1, "A1"))
    ]
    shop = profile(installation, asked(key))
    found = profile(installation, asked(key).asking(ReviewQuery(), About.PRODUCTS))
    assert [each.id for each in found.reviews.reviews] == of_products[::-1]
    assert [found.products[each].sku for each in of_products] == ["A1", "B2", "A1"]
    assert (shop.counts.shop, shop.counts.products, shop.counts.listed) == (1, 3, 1)
    assert (found.counts.shop, found.counts.products, found.counts.listed) == (1, 3, 3)
    assert found.figures.grade.count == shop.figures.grade.count == 1
    few = profile(installation, asked(key).asking(ReviewQuery(stars=5), About.PRODUCTS))
    assert (len(few.reviews.reviews), few.counts.listed, few.counts.products) == (1, 1, 3)
    alone = profile(installation, asked(key).showing(of_products[1]))
    assert [each.id for each in alone.reviews.reviews] == [of_products[1]]
    assert alone.products[of_products[1]].sku == "B2"


def test_how_purchases_were_confirmed_is_told_of_the_counted_reviews(
    installation: Installation,
) -> None:
    database = installation.database
    key = steps.open_shop(database)
    for stars in (5, 4):
        steps.review(database, key, steps.marks(service=stars))
    steps.review(database, key, steps.marks(service=1), incentivised=True)
    found = profile(installation, asked(key))
    assert found.confirmations == Confirmations(
        {EvidenceLevel.L2: 2}, {EvidenceKind.INVITATION_USED: 2}
    )
    assert profile(installation, asked(key).asking(ReviewQuery(stars=5))).confirmations is None


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_never_7_the_profile_names_every_order_that_nobody_is_invited_for(
    installation: Installation, language: str
) -> None:
    key = steps.open_shop(installation.database)
    question = asked(key, language=None if language == "en" else language)
    assert b'id="excluded"' not in pages.page(profile(installation, question))
    left_out = [
        Exclusion(Rule.REFERENCE_PREFIX, "<TEST>"),
        Exclusion(Rule.EMAIL_DOMAIN, "staff.example"),
        Exclusion(Rule.AMOUNT_BELOW, "1950"),
        Exclusion(Rule.SOURCE, "upload"),
        Exclusion(Rule.LANGUAGE, "pl"),
    ]
    assert {each.criterion for each in left_out} == set(Rule)
    with installation.database.write() as work:
        invite_rules.save_settings(
            work, key, Confirms.TACIT, left_out, actor=SYSTEM, now=steps.NOON
        )
    found, words = profile(installation, question), texts.of(language)
    assert found.exclusions == tuple(left_out)
    page = pages.page(found).decode()
    for value in ("&lt;TEST&gt;", "staff.example", "upload", words.language_name("pl")):
        assert f"<bdi>{value}</bdi>" in page
    assert words.money(1950, "EUR") in page
    for rule in Rule:
        assert words.say(f"excluded.{rule}") in page
    assert profile(installation, question.asking(ReviewQuery(stars=5))).exclusions == ()


def test_a_report_is_about_a_review_that_is_public(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    written = steps.review(installation.database, key, steps.marks(service=5))
    question = asked(key).showing(written.review_id).of(PageKind.REPORT, "en")
    found = profiles.read(installation, question)
    assert isinstance(found, ShopPage)
    assert found.question.review == written.review_id
    with installation.database.write() as work:
        reviews.withdraw(work, written.token, now=steps.NOON)
    with pytest.raises(ReviewGone):
        profiles.read(installation, question)
