"""Certifications of a shop, for agents: search engines read only those of public bodies (P6)."""

from collections.abc import Sequence
from datetime import date

from domain import policies
from rich_snippets import literals
from rich_snippets.nodes import Node, member, node
from rich_snippets.reasons import Code, Reason, Reasons
from rich_snippets.views import CertificationView


def build(views: Sequence[CertificationView], *, today: date, reasons: Reasons) -> tuple[Node, ...]:
    """At most ten, each with name and issuer, and valid on ``today`` (P6, G8)."""
    most = policies.SNIPPETS.certifications
    if len(views) > most:
        reasons.append(Reason(Code.TOO_MANY, "P6", "hasCertification"))
    found = (
        _certification(view, f"hasCertification[{index}]", today, reasons)
        for index, view in enumerate(views[:most])
    )
    return tuple(each for each in found if each is not None)


def _certification(
    view: CertificationView, field: str, today: date, reasons: Reasons
) -> Node | None:
    name, issuer = literals.plain(view.name), literals.plain(view.issuer_name)
    if not (name and issuer and view.valid_from <= today <= view.valid_until):
        reasons.append(Reason(Code.CERTIFICATION_INVALID, "P6", field))
        return None
    return node(
        "Certification",
        name=name,
        certificationIdentification=literals.plain(view.number),
        certificationStatus=member("CertificationActive"),
        issuedBy=node("Organization", name=issuer, url=literals.link(view.issuer_url)),
        validFrom=view.valid_from,
        expires=view.valid_until,
        url=literals.link(view.url),
    )
