"""The page that tells how to report a review or a page, and what happens then (systems.md §12)."""

from typing import Final
from urllib.parse import quote

from control import layout
from control.layout import Link
from control.profiles import head
from schemas.profiles import PageKind
from services.profiles import ShopPage
from widgets import texts
from widgets.texts import Texts

_NEEDS: Final = (
    "report.need.link",
    "report.need.why",
    "report.need.name",
    "report.need.faith",
)


def page(about: ShopPage) -> bytes:
    """The whole page in its language, UTF-8; the message is written in the reader's own mail."""
    words = texts.of(about.language)
    subject = _subject(about, words)
    return layout.render(
        "report.html",
        words,
        title=words.say("report.title"),
        **head(about, words) | {"is_indexed": False},
        subject=subject,
        needs=[words.say(need) for need in _NEEDS],
        write=_message(about, subject, words) if about.contact else None,
    )


def _subject(about: ShopPage, words: Texts) -> Link:
    """The review, or the profile where none is named."""
    question = about.question
    own = None if words.language == about.shop.language else words.language
    profile = question.of(PageKind.PROFILE, own, about.slug)
    title = words.say("title", shop=about.shop.name)
    return Link(f"{profile.url}#{question.review}" if question.review else profile.url, title)


def _message(about: ShopPage, subject: Link, words: Texts) -> str:
    title = words.say("report.subject", shop=about.shop.name)
    body = words.say("report.body", url=about.base_url + subject.url)
    return f"mailto:{about.contact}?subject={quote(title)}&body={quote(body)}"
