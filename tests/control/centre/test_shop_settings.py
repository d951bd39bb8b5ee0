"""Settings of a shop: what is wrong is said and kept, what is right is stored and logged."""

from io import BytesIO

import pytest
from PIL import Image
from sqlmodel import col, select

from services import badges, shop_settings
from services.shop_settings import ShopSettings
from store.decisions import AuditEntry
from store.mails import Mail
from tests.control.centre.conftest import Centre, Visitor, read, words

HOSTILE = '"><script>alert(1)</script>'
DATA = {"name": "Bücher & Töne", "url": "https://www.buecher-und-toene.example", "address": ""}


def root(centre: Centre) -> str:
    return f"/control/shops/{centre.annas}/settings"


def stored(centre: Centre) -> ShopSettings:
    with centre.installation.database.read() as session:
        return shop_settings.read(session, centre.annas)


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 32), 200).save(file, "PNG")
    return file.getvalue()


def test_shop_data_are_stored_and_logged(centre: Centre, anna: Visitor) -> None:
    address = "Hafenstraße 7\n20359 Hamburg"
    response = anna.post(root(centre), {**DATA, "address": address})
    assert response.status_code == 303
    assert stored(centre).address == address
    with centre.installation.database.read() as session:
        entry = session.exec(
            select(AuditEntry)
            .where(col(AuditEntry.action) == "shop.updated")
            .order_by(col(AuditEntry.id).desc())
        ).first()
    assert entry is not None
    assert entry.actor.startswith("usr-")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "n" * 121}, "name"),
        ({"url": "https://other.example"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": ""}, "url"),
        ({"address": "a" * 301}, "address"),
    ],
)
def test_wrong_shop_data_are_refused_at_the_field_and_kept(
    centre: Centre, anna: Visitor, changed: dict[str, str], field: str
) -> None:
    before = stored(centre)
    sent = {**DATA, "name": HOSTILE, **changed}
    page = read(anna.post(root(centre), sent), status=422)
    (told,) = page.xpath(f"//*[@id='e-{field}']")
    assert words(told)
    for name, value in sent.items():
        (typed,) = page.xpath(f"//*[@id='f-{name}']")
        shown = typed.get("value") if typed.tag == "input" else typed.text.removeprefix("\n")
        assert (shown or "").strip() == value.strip()
    assert "<script>alert" not in anna.post(root(centre), sent).text
    assert stored(centre) == before


def test_a_name_that_is_markup_is_shown_as_text(centre: Centre, anna: Visitor) -> None:
    anna.post(root(centre), {**DATA, "name": HOSTILE, "address": HOSTILE})
    try:
        for path in ("", "/criteria", "/orders", "/frames"):
            assert "<script>alert" not in anna.get(root(centre) + path).text
        for path in ("", "/widgets", "/snippets", "/feeds", "/analysis", "/notifications"):
            response = anna.get(f"/control/shops/{centre.annas}{path}")
            assert response.status_code == 200
            assert "<script>alert" not in response.text
    finally:
        anna.post(root(centre), DATA)


def test_a_logo_is_shown_once_it_was_uploaded_and_not_after_it_was_removed(
    centre: Centre, anna: Visitor
) -> None:
    anna.post(f"{root(centre)}/logo", files={"logo": ("logo.png", picture(), "image/png")})
    (shown,) = anna.page(root(centre)).xpath("//p[@class='logo']/img/@src")
    response = anna.get(shown)
    assert response.headers["content-type"] == "image/png"
    assert response.headers["x-content-type-options"] == "nosniff"
    anna.post(f"{root(centre)}/logo", {"remove": "1"})
    assert anna.page(root(centre)).xpath("//p[@class='logo']") == []
    assert anna.get(shown).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422),
        (b"\x89PNG\r\n\x1a\n<script>", 422),
        (picture() + bytes(1_000_001), 413),
        (bytes(3_000_000), 413),
        (bytes(50_000_000), 413),
    ],
    ids=["nothing", "SVG", "half PNG", "a megabyte", "three", "fifty"],
)
def test_a_file_that_is_no_logo_is_refused(
    centre: Centre, anna: Visitor, body: bytes, status: int
) -> None:
    name = '"><img src=x onerror=alert(1)>.png'
    response = anna.post(f"{root(centre)}/logo", files={"logo": (name, body, "image/png")})
    assert response.status_code == status
    assert "onerror" not in response.text
    assert stored(centre).logo_tag == ""


def test_order_pages_are_configured_and_the_looks_of_the_badge_stay(
    centre: Centre, anna: Visitor
) -> None:
    before = stored(centre).badge
    sent = {"hosts": "checkout.example\nWWW.Pay.example", "product_reviews": "1"}
    assert anna.post(f"{root(centre)}/orders", sent).status_code == 303
    after = stored(centre).badge
    assert after.hosts == ("checkout.example", "pay.example")
    assert after.product_reviews
    assert (after.variant, after.colours) == (before.variant, before.colours)
    anna.post(f"{root(centre)}/orders", {"hosts": ""})
    with centre.installation.database.read() as session:
        assert not badges.read(session, centre.annas).product_reviews


@pytest.mark.parametrize("part", ["orders", "frames"])
@pytest.mark.parametrize("hosts", ["no host!", "under_score.example", "a b c " * 20, HOSTILE])
def test_wrong_hosts_are_refused_and_kept(
    centre: Centre, anna: Visitor, part: str, hosts: str
) -> None:
    before = stored(centre)
    page = read(anna.post(f"{root(centre)}/{part}", {"hosts": hosts}), status=422)
    (typed,) = page.xpath("//textarea[@id='f-hosts']")
    assert typed.text.strip() == hosts.strip()
    assert typed.get("aria-invalid") == "true"
    assert stored(centre) == before


def test_a_new_secret_is_shown_once(centre: Centre, anna: Visitor) -> None:
    page = read(anna.post(f"{root(centre)}/orders/secret"))
    (secret,) = page.xpath("//div[@role='status']//code/text()")
    assert len(secret) == 43
    assert secret not in anna.get(f"{root(centre)}/orders").text


def test_frames_are_allowed_by_host_or_as_usual(centre: Centre, anna: Visitor) -> None:
    anna.post(f"{root(centre)}/frames", {"hosts": "www.shop.example:8443"})
    assert stored(centre).frame_hosts == ["www.shop.example:8443"]
    anna.post(f"{root(centre)}/frames", {"hosts": "ignored.example", "usual": "1"})
    assert stored(centre).are_frames_usual


@pytest.mark.parametrize(
    ("system", "typed", "status"),
    [
        ("ONE", "", 409),
        ("ONE", "other.example", 409),
        ("THREE", "buecher-und-toene.example", 409),
        ("TWO", "buecher-und-toene.example", 422),
    ],
)
def test_a_switch_that_is_not_confirmed_changes_nothing(
    centre: Centre, anna: Visitor, system: str, typed: str, status: int
) -> None:
    before = stored(centre)
    sent = {"system": system, "typed_domain": typed}
    page = read(anna.post(f"{root(centre)}/criteria", sent), status=status)
    (shown,) = page.xpath("//input[@id='f-typed_domain']/@value")
    assert shown == typed
    assert stored(centre) == before


def test_a_switch_says_how_many_reviews_leave_and_tells_the_administrators(
    centre: Centre,
) -> None:
    cleo, path = centre.signed_in("Cleo"), f"/control/shops/{centre.cleos}/settings/criteria"
    with centre.installation.database.read() as session:
        before = shop_settings.read(session, centre.cleos)
    (warning,) = cleo.page(path).xpath("//div[@role='note']//strong")
    assert words(warning).split()[0] == str(before.reviews_left)
    sent = {"system": before.other_system.value, "typed_domain": before.domain.upper()}
    assert cleo.post(path, sent).status_code == 303
    with centre.installation.database.read() as session:
        after = shop_settings.read(session, centre.cleos)
        mails = session.exec(select(Mail).where(Mail.key == "review_system_switched")).all()
    assert (after.system, after.reviews_left) == (before.other_system, 0)
    assert len(mails) == 1


def test_nobody_but_administrators_sees_settings(centre: Centre, ben: Visitor) -> None:
    for path in ("", "/orders", "/frames", "/criteria", "/logo.png"):
        assert ben.get(root(centre) + path).status_code in (403, 404)
    for path in ("", "/logo", "/orders", "/orders/secret", "/frames", "/criteria"):
        assert ben.post(root(centre) + path, DATA).status_code in (403, 404)
