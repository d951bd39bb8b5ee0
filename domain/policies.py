"""Numbers of policy, each with its key in systems.md §0.3; data, not literals in the code."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """Limits of a review: months after purchase, characters, days that removed ones are kept."""

    open_months: int = 6  # review.months
    title_characters: int = 200
    comment_characters: int = 5_000
    reply_characters: int = 5_000
    name_characters: int = 40


@dataclass(frozen=True, slots=True)
class OrderPolicy:
    """Limits of an order as it is handed over: counts, minor units, and characters."""

    lines: int = 1_000
    pieces: int = 1_000_000
    minor_units: int = 10**15
    reference_characters: int = 255
    email_characters: int = 254
    name_characters: int = 500
    address_characters: int = 2_000
    gtin_characters: int = 14
    mpn_characters: int = 70
    brand_characters: int = 200
    buyer_characters: int = 120


@dataclass(frozen=True, slots=True)
class HandOverPolicy:
    """Limits of orders that pages hand over: characters, calls in a minute, days of a secret.

    ``per_client`` is for one shop, ``per_shop`` for all clients together; a secret that was
    replaced still signs for ``secret_days`` (systems.md §7).
    """

    payment_characters: int = 100
    hosts: int = 10
    per_client: int = 20
    per_shop: int = 600
    secret_days: int = 180


@dataclass(frozen=True, slots=True)
class GradePolicy:
    """The grade's window in months and the trend's tolerance, in stars."""

    window_months: int = 12
    trend_tolerance_percent: int = 5  # ±0.05 stars
    periods_days: tuple[int, ...] = (7, 30, 90)


@dataclass(frozen=True, slots=True)
class ListPolicy:
    """How many items a list may give: reviews a page, stickers, SKUs in one batch."""

    page_default: int = 20
    page_maximum: int = 100
    sticker_default: int = 10
    sticker_maximum: int = 10
    batch_maximum: int = 100


@dataclass(frozen=True, slots=True)
class SecretPolicy:
    """How short the installation's secret key may be, in characters."""

    characters: int = 32


@dataclass(frozen=True, slots=True)
class LegacyPolicy:
    """The legacy contract's pages (legacy-api.md 4.3), bodies and orders that it takes at once
    (5), and how many shops a benchmark needs.
    """

    page_default: int = 20
    page_maximum: int = 500
    benchmark_peers: int = 5
    body_bytes: int = 1_048_576
    orders: int = 500


@dataclass(frozen=True, slots=True)
class ImportPolicy:
    """Limits of what comes from another service: characters, and reviews in one transaction."""

    id_characters: int = 120
    name_characters: int = 80
    rating_characters: int = 40
    scale_maximum: int = 100
    batch: int = 200


@dataclass(frozen=True, slots=True)
class SnippetPolicy:
    """Limits of markup (rich-snippets.md §1): reviews as the page shows them, and characters.

    An author's name has fewer than 100 characters (R2); certifications and countries are those
    of P6 and O3; ``haves`` is how many items of a page may be told.
    """

    reviews_default: int = 5
    reviews_maximum: int = 20
    author_characters: int = 99
    certifications: int = 10
    countries: int = 50
    haves: int = 20
    id_characters: int = 2_000


@dataclass(frozen=True, slots=True)
class FeedPolicy:
    """Limits of review feeds (rich-snippets.md §2), and what shows stars where they are read.

    Bytes of a part are uncompressed, those of an archive are not. Incremental files are kept
    ``kept_days``; an answer ``answer_days`` after its invitation is too late (FM8). Stars of a
    product need ``product_reviews`` in all and ``product_reviews_each``, those of a shop
    ``shop_reviews`` in a country within the window and a mean of ``shop_rating``
    (systems.md §23). A sitemap has ``sitemap_pages`` and ``sitemap_bytes`` at most. Removed reviews
    stay in feeds for ``tombstone_days``, the latest ``tombstones`` of them. A product's
    enrichment holds its newest ``enrichment_reviews``.
    """

    part_reviews: int = 100_000
    part_bytes: int = 100_000_000
    parts: int = 5_000
    archive_bytes: int = 4_000_000_000
    merchant_bytes: int = 500_000_000
    kept_days: int = 60
    answer_days: int = 90
    product_reviews: int = 50
    product_reviews_each: int = 3
    shop_reviews: int = 100
    shop_rating: Decimal = Decimal("3.5")
    sitemap_pages: int = 50_000
    sitemap_bytes: int = 50_000_000
    enrichment_reviews: int = 20
    tombstones: int = 100
    tombstone_days: int = 60


@dataclass(frozen=True, slots=True)
class LintPolicy:
    """Limits of checking somebody's page: its bytes, and the characters of its address.

    ``at_once`` documents are checked in a process while ``waiting`` more may wait for their
    turn; so many addresses may wait to be fetched as ``runs_waiting``. A report is kept
    ``kept_hours``.
    """

    page_bytes: int = 4_000_000
    url_characters: int = 2_000
    at_once: int = 2
    waiting: int = 8
    runs_waiting: int = 200
    reviews_shown: int = 100_000
    kept_hours: int = 24


@dataclass(frozen=True, slots=True)
class CheckPolicy:
    """Limits of checking whether our tags work in somebody's page.

    ``page_bytes`` of HTML, of which ``tokens`` tags are looked at; ``findings`` are told, with
    values of so many characters. A form may send each byte of a page as three.
    """

    page_bytes: int = 2_000_000
    tokens: int = 200_000
    findings: int = 60
    value_characters: int = 120


@dataclass(frozen=True, slots=True)
class StatementPolicy:
    """Signed statements: days that one holds, and bytes that a verifier reads.

    Clocks of two machines may differ by ``skew_seconds``.
    """

    valid_days: int = 7
    skew_seconds: int = 300
    bytes: int = 1_000_000


@dataclass(frozen=True, slots=True)
class NotificationPolicy:
    """Mails about new reviews: minutes that a text is waited for, and reviews in a daily one.

    Of each of those so many characters are told; after ``news_hours`` a review is no news.
    """

    text_minutes: int = 30
    digest_reviews: int = 20
    line_characters: int = 100
    news_hours: int = 24


@dataclass(frozen=True, slots=True)
class LogoPolicy:
    """A shop's logo: bytes of the file, px of its edges, and px of what is kept."""

    bytes: int = 1_000_000
    edge_least: int = 16
    edge_most: int = 4_000
    edge_kept: int = 600


@dataclass(frozen=True, slots=True)
class CentrePolicy:
    """The control centre: days of its charts, checked pages that a shop keeps, characters."""

    series_days: tuple[int, ...] = (30, 90, 365)
    checked_pages: int = 50
    address_characters: int = 300


@dataclass(frozen=True, slots=True)
class InboxPolicy:
    """A shop's inbox: reviews of a page, characters that are searched for, and reply templates.

    Waiting reviews are counted up to ``counted``; ``offline_reviews`` can be
    read without a connection. A workbook holds ``workbook_rows``
    of a kind; rows leave the database ``export_batch`` at a time. Full records are shown
    for ``access_months`` (systems.md §4: archive.access_months).
    """

    page: int = 25
    search_characters: int = 200
    counted: int = 1_000
    templates: int = 50
    name_characters: int = 80
    offline_reviews: int = 50
    access_months: int = 12
    export_batch: int = 1_000
    workbook_rows: int = 100_000


@dataclass(frozen=True, slots=True)
class LoginPolicy:
    """How people sign in (systems.md §38): failures and pauses, ages of logins and links.

    After ``free_failures`` each one doubles a wait of a second, the ``failures``-th costs
    ``pause_seconds``. A login is noted as seen once in ``seen_seconds`` at most.
    Looking in somebody's place ends after ``borrowed_hours``; passwords and factors are changed
    within ``fresh_minutes`` of a password or factor that was shown. ``hashes_at_once`` passwords
    are compared while ``hashes_waiting`` more may wait for their turn.

    A login by the identity provider has ``provider_minutes`` to come back. Asking the provider
    takes ``provider_seconds`` at most, of answers of ``provider_bytes``, ``provider_calls`` at
    once; after a failure it is left alone for ``provider_rest_seconds``. Its clock may differ
    by ``provider_leeway_seconds``.
    """

    free_failures: int = 5
    failures: int = 10
    pause_seconds: int = 15 * 60
    idle_hours: int = 12
    staff_idle_hours: int = 1
    borrowed_hours: int = 1
    fresh_minutes: int = 10
    hashes_at_once: int = 2
    hashes_waiting: int = 32
    session_days: int = 30
    seen_seconds: int = 60
    link_hours: int = 24
    challenge_minutes: int = 5
    provider_minutes: int = 10
    provider_seconds: float = 5
    provider_bytes: int = 256 * 1024
    provider_calls: int = 4
    provider_rest_seconds: int = 30
    provider_leeway_seconds: int = 60
    recovery_codes: int = 10
    passkeys: int = 20
    password_characters: int = 12
    password_maximum: int = 200
    name_characters: int = 80


@dataclass(frozen=True, slots=True)
class MailPolicy:
    """Limits of mails (systems.md §6): characters, and seconds before each further attempt.

    Three more attempts follow the first within a day. What a mail said and to whom is removed
    after ``kept_days``. The rate of a minute holds for each ``paces``-th part of it as well, so
    that mails leave evenly. ``batch`` mails are made ready together, and who sends many lets
    others have their turn after ``turn_seconds``. A connection serves ``per_connection`` mails.
    """

    subject_characters: int = 150
    body_characters: int = 20_000
    button_characters: int = 60
    name_characters: int = 120
    value_characters: int = 20_000
    pauses_seconds: tuple[int, ...] = (15 * 60, 3 * 3_600, 20 * 3_600)
    kept_days: int = 90
    tests_per_hour: int = 10
    paces: int = 5
    batch: int = 25
    turn_seconds: float = 10
    per_connection: int = 100


@dataclass(frozen=True, slots=True)
class NoticePolicy:
    """Notices and what follows (systems.md §12): working days, days, months, and counts.

    A reporter files ``per_day`` notices at most (RATE-4). Who has filed ``abuse_notices`` in
    ``abuse_days``, of which ``abuse_percent`` were manifestly unfounded, is warned and then kept
    from reporting for ``suspension_days`` (DSA-5). Shares of flags are compared from
    ``asymmetry_notices`` on; ``asymmetry_factor`` times as many on low stars is told (SIG-12).
    A process decodes ``pictures_at_once`` proofs while ``pictures_waiting`` more wait.
    """

    triage_working_days: int = 1
    hearing_days: int = 14
    reminder_days: int = 7
    comment_days: int = 7
    edit_days: int = 7
    decision_working_days: int = 3
    complaint_months: int = 6
    complaint_working_days: int = 10
    explanation_characters: int = 20
    text_characters: int = 5_000
    name_characters: int = 120
    per_day: int = 20
    abuse_notices: int = 10
    abuse_days: int = 90
    abuse_percent: int = 80
    suspension_days: int = 30
    asymmetry_notices: int = 10
    asymmetry_factor: int = 3
    link_days: int = 400
    kept_months: int = 12
    proofs: int = 5
    proof_bytes: int = 8_000_000
    proof_pixels: int = 50_000_000
    pictures_at_once: int = 1
    pictures_waiting: int = 7


@dataclass(frozen=True, slots=True)
class ProtectionPolicy:
    """Protection of purchases (systems.md §35): days, and minutes by which clocks may differ.

    A buyer's data go ``kept_months`` after the end, or ``claimed_months`` after a paid claim.
    """

    offer_days: int = 3  # protection.offer_days
    days: int = 30
    expiring_days: int = 7
    skew_minutes: int = 5
    kept_months: int = 12
    claimed_months: int = 36
    page: int = 25


REVIEWS = ReviewPolicy()
ORDERS = OrderPolicy()
HAND_OVERS = HandOverPolicy()
GRADES = GradePolicy()
LISTS = ListPolicy()
LEGACY = LegacyPolicy()
IMPORTS = ImportPolicy()
SECRETS = SecretPolicy()
SNIPPETS = SnippetPolicy()
STATEMENTS = StatementPolicy()
FEEDS = FeedPolicy()
LINTS = LintPolicy()
CHECKS = CheckPolicy()
NOTIFICATIONS = NotificationPolicy()
LOGOS = LogoPolicy()
CENTRE = CentrePolicy()
INBOX = InboxPolicy()
LOGINS = LoginPolicy()
MAILS = MailPolicy()
NOTICES = NoticePolicy()
PROTECTIONS = ProtectionPolicy()
