"""Shops as the legacy contract shows them: one, its trust mark, or those at an address."""

from collections.abc import Sequence

from sqlmodel import Session

from domain import shops as rules
from domain.errors import ShopInvalid, ShopUrlNotFound
from schemas.legacy.envelopes import Body
from schemas.legacy.questions import LegacyQuestion
from services.snapshots import Answers
from store import shops
from store.shops import Shop
from widgets.legacy import shops as shapes
from widgets.legacy import trust_marks as mark_shapes


def shop(answers: Answers, question: LegacyQuestion) -> Body:
    """P1, R1."""
    del question
    return shapes.body(answers.view)


def trust_mark(answers: Answers, question: LegacyQuestion) -> Body:
    """C1 and the internal alias."""
    del question
    return mark_shapes.body(answers.view, answers.shop.registered_at)


def at_address(session: Session, address: str) -> Sequence[Shop]:
    """The shops at ``host`` or ``host/path``, in the order of registration (P2).

    Scheme, port, case, ``www.`` and a slash at the end make no difference. With a path, the
    shops at exactly that path come alone; where there is none, all of the host do. Raises
    ShopUrlNotFound.
    """
    try:
        found = shops.by_domain(session, rules.domain_of(address))
    except ShopInvalid:
        found = ()
    if not found:
        raise ShopUrlNotFound
    path = _path(address)
    return [shop for shop in found if path and _path(shop.url) == path] or found


def _path(address: str) -> str:
    """What stands behind the host, without query and slash at the end."""
    _, _, rest = address.rpartition("://")
    _, _, path = rest.partition("/")
    return path.partition("?")[0].partition("#")[0].rstrip("/").casefold()
