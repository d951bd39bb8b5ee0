"""The integration guide of a shop: choose a widget, see it live, and take its code (embed.md 8)."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b, sha256
from importlib.resources import files
from typing import Final
from urllib.parse import urlencode

from control import layout
from domain import badges, languages
from domain.badges import ColorScheme, OpenOn, Position, Variant
from schemas.questions import PREFIX
from services.guides import Guide
from widgets import choices, recipes, texts
from widgets.choices import Choice, Widget
from widgets.platforms import NAMES, Platform
from widgets.recipes import Place
from widgets.texts import Texts

SCRIPT: Final = files("control").joinpath("static", "guide.js").read_bytes()
SCRIPT_URL: Final = f"/static/guide-{blake2b(SCRIPT, digest_size=6).hexdigest()}.js"
STYLE: Final = files("control").joinpath("static", "guide.css").read_bytes()
STYLE_URL: Final = f"/static/guide-{blake2b(STYLE, digest_size=6).hexdigest()}.css"
CHECK: Final = "embed/check"
FETCH: Final = "embed/fetch"
SAMPLE_SKU: Final = "SKU-4711"
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose, by its value and its name; ``why`` says more, or is empty."""

    value: str
    text: str
    is_chosen: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A list of options under one name; ``group`` says for which widgets it is shown."""

    name: str
    label: str
    group: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number; ``least`` and ``most`` are its limits."""

    name: str
    label: str
    group: str
    value: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a recipe in words, with its code or without."""

    text: str
    code: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the chosen widget gets into one kind of shop system."""

    name: str
    steps: Sequence[Step]


def url(language: str, shop_key: str) -> str:
    """The guide of a shop in one language."""
    return f"/{language}/embed/{shop_key}"


def chosen(guide: Guide, parameters: Sequence[tuple[str, str]]) -> Choice:
    """What the form asks for; the first rated product is the example."""
    sku = guide.products[0].sku if guide.products else SAMPLE_SKU
    return choices.parse(dict(parameters), guide.shop.badge, sku=sku)


def page(guide: Guide, choice: Choice, parameters: Sequence[tuple[str, str]], tag: str) -> bytes:
    """The whole guide in the language ``tag``, UTF-8."""
    words, shop = texts.of(tag), guide.shop
    place = Place(guide.base_url, shop.key)
    query = f"?{urlencode(parameters)}" if parameters else ""
    urls = {each: url(each, shop.key) + query for each in languages.SUPPORTED}
    return layout.render(
        "guide.html",
        words,
        title=words.say("guide.title", shop=shop.name),
        is_indexed=False,
        language_links=layout.language_links(urls, words),
        path=url(tag, shop.key),
        **_assets(),
        **parts(guide, choice, words),
        preview=f"{url(tag, shop.key)}/preview{query}",
        policy=place.policy,
        **check_form(guide, words),
    )


def parts(guide: Guide, choice: Choice, words: Texts) -> dict[str, object]:
    """What is to be chosen, and the code of what was, for pages that show them otherwise."""
    place = Place(guide.base_url, guide.shop.key)
    return {
        **_form(guide, choice, words),
        "choice": choice,
        "is_markless": choice.widget.is_badge and choice.variant is Variant.MARK,
        "codes": _codes(choice, place, words),
        "recipes": [_recipe(each, choice, place, words) for each in Platform],
    }


def check_form(guide: Guide, words: Texts) -> dict[str, object]:
    """Where a page is sent to be checked."""
    return {
        "shop": guide.shop,
        "check_url": f"/{words.language}/{CHECK}",
        "fetch_url": f"/{words.language}/{FETCH}",
        "guide_url": url(words.language, guide.shop.key),
    }


def preview(guide: Guide, choice: Choice, tag: str) -> tuple[bytes, str]:
    """A page with the widget alone, and the policy under which our own guide frames it."""
    words = texts.of(tag)
    style = f"\n{choice.style}\n" if choice.style else ""
    body = layout.render(
        "preview.html",
        words,
        title=words.say("guide.preview"),
        shown_in=choice.language or tag,
        style_url=STYLE_URL,
        rule=style,
        choice=choice,
        shop=guide.shop,
        badge=f"{PREFIX}{guide.shop.key}/badge.svg?lang={choice.language or tag}",
    )
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'self' 'sha256-{digest}'; script-src 'self'; "
        "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; require-trusted-types-for 'script'"
    )
    return body, policy


def _assets() -> dict[str, str]:
    return {"guide_style": STYLE_URL, "guide_script": SCRIPT_URL}


def _form(guide: Guide, choice: Choice, words: Texts) -> dict[str, object]:
    shown = choice.colours or choices.USUAL_COLOURS
    return {
        "widgets": [
            Option(
                each,
                words.say(f"guide.widget.{each}"),
                each is choice.widget,
                words.say(f"guide.why.{each}"),
            )
            for each in Widget
        ],
        "fields": _fields(choice, words),
        "numbers": _numbers(choice, words),
        "products": guide.products,
        "has_colours": choice.colours is not None,
        "colours": [
            (name, words.say(f"guide.colour.{name}"), getattr(shown, name))
            for name in ("accent", "text", "surface", "star")
        ],
    }


def _fields(choice: Choice, words: Texts) -> list[Field]:
    tongues = {tag: words.language_name(tag) for tag in languages.SUPPORTED}
    spoken = {"": words.say("guide.pageLanguage")} | tongues
    return [
        _field("variant", "badge", choice.variant, _named(words, "variant", Variant), words),
        _field("position", "floating", choice.position, _places(words), words),
        _field("mobile-position", "floating", choice.mobile_position, _places(words), words),
        _field("open-on", "badge", choice.open_on, _named(words, "openOn", OpenOn), words),
        _field("scheme", "any", choice.scheme, _named(words, "scheme", ColorScheme), words),
        _field("language", "any", choice.language, spoken, words),
    ]


def _field(name: str, group: str, value: str, options: Mapping[str, str], words: Texts) -> Field:
    label = words.say(f"guide.field.{name}")
    listed = [Option(each, text, each == value) for each, text in options.items()]
    return Field(name, label, group, listed)


def _named(
    words: Texts, start: str, options: type[Variant | OpenOn | ColorScheme]
) -> dict[str, str]:
    return {each: words.say(f"guide.{start}.{each}") for each in options}


def _places(words: Texts) -> dict[str, str]:
    listed: Sequence[Position] = choices.FLOATING
    return {each: words.say(f"guide.position.{each}") for each in listed}


def _numbers(choice: Choice, words: Texts) -> list[Number]:
    given = [
        ("offset", "floating", choice.offset, badges.OFFSETS),
        ("mobile-offset", "floating", choice.mobile_offset, badges.MOBILE_OFFSETS),
        ("limit", "list", choice.limit, choices.LIMITS),
    ]
    return [
        Number(name, words.say(f"guide.field.{name}"), group, value, *limits)
        for name, group, value, limits in given
    ]


def _codes(choice: Choice, place: Place, words: Texts) -> list[Step]:
    """The code that is pasted, whatever the shop system."""
    steps = [Step(words.say("guide.html.tag"), recipes.everywhere(choice, place))]
    if choice.widget is not Widget.FLOATING:
        steps.append(Step(words.say("guide.element"), choice.element()))
    if choice.style:
        steps.append(Step(words.say("guide.css"), choice.style))
    return steps


def _recipe(platform: Platform, choice: Choice, place: Place, words: Texts) -> Recipe:
    name = NAMES.get(platform) or words.say("guide.server")
    steps = recipes.steps(platform, choice, place)
    return Recipe(name, [Step(words.say(each.message), each.code) for each in steps])
