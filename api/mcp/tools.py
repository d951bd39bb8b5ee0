"""What the tools answer: the bodies that the API serves for the same questions."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import orjson
from mcp.server.mcpserver.exceptions import ToolError

from domain import shop_keys
from domain.certificates import CertificateMalformed, CertificateNotFound
from domain.errors import ParameterInvalid, TrustwrightError
from domain.marks import MarkStatus
from schemas import encoding, questions
from services import agents, certificate_views, snapshots
from services.installation import Installation

_ID_CHARACTERS: Final = 80
_DETAILS: Final = {
    True: "The certificate is valid: the shop may show the mark on its own domain.",
    False: "The certificate is not valid: a mark that is shown for it is not genuine.",
}


class Tools:
    """The tools of one installation; each raises ToolError with a stable code and a sentence."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def shop_trust(self, shop: str) -> dict[str, Any]:
        """The signed statement about the shop."""
        with _told():
            return self._answer(shop, "statement.json")

    def product_rating(self, shop: str, sku: str | None, gtin: str | None) -> dict[str, Any]:
        """The signed statement about the product with this SKU, or with this GTIN."""
        with _told():
            return self._answer(shop, f"{_product(self._sku(shop, sku, gtin))}statement.json")

    def reviews(self, shop: str, sku: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
        """A page of reviews; ``cursor`` is the id of the last one of the page before."""
        given = {"limit": str(limit)} | ({"after": cursor} if cursor else {})
        with _told():
            return self._answer(shop, f"{_product(sku)}reviews.json", **given)

    def certificate(self, certificate_id: str) -> dict[str, Any]:
        """Whether a certificate was issued here and holds at this moment, and to whom."""
        try:
            found = certificate_views.answered(
                self._installation, certificate_id, now=datetime.now(UTC)
            )
        except (CertificateMalformed, CertificateNotFound):
            return {
                "id": certificate_id[:_ID_CHARACTERS],
                "valid": False,
                "state": "NO_CERTIFICATE",
                "detail": "This installation has issued no such certificate.",
            }
        is_valid = found.trust_mark.status is MarkStatus.VALID
        body: dict[str, Any] = orjson.loads(encoding.to_json(found))
        return {"id": certificate_id, "valid": is_valid, "detail": _DETAILS[is_valid], **body}

    def _answer(self, shop: str, name: str, **parameters: str) -> dict[str, Any]:
        # Read first, because a key with a slash would make another question of it.
        path = f"{questions.PREFIX}{shop_keys.parse(shop)}/{name}"
        question = questions.parse(path, list(parameters.items()))
        answer = snapshots.answer(self._installation, question, now=datetime.now(UTC))
        found: dict[str, Any] = orjson.loads(answer.body)
        return found

    def _sku(self, shop: str, sku: str | None, gtin: str | None) -> str:
        if (sku is None) is (gtin is None):
            raise ParameterInvalid("Give sku or gtin, one of the two.", field="sku")
        if gtin is None:
            return sku or ""
        found = agents.skus_with_gtin(self._installation.database, shop, gtin)
        if len(found) > 1:
            known = ", ".join(map(repr, found))
            raise ParameterInvalid(f"Several SKUs have this GTIN: {known}.", field="gtin")
        return found[0]


def _product(sku: str | None) -> str:
    return "" if sku is None else f"products/{quote(sku, safe='', errors='replace')}/"


@contextmanager
def _told() -> Iterator[None]:
    """Say to the agent what our rules say; anything else is told as a mere failure."""
    try:
        yield
    except TrustwrightError as error:
        raise ToolError(f"{error.code}: {error.detail}") from None
