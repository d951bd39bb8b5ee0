"""A shop's logo is drawn again from whatever was handed over, or it is refused."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from domain.errors import PageNotFound, ShopNotFound, TooLarge
from domain.logos import LogoInvalid
from services import logos
from store.database import Database
from store.logos import Logo
from tests.services import steps
from tests.services.steps import ANNA, NOON

SCRIPT = b"<script>alert(1)</script>"


def picture(form: str = "PNG", size: tuple[int, int] = (80, 40), mode: str = "RGB") -> bytes:
    file = BytesIO()
    Image.new(mode, size, 128).save(file, form)
    return file.getvalue()


def save(database: Database, key: str, body: bytes) -> Logo:
    with database.write() as work:
        logos.save(work, key, body, actor=ANNA, now=NOON)
    with database.read() as session:
        return logos.find(session, key)


def bomb(width: int, height: int) -> bytes:
    """A PNG that is small as a file and claims to be huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(1_000_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_kept_as_a_png(database: Database, form: str) -> None:
    key = steps.open_shop(database)
    logo = save(database, key, picture(form))
    assert logo.media_type == "image/png"
    assert (logo.width, logo.height) == (80, 40)
    with Image.open(BytesIO(logo.body)) as image:
        assert (image.format, image.size) == ("PNG", (80, 40))


def test_a_second_logo_takes_the_place_of_the_first(database: Database) -> None:
    key = steps.open_shop(database)
    first = save(database, key, picture(size=(80, 40)))
    second = save(database, key, picture(size=(40, 40)))
    assert (second.width, second.height) == (40, 40)
    assert first.tag != second.tag


def test_a_large_picture_is_made_smaller_in_proportion(database: Database) -> None:
    key = steps.open_shop(database)
    logo = save(database, key, picture(size=(2_400, 1_200)))
    assert (logo.width, logo.height) == (600, 300)


def test_nothing_is_kept_but_the_pixels(database: Database) -> None:
    key = steps.open_shop(database)
    exif = Image.Exif()
    exif[0x010E] = SCRIPT.decode()
    file = BytesIO()
    Image.new("RGB", (80, 40)).save(file, "JPEG", exif=exif, comment=SCRIPT)
    logo = save(database, key, file.getvalue() + b"PK\x03\x04" + SCRIPT)
    assert SCRIPT not in logo.body
    assert b"PK\x03\x04" not in logo.body


HOSTILE = {
    "nothing": b"",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "GIF": b"GIF89a" + SCRIPT,
    "only the start of a PNG": b"\x89PNG\r\n\x1a\n" + SCRIPT,
    "only the start of a JPEG": b"\xff\xd8\xff" + SCRIPT,
    "a sound": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "a broken WebP": b"RIFF\x24\x00\x00\x00WEBPVP8 " + SCRIPT,
    "half a picture": picture()[:80],
    "too small": picture(size=(8, 8)),
    "too wide": picture(size=(4_001, 20)),
    "a bomb": bomb(30_000, 30_000),
    "a bomb within the edges": bomb(4_000, 4_000),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_logo_is_refused_and_changes_nothing(database: Database, body: bytes) -> None:
    key = steps.open_shop(database)
    before = save(database, key, picture())
    with pytest.raises(LogoInvalid) as refused:
        save(database, key, body)
    assert refused.value.field == "logo"
    with database.read() as session:
        assert logos.find(session, key).tag == before.tag


def test_a_file_above_a_megabyte_is_not_even_looked_at(database: Database) -> None:
    key = steps.open_shop(database)
    with pytest.raises(TooLarge):
        save(database, key, picture() + bytes(1_000_000))


def test_a_logo_that_was_removed_is_gone(database: Database) -> None:
    key = steps.open_shop(database)
    save(database, key, picture())
    for _ in range(2):
        with database.write() as work:
            logos.remove(work, key, actor=ANNA, now=NOON)
    with database.read() as session, pytest.raises(PageNotFound):
        logos.find(session, key)


def test_a_logo_needs_a_shop(database: Database) -> None:
    with pytest.raises(ShopNotFound):
        save(database, "X" + 32 * "0", picture())
