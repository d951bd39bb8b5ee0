"""The platform speaks its seven languages completely, with the plurals that each needs."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale

import control
import services
import widgets
from domain import languages
from domain.audit_decisions import AuditDecisionKind, AuditGround
from domain.audits import AuditState
from domain.badges import DEFAULTS, ColorScheme, OpenOn, Variant
from domain.cases import Outcome
from domain.checks import Check
from domain.claims import Answer, Problem
from domain.criteria import CriteriaSystem, Criterion
from domain.criteria_sets import CriterionGroup
from domain.decisions import Ground
from domain.evidence import EvidenceKind, EvidenceLevel
from domain.findings import Verdict
from domain.frames import FrameState, Zone
from domain.grades import Label
from domain.indicators import Indicator
from domain.invite_rules import Criterion as Excluded
from domain.marks import Standing
from domain.notices import NoticeReason
from domain.packs import Pack
from domain.protection_tiers import Tier
from domain.reviews import NotCounted
from domain.rights import OperatorRole, Right
from domain.social_proofs import AgeBand
from schemas.checks import Code, Weight
from schemas.questions import Sort
from tests.widgets import examples
from widgets import choices, recipes, texts
from widgets.choices import Widget
from widgets.platforms import Platform
from widgets.recipes import Place

ENGLISH = texts.of("en")
CATALOGUES = {language: texts.of(language) for language in languages.SUPPORTED}


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}


def forms(message: texts.Message) -> list[str]:
    return list(message.values()) if isinstance(message, dict) else [message]


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_every_language_says_the_same_things_with_the_same_values(language: str) -> None:
    messages = CATALOGUES[language].messages
    assert messages.keys() == ENGLISH.messages.keys()
    for key, message in messages.items():
        expected = placeholders(forms(ENGLISH.messages[key])[-1])
        assert isinstance(message, dict) is isinstance(ENGLISH.messages[key], dict), key
        # "last month" needs no number, "last 12 months" does.
        assert placeholders(forms(message)[-1]) == expected, key
        assert all(placeholders(form) <= expected for form in forms(message)), key


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_every_plural_has_the_forms_that_the_language_needs(language: str) -> None:
    needed = {*Locale.parse(language).plural_form.tags, "other"}
    plurals = [m for m in CATALOGUES[language].messages.values() if isinstance(m, dict)]
    assert plurals
    assert all(plural.keys() == needed for plural in plurals)


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_nothing_is_empty_and_nothing_was_left_in_english(language: str) -> None:
    messages = CATALOGUES[language].messages
    assert all(form.strip() for message in messages.values() for form in forms(message))
    sentences = ["checked", "method", "verified", "selectionLatest", "operatedBySeller"]
    same = [key for key in sentences if messages[key] == ENGLISH.messages[key]]
    assert same == ([] if language != "en" else sentences)


def test_there_is_a_catalogue_for_each_language_and_no_other() -> None:
    folder = Path(widgets.__path__[0]) / "texts"
    assert {file.stem for file in folder.iterdir()} == set(languages.SUPPORTED)


def test_every_message_is_said_somewhere() -> None:
    sources = [
        file.read_text()
        for room in (widgets, control, services)
        for file in Path(room.__path__[0]).rglob("*.*")
        if file.suffix in {".py", ".html"}
    ]
    composed = {f"gui.{word}" for word in (*Label, *CriteriaSystem.THREE.criteria)}
    composed |= {f"label.{label}" for label in Label} | {f"ground.{ground}" for ground in Ground}
    composed |= {f"{start}.{level:d}" for start in ("level", "levelWhy") for level in EvidenceLevel}
    composed |= {f"criterion.{criterion}" for criterion in Criterion}
    composed |= {f"profile.sort.{sort}" for sort in Sort}
    composed |= {
        f"{start}.{reason}"
        for start in ("notCounted", "notCountedWhy")
        for reason in NotCounted
        if reason is not NotCounted.NOT_PUBLISHED
    }
    composed |= {f"role.{role}" for role in OperatorRole}
    composed |= {f"excluded.{criterion}" for criterion in Excluded}
    composed |= {f"author.age.{band}" for band in AgeBand}
    composed |= {f"right.{right}" for right in Right} | {f"pack.{pack}" for pack in Pack}
    # What mails about packs say of their price.
    composed |= {"packs.month", "packs.free"}
    composed |= {f"claim.problem.{problem}" for problem in Problem}
    composed |= {f"claim.answer.{answer}" for answer in Answer}
    composed |= {f"claim.ended.{state}" for state in ("RESOLVED", "LAPSED", "WITHDRAWN")}
    composed |= {f"indicator.{indicator}" for indicator in Indicator}
    composed |= {f"indicator.zone.{zone}" for zone in Zone}
    composed |= {f"auditDocument.verdict.{verdict}" for verdict in Verdict}
    composed |= _of_the_guide() | _of_notices() | _of_integrity() | _of_the_mark()
    unsaid = [
        key
        for key in ENGLISH.messages
        if key not in composed
        and not any(f'"{key}"' in source for source in sources)
        and not _is_title_of_section(key)
    ]
    assert unsaid == []
    assert composed <= ENGLISH.messages.keys()


def _of_integrity() -> set[str]:
    """What was found in texts, the proofs behind reviews, and mails about texts that wait."""
    found = {f"found.{check}" for check in Check} | {f"evidence.{kind}" for kind in EvidenceKind}
    mailed = ("facts", "explanation", "redress", "askedRedress", "caseRedress")
    return found | {f"hold.{part}" for part in mailed}


def _of_the_mark() -> set[str]:
    """What certificate pages and mails about audits and frames say by the name of a state."""
    names = {f"certificate.state.{each}" for each in Standing}
    names |= {f"certificate.banner.{each}" for each in Standing} - {
        f"certificate.banner.{each}" for each in (Standing.NONE, Standing.VALID)
    }
    names |= {f"certificate.group.{group:d}" for group in CriterionGroup}
    names |= {f"certificate.tier.{tier}" for tier in Tier}
    names |= {f"frame.{state}" for state in FrameState}
    names |= {f"audit.decision.{kind}" for kind in AuditDecisionKind}
    names |= {f"audit.ground.{ground}" for ground in AuditGround}
    return names | {f"audit.outcome.{each}" for each in (AuditState.PASSED, AuditState.SHOP_FIXING)}


def _of_notices() -> set[str]:
    """What mails and pages about reported reviews say."""
    said = {f"notice.reason.{reason}" for reason in NoticeReason}
    said |= {f"notice.outcome.{outcome}" for outcome in Outcome}
    rest = ("silence", "editOver", "byPerson", "byRule", "redress", "redressAlways")
    return said | {f"notice.{name}" for name in rest}


def _of_the_guide() -> set[str]:
    """What the integration guide and its check say by the name of an option or of a finding."""
    names = {f"guide.{start}.{each}" for start in ("widget", "why") for each in Widget}
    names |= {f"guide.variant.{each}" for each in Variant}
    names |= {f"guide.position.{each}" for each in choices.FLOATING}
    names |= {f"guide.openOn.{each}" for each in OpenOn}
    names |= {f"guide.scheme.{each}" for each in ColorScheme}
    names |= {f"guide.colour.{each}" for each in ("accent", "text", "surface", "star")}
    fields = ("variant", "position", "mobile-position", "open-on", "scheme", "language")
    names |= {f"guide.field.{each}" for each in (*fields, "offset", "mobile-offset", "limit")}
    for platform, widget in product(Platform, Widget):
        choice = choices.parse({"widget": widget}, DEFAULTS, sku="1")
        names |= {step.message for step in recipes.steps(platform, choice, Place("", ""))}
    names |= {f"check.{start}.{each}" for start in ("verdict", "weight") for each in Weight}
    return names | {f"check.{code}" for code in Code}


def _is_title_of_section(key: str) -> bool:
    return key.startswith("how.") and key.endswith(".title")


@pytest.mark.parametrize(
    ("language", "summary"),
    [
        ("fr", "4,50 sur 5, 2 avis, 12 derniers mois"),
        ("de", "4,50 von 5, 2 Bewertungen, letzte 12 Monate"),
        ("en", "4.50 of 5, 2 reviews, last 12 months"),
        ("es", "4,50 de 5, 2 opiniones, últimos 12 meses"),
        ("it", "4,50 su 5, 2 recensioni, ultimi 12 mesi"),
        ("nl", "4,50 van 5, 2 beoordelingen, laatste 12 maanden"),
        ("pl", "4,50 na 5, 2 opinie, ostatnie 12 miesięcy"),
    ],
)
def test_a11y_1_stars_have_text_with_count_and_period(language: str, summary: str) -> None:
    assert texts.of(language).summary(examples.figures_of(4, 5).grade) == summary


@pytest.mark.parametrize(
    ("number", "reviews"),
    [
        (0, "0 opinii"),
        (1, "1 opinia"),
        (2, "2 opinie"),
        (5, "5 opinii"),
        (12, "12 opinii"),
        (22, "22 opinie"),
        (1234, "1\u00a0234 opinie"),
    ],
)
def test_polish_counts_in_its_four_forms(number: int, reviews: str) -> None:
    assert texts.of("pl").count("reviews", number) == reviews


@pytest.mark.parametrize(
    ("number", "reviews"), [(0, "0 reviews"), (1, "1 review"), (1234567, "1,234,567 reviews")]
)
def test_english_counts_in_two_forms(number: int, reviews: str) -> None:
    assert ENGLISH.count("reviews", number) == reviews


def test_stars_are_always_shown_with_two_decimals() -> None:
    assert ENGLISH.stars(Decimal("5.00")) == "5.00"
    assert ENGLISH.stars(Decimal("4.5")) == "4.50"
    assert texts.of("de").stars(Decimal("4.01")) == "4,01"


def test_days_are_written_as_in_europe() -> None:
    assert ENGLISH.day(date(2026, 11, 21)) == "21 November 2026"
    assert texts.of("fr").period(examples.PERIOD) == "du 21 novembre 2025 au 21 novembre 2026"


def test_the_last_day_is_the_one_that_a_deadline_ends() -> None:
    midnight = datetime(2026, 11, 27, 23, tzinfo=UTC)
    assert ENGLISH.last_day(midnight, "Europe/Berlin") == "27 November 2026"
    assert ENGLISH.last_day(midnight, "Europe/London") == "27 November 2026"
    assert ENGLISH.last_day(midnight + timedelta(hours=1), "Europe/Berlin") == "28 November 2026"


def test_agg_14_no_rating_yet() -> None:
    assert ENGLISH.summary(examples.figures_of().grade) == "No rating yet"


def test_agg_7_too_few_below_minimum() -> None:
    few = examples.figures_of(5, 5, min_reviews=5).grade
    assert ENGLISH.summary(few) == "Too few reviews: 2 reviews, last 12 months"


def test_a_language_that_is_not_offered_is_answered_in_english() -> None:
    assert texts.of("pt").language == "en"
    assert texts.of("de-AT").language == "de"


def test_a_message_that_needs_a_number_cannot_be_said_without() -> None:
    with pytest.raises(TypeError, match="needs a number"):
        ENGLISH.say("reviews", count="1")
    with pytest.raises(TypeError, match="has no plural"):
        ENGLISH.count("close", 1)


def test_a_share_has_as_many_decimals_as_it_needs() -> None:
    english = texts.of("en")
    said = [english.share(Decimal(share)) for share in ("0", "0.02", "0.0201", "1.25")]
    assert said == ["0%", "2%", "2.01%", "125%"]
    assert texts.of("de").share(Decimal("0.0201")) == "2,01\u00a0%"


def test_an_amount_in_a_form_has_the_decimals_of_its_currency_and_no_groups() -> None:
    english, german = texts.of("en"), texts.of("de")
    assert [each.fixed(Decimal("1900.5"), 2) for each in (english, german)] == [
        "1900.50",
        "1900,50",
    ]
    assert [each.fixed(Decimal("1900"), 0) for each in (english, german)] == ["1900", "1900"]
    assert [english.roughly(Decimal(number)) for number in ("2", "2.5")] == ["2", "2.5"]


def test_an_amount_has_the_decimals_of_its_currency() -> None:
    assert texts.of("en").money(19_00, "EUR") == "€19.00"
    assert texts.of("en").money(19_00, "JPY") == "JP¥1,900"
    assert texts.of("en").money(1_310_00, "CHF") == "CHF\u00a01,310.00"
    assert texts.of("de").money(1_310_00, "CHF") == "1.310,00\u00a0CHF"
    assert texts.of("de").country_name("DE") == "Deutschland"
    assert texts.of("de").country_name("ZQ") == "ZQ"
