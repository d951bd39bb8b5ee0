"""Signed statements and the keys to them, over HTTP."""

from urllib.parse import quote

from api.main import create_app
from domain.actors import OPERATOR
from domain.criteria import Criterion
from rich_snippets import verification
from rich_snippets.signatures import WELL_KNOWN
from rich_snippets.verification import Verdict
from services import signing_keys
from tests.api.conftest import Reviewed
from tests.api.exchanges import OTHER_KEY, Running
from tests.services import steps
from tests.services.steps import NOON

SKUS = ["SKU-4711", "a/b", "%2F", "statement.json", "..", "Ä ö+&?#;", "</script>"]


def verdict(statement: bytes, key_set: bytes) -> Verdict:
    keys = verification.read_key_set(key_set)
    return verification.check(statement, keys, now=NOON).verdict


def test_a_statement_is_checked_with_the_keys_at_the_well_known_address(
    reviewed: Reviewed,
) -> None:
    with Running(create_app(reviewed.settings)) as site:
        statement, keys = site.ask(reviewed.url("statement.json")), site.ask(WELL_KNOWN)
        grade = site.ask(reviewed.url("grade.json")).json()["grade"]
    assert (statement.status, keys.status) == (200, 200)
    assert verdict(statement.body, keys.body) is Verdict.VALID
    said = statement.json()["statement"]
    assert (said["rating"]["value"], said["count"]) == (grade["rating"], grade["count"])
    assert said["issuer"] == reviewed.settings.base_url


def test_a_statement_is_cached_like_any_answer(reviewed: Reviewed) -> None:
    with Running(create_app(reviewed.settings)) as site:
        url = reviewed.url("statement.json")
        found = site.ask(url)
        assert found.headers["content-type"] == "application/json"
        assert "stale-while-revalidate" in found.headers["cache-control"]
        assert found.headers["access-control-allow-origin"] == "*"
        assert site.ask(url, if_none_match=found.headers["etag"]).status == 304
        assert site.ask(reviewed.url("statement")).body == found.body
        assert site.ask(url, accept_encoding="br").headers["content-encoding"] == "br"


def test_keys_are_a_key_set_that_may_be_kept_for_minutes(reviewed: Reviewed) -> None:
    with Running(create_app(reviewed.settings)) as site:
        found = site.ask(WELL_KNOWN)
        assert found.headers["content-type"] == "application/jwk-set+json"
        assert found.headers["cache-control"] == "public, max-age=300"
        assert found.headers["access-control-allow-origin"] == "*"
        assert site.ask(WELL_KNOWN, if_none_match=found.headers["etag"]).status == 304
        assert site.ask(WELL_KNOWN, method="POST").status == 405
    for key in found.json()["keys"]:
        assert set(key) == {"alg", "crv", "kid", "kty", "use", "x"}


def test_after_a_rotation_a_statement_from_before_can_still_be_checked(
    reviewed: Reviewed,
) -> None:
    with Running(create_app(reviewed.settings)) as site:
        old = site.ask(reviewed.url("statement.json")).body
        before = site.ask(WELL_KNOWN)
        with reviewed.installation.database.write() as work:
            signing_keys.rotate(work, actor=OPERATOR, now=NOON)
        after = site.ask(WELL_KNOWN)
        assert len(after.json()["keys"]) == 2
        assert after.headers["etag"] != before.headers["etag"]
        assert verdict(old, after.body) is Verdict.VALID
    with Running(create_app(reviewed.settings)) as site:
        new = site.ask(reviewed.url("statement.json")).body
    assert verdict(new, after.body) is Verdict.VALID
    assert verdict(new, before.body) is Verdict.KEY_UNKNOWN


def test_a_product_has_its_statement_at_its_own_address(reviewed: Reviewed) -> None:
    database, given = reviewed.installation.database, {Criterion.TOTAL: 3}
    for sku in SKUS:
        steps.review(database, reviewed.shop_key, given, sku=sku)
    with Running(create_app(reviewed.settings)) as site:
        keys = site.ask(WELL_KNOWN).body
        for sku in SKUS:
            found = site.ask(reviewed.url(f"products/{quote(sku, safe='')}/statement.json"))
            assert found.status == 200
            assert found.json()["statement"]["product"]["sku"] == sku
            assert verdict(found.body, keys) is Verdict.VALID


def test_what_cannot_be_stated_is_a_clear_problem(reviewed: Reviewed) -> None:
    refused = {
        "products/none/statement.json": (404, "PRODUCT_NOT_FOUND"),
        "products/%FF/statement.json": (400, "PARAMETER_INVALID"),
        f"products/{'a' * 256}/statement.json": (400, "PARAMETER_INVALID"),
        "products//statement.json": (400, "PARAMETER_INVALID"),
        "statement.xml": (404, "PAGE_NOT_FOUND"),
        "statement.svg": (404, "PAGE_NOT_FOUND"),
        "products/none/statement.xml": (404, "PAGE_NOT_FOUND"),
    }
    with Running(create_app(reviewed.settings)) as site:
        for name, (status, code) in refused.items():
            reply = site.ask(reviewed.url(name))
            assert reply.status == status, name
            assert code.encode() in reply.body, name
        reply = site.ask(f"/v1/shops/{OTHER_KEY}/statement.json")
        assert (reply.status, reply.json()["code"]) == (404, "TS_ID_NOT_FOUND")
