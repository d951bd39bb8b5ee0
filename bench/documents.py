"""Audit documents: a PDF with 120 findings, from its stored content to its bytes."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bench.figures import Figure, of_rounds
from bench.plan import Plan
from widgets import pdf_documents

_SENTENCE = "The total price is shown after the order was placed, and shipping costs are missing. "
_TEXT = _SENTENCE * 3


def run(plan: Plan) -> Sequence[Figure]:
    """Seconds to draw a document, and its size."""
    findings = plan.pick(120, 8)
    content, times, size = _content(findings), [], 0
    for _ in range(plan.rounds):
        started = time.perf_counter()
        size = len(pdf_documents.drawn("audit", content, at=datetime(2026, 11, 22, tzinfo=UTC)))
        times.append(time.perf_counter() - started)
    title = f"an audit document with {findings} findings, PDF/UA-1"
    return [
        of_rounds("documents.audit", title, times, "s"),
        Figure("", "its size", size / 1_000, "kB"),
    ]


def _content(findings: int) -> dict[str, Any]:
    names = ("Finding", "Advice", "Answer of the shop", "Answer of the auditor")
    rows = [[name, _TEXT] for name in names]
    groups = [
        {
            "name": f"Group {group}",
            "fulfilled": "7",
            "open": "8",
            "points": [
                {
                    "title": f"C-{group}-{number}: {_SENTENCE}",
                    "verdict": "Not fulfilled",
                    "rows": rows,
                }
                for number in range(findings // 8)
            ],
        }
        for group in range(8)
    ]
    return {
        "title": "Audit document: a shop",
        "author": "Trustwright",
        "language": "en",
        "number": "AUD-0123456789AB-1",
        "lead": _TEXT,
        "summary": {"title": "Summary", "rows": [["Shop", "A shop, shop.example"]]},
        "groups_head": ["Group", "fulfilled", "open"],
        "groups": groups,
        "closing": {"title": "About", "text": _TEXT, "rows": [["Check sum", "0" * 64]]},
    }
