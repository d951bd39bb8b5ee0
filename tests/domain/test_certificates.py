"""Certificates: states, days, numbers, reports, and whether a reader comes from elsewhere."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import certificates as rules
from domain import ids
from domain.certificates import (
    CertificateForbidden,
    CertificateMalformed,
    CertificateReasonMissing,
    CertificateState,
    MarkReport,
    MarkReportInvalid,
)
from domain.ids import Prefix

VALID, SUSPENDED = CertificateState.VALID, CertificateState.SUSPENDED
ENDS = (CertificateState.WITHDRAWN, CertificateState.EXPIRED, CertificateState.ENDED)
moments = st.integers(1_577_836_800, 4_102_444_800).map(lambda s: datetime.fromtimestamp(s, UTC))
NIGHT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("state", CertificateState)
@pytest.mark.parametrize("to", CertificateState)
def test_a_certificate_takes_the_ways_of_the_table_alone(
    state: CertificateState, to: CertificateState
) -> None:
    allowed = {VALID: {SUSPENDED, *ENDS}, SUSPENDED: {VALID, *ENDS}}.get(state, set())
    if to in allowed:
        assert rules.go(state, to) is to
    else:
        with pytest.raises(CertificateForbidden):
            rules.go(state, to)
    assert state.is_open == (state in (VALID, SUSPENDED))


@pytest.mark.parametrize(
    ("certified", "proven", "last"),
    [
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), None, date(2027, 11, 21)),
        (datetime(2028, 2, 29, tzinfo=UTC), None, date(2029, 2, 27)),
        (
            datetime(2026, 11, 22, tzinfo=UTC),
            datetime(2027, 6, 1, 22, tzinfo=UTC),
            date(2027, 6, 1),
        ),
        (NIGHT, datetime(2027, 6, 1, tzinfo=UTC), date(2027, 5, 31)),
        (NIGHT, datetime(2030, 1, 1, tzinfo=UTC), date(2027, 11, 21)),
    ],
)
def test_a_certificate_holds_a_year_of_whole_days_and_no_longer_than_its_audit(
    certified: datetime, proven: datetime | None, last: date
) -> None:
    assert rules.last_day(rules.until(certified, proven)) == last


@given(moments, st.none() | moments)
def test_a_certificate_ends_at_a_utc_midnight_within_a_year(
    certified: datetime, proven: datetime | None
) -> None:
    end = rules.until(certified, proven)
    assert (end.hour, end.minute, end.second, end.microsecond) == (0, 0, 0, 0)
    assert end <= certified + timedelta(days=366)
    if proven is not None:
        assert end < proven + timedelta(days=1)


def test_a_number_can_be_read_out_and_an_id_is_one() -> None:
    made = ids.new(Prefix.CERTIFICATE)
    number = rules.number_of(made, "DE", datetime(2026, 11, 22, tzinfo=UTC))
    assert number == f"TW-DE-2026-{made[-10:].upper()}"
    assert rules.parse_id(made) == made
    for text in ("", "crt-", "crt-1", made.upper(), made.replace("crt", "aud")):
        with pytest.raises(CertificateMalformed):
            rules.parse_id(text)


def test_a_reason_is_a_sentence() -> None:
    assert rules.checked_reason("  The imprint has gone. ") == "The imprint has gone."
    with pytest.raises(CertificateReasonMissing):
        rules.checked_reason("gone")


def test_a_report_names_a_web_address_and_says_what_is_wrong() -> None:
    report = MarkReport(" https://copy.example/mark ", " Copied from elsewhere. ")
    assert rules.checked_report(report) == MarkReport(
        "https://copy.example/mark", "Copied from elsewhere."
    )


@pytest.mark.parametrize(
    ("address", "text", "field"),
    [
        ("", "Copied from elsewhere.", "address"),
        ("copy.example", "Copied from elsewhere.", "address"),
        ("javascript:alert(1)", "Copied from elsewhere.", "address"),
        ("https://[::1", "Copied from elsewhere.", "address"),
        ("https://", "Copied from elsewhere.", "address"),
        ("https://copy.example", "no", "text"),
    ],
)
def test_a_report_without_them_is_refused(address: str, text: str, field: str) -> None:
    with pytest.raises(MarkReportInvalid) as refused:
        rules.checked_report(MarkReport(address, text))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("referer", "is_foreign"),
    [
        ("", False),
        ("about:blank", False),
        ("android-app://com.example", False),
        ("https://[", False),
        ("https://shop.example/", False),
        ("https://WWW.Shop.Example./cart?x=1", False),
        ("http://de.shop.example:8080/", False),
        ("https://shop.example.evil.test/", True),
        ("https://evilshop.example/", True),
        ("https://shop.example@evil.test/", True),
        ("https://evil.test/?https://shop.example", True),
    ],
)
def test_a_reader_from_another_site_is_told_apart(referer: str, is_foreign: bool) -> None:
    assert rules.foreign_host(referer, "shop.example") is is_foreign


@given(st.text(max_size=60))
def test_no_referer_breaks_the_page(referer: str) -> None:
    assert rules.foreign_host(referer, "shop.example") in (True, False)
    assert rules.foreign_host(f"https://{referer}", "shop.example") in (True, False)
