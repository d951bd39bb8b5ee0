"""What shops may write: placeholders, limits, colours, and what an invitation never says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import mails
from domain.errors import Invalid, TextInvalid
from domain.mail_wording import forbidden
from domain.mails import (
    KINDS,
    ColoursAlike,
    Design,
    Look,
    MailAddressInvalid,
    MailKey,
    MailTextMissing,
    MailWordingForbidden,
    PlaceholderMissing,
    PlaceholderUnknown,
    Wording,
)
from domain.policies import MAILS

INVITATION = MailKey.REVIEW_INVITATION
BODY = "Rate {shop}: {rate_url}\n\nNo more: {unsubscribe_url}"


def test_a_text_is_tidied_and_kept() -> None:
    given = Wording("  How was\n it? ", f"{BODY}\r\n  ", " Write ")
    assert mails.check_wording(INVITATION, given) == Wording("How was it?", BODY, "Write")


@pytest.mark.parametrize(
    ("wording", "field"),
    [
        (Wording("", BODY, "Write"), "subject"),
        (Wording("How?", " \n ", "Write"), "body"),
        (Wording("How?", BODY, ""), "button"),
    ],
)
def test_a_mail_says_something_everywhere(wording: Wording, field: str) -> None:
    with pytest.raises(MailTextMissing) as refused:
        mails.check_wording(INVITATION, wording)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("subject", "body", "button"),
    [("s" * 151, BODY, "b"), ("s", BODY + "b" * 20_000, "b"), ("s", BODY, "b" * 61)],
)
def test_texts_have_limits(subject: str, body: str, button: str) -> None:
    with pytest.raises(TextInvalid):
        mails.check_wording(INVITATION, Wording(subject, body, button))


@pytest.mark.parametrize(
    ("subject", "body", "button", "field", "name"),
    [
        ("{shopp}", BODY, "Write", "subject", "{shopp}"),
        ("How?", BODY + " {price}", "Write", "body", "{price}"),
        ("How?", BODY + " {Shop}", "Write", "body", "{Shop}"),
        ("How?", BODY + " {rate url}", "Write", "body", "{rate url}"),
        ("How?", BODY + " {}", "Write", "body", "{}"),
        ("{rate_url}", BODY, "Write", "subject", "{rate_url}"),
        ("How?", BODY, "{unsubscribe_url}", "button", "{unsubscribe_url}"),
    ],
)
def test_a_placeholder_that_the_mail_does_not_know_is_named(
    subject: str, body: str, button: str, field: str, name: str
) -> None:
    with pytest.raises(PlaceholderUnknown) as refused:
        mails.check_wording(INVITATION, Wording(subject, body, button))
    assert refused.value.field == field
    assert name in refused.value.detail


@pytest.mark.parametrize("name", ["{rate_url}", "{unsubscribe_url}"])
def test_what_an_invitation_needs_cannot_be_left_out(name: str) -> None:
    with pytest.raises(PlaceholderMissing) as refused:
        mails.check_wording(INVITATION, Wording("How?", BODY.replace(name, ""), "Write"))
    assert refused.value.field == "body"
    assert name in refused.value.detail


@pytest.mark.parametrize("brace", ["{", "}", "}{", "{ {shop}", "}}", "{shop"])
def test_a_brace_without_its_partner_is_a_sign_like_others(brace: str) -> None:
    wording = Wording("How?", f"{BODY} {brace}", "Write")
    assert mails.check_wording(INVITATION, wording) == wording


@pytest.mark.parametrize(
    "words",
    [
        "Als Dank erhalten Sie einen Gutschein",
        "10 % Rabatt für Sie",
        "Wenn Sie mit uns zufrieden waren, bewerten Sie uns",
        "Fünf Sterne würden uns freuen",
        "★★★★★",
        "Get a voucher",
        "a DISCOUNT for your review",
        "If you were happy, tell others",
        "if you\u2019re satisfied",
        "Give us 5 stars",
        "un bon d\u2019achat",
        "10 % de remise",
        "si vous êtes satisfait",
        "cinq étoiles",
        "un cupón para usted",
        "si está satisfecho",
        "5 estrellas",
        "un buono sconto",
        "se è soddisfatta",
        "cinque stelle",
        "een tegoedbon",
        "als u tevreden bent",
        "vijf sterren",
        "zniżka na zakupy",
        "jeśli są Państwo zadowoleni",
        "pięć gwiazdek",
    ],
)
def test_an_invitation_offers_nothing_and_sets_no_condition(words: str) -> None:
    with pytest.raises(MailWordingForbidden) as refused:
        mails.check_wording(INVITATION, Wording("How?", f"{words}\n{BODY}", "Write"))
    assert refused.value.field == "body"


def test_words_that_only_look_alike_are_allowed() -> None:
    assert forbidden("Die Sterne zählen alle. Im Rabatz fand sich nichts.") == ""
    assert forbidden("Every review counts the same, good or bad. There is nothing to win.") == ""


def test_a_mail_that_is_no_invitation_may_speak_of_rewards() -> None:
    wording = Wording("Reply", "Your voucher: {reply}", "See")
    assert mails.check_wording(MailKey.SHOP_REPLIED, wording) == wording


def test_a_mail_without_a_link_needs_no_button() -> None:
    wording = Wording("Access", "{where}", "")
    assert mails.check_wording(MailKey.ACCESS_REMOVED, wording) == wording


def test_a_look_is_a_design_and_two_colours() -> None:
    look = mails.check_look("BEST_PRACTICE", " #0F766E ", "#FFFFFF")
    assert look == Look(Design.BEST_PRACTICE, "#0f766e", "#ffffff")


@pytest.mark.parametrize(
    ("design", "accent", "on_accent", "field"),
    [
        ("FANCY", "#000000", "#ffffff", "design"),
        ("BEST_PRACTICE", "red", "#ffffff", "accent"),
        ("BEST_PRACTICE", "#000000", "#fff", "on_accent"),
        ("BEST_PRACTICE", "#000000;x:y", "#ffffff", "accent"),
    ],
)
def test_what_is_no_look_is_refused(design: str, accent: str, on_accent: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        mails.check_look(design, accent, on_accent)
    assert refused.value.field == field


def test_colours_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(ColoursAlike):
        mails.check_look("BEST_PRACTICE", "#777777", "#ffffff")
    assert mails.check_look("BEST_PRACTICE", "#767676", "#ffffff").accent == "#767676"


def test_an_address_is_told_as_it_can_be_sent_to() -> None:
    assert mails.check_address(" Anna@Example.org ") == "Anna@example.org"
    assert mails.check_address("anna@münchen.example") == "anna@xn--mnchen-3ya.example"


@pytest.mark.parametrize(
    "email",
    ["", "anna", "anna@", "a b@example.org", "anna@example", "a@x.org\r\nBcc: b@x.org", "ö@x.org"],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(MailAddressInvalid) as refused:
        mails.check_address(email, field="reply_to")
    assert refused.value.field == "reply_to"


def test_every_needed_placeholder_and_link_is_one_that_the_mail_knows() -> None:
    assert set(KINDS) == set(MailKey)
    for kind in KINDS.values():
        assert kind.needs <= kind.values
        assert not kind.link or kind.link in kind.values
        assert not kind.link or mails.is_link(kind.link)


def test_addresses_are_told_from_other_texts() -> None:
    assert mails.is_web_address("https://trust.example/a?b=1")
    assert not mails.is_web_address("javascript:alert(1)")
    assert not mails.is_web_address('https://trust.example/"onclick')


def test_each_pause_is_longer_and_all_are_within_a_day() -> None:
    assert list(MAILS.pauses_seconds) == sorted(MAILS.pauses_seconds)
    assert sum(MAILS.pauses_seconds) < 24 * 3_600


@given(st.text(), st.dictionaries(st.sampled_from(["shop", "name", "x"]), st.text()))
def test_filling_any_text_changes_only_known_placeholders(
    text: str, values: dict[str, str]
) -> None:
    filled = "".join(
        values.get(piece, f"{{{piece}}}") if is_name else piece
        for piece, is_name in mails.pieces(text)
    )
    assert mails.fill(text, values) == filled
