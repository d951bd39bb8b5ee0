"""What all public pages share: templates, style sheet, languages, and what browsers may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from domain import languages
from schemas.profiles import how_path
from widgets import texts
from widgets.texts import Texts

_TEMPLATES: Final = Environment(
    loader=PackageLoader("control", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
STYLE: Final = files("control").joinpath("static", "profile.css").read_bytes()
STYLE_URL: Final = f"/static/profile-{blake2b(STYLE, digest_size=6).hexdigest()}.css"
"""The address changes with the content, so that copies may be kept for ever."""


def policy(ancestors: str) -> str:
    """Nothing inline, no script and no other host; ``ancestors`` may show the page in a frame.

    Pictures are those of reviews.
    A block of JSON-LD is data, which is not run.
    """
    return (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; "
        f"frame-ancestors {ancestors}"
    )


POLICY: Final = policy("'none'")


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads and what it says; ``language`` is that of both."""

    url: str
    text: str
    language: str = ""


def render(template: str, words: Texts, /, **values: object) -> bytes:
    """A page as UTF-8; ``values`` are finished, ``say`` in a template gives fixed texts."""
    shared = {"say": _fixed(words.messages), "language": words.language, "style": STYLE_URL}
    return _TEMPLATES.get_template(template).render(shared | values).encode()


def language_links(urls: Mapping[str, str], words: Texts) -> tuple[Link, ...]:
    """Links to the same page in the other languages, each by its own name."""
    return tuple(
        Link(urls[tag], texts.of(tag).language_name(tag), tag)
        for tag in languages.SUPPORTED
        if tag != words.language
    )


def how_url(language: str) -> str:
    """The page that explains how reviews work."""
    return how_path(language)


def _fixed(messages: Mapping[str, texts.Message]) -> Mapping[str, str]:
    return {key: message for key, message in messages.items() if isinstance(message, str)}
