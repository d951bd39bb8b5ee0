"""The page that explains how reviews work, from the rules themselves (EU-1, EU-4, FR-1 to FR-3)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from control import layout
from domain import languages, policies
from domain.decisions import Ground
from domain.evidence import EvidenceKind, EvidenceLevel
from domain.holds import HOLDS
from domain.receipts import RECEIPTS
from domain.reviews import NotCounted
from domain.signals import SIGNALS
from widgets import texts
from widgets.texts import Texts


@dataclass(frozen=True, slots=True)
class Section:
    """One rule: paragraphs, then terms with their explanations, then bare points."""

    id: str
    title: str
    paragraphs: tuple[str, ...]
    terms: tuple[tuple[str, str], ...] = ()
    points: tuple[str, ...] = ()


def page(language: str, *, min_reviews: int, base_url: str, contact: str) -> bytes:
    """The page in one of the platform's languages, with this installation's numbers.

    ``contact`` is the operator's e-mail address, or empty.
    """
    words = texts.of(language)
    urls = {tag: layout.how_url(tag) for tag in languages.SUPPORTED}
    return layout.render(
        "how.html",
        words,
        title=words.say("how.title"),
        description=words.say("how.lead"),
        base_url=base_url,
        path=urls[language],
        urls=urls,
        is_indexed=True,
        language_links=layout.language_links(urls, words),
        sections=_sections(words, min_reviews, _data(words, base_url, contact)),
    )


def _data(words: Texts, base_url: str, contact: str) -> tuple[str, ...]:
    """What happens to the data of authors and buyers; order cards link here (embed.md 4.4)."""
    told = ("how.data", "how.data.order", "how.data.use")
    host = urlsplit(base_url).netloc
    asked = (
        words.say("how.data.contact", host=host, email=contact)
        if contact
        else words.say("how.data.noContact", host=host)
    )
    return (*(words.say(key) for key in told), asked)


def _sections(words: Texts, min_reviews: int, data: tuple[str, ...]) -> tuple[Section, ...]:
    open_months = words.count("months", policies.REVIEWS.open_months)
    window = words.count("months", policies.GRADES.window_months)
    minimum = words.say("how.minimum", reviews=words.count("reviews", min_reviews))
    return (
        _section(
            "collect",
            words,
            words.say("how.collect", months=open_months),
            words.say("how.exclusions"),
        ),
        _section(
            "levels",
            words,
            words.say("how.levels"),
            words.say("checked"),
            terms=_levels(words),
            points=_proofs(words),
        ),
        _section("publish", words, words.say("how.publish"), *_checks(words)),
        _section("order", words, words.say("how.order")),
        _section("grade", words, words.say("method"), minimum),
        _section("notCounted", words, terms=_not_counted(words)),
        _section("change", words, words.say("how.change", months=open_months)),
        _section("refuse", words, words.say("how.refuse"), points=_grounds(words)),
        _section("retention", words, words.say("how.retention", months=window)),
        _section("benefits", words, words.say("how.benefits")),
        _section("data", words, *data),
        _section("report", words, words.say("how.report")),
    )


def _section(
    name: str,
    words: Texts,
    *paragraphs: str,
    terms: tuple[tuple[str, str], ...] = (),
    points: tuple[str, ...] = (),
) -> Section:
    return Section(name, words.say(f"how.{name}.title"), paragraphs, terms, points)


def _levels(words: Texts) -> tuple[tuple[str, str], ...]:
    """The evidence ladder as readers see it (trust-rules.md §3)."""
    return tuple(
        (words.say(f"level.{level:d}"), words.say(f"levelWhy.{level:d}")) for level in EvidenceLevel
    )


def _proofs(words: Texts) -> tuple[str, ...]:
    """The kinds of proof; each shop's profile names their shares (systems.md §4)."""
    return tuple(words.say(f"evidence.{kind}") for kind in EvidenceKind)


def _checks(words: Texts) -> tuple[str, ...]:
    """What programs do before and after publication, and what authors can prove (DSA-1, FR-2b)."""
    return (
        words.say("how.holds", days=words.number(HOLDS.working_days)),
        words.say("how.signals", days=words.number(SIGNALS.trace_days)),
        words.say(
            "how.receipt",
            days=words.number(RECEIPTS.working_days),
            page=f"/{words.language}/check",
        ),
    )


def _not_counted(words: Texts) -> tuple[tuple[str, str], ...]:
    return tuple(
        (words.say(f"notCounted.{reason}"), words.say(f"notCountedWhy.{reason}"))
        for reason in NotCounted
        if reason is not NotCounted.NOT_PUBLISHED
    )


def _grounds(words: Texts) -> tuple[str, ...]:
    """The closed list of grounds, of which none speaks of stars (ISO-9)."""
    return tuple(words.say(f"ground.{ground}") for ground in Ground)
