"""Links that share a public page elsewhere: plain ones, so that nobody's script runs (§13)."""

from typing import Final
from urllib.parse import quote

from control.layout import Link
from widgets.texts import Texts

_PLACES: Final = (
    ("Facebook", "https://www.facebook.com/sharer/sharer.php?u={url}"),
    ("X", "https://x.com/intent/post?url={url}&text={title}"),
    ("LinkedIn", "https://www.linkedin.com/sharing/share-offsite/?url={url}"),
    ("WhatsApp", "https://wa.me/?text={title}%20{url}"),
)


def links(url: str, title: str, words: Texts) -> list[Link]:
    """What shares the page at the absolute address ``url``: by e-mail first, then by others."""
    values = {"url": quote(url, safe=""), "title": quote(title, safe="")}
    mail = Link("mailto:?subject={title}&body={url}".format(**values), words.say("profile.share"))
    places = (
        Link(address.format(**values), words.say("profile.shareOn", place=name))
        for name, address in _PLACES
    )
    return [mail, *places]
