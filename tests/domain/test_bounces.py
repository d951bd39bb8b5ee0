"""Reports of mail servers are understood, and nothing else is taken for one (RFC 3464)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import bounces
from domain.bounces import Fate, Report

OURS = "mai-0192@trust.example"


def report(
    *,
    action: str = "failed",
    status: str = "5.1.1",
    message_id: str = f"<{OURS}>",
    attached: str = "",
) -> bytes:
    """What a mail server sends back."""
    kind = attached or "message/rfc822"
    return f"""From: MAILER-DAEMON@mx.example
To: bounces@trust.example
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

I am sorry.
--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Sat, 21 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; dario@shop.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 unknown

--b1
Content-Type: {kind}

Message-ID: {message_id}
Subject: How was it?

Hello
--b1--
""".replace("\n", "\r\n").encode()


@pytest.mark.parametrize("attached", ["message/rfc822", "text/rfc822-headers"])
@pytest.mark.parametrize(
    ("action", "fate"),
    [
        ("failed", Fate.FAILED),
        ("Failed ", Fate.FAILED),
        ("delayed", Fate.DELAYED),
        ("delivered", Fate.DELIVERED),
        ("relayed", Fate.DELIVERED),
    ],
)
def test_a_report_tells_the_fate_of_one_mail(attached: str, action: str, fate: Fate) -> None:
    told = bounces.read(report(action=action, attached=attached))
    assert told == Report(OURS, fate, "5.1.1")


@pytest.mark.parametrize(
    ("status", "is_for_good"),
    [
        ("5.1.1", True),
        ("5.1.10", True),
        ("5.2.1 (off)", True),
        ("5.2.2", False),
        ("5.7.1", False),
        ("4.1.1", False),
        ("5.0.0", False),
        ("nonsense", False),
    ],
)
def test_only_an_address_that_is_none_gets_no_more_mail(status: str, is_for_good: bool) -> None:
    told = bounces.read(report(status=status))
    assert told is not None
    assert told.is_for_good is is_for_good
    delayed = bounces.read(report(status=status, action="delayed"))
    assert delayed is not None
    assert not delayed.is_for_good


@pytest.mark.parametrize(
    ("answer", "is_none"),
    [
        ("550 5.1.1 No such user", True),
        ("550 5.2.1", True),
        ("553 5.1.3 bad syntax", True),
        ("550 5.7.1 Relaying denied", False),
        ("550 5.2.2 mailbox full", False),
        ("550 No such user", False),
        ("450 4.1.1 later", False),
        ("550 host 5.1.1 does not like you", False),
        ("550 5.1.1.9 refused", False),
        ("", False),
    ],
)
def test_an_address_is_none_where_the_server_says_so_in_its_code(
    answer: str, is_none: bool
) -> None:
    assert bounces.is_no_address(answer) is is_none


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: Out of office\r\n\r\nI am away until Monday.",
        report(action="perhaps"),
        report(message_id="none"),
        report(attached="text/html"),
        report().replace(b"message/delivery-status", b"text/plain"),
        report(attached="text/rfc822-headers; charset=utf-8").replace(b"Message-ID:", b"X-Other:"),
    ],
)
def test_any_other_mail_is_no_report(raw: bytes) -> None:
    assert bounces.read(raw) is None


def test_of_several_recipients_the_worst_fate_counts() -> None:
    second = (
        b"\r\nFinal-Recipient: rfc822; b@shop.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n"
    )
    both = report().replace(
        b"\r\n--b1\r\nContent-Type: message/rfc822",
        second + b"\r\n--b1\r\nContent-Type: message/rfc822",
    )
    assert both != report()
    assert bounces.read(both) == Report(OURS, Fate.FAILED, "5.1.1")


def test_a_message_in_a_thousand_wrappings_is_no_report() -> None:
    wrapped = b"Content-Type: message/rfc822\r\n\r\n" * 5_000 + report()
    assert bounces.read(wrapped) is None


def test_a_report_with_more_parts_than_any_server_sends_is_cut() -> None:
    many = b"--b1\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 60
    head, _, tail = report().partition(b"--b1\r\n")
    assert bounces.read(head + many + b"--b1\r\n" + tail) is None


@given(st.binary(max_size=2_000))
def test_no_bytes_bring_anything_but_a_report_or_nothing(raw: bytes) -> None:
    assert bounces.read(raw) is None
    broken = report()[: len(raw) % 900] + raw
    told = bounces.read(broken)
    assert told is None or told.message_id
