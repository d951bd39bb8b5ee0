"""Policies let our script run or not, as browsers decide (CSP level 3)."""

import pytest

from widgets.checking import policies

SCRIPT = "https://trust.example/v1/badge.js"


@pytest.mark.parametrize(
    ("text", "is_allowed"),
    [
        ("", True),
        ("img-src 'none'", True),
        ("script-src *", True),
        ("script-src https:", True),
        ("script-src http:", False),
        ("script-src trust.example", True),
        ("SCRIPT-SRC TRUST.EXAMPLE", True),
        ("script-src http://trust.example", True),
        ("script-src https://trust.example:443", True),
        ("script-src https://trust.example:8443", False),
        ("script-src https://trust.example:*", True),
        ("script-src *.example", True),
        ("script-src *.trust.example", False),
        ("script-src https://trust.example/v1/", True),
        ("script-src https://trust.example/v1/badge.js", True),
        ("script-src https://trust.example/v1", False),
        ("script-src https://trust.example/js/", False),
        ("script-src 'none'", False),
        ("script-src", False),
        ("default-src 'self'", False),
        ("default-src 'self'; script-src https://trust.example", True),
        ("script-src 'self'; script-src-elem https://trust.example", True),
        ("script-src 'self'; script-src https://trust.example", False),
        ("script-src 'strict-dynamic' https://trust.example", False),
        ("script-src 'nonce-n'", True),
        ("script-src 'nonce-other'", False),
    ],
)
def test_a_script_may_run(text: str, is_allowed: bool) -> None:
    found = policies.parse(text)
    assert all(each.allows_script(SCRIPT, "n") for each in found) is is_allowed


def test_our_host_may_have_a_port_of_its_own() -> None:
    (policy,) = policies.parse("script-src http://127.0.0.1:8080 http://localhost")
    assert policy.allows_script("http://127.0.0.1:8080/v1/badge.js")
    assert not policy.allows_script("http://localhost:8080/v1/badge.js")


def test_connections_fall_back_to_the_default() -> None:
    (policy,) = policies.parse("default-src 'self'; script-src *")
    assert not policy.allows_connection("https://trust.example/v1/shops/")


def test_each_of_two_policies_can_forbid() -> None:
    assert len(policies.parse("script-src *, script-src 'none'")) == 2
