"""A shop's certificate page: what was certified, and whether it holds this minute (§34)."""

from control import layout
from control.profiles import facts, head, profile_url
from domain import certificates as rules
from domain import protection_tiers
from domain.markets import MARKETS
from domain.marks import Standing
from domain.policies import PROTECTIONS
from services.certificate_views import Standings
from services.profiles import ShopPage
from widgets import texts
from widgets.texts import Texts


def page(about: ShopPage, *, referer: str = "") -> bytes:
    """The whole page in its language, UTF-8; ``referer`` is where its reader comes from.

    It says in every state what holds, and praises nothing where the mark is not valid (EU-5).
    """
    words, stands = texts.of(about.language), about.stands
    shop, certificate = about.shop, stands.certificate
    is_valid = stands.standing is Standing.VALID
    domain = certificate.domain if certificate else about.domain
    certified = _certified(stands, words)
    # What the certificate says is said once; what has changed since then stands beside it.
    said = {*certified}
    if certificate:
        said.add((words.say("profile.operator"), certificate.legal_entity))
    return layout.render(
        "certificate.html",
        words,
        title=words.say("certificate.title", shop=shop.name),
        **head(about, words) | {"is_indexed": False},
        is_valid=is_valid,
        banner=_banner(stands, words),
        issued_for=words.say("certificate.issuedFor", domain=domain)
        if certificate and rules.foreign_host(referer, domain)
        else "",
        certified=certified,
        groups=[words.say(f"certificate.group.{each}") for each in certificate.groups]
        if certificate and is_valid
        else [],
        protection=_protection(stands, words),
        company=[line for line in facts(about, words) if line not in said],
        profile_url=profile_url(about, words),
        to_profile=words.say("certificate.profile", shop=shop.name),
        misuse_url=f"/{words.language}/certificate/{shop.key}/report",
        verify_url=f"/{words.language}/verify",
        token_url=f"/v1/shops/{shop.key}/badge-token.json",
    )


def _banner(stands: Standings, words: Texts) -> str:
    """What is wrong with a certificate that there was, and since when; else nothing."""
    if stands.certificate is None or stands.standing is Standing.VALID:
        return ""
    day = words.day(stands.certificate.changed_on)
    return words.say(f"certificate.banner.{stands.standing}", date=day)


def _certified(stands: Standings, words: Texts) -> list[tuple[str, str]]:
    """Whether it holds, for whom, and what it is, in the words of the day of issue (§34)."""
    lines = [(words.say("certificate.status"), words.say(f"certificate.state.{stands.standing}"))]
    if certificate := stands.certificate:
        lines += [
            (words.say("certificate.since"), words.day(certificate.certified_on)),
            (words.say("certificate.until"), words.day(certificate.last_day)),
            (words.say("certificate.legalEntity"), certificate.legal_entity),
            (words.say("certificate.address"), certificate.address),
            (words.say("profile.website"), certificate.domain),
            (words.say("profile.market"), words.market_name(certificate.market)),
            (words.say("profile.shopLanguage"), words.language_name(certificate.language)),
            (words.say("certificate.number"), certificate.number),
            (words.say("certificate.criteria"), certificate.criteria_version),
        ]
    return [(term, value) for term, value in lines if value]


def _protection(stands: Standings, words: Texts) -> list[tuple[str, str]]:
    """Each tier that a buyer of the market's country can have, and who stands behind it."""
    if stands.mark.guarantee is None or stands.certificate is None:
        return []
    tiers = protection_tiers.offered(MARKETS[stands.certificate.market].country)
    lines = []
    for tier in tiers:
        amount = words.money(tier.max_minor, tier.currency)
        cover = words.say("certificate.cover", amount=amount, days=str(PROTECTIONS.days))
        fee = words.say("certificate.free")
        if tier.fee_minor:
            yearly = words.money(tier.fee_minor, tier.currency)
            fee = words.say("certificate.fee", amount=yearly)
        lines.append((words.say(f"certificate.tier.{tier.tier}"), f"{cover} ({fee})"))
    return [*lines, (words.say("certificate.guarantor"), stands.guarantor)]
