"""The operator's screens: health, shops, staff, looking in somebody's place, log, settings."""

import pytest
from sqlmodel import col, select

from services import configuration
from services.configuration import Source
from services.settings import load
from store.decisions import AuditEntry
from tests.control.centre.conftest import COOKIE, Centre, Visitor, words

REASON = "She asked by phone why her badge is grey."


@pytest.fixture
def operator(centre: Centre) -> Visitor:
    """The administrator of the installation."""
    return centre.signed_in("Olga")


def log(centre: Centre, action: str) -> list[AuditEntry]:
    with centre.installation.database.read() as session:
        query = select(AuditEntry).where(col(AuditEntry.action) == action)
        return list(session.exec(query.order_by(col(AuditEntry.id))))


def ben_of(operator: Visitor) -> str:
    """Ben's public id, found by his address."""
    answer = operator.post("/control/operator/people/search", {"email": "Ben@Demo.example"})
    return answer.headers["location"].rpartition("/")[2]


def test_the_page_of_health_says_what_needs_somebody(operator: Visitor) -> None:
    page = words(operator.page("/control/operator"))
    assert "sqlite" in page


def test_a_shop_is_found_and_that_its_people_were_seen_is_logged(
    centre: Centre, operator: Visitor
) -> None:
    assert centre.annas in operator.get("/control/operator/shops?q=BÜCHER").text
    before = len(log(centre, "people.seen"))
    assert "ben@demo.example" in operator.get(f"/control/operator/shops/{centre.annas}").text
    assert [line.object for line in log(centre, "people.seen")[before:]] == [centre.annas]


@pytest.mark.parametrize(
    "query", ["q=%25", "q=%3Cscript%3E", "after=-1", "after=x", f"q={400 * 'a'}"]
)
def test_a_hostile_search_finds_nothing_or_everything_and_breaks_nothing(
    operator: Visitor, query: str
) -> None:
    answer = operator.get(f"/control/operator/shops?{query}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_looking_in_somebodys_place_needs_a_reason_and_is_logged(
    centre: Centre, operator: Visitor
) -> None:
    user_id = ben_of(operator)
    refused = operator.post(f"/control/operator/people/{user_id}/look", {"reason": "why"})
    assert refused.status_code == 422
    taken = operator.post(f"/control/operator/people/{user_id}/look", {"reason": REASON})
    assert (taken.status_code, taken.headers["location"]) == (303, "/control")
    assert COOKIE in taken.headers["set-cookie"]
    assert log(centre, "user.impersonated")[-1].reason == REASON
    shop = f"/control/shops/{centre.annas}"
    assert operator.get("/control").headers["location"] == shop
    assert operator.get("/control?all=1").status_code == 200
    assert operator.get(shop).status_code == 200
    for closed in (f"{shop}/users", f"{shop}/webhooks", "/control/operator", "/control/account"):
        assert operator.get(closed).status_code in (403, 404), closed


def test_nobody_looks_in_the_place_of_the_operators_own_people(
    centre: Centre, operator: Visitor
) -> None:
    answer = operator.post("/control/operator/people/search", {"email": "mona@demo.example"})
    mona = answer.headers["location"].rpartition("/")[2]
    refused = operator.post(f"/control/operator/people/{mona}/look", {"reason": REASON})
    assert refused.status_code == 403
    assert not any(line.object == mona for line in log(centre, "user.impersonated"))


def test_roles_are_given_and_the_last_administrator_stays(
    centre: Centre, operator: Visitor
) -> None:
    answer = operator.post("/control/operator/people/search", {"email": "otto@demo.example"})
    otto = answer.headers["location"]
    assert operator.post(otto, {"roles": ["auditor", "finance"]}).status_code == 303
    assert log(centre, "roles.changed")[-1].after == '{"roles":["auditor","finance"]}'
    assert operator.post(otto, {"roles": ["king"]}).status_code == 422
    own = operator.post("/control/operator/people/search", {"email": "olga@demo.example"})
    refused = operator.post(own.headers["location"], {"roles": ["moderator"]})
    assert refused.status_code == 409


def test_an_unknown_address_is_nobody(operator: Visitor) -> None:
    answer = operator.post("/control/operator/people/search", {"email": "nobody@demo.example"})
    assert answer.status_code == 404


def test_the_log_is_searched_and_paged(centre: Centre, operator: Visitor) -> None:
    operator.page(f"/control/operator/shops/{centre.annas}")
    page = operator.page(f"/control/operator/log?thing={centre.annas}&action=people.")
    assert "people.seen" in words(page)
    first = operator.page("/control/operator/log")
    (older,) = first.xpath("//p[contains(@class, 'paging')]/a/@href")
    assert len(first.xpath("//tbody/tr")) == 50
    assert words(operator.page(older)) != words(first)


def test_settings_are_shown_with_their_source_and_secrets_never(
    centre: Centre, operator: Visitor
) -> None:
    answer = operator.get("/control/operator/settings")
    assert "TRUSTWRIGHT_GRADE_MIN_REVIEWS" in answer.text
    settings = centre.installation.settings
    for secret in (settings.secret_key, settings.database_url):
        assert secret not in answer.text


def test_the_source_of_a_setting_is_its_variable_a_file_or_the_default(centre: Centre) -> None:
    given = {"TRUSTWRIGHT_PORT": "9090", "TRUSTWRIGHT_SECRET_KEY_FILE": "/run/secrets/key"}
    described = configuration.described(centre.installation.settings, given)
    sources = {each.variable.removeprefix("TRUSTWRIGHT_"): each.source for each in described}
    assert (sources["PORT"], sources["SECRET_KEY"], sources["HOST"]) == (
        Source.ENVIRONMENT,
        Source.FILE,
        Source.DEFAULT,
    )
    assert {each.variable for each in described} == {
        f"TRUSTWRIGHT_{name.upper()}" for name in type(load({})).model_fields
    }


def test_the_operators_pages_are_closed_to_shops(anna: Visitor) -> None:
    for path in ("", "/shops", "/people", "/log", "/settings"):
        assert anna.get(f"/control/operator{path}").status_code in (403, 404)


def test_that_somebodys_address_was_seen_is_logged(centre: Centre, operator: Visitor) -> None:
    user_id, before = ben_of(operator), len(log(centre, "person.seen"))
    assert "ben@demo.example" in operator.get(f"/control/operator/people/{user_id}").text
    assert [line.object for line in log(centre, "person.seen")[before:]] == [user_id]
