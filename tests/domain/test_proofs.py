"""A proof is known by what is in it."""

import pytest

from domain import proofs
from domain.proofs import ProofRefused, ProofType


@pytest.mark.parametrize(
    ("body", "kind", "extension"),
    [
        (b"\xff\xd8\xff\xe0rest", ProofType.JPEG, "jpg"),
        (b"\x89PNG\r\n\x1a\nrest", ProofType.PNG, "png"),
        (b"RIFF\x00\x00\x00\x00WEBPrest", ProofType.WEBP, "webp"),
        (b"%PDF-1.7\n...\n%%EOF\n", ProofType.PDF, "pdf"),
    ],
)
def test_four_kinds_are_taken(body: bytes, kind: ProofType, extension: str) -> None:
    assert proofs.type_of(body) is kind
    assert kind.extension == extension


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"GIF89a",
        b"<svg onload=alert(1)>",
        b"<!doctype html>%PDF-1.7 %%EOF",
        b"MZ\x90\x00",
        b"PK\x03\x04",
        b"%PDF-1.7 without an end",
        b"RIFF\x00\x00\x00\x00WAVE",
    ],
)
def test_every_other_kind_is_refused(body: bytes) -> None:
    with pytest.raises(ProofRefused) as refusal:
        proofs.type_of(body)
    assert refusal.value.field == "proof"
