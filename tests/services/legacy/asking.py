"""Questions of legacy clients as tests ask them, and the answers as data."""

from decimal import Decimal
from functools import partial
from json import loads
from typing import Any

from schemas.legacy import encoding
from schemas.legacy.questions import LegacyQuestion, parse
from schemas.snapshots import Media
from services.installation import Installation
from services.legacy import answers, restricted
from store import shops as shop_rows
from store.database import Database

PUBLIC = "/rest/public/v2/shops"
RESTRICTED = "/rest/restricted/v2"
decoded = partial(loads, parse_float=Decimal)


def question(path: str, **parameters: object) -> LegacyQuestion:
    """What a request for this path and query asks."""
    given = [(name, str(value)) for name, value in parameters.items()]
    return parse(path, given, negotiated=Media.JSON, language=None)


def response(installation: Installation, path: str, **parameters: object) -> Any:
    """``response`` of the public answer; numbers with decimals are exact."""
    body = answers.answer(installation, question(path, **parameters)).body
    return decoded(body)["response"]


def login_response(
    installation: Installation, account_id: int, path: str, **parameters: object
) -> Any:
    """``response`` of the answer for a login."""
    body = restricted.answer(
        installation, account_id, question(f"{RESTRICTED}{path}", **parameters)
    )
    return decoded(encoding.to_json(body))["response"]


def account_of(database: Database, shop_key: str) -> int:
    """The internal id of the account that a shop belongs to."""
    with database.read() as session:
        shop = shop_rows.by_key(session, shop_key)
        assert shop is not None
        return shop.account_id
