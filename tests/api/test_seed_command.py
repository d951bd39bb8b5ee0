"""``trustwright seed`` where the demo is on: what people find at their first sign-in."""

import pytest
from sqlmodel import select

from services.installation import Installation
from services.settings import load
from store.audit_documents import AuditDocument
from tests.api.conftest import Run


def test_every_audit_document_of_the_demo_is_drawn_when_the_seed_ends(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUSTWRIGHT_DEMO", "true")
    run("seed")
    installation = Installation.open(load())
    with installation.database.read() as session:
        documents = session.exec(select(AuditDocument)).all()
    installation.close()
    assert documents
    assert all((each.pdf or b"").startswith(b"%PDF") for each in documents)
