"""Screens of a shop's audit documents: every version that was sent, to be downloaded (§33)."""

from typing import Final

from control.centre.screens import Answer, File, Page, Screen, Visit
from domain.audit_documents import AuditDocumentNotFound
from domain.rights import Action
from services import audit_documents

_ROOT: Final = "/control/shops/{shop_key}/audit-documents"
_MEDIA_TYPE: Final = "application/pdf"
_DIGITS: Final = 4


def _listed(visit: Visit) -> Answer:
    words, root = visit.words, _ROOT.format(shop_key=visit.shop_key)
    zone = visit.shop.zone if visit.shop else "UTC"
    with visit.installation.database.read() as session:
        found = audit_documents.listed(session, visit.shop_key)
    values = {
        "found": [
            (
                each.number,
                words.moment(each.sent_at, zone),
                each.content_sha256,
                f"{root}/{each.audit_id}/{each.version}" if each.is_drawn else "",
            )
            for each in found
        ],
    }
    title = words.say("auditDocuments.title")
    return Page("centre/audit_documents.html", title, values, active="audit_documents")


def _download(visit: Visit) -> Answer:
    version = visit.path["version"]
    if not (version.isascii() and version.isdecimal() and len(version) <= _DIGITS):
        raise AuditDocumentNotFound
    with visit.installation.database.write() as work:
        number, pdf = audit_documents.download(
            work,
            visit.shop_key,
            visit.path["audit_id"],
            int(version),
            actor=visit.actor,
            now=visit.now,
        )
    return File(f"{number}.pdf", _MEDIA_TYPE, pdf)


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.AUDIT_SEE, read=_listed, menu="audit_documents"),
    Screen(f"{_ROOT}/{{audit_id}}/{{version}}", Action.AUDIT_SEE, read=_download),
)
