"""Invitation mails: ask for a review in the shop's language, and for nothing else.

No incentive, no stars set beforehand, no condition, no picture that reports back
(systems.md §§0.9, 6).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from domain.windows import day_of, review_deadline
from widgets import texts
from widgets.views import ShopView

_TEMPLATES: Final = Environment(
    loader=PackageLoader("widgets", "mails"), autoescape=True, undefined=StrictUndefined
)
_SAMPLE_REFERENCE: Final = "A-1001"
_SAMPLE_URL: Final = "https://example.org/"
_ORDERED_BEFORE: Final = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What one invitation says: the order it is about, and where its two links lead.

    ``last_day`` is the last on which the review can be written.
    """

    reference: str
    ordered_on: date
    last_day: date
    rate_url: str
    unsubscribe_url: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A message ready to be sent; ``html`` is a whole document."""

    subject: str
    html: str


def render(shop: ShopView, invitation: Invitation) -> Mail:
    """The mail in the shop's language."""
    words = texts.of(shop.language)
    ordered_on = words.day(invitation.ordered_on)
    subject = words.say("mail.invitation.subject", shop=shop.name)
    html = _TEMPLATES.get_template("invitation.html").render(
        language=words.language,
        shop=shop.name,
        subject=subject,
        hello=words.say("mail.invitation.hello"),
        ask=words.say(
            "mail.invitation.ask",
            shop=shop.name,
            date=ordered_on,
            reference=invitation.reference,
        ),
        freedom=words.say("mail.invitation.freedom"),
        button=words.say("mail.invitation.button"),
        link=words.say("mail.invitation.link"),
        until=words.say("mail.invitation.until", date=words.day(invitation.last_day)),
        reason=words.say("mail.invitation.reason", shop=shop.name),
        unsubscribe=words.say("mail.invitation.unsubscribe"),
        rate_url=invitation.rate_url,
        unsubscribe_url=invitation.unsubscribe_url,
    )
    return Mail(subject, html)


def sample(shop: ShopView) -> Mail:
    """The mail as the shop may look at it: with an invented order, its links lead nowhere."""
    ordered_at = shop.calculated_at - _ORDERED_BEFORE
    return render(
        shop,
        Invitation(
            reference=_SAMPLE_REFERENCE,
            ordered_on=day_of(ordered_at),
            last_day=day_of(review_deadline(ordered_at)) - timedelta(days=1),
            rate_url=_SAMPLE_URL,
            unsubscribe_url=_SAMPLE_URL,
        ),
    )
