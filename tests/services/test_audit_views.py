"""Lists of audits for programs: the latest order first, page by page, on both databases."""

from datetime import timedelta

import pytest

from domain.audits import AuditState
from domain.errors import ParameterInvalid, ShopNotFound
from services import audit_views, audits
from services.audit_views import Wanted
from services.installation import Installation
from tests.services import audited
from tests.services.steps import ANNA, NOON


@pytest.fixture
def three(installation: Installation) -> tuple[str, list[str]]:
    """A shop and its audits, the latest first: the later two were ordered at one moment."""
    shop_key, first = (ordered := audited.order(installation)).shop_key, ordered.audit_id
    found = [first]
    for _ in range(2):
        with installation.database.write() as work:
            audits.cancel(work, shop_key, found[-1], actor=ANNA, now=NOON)
        at = NOON + timedelta(days=1)
        found.append(audited.order_again(installation, shop_key, now=at))
    return shop_key, found[::-1]


def ids(installation: Installation, shop_key: str, wanted: Wanted) -> tuple[list[str], str]:
    with installation.database.read() as session:
        part = audit_views.ordered(session, shop_key, wanted, now=NOON)
    return [each.audit_id for each in part.items], part.after


def test_pages_of_one_audit_hold_each_once(
    installation: Installation, three: tuple[str, list[str]]
) -> None:
    shop_key, found = three
    seen, after = ids(installation, shop_key, Wanted(most=1))
    while after:
        page, after = ids(installation, shop_key, Wanted(after=after, most=1))
        seen += page
    assert seen == found


def test_states_and_the_moment_of_the_order_narrow_a_list(
    installation: Installation, three: tuple[str, list[str]]
) -> None:
    shop_key, found = three
    ended = Wanted((AuditState.WITHDRAWN, AuditState.EXPIRED))
    assert ids(installation, shop_key, ended) == (found[1:], "")
    later = Wanted(since=NOON + timedelta(days=1))
    assert ids(installation, shop_key, later) == (found[:2], "")


def test_a_place_in_another_shops_list_is_none(
    installation: Installation, three: tuple[str, list[str]]
) -> None:
    other = audited.order(installation, domain="other.example")
    for after in (three[1][0], "unknown"):
        with pytest.raises(ParameterInvalid):
            ids(installation, other.shop_key, Wanted(after=after))


def test_a_shop_that_is_none_has_no_list(installation: Installation) -> None:
    with pytest.raises(ShopNotFound):
        ids(installation, "X0000000000000000000000000000000F", Wanted())
