"""Settings of an identity provider that cannot be trusted stop the start."""

import importlib.util

import pytest

from services.configuration import described
from services.settings import SettingsError, load

ALL = {
    "TRUSTWRIGHT_OIDC_ISSUER": "https://id.example/realms/staff",
    "TRUSTWRIGHT_OIDC_CLIENT_ID": "trustwright",
    "TRUSTWRIGHT_OIDC_CLIENT_SECRET": "a-secret-of-the-provider",
}


def test_without_settings_there_is_no_provider() -> None:
    assert not load({}).has_identity_provider
    assert load(ALL).has_identity_provider


@pytest.mark.parametrize("missing", sorted(ALL))
def test_the_three_belong_together(missing: str) -> None:
    with pytest.raises(SettingsError, match="belong together"):
        load({name: value for name, value in ALL.items() if name != missing})


@pytest.mark.parametrize(
    "issuer",
    [
        "http://id.example",
        "id.example",
        "ftp://id.example",
        "https://",
        "https://id.example?realm=staff",
        "https://id.example#staff",
        "https://user:password@id.example",
        "https://id.example:port",
        "https://id example",
        "https://[::1",
    ],
)
def test_an_issuer_that_others_could_speak_for_is_refused(issuer: str) -> None:
    with pytest.raises(SettingsError, match="TRUSTWRIGHT_OIDC_ISSUER"):
        load(ALL | {"TRUSTWRIGHT_OIDC_ISSUER": issuer})


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9000", "http://localhost/x", "http://[::1]"])
def test_this_machine_needs_no_certificate(issuer: str) -> None:
    assert load(ALL | {"TRUSTWRIGHT_OIDC_ISSUER": issuer}).oidc_issuer == issuer


def test_without_its_libraries_the_start_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match=r"trustwright\[oidc\]"):
        load(ALL)


def test_the_secret_is_told_nowhere() -> None:
    settings, secret = load(ALL), ALL["TRUSTWRIGHT_OIDC_CLIENT_SECRET"]
    assert secret not in repr(settings)
    assert secret not in repr(described(settings, ALL))
