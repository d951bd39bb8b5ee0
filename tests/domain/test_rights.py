"""Who may do what: every line of the table, on own shops and on others'."""

import pytest

from domain import rights
from domain.rights import (
    OF_EVERYBODY,
    OF_OPERATOR,
    ON_SHOPS,
    Action,
    Grants,
    OperatorRole,
    Right,
    may,
)

OWN, FOREIGN = "X" + "0" * 32, "X" + "1" * 32

# systems.md §38, written down a second time.
MAY = {
    Right.ADMINISTRATOR: set(ON_SHOPS),
    Right.REVIEWS: {
        Action.SHOP_SEE,
        Action.REVIEWS_READ,
        Action.REVIEWS_ANSWER,
        Action.REVIEWS_REPORT,
        Action.DISPLAY_SEE,
        Action.MAILS_CHANGE,
        Action.UPLOADS_MANAGE,
        Action.ORDERS_SEE,
        Action.ORDERS_MANAGE,
    },
    Right.PROTECTION: {
        Action.SHOP_SEE,
        Action.FRAME_SEE,
        Action.PROTECTION_SEE,
        Action.CLAIMS_SEE,
        Action.CLAIMS_ANSWER,
        Action.INDICATORS_SEE,
    },
    Right.AUDITS: {
        Action.INDICATORS_SEE,
        Action.SHOP_SEE,
        Action.AUDIT_SEE,
        Action.AUDIT_ANSWER,
    },
    Right.API_CLIENTS: {Action.SHOP_SEE, Action.CLIENTS_MANAGE},
    Right.READ_ONLY: {
        Action.SHOP_SEE,
        Action.REVIEWS_READ,
        Action.DISPLAY_SEE,
        Action.ORDERS_SEE,
        Action.PROTECTION_SEE,
        Action.AUDIT_SEE,
        Action.CLAIMS_SEE,
        Action.INDICATORS_SEE,
    },
    Right.OUTSOURCED_MANAGER: {Action.SHOP_SEE, Action.REVIEWS_READ, Action.REVIEWS_REPORT},
}
SEES = {Action.OPERATOR_SEE}
ROLE_MAY = {
    OperatorRole.MODERATOR: SEES | {Action.MODERATE},
    OperatorRole.AUDITOR: SEES | {Action.INDICATORS_WATCH, Action.AUDIT_RUN, Action.STAFF_TASKS},
    OperatorRole.CASE_HANDLER: SEES
    | {Action.CLAIMS_LOOK, Action.CLAIMS_HANDLE, Action.TICKETS_HANDLE},
    OperatorRole.FINANCE: {
        Action.STAFF_TASKS,
        Action.FRAMES_SEE,
        Action.FRAMES_CHANGE,
        Action.CLAIMS_LOOK,
        Action.PAYOUTS_SEE,
        Action.PAYOUTS_MAKE,
    },
    OperatorRole.INSURER_READER: {Action.FRAMES_SEE, Action.CLAIMS_LOOK, Action.PAYOUTS_SEE},
    OperatorRole.ADMINISTRATOR: SEES | {Action.OPERATOR_CHANGE, Action.IMPERSONATE},
}


@pytest.mark.parametrize("right", Right)
def test_a_right_allows_its_actions_on_its_shop_and_nothing_else(right: Right) -> None:
    grants = Grants({OWN: frozenset({right})})
    assert {action for action in ON_SHOPS if may(grants, action, OWN)} == MAY[right]
    for shop_key in (FOREIGN, None):
        assert not any(may(grants, action, shop_key) for action in ON_SHOPS)
    assert not any(may(grants, action, OWN) for action in OF_OPERATOR)


@pytest.mark.parametrize("role", OperatorRole)
def test_a_role_allows_its_actions_and_nothing_on_shops(role: OperatorRole) -> None:
    grants = Grants(roles=frozenset({role}))
    assert {action for action in OF_OPERATOR if may(grants, action, None)} == ROLE_MAY[role]
    assert not any(may(grants, action, OWN) for action in ON_SHOPS)


def test_every_action_has_its_line_and_only_one() -> None:
    assert set(ON_SHOPS) | set(OF_OPERATOR) | OF_EVERYBODY == set(Action)
    assert not set(ON_SHOPS) & set(OF_OPERATOR)


def test_rights_on_a_shop_add_up_and_everybody_has_an_account() -> None:
    grants = Grants({OWN: frozenset({Right.READ_ONLY, Right.API_CLIENTS})})
    assert may(grants, Action.REVIEWS_READ, OWN)
    assert may(grants, Action.CLIENTS_MANAGE, OWN)
    assert all(may(Grants(), action, None) for action in OF_EVERYBODY)


def test_in_somebodys_place_nobody_changes_people_or_secrets_or_takes_data_away() -> None:
    grants = Grants({OWN: frozenset({Right.ADMINISTRATOR})}, frozenset(OperatorRole), borrowed=True)
    left = {action for action in Action if may(grants, action, OWN)}
    kept_out = {
        Action.ACCOUNT_OWN,
        Action.USERS_MANAGE,
        Action.CLIENTS_MANAGE,
        Action.DATA_EXPORT,
        Action.PACKS_BOOK,
        Action.GROUP_CHANGE,
        Action.AUDIT_ANSWER,
        Action.AUDIT_ORDER,
        Action.FRAME_ANSWER,
        Action.REVIEWS_ANSWER,
        Action.REVIEWS_REPORT,
        Action.UPLOADS_MANAGE,
        Action.ORDERS_MANAGE,
        Action.CLAIMS_ANSWER,
    }
    assert left == (set(ON_SHOPS) | {Action.SHOPS_LIST}) - kept_out


def test_a_menu_shows_what_is_allowed_somewhere() -> None:
    grants = Grants({OWN: frozenset({Right.REVIEWS})}, frozenset({OperatorRole.MODERATOR}))
    assert rights.may_anywhere(grants, Action.REVIEWS_ANSWER)
    assert rights.may_anywhere(grants, Action.MODERATE)
    assert not rights.may_anywhere(grants, Action.USERS_MANAGE)


@pytest.mark.parametrize("right", Right)
def test_of_a_shops_people_administrators_need_a_second_factor(right: Right) -> None:
    grants = Grants({OWN: frozenset({right})})
    assert rights.needs_second_factor(grants) is (right is Right.ADMINISTRATOR)


@pytest.mark.parametrize("role", OperatorRole)
def test_everybody_on_the_operators_side_needs_one(role: OperatorRole) -> None:
    assert rights.needs_second_factor(Grants(roles=frozenset({role})))
