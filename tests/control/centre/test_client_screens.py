"""API clients in the control centre: add, read the secret once, renew, revoke."""

import re

import pytest

from domain.clients import ClientKind
from services import clients, directory, hashes
from services.clients import ClientRecord
from store import accounts
from tests.control.centre.conftest import Centre, Visitor, words

Values = dict[str, str | list[str]]

OAUTH: Values = {"name": "Warehouse", "kind": "oauth", "scope": ["reviews:read", "orders:write"]}
PASSWORD: Values = {"name": "Old till", "kind": "password", "email": "Till@Shop.example"}
SECRET = re.compile(r'<code class="long">([\w-]{43})</code>')


def path(centre: Centre, *parts: str) -> str:
    return "/".join((f"/control/shops/{centre.annas}/clients", *parts))


def record(centre: Centre, client_id: str) -> ClientRecord:
    with centre.installation.database.read() as session:
        found = clients.of_shop(session, centre.annas)
    (one,) = (client for client in found if client.client_id == client_id)
    return one


def add(centre: Centre, anna: Visitor, values: Values) -> tuple[str, str]:
    """The id of a new client and its secret, as its page shows them."""
    answer = anna.post(path(centre), values)
    assert answer.status_code == 200
    (client_id,) = re.findall(r'<code class="long">(cli-[\w-]+)</code>', answer.text)
    (secret,) = SECRET.findall(answer.text)
    return client_id, secret


def opens(centre: Centre, client_id: str, secret: str) -> bool:
    with centre.installation.database.read() as session:
        client = accounts.client_by_public_id(session, client_id)
        assert client is not None
        return hashes.matches(client.secret_hash, secret)


def test_a_client_is_added_and_its_secret_is_shown_this_once(centre: Centre, anna: Visitor) -> None:
    client_id, secret = add(centre, anna, OAUTH | {"email": "left.over@shop.example"})
    assert opens(centre, client_id, secret)
    added = record(centre, client_id)
    assert (added.kind, added.scopes) == (ClientKind.OAUTH, ("reviews:read", "orders:write"))
    page = anna.get(path(centre, client_id)).text
    assert "orders:write" in page
    assert secret not in page
    assert not SECRET.findall(page)
    assert "Warehouse" in words(anna.page(path(centre)))


def test_a_new_secret_leaves_the_one_before_for_a_week(centre: Centre, anna: Visitor) -> None:
    client_id, secret = add(centre, anna, OAUTH)
    answer = anna.post(path(centre, client_id, "secret"))
    (second,) = SECRET.findall(answer.text)
    assert second != secret
    assert opens(centre, client_id, second)
    kept = record(centre, client_id).previous_until
    assert kept is not None
    assert "Das vorige Geheimnis gilt noch bis" in words(anna.page(path(centre, client_id)))


def test_an_api_password_is_revoked_and_not_renewed(centre: Centre, anna: Visitor) -> None:
    client_id, secret = add(centre, anna, PASSWORD | {"scope": ["reviews:read"]})
    assert opens(centre, client_id, secret)
    refused = anna.post(path(centre, client_id, "secret"))
    assert refused.status_code == 422
    assert not SECRET.findall(refused.text)
    answer = anna.post(path(centre, client_id, "revocation"))
    assert answer.headers["location"].startswith(path(centre))
    assert record(centre, client_id).revoked_at is not None
    page = anna.get(path(centre, client_id)).text
    assert "/revocation" not in page
    assert "Widerrufen" in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"kind": "root"}, "kind"),
        ({"scope": ["reviews:read", "reviews:delete"]}, "scope"),
        ({"kind": "password", "email": "till"}, "email"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_added(
    centre: Centre, anna: Visitor, wrong: Values, field: str
) -> None:
    def count() -> int:
        with centre.installation.database.read() as session:
            return len(clients.of_shop(session, centre.annas))

    before = count()
    answer = anna.post(path(centre), OAUTH | wrong)
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text
    assert count() == before


def test_a_name_is_text_and_never_markup(centre: Centre, anna: Visitor) -> None:
    client_id, _ = add(centre, anna, OAUTH | {"name": "<script>alert(1)</script>"})
    for page in (path(centre), path(centre, client_id)):
        assert "<script>alert" not in anna.get(page).text


def test_another_accounts_client_is_not_there(centre: Centre, anna: Visitor, cleo: Visitor) -> None:
    client_id, secret = add(centre, anna, OAUTH)
    foreign = f"/control/shops/{centre.cleos}/clients/{client_id}"
    cleo.page(foreign, status=404)
    for end in ("secret", "revocation"):
        assert cleo.post(f"{foreign}/{end}").status_code == 404
    assert record(centre, client_id).revoked_at is None
    assert opens(centre, client_id, secret)
    with centre.installation.database.read() as session:
        shop = directory.find(session, centre.cleos)
        assert shop is not None
        assert shop.account_id not in {
            client.account_id for client in clients.of_shop(session, centre.annas)
        }


def test_who_only_answers_reviews_has_no_clients(centre: Centre, ben: Visitor) -> None:
    ben.page(path(centre), status=404)
    assert ben.post(path(centre), OAUTH).status_code == 404
