"""A shop's reviews for a frame in another site's page, such as a page tab (systems.md §26)."""

from control import filters, layout, review_items
from control.profiles import graded, profile_url
from services.profiles import Profile, ShopPage
from widgets import texts


def page(profile: Profile) -> bytes:
    """Grade, count, period and one page of the list, UTF-8; links out open a page of their own."""
    about, words = profile.page, texts.of(profile.page.language)
    return layout.render(
        "embed.html",
        words,
        title=words.say("title", shop=about.shop.name),
        shop=about.shop,
        is_indexed=False,
        language_links=(),
        summary=words.summary(about.grade),
        profile_url=profile_url(about, words),
        **graded(profile, words),
        **filters.shown(profile, words),
        blocks=review_items.blocks(profile, words),
    )


def policy(about: ShopPage) -> str:
    """What browsers may do with the page: the shop's hosts may frame it, nobody else."""
    return layout.policy(" ".join(about.embed_hosts) or "'none'")
