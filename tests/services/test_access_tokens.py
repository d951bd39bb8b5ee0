"""A token is read once and then known, which makes it neither longer valid nor another's."""

from datetime import timedelta

import pytest
from sqlmodel import select

from domain.access_tokens import TTL_SECONDS, TokenRefused
from domain.actors import OPERATOR
from domain.clients import ClientKind, NewClient, Scope
from services import access_tokens, clients
from services.access_tokens import Reader
from services.installation import Installation
from store.accounts import Account
from tests.services import steps
from tests.services.steps import NOON

EXPIRED = NOON + timedelta(seconds=TTL_SECONDS)


def issued(installation: Installation) -> tuple[str, str]:
    """A new client's id, and its token of noon."""
    steps.open_shop(installation.database)
    with installation.database.write() as work:
        account = work.session.exec(select(Account)).first()
        assert account is not None
        new = NewClient(ClientKind.OAUTH, "Warehouse", scopes=(Scope.ORDERS_WRITE,))
        added = clients.add(work, account.public_id, new, actor=OPERATOR, now=NOON)
    token = access_tokens.issue(installation, added.client_id, added.secret, now=NOON)
    assert token is not None
    return added.client_id, token.token


def test_a_token_is_known_once_it_was_read_and_refused_once_it_expired(
    installation: Installation,
) -> None:
    client_id, token = issued(installation)
    reader = Reader(installation.database, installation.settings.base_url)
    assert reader.known(token, now=NOON) is None
    assert reader.client_id(token, now=NOON) == client_id
    assert reader.known(token, now=EXPIRED - timedelta(seconds=1)) == client_id
    for read in (reader.known, reader.client_id):
        with pytest.raises(TokenRefused):
            read(token, now=EXPIRED)
    with pytest.raises(TokenRefused):
        reader.known(token, now=NOON - timedelta(minutes=1))


def test_a_token_that_somebody_changed_is_not_taken_for_the_one_that_is_known(
    installation: Installation,
) -> None:
    _, token = issued(installation)
    reader = Reader(installation.database, installation.settings.base_url)
    reader.client_id(token, now=NOON)
    head, body, signature = token.split(".")
    forged = f"{head}.{body}.{signature[::-1]}"
    assert reader.known(forged, now=NOON) is None
    with pytest.raises(TokenRefused):
        reader.client_id(forged, now=NOON)
    assert reader.known(forged, now=NOON) is None
