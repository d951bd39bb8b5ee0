"""Who may frame a shop's reviews is a decision of the shop, on record, and public at once."""

import pytest

from domain import embeds
from domain.actors import OPERATOR
from domain.errors import ShopInvalid
from schemas.profiles import PageKind, PageQuestion
from services import profiles, shops
from services.installation import Installation
from services.profiles import Profile
from tests.services import steps


def allowed(installation: Installation, key: str) -> tuple[str, ...]:
    found = profiles.read(installation, PageQuestion(PageKind.EMBED, key, slug="reviews"))
    assert isinstance(found, Profile)
    return found.page.embed_hosts


def test_the_hosts_of_a_shop_are_those_it_named_last(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    assert allowed(installation, key) == embeds.default("shop.example")
    for hosts, kept in ((["B.example", "a.example"], ("b.example", "a.example")), ([], ())):
        before = steps.generation(installation.database, key)
        with installation.database.write() as work:
            shops.allow_embeds(work, key, hosts, actor=OPERATOR, now=steps.NOON)
        assert allowed(installation, key) == kept
        assert steps.generation(installation.database, key) == before + 1
    with installation.database.write() as work:
        shops.allow_embeds(work, key, [], actor=OPERATOR, now=steps.NOON)
        assert work.changed == {}
    with installation.database.write() as work:
        shops.allow_embeds(work, key, None, actor=OPERATOR, now=steps.NOON)
    assert allowed(installation, key) == embeds.default("shop.example")


def test_what_is_no_host_changes_nothing(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    with pytest.raises(ShopInvalid), installation.database.write() as work:
        shops.allow_embeds(work, key, ["*"], actor=OPERATOR, now=steps.NOON)
    assert allowed(installation, key) == embeds.default("shop.example")


def test_a_frame_has_the_profiles_reviews_and_no_markup(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    steps.review(installation.database, key, steps.marks(service=5))
    found = profiles.read(installation, PageQuestion(PageKind.EMBED, key, slug="reviews"))
    assert isinstance(found, Profile)
    assert (len(found.reviews.reviews), found.markup) == (1, "")
