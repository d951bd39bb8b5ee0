"""Certificate pages at the edge: TLS only, malformed apart from unknown, kept by nobody."""

from datetime import UTC, datetime

import pytest

from api.main import create_app
from tests.api.conftest import Reviewed, settings_for
from tests.api.exchanges import Running
from tests.services import certified

UNKNOWN = "X" + "0" * 32


@pytest.mark.parametrize(
    ("proto", "proxies", "public_url", "status"),
    [
        ("http", "192.0.2.1", "https://trust.example", 301),
        ("https, http", "192.0.2.1", "https://trust.example", 301),
        ("https", "192.0.2.1", "https://trust.example", 200),
        ("http, https", "192.0.2.1", "https://trust.example", 200),
        # Whose word nobody vouches for sends nobody in circles.
        ("http", "", "https://trust.example", 200),
        ("http", "192.0.2.1", "http://trust.example", 200),
    ],
)
def test_who_comes_over_plain_http_is_sent_to_tls(
    reviewed: Reviewed, proto: str, proxies: str, public_url: str, status: int
) -> None:
    key, _ = certified.certify(reviewed.installation, now=datetime.now(UTC))
    own = reviewed.settings
    settings = settings_for(
        own.database_url, own.home, PUBLIC_URL=public_url, TRUSTED_PROXIES=proxies
    )
    with Running(create_app(settings)) as site:
        reply = site.ask(f"/de/certificate/{key}", x_forwarded_proto=proto)
    assert reply.status == status
    if status == 301:
        assert reply.headers["location"] == f"https://trust.example/de/certificate/{key}"


def test_a_malformed_key_is_told_apart_from_an_unknown_one_and_no_page_is_kept(
    reviewed: Reviewed,
) -> None:
    key, _ = certified.certify(reviewed.installation, now=datetime.now(UTC))
    with Running(create_app(reviewed.settings)) as site:
        pages = [site.ask(f"/de/certificate/{each}") for each in (key, UNKNOWN, "X12")]
        answers = [site.ask(f"/v1/shops/{each}/certificate.json") for each in (key, UNKNOWN, "X12")]
    assert [each.status for each in pages] == [200, 404, 400]
    assert [each.status for each in answers] == [200, 404, 400]
    assert pages[0].headers["cache-control"] == "private, no-cache"


def test_the_machine_view_has_both_days_in_every_state_and_a_guarantee_while_it_is_valid(
    reviewed: Reviewed,
) -> None:
    now = datetime.now(UTC)
    key, _ = certified.certify(reviewed.installation, market="CH", now=now)
    with Running(create_app(reviewed.settings)) as site:
        valid = site.ask(f"/v1/shops/{key}/certificate.json").json()
        none = site.ask(reviewed.url("certificate.json")).json()
    assert valid["trustMark"]["status"] == "VALID"
    assert valid["guarantee"] == {
        "mainProtectionCurrency": "CHF",
        "maxProtectionAmount": "4000.00",
        "maxProtectionDuration": "30",
    }
    assert (none["state"], none["trustMark"]["status"]) == ("NONE", "INVALID")
    assert "guarantee" not in none
    for answer in (valid, none):
        assert answer["trustMark"]["validFrom"]
        assert answer["trustMark"]["validTo"]
