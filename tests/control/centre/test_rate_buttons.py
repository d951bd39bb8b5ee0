"""The screen of buttons: its images, and code that makes links which we accept."""

import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from hmac import digest
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from jinja2 import Environment
from lxml import etree, html
from PIL import Image

from control.centre import rate_buttons
from control.centre.rate_buttons import Placement
from domain import rate_links as rules
from domain.languages import SUPPORTED
from domain.rate_links import Moment
from tests.control.centre.conftest import Centre, Visitor, words

KEY = "X0123456789ABCDEF0123456789ABCDEF"
BASE = "https://reviews.example"
SECRET = "demo-shop-secret-0001"
EMAIL, NUMBER = "anna+x@example.org", "A>>>?1001"


def run(code: str) -> str:
    """What the function of the example gives: by PHP where there is one, else line by line."""
    if shutil.which("php"):
        call = f"{code}\necho rate_url('{EMAIL}', '{NUMBER}');"
        given = call.removeprefix("<?php\n")
        environment = {"TRUSTWRIGHT_SHOP_SECRET": SECRET, "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            ["php", "-r", given], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout
    return str(translated(code)(EMAIL, NUMBER))


def translated(code: str) -> Callable[[str, str], Any]:
    """The example's few words of PHP as Python: it has no others."""
    text = code.removeprefix("<?php\n").strip()
    text = re.sub(r"function rate_url\((.*?)\) \{", r"def rate_url(\1):", text)
    text = re.sub(r"\[\n(.*?)\n    \]", lambda m: "{" + m[1].strip() + "}", text, flags=re.DOTALL)
    text = text.removesuffix("}").replace(" => ", ": ").replace("$", "").replace(" . ", " + ")
    text = re.sub(r"'(\w+)':", r"'\1':", text).replace("true)", "True)").replace(";", "")
    known: dict[str, Any] = {
        "getenv": {"TRUSTWRIGHT_SHOP_SECRET": SECRET}.get,
        "base64_encode": lambda raw: b64encode(
            raw if isinstance(raw, bytes) else raw.encode()
        ).decode(),
        "hash_hmac": lambda _, message, key, __: digest(key.encode(), message.encode(), sha256),
        "strtr": lambda given, old, new: given.translate(str.maketrans(old, new)),
        "rtrim": lambda given, signs: given.rstrip(signs),
        "http_build_query": urlencode,
    }
    exec(text, known)  # noqa: S102 our own example
    function: Callable[[str, str], Any] = known["rate_url"]
    return function


@pytest.mark.parametrize("language", ["de", "pl"])
@pytest.mark.parametrize("moment", Moment)
def test_the_code_signs_links_that_we_accept(moment: Moment, language: str) -> None:
    url = urlsplit(run(rate_buttons.php(BASE, KEY, moment, language, 14)))
    given = dict(parse_qsl(url.query))
    link = rules.read(moment, given["buyerEmail"], given["shopOrderID"], given.get("days", ""))
    assert (link.email, link.reference) == (EMAIL, NUMBER)
    assert rules.check(link, KEY, given["sig"], [SECRET])
    assert f"{url.scheme}://{url.netloc}" == BASE
    assert url.path == rules.path(link, KEY, language)
    assert given.get("shop_id", KEY) == KEY


@pytest.mark.parametrize("place", Placement)
def test_the_template_shows_one_linked_image(place: Placement) -> None:
    code = rate_buttons.link(BASE, Moment.LATER, "fr", place, rate_buttons._TWIG_URL)
    order = {"email": EMAIL, "number": NUMBER}
    made = f"{BASE}/x?a=1&b=2"
    shown = Environment(autoescape=True).from_string(code)
    element = html.fromstring(shown.render(order=order, rate_url=lambda *_: made))
    assert element.get("href") == made
    (image,) = element
    assert image.attrib["src"].endswith("later-fr.png" if place is Placement.EMAILS else ".svg")
    assert image.get("alt") == "Évaluer plus tard"


@pytest.mark.parametrize("language", SUPPORTED)
@pytest.mark.parametrize("moment", Moment)
def test_every_button_is_an_image_of_the_same_size_in_both_kinds(
    centre: Centre, moment: Moment, language: str
) -> None:
    client = centre.stranger().client
    png = client.get(f"/buttons/{moment}-{language}.png")
    svg = client.get(f"/buttons/{moment}-{language}.svg")
    assert (png.status_code, png.headers["content-type"]) == (200, "image/png")
    assert svg.headers["content-type"] == "image/svg+xml"
    drawn, root = Image.open(BytesIO(png.content)), etree.fromstring(svg.content)
    assert drawn.size == (2 * int(root.attrib["width"]), 2 * int(root.attrib["height"]))
    assert len(png.content) < 6_000
    assert root.get("aria-label")


@pytest.mark.parametrize("name", ["soon-de.png", "now-sv.png", "now-de.gif", "now-de.png.svg"])
def test_there_are_no_other_images(centre: Centre, name: str) -> None:
    assert centre.stranger().client.get(f"/buttons/{name}").status_code == 404


def test_the_screen_shows_the_chosen_button_and_its_code(centre: Centre, anna: Visitor) -> None:
    root = f"/control/shops/{centre.annas}/rate-buttons"
    asked = "kind=later&place=frontend&language=it&days=30"
    page = anna.page(f"{root}?{asked}")
    php, shown, twig = (words(code) for code in page.xpath("//pre"))
    assert centre.annas in php
    assert "'30'" in php
    assert "/buttons/later-it.svg" in shown
    assert "addFunction" in twig
    (image,) = page.xpath("//main//img[starts-with(@src, '/buttons/')]/@src")
    assert anna.get(image).status_code == 200


@pytest.mark.parametrize("query", ["kind=x&place=y&language=sv&days=0", "days=999", "days=a"])
def test_a_strange_choice_shows_the_usual_button(centre: Centre, anna: Visitor, query: str) -> None:
    page = anna.page(f"/control/shops/{centre.annas}/rate-buttons?{query}")
    assert page.xpath("//main//img[starts-with(@src, '/buttons/now-')]")
