"""Bodies of the legacy contract before they are written: data, and what stands around it (3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Plain = dict[str, Any]
"""A JSON object with its keys in the contract's order; numbers with fixed decimals as Decimal."""

API_VERSION: Final = "2.4.18"
SDK_VERSION: Final = "1.3.37"


@dataclass(frozen=True, slots=True)
class Body:
    """One answer: ``data`` is absent in errors; ``count`` and ``parameters`` where 4 has them.

    ``code`` equals the HTTP status; ``message`` is SUCCESS or an error constant (section 8).
    """

    data: Plain | None
    count: int | None = None
    parameters: Mapping[str, str] | None = None
    api_version: str = API_VERSION
    code: int = 200
    message: str = "SUCCESS"
    status: str = "SUCCESS"


def failure(code: int, message: str) -> Body:
    """The body of an error (section 8)."""
    return Body(None, code=code, message=message, status="ERROR")
