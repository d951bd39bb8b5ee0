"""The whole check of one page, in the order in which a person would mend it."""

from typing import Final

from domain.policies import CHECKS
from schemas.checks import CheckFinding, CheckReport, Weight, weight_of
from widgets.checking import documents, elements, orders, policies, tags
from widgets.checking.documents import Document
from widgets.checking.policies import Policy
from widgets.checking.tags import Expected

_ORDER: Final = tuple(Weight)
_POLICIES: Final = 4
_POLICY_CHARACTERS: Final = 8_000


def check(text: str, expected: Expected) -> CheckReport:
    """What is found in the HTML of a page: first what keeps our tags from working."""
    document = documents.parse(text)
    ours = tags.scripts(document, expected)
    findings = [
        *tags.check(document, ours, expected, _policies(document, expected)),
        *elements.check(document, ours),
        *orders.check(document, ours),
    ]
    if not ours and not any(weight_of(each.code) is Weight.ERROR for each in findings):
        findings.extend(tags.nothing(document))
    return CheckReport(findings=sorted(findings, key=_place)[: CHECKS.findings])


def _place(finding: CheckFinding) -> tuple[int, int]:
    return _ORDER.index(weight_of(finding.code)), finding.line or 0


def _policies(document: Document, expected: Expected) -> list[Policy]:
    """Those of the page's headers and of its own elements; one that only reports is no matter."""
    told = [
        tag.get("content")
        for tag in document.named("meta")
        if tag.get("http-equiv").lower() == "content-security-policy"
    ]
    texts = [text[:_POLICY_CHARACTERS] for text in (*expected.policies, *told)[:_POLICIES]]
    return [policy for text in texts for policy in policies.parse(text)]
