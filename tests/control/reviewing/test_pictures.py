"""Pictures of reviews: drawn anew, shown with their review alone, gone when they are removed."""

import io
import zipfile

import pytest
from PIL import Image

from domain.pictures import PICTURES
from services import pictures
from services.turns import Turns
from tests.control.centre.conftest import read
from tests.control.reviewing.conftest import Buyer, NewBuyer

EVIL = b"<script>alert(1)</script>"


def picture(form: str = "JPEG", *, size: tuple[int, int] = (900, 600), exif: bool = False) -> bytes:
    """A picture file, with a place in its notes where asked for."""
    image, file = Image.new("RGB", size, "teal"), io.BytesIO()
    notes = Image.Exif()
    if exif:
        notes[0x010E] = "secret place"
        notes[0x0112] = 6
    image.save(file, form, exif=notes)
    return file.getvalue()


def send(dario: Buyer, body: bytes, *, name: str = "x.jpg", alternative: str = "A blue box") -> int:
    values = {"step": "picture", "alternative": alternative, "comment": "Half a sentence"}
    return dario.post("text", values, files={"picture": (name, body, "image/jpeg")}).status_code


def rated(buyer: NewBuyer) -> Buyer:
    dario = buyer()
    dario.post("", {"mark_service": "5"})
    return dario


def finish(dario: Buyer) -> None:
    assert dario.post("text", {"comment": "Fine.", "mark_service": "5"}).status_code == 303


def shown(dario: Buyer) -> list[str]:
    """The ids of the pictures that the author sees."""
    found = dario.page("text").xpath("//ul[@class='pictures']//img/@src")
    return [url.partition("id=")[2] for url in found]


def status_of(dario: Buyer, picture_id: str, name: str = "600.webp") -> int:
    return dario.centre.client().get(f"/pictures/{picture_id}-{name}").status_code


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_shown_once_the_text_is_sent(buyer: NewBuyer, form: str) -> None:
    dario = rated(buyer)
    assert send(dario, picture(form)) == 303
    [found] = shown(dario)
    assert "Half a sentence" in dario.page("text").xpath("string(//textarea)")
    assert status_of(dario, found) == 404
    assert dario.get("picture", id=found).status_code == 200
    finish(dario)
    for edge in PICTURES.edges:
        for extension, kind in (("webp", "WEBP"), ("jpg", "JPEG")):
            answer = dario.centre.client().get(f"/pictures/{found}-{edge}.{extension}")
            assert answer.status_code == 200
            assert "immutable" in answer.headers["cache-control"]
            image = Image.open(io.BytesIO(answer.content))
            assert (image.format, max(image.size)) == (kind, min(edge, 900))


def test_nothing_that_a_camera_notes_is_kept() -> None:
    made = pictures.drawn(picture(exif=True))
    assert (made.width, made.height) == (600, 900)
    for body in made.files.values():
        assert b"secret" not in body
        assert not Image.open(io.BytesIO(body)).getexif()


def test_what_hides_behind_a_picture_is_not_kept() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("evil.html", EVIL)
    made = pictures.drawn(picture() + archive.getvalue() + EVIL)
    assert all(EVIL not in body and b"PK\x03\x04" not in body for body in made.files.values())


def bomb() -> bytes:
    """A small file of a picture with 20,000 by 20,000 pixels."""
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"GIF89a" + EVIL, 422),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422),
        (b"%PDF-1.7 %%EOF", 422),
        (b"\xff\xd8\xff" + b"\0" * 500, 422),
        (picture()[:900], 422),
        (picture("PNG")[:60], 422),
        (b"\x89PNG\r\n\x1a\n" + EVIL, 422),
        (bomb(), 413),
        (b"\xff\xd8\xff" + b"\0" * PICTURES.bytes, 413),
        (b"\xff\xd8\xff" + b"\0" * 50_000_000, 413),
    ],
    ids=["none", "gif", "svg", "pdf", "zeros", "cut", "cut-png", "html", "bomb", "8MB", "50MB"],
)
def test_what_is_no_picture_is_refused_and_nothing_is_kept(
    buyer: NewBuyer, body: bytes, status: int
) -> None:
    dario = rated(buyer)
    before = kept(dario)
    assert send(dario, body) == status
    assert shown(dario) == []
    assert kept(dario) == before


def kept(dario: Buyer) -> int:
    folder = dario.installation.settings.home / "pictures"
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def test_where_too_many_pictures_wait_the_next_is_sent_away_and_the_text_is_kept(
    buyer: NewBuyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    dario = rated(buyer)
    turns = Turns(at_once=1, waiting=0)
    monkeypatch.setattr(pictures, "TURNS", turns)
    with turns.taken():
        assert send(dario, picture()) == 503
    assert "Half a sentence" in dario.page("text").xpath("string(//textarea)")
    assert send(dario, picture()) == 303


def test_a_review_has_five_pictures_at_most(buyer: NewBuyer) -> None:
    dario = rated(buyer)
    small = picture(size=(20, 20))
    assert [send(dario, small) for _ in range(6)] == [303] * 5 + [422]
    assert len(shown(dario)) == 5
    assert dario.page("text").xpath("//input[@type='file']") == []


def test_a_removed_picture_is_gone_and_the_review_stays(buyer: NewBuyer) -> None:
    dario = rated(buyer)
    send(dario, picture())
    finish(dario)
    [found] = shown(dario)
    assert status_of(dario, found) == 200
    assert dario.post("text", {"step": f"remove-{found}"}).status_code == 303
    assert status_of(dario, found) == 404
    assert dario.get("picture", id=found).status_code == 404
    row = dario.review()
    assert row is not None
    assert (row.is_public, row.comment, row.shown) == (True, "Fine.", None)


def test_pictures_go_with_their_review(buyer: NewBuyer) -> None:
    dario = rated(buyer)
    send(dario, picture())
    finish(dario)
    [found] = shown(dario)
    dario.post("withdraw")
    assert status_of(dario, found) == 404
    row = dario.review()
    assert row is not None
    gone = pictures.purge(dario.installation, now=row.submitted_at)
    assert gone >= 1
    assert not (dario.installation.settings.home / "pictures" / found).exists()


def test_nobody_reaches_the_pictures_of_others(buyer: NewBuyer) -> None:
    dario, erin = rated(buyer), rated(buyer)
    send(dario, picture())
    [found] = shown(dario)
    assert erin.get("picture", id=found).status_code == 404
    assert erin.post("text", {"step": f"remove-{found}"}).status_code == 404
    assert shown(dario) == [found]


@pytest.mark.parametrize(
    "name",
    [
        "x",
        "x-600.webp",
        "..%2f..%2ftrustwright-600.webp",
        "pic-600.svg",
        "pic-x-9.webp",
        "-600.jpg",
    ],
)
def test_an_address_that_is_no_picture_is_not_found(buyer: NewBuyer, name: str) -> None:
    dario = buyer()
    assert dario.centre.client().get(f"/pictures/{name}").status_code == 404


def test_an_avatar_is_shown_while_its_box_is_ticked(buyer: NewBuyer) -> None:
    dario = rated(buyer)
    files = {"avatar": ("me.png", picture("PNG"), "image/png")}
    assert dario.post("about", {}, files=files).status_code == 303
    row = dario.review()
    assert row is not None
    assert row.shown is None
    dario.post("about", {"show_avatar": "1"}, files=files)
    [url] = dario.page("about").xpath("//ul[@class='pictures']//img/@src")
    found = url.partition("id=")[2]
    assert status_of(dario, found) == 200
    dario.post("about", {"town": "Ulm"}, files=None)
    assert status_of(dario, found) == 404


def test_the_description_of_a_picture_is_limited(buyer: NewBuyer) -> None:
    dario = rated(buyer)
    values = {"step": "picture", "alternative": "x" * 301}
    answer = dario.post("text", values, files={"picture": ("x.jpg", picture(), "image/jpeg")})
    assert read(answer, status=422).xpath("//input[@name='alternative'][@aria-invalid]")
