"""Settings of mail that cannot work stop the start, and no password is repeated."""

import pytest

from services.mail_settings import MailServer
from services.settings import SettingsError, load

FROM = {"TRUSTWRIGHT_MAIL_FROM": "mail@trust.example"}


@pytest.mark.parametrize(
    ("url", "port", "is_encrypted", "starts_tls"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+starttls://mail.example", 587, False, True),
        ("smtps://mail.example", 465, True, False),
        ("smtps://mail.example:4650/", 4650, True, False),
    ],
)
def test_a_server_is_told_by_its_address(
    url: str, port: int, is_encrypted: bool, starts_tls: bool
) -> None:
    settings = load({"TRUSTWRIGHT_SMTP_URL": url, **FROM})
    server = settings.mail_server
    assert settings.has_mail_server
    assert (server.host, server.port) == ("mail.example", port)
    assert (server.is_encrypted, server.starts_tls) == (is_encrypted, starts_tls)
    assert (server.user, server.password) == (None, None)


def test_a_password_may_hold_any_sign() -> None:
    server = MailServer.parse("smtps://anna%40trust.example:p%3A%2F%40@mail.example")
    assert (server.user, server.password) == ("anna@trust.example", "p:/@")
    assert "p:/@" not in repr(server)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://anna:geheim@mail.example",
        "smtp://:25",
        "smtp://anna:geheim@mail.example:0",
        "smtp://anna:geheim@mail.example:99999",
        "smtp://anna:geheim@mail.example/inbox",
        "smtp://anna:geheim@mail.example?x=1",
    ],
)
def test_what_is_no_server_stops_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match=r"TRUSTWRIGHT_SMTP_URL.*smtps://") as refused:
        load({"TRUSTWRIGHT_SMTP_URL": url, **FROM})
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"SMTP_URL": "smtp://mail.example"}, "TRUSTWRIGHT_MAIL_FROM"),
        ({"DKIM_DOMAIN": "trust.example"}, "TRUSTWRIGHT_DKIM_DOMAIN"),
        ({"DKIM_KEY": "x", "DKIM_SELECTOR": "a"}, "TRUSTWRIGHT_DKIM_DOMAIN"),
        ({"MAIL_FROM": "mail"}, "TRUSTWRIGHT_MAIL_FROM"),
        ({"IMPRINT_URL": "javascript:alert(1)"}, "TRUSTWRIGHT_IMPRINT_URL"),
        ({"OPERATOR_NAME": "A\nBcc: b@x.org"}, "TRUSTWRIGHT_OPERATOR_NAME"),
        ({"OPERATOR_NAME": ""}, "TRUSTWRIGHT_OPERATOR_NAME"),
        ({"MAIL_RATE": "0"}, "TRUSTWRIGHT_MAIL_RATE"),
    ],
)
def test_settings_that_do_not_go_together_are_named(
    environment: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        load({f"TRUSTWRIGHT_{name}": value for name, value in environment.items()})


def test_without_settings_mails_stay_here_unsigned() -> None:
    settings = load({})
    assert not settings.has_mail_server
    assert not settings.signs_mails
    assert settings.operator_name == "Trustwright"
