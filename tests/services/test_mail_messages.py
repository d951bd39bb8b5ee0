"""Messages that are put together here are what the library would have made of the same parts."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest

from services import mail_messages
from services.mail_messages import LOGO_ID, Message, Picture
from widgets.mails import Rendered

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOGO = Picture(b"\x89PNG" + bytes(range(256)) * 40, "image/png", 200, 50)
TEXTS = [
    "Hello,\n\n  indented and with a space at the end \nFrom here\n.\n.dot\n\tTab\t\n-- \n",
    "Zażółć gęślą jaźń – „Bücher & Töne“ 🎉\r\n" * 20,
    "x" * 5_000 + "=" * 500 + "\nlast line without an end",
    "--\n--=_\n=_border\n",
    "",
]


def message(text: str = TEXTS[0], picture: Picture | None = None, name: str = "Töne") -> Message:
    html = f"<!doctype html><html><body>{text}</body></html>"
    return Message(
        id="<mai-01a2040e-e7f2-755e-9cb3-14e62395c889@trust.example>",
        at=NOON,
        sender_name=f"{name} via Trust Example",
        sender="mail@trust.example",
        recipient_name=name,
        recipient="dario@example.org",
        reply_to="anna@shop.example",
        language="de",
        unsubscribe_url=f"https://trust.example/u/{'A_-9' * 19}",
        rendered=Rendered(f"Wie war {name}, {name} und noch einmal {name}?", html, text),
        picture=picture,
    )


def by_the_library(wanted: Message) -> EmailMessage:
    """The same message, made by the standard library from start to end."""
    built = EmailMessage(policy=SMTP)
    for name, value in mail_messages.head(wanted):
        built[name] = value
    built.set_content(wanted.rendered.text)
    built.add_alternative(wanted.rendered.html, subtype="html")
    if wanted.picture is not None:
        html = built.get_body(("html",))
        assert isinstance(html, EmailMessage)
        body, cid = wanted.picture.body, f"<{LOGO_ID}>"
        html.add_related(body, "image", "png", cid=cid, disposition="inline")
    built["Content-Language"] = wanted.language
    return read(built.as_bytes())


def read(message: bytes) -> EmailMessage:
    found = message_from_bytes(message, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def parts_of(message: EmailMessage) -> list[tuple[object, ...]]:
    """Each part with what mail programs read in it."""
    return [
        (
            part.get_content_type(),
            part.get_content_charset(),
            part.get_content_disposition(),
            part["Content-ID"],
            None if part.is_multipart() else part.get_content(),
        )
        for part in message.walk()
    ]


@pytest.mark.parametrize("picture", [None, LOGO])
@pytest.mark.parametrize("text", TEXTS)
def test_every_part_is_what_the_library_would_have_made_of_it(
    text: str, picture: Picture | None
) -> None:
    wanted = message(text, picture)
    ours, theirs = read(mail_messages.build(wanted)), by_the_library(wanted)
    assert not ours.defects
    assert parts_of(ours) == parts_of(theirs)


@pytest.mark.parametrize("name", ["Anna", "Bücher & Töne", "Ż" * 60, 'A "B", <c@d.example>', ""])
def test_the_head_says_what_the_library_would_have_said(name: str) -> None:
    wanted = message(name=name)
    ours, theirs = read(mail_messages.build(wanted)), by_the_library(wanted)
    structure = {"Content-Type", "MIME-Version"}
    said = {key: str(value) for key, value in ours.items() if key not in structure}
    assert said == {key: str(value) for key, value in theirs.items() if key not in structure}


def test_a_long_address_for_opting_out_stands_in_one_piece() -> None:
    wanted = message()
    assert len(wanted.unsubscribe_url) > 78
    head = mail_messages.build(wanted).split(b"\r\n\r\n")[0]
    assert f"List-Unsubscribe: <{wanted.unsubscribe_url}>".encode() in head.split(b"\r\n")


def test_a_message_is_ascii_in_short_lines_and_the_same_each_time() -> None:
    made = mail_messages.build(message("ä" * 3_000 + "\rlone", LOGO))
    assert made == mail_messages.build(message("ä" * 3_000 + "\rlone", LOGO))
    assert made.isascii()
    assert made.count(b"\n") == made.count(b"\r") == made.count(b"\r\n")
    assert max(map(len, made.split(b"\r\n"))) <= 998
