"""What runs in shops' pages is served on every address of the contract, and kept like hits."""

import gzip
import time
from pathlib import Path

import brotli
import pytest

from api import scripts
from api.asgi import Receive, Scope, Send
from api.cache import Cache
from api.dispatch import Dispatcher
from api.errors import Boundary
from api.router import routed
from domain.errors import DatabaseUnavailable
from schemas.scripts import BUNDLES, PRELOADED, asset_path
from schemas.snapshots import Snapshot
from services import shops
from services.shops import ShopChanges
from tests.api.conftest import Reviewed
from tests.api.exchanges import OTHER_KEY, Reply, ask
from tests.services import steps
from tests.services.steps import ANNA, NOON
from tests.widgets.builds import VERSION, stand_ins
from widgets import fragments

STYLE_ASSET = asset_path(fragments.STYLE_VERSION, fragments.STYLE_NAME)
LASTING = "public, max-age=300, stale-while-revalidate=86400"


class Site:
    """Dispatcher, cache and the routes of scripts over one installation."""

    def __init__(self, reviewed: Reviewed, folder: Path) -> None:
        self.cache = Cache(budget=10**6, clock=time.monotonic)
        self.is_down = False
        self.misses = 0
        found = stand_ins(folder)
        routes = scripts.routes(reviewed.installation, found, self.cache, lambda: self.is_down)
        rest = Boundary(routed(list(routes)))

        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            self.misses += 1
            await rest(scope, receive, send)

        async def nothing_stored(_url: str) -> Snapshot | None:
            return None

        self.app = Dispatcher(self.cache, nothing_stored, counted)

    def ask(self, target: str, method: str = "GET", **headers: str) -> Reply:
        return ask(self.app, target, method=method, **headers)


@pytest.fixture
def site(reviewed: Reviewed, tmp_path: Path) -> Site:
    folder = tmp_path / "static"
    folder.mkdir()
    return Site(reviewed, folder)


@pytest.mark.parametrize(("path", "name"), BUNDLES.items())
def test_every_address_of_the_contract_serves_its_bundle(site: Site, path: str, name: str) -> None:
    reply = site.ask(path)
    assert reply.body.startswith(f'"{name}"'.encode())
    assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
    assert reply.headers["cache-control"] == LASTING
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in reply.headers


def test_a_bundle_is_a_hit_from_the_second_request_on(site: Site) -> None:
    first = site.ask("/v1/badge.js")
    assert site.ask("/v1/badge.js").body == first.body
    assert site.misses == 1


def test_bundles_honour_conditions_head_and_encodings(site: Site) -> None:
    plain = site.ask("/v1/badge.js")
    assert site.ask("/v1/badge.js", if_none_match=plain.headers["etag"]).status == 304
    assert site.ask("/v1/badge.js", method="HEAD").body == b""
    packed = site.ask("/v1/badge.js", accept_encoding="br")
    assert brotli.decompress(packed.body) == plain.body
    zipped = site.ask("/v1/badge.js", accept_encoding="gzip")
    assert gzip.decompress(zipped.body) == plain.body
    assert len({plain.headers["etag"], packed.headers["etag"], zipped.headers["etag"]}) == 3


def test_a_query_means_nothing(site: Site, reviewed: Reviewed) -> None:
    assert site.ask("/v1/badge.js?shop=X&ver=2.0.6").status == 200
    loader = site.ask(f"/js/{reviewed.shop_key}.js")
    assert site.ask(f"/js/{reviewed.shop_key}.js?ver=2.0.6").body == loader.body


def test_a_bundle_finds_its_map_beside_it(site: Site) -> None:
    for path in ("/v1/badge.js.map", "/applications/widget.js/elements.js.map"):
        reply = site.ask(path)
        assert (reply.body, reply.headers["content-type"]) == (
            b'{"version":3}',
            "application/json",
        )


@pytest.mark.parametrize(("path", "name"), BUNDLES.items())
def test_every_script_names_its_map(site: Site, path: str, name: str) -> None:
    address = site.ask(path).headers["sourcemap"]
    assert address == asset_path(VERSION, f"{name}.map")
    assert site.ask(address).body == b'{"version":3}'
    assert site.ask(asset_path(VERSION, name)).headers["sourcemap"] == address


def test_a_shops_loader_names_the_map_of_the_program_inside(site: Site, reviewed: Reviewed) -> None:
    for path in (f"/js/{reviewed.shop_key}.js", PRELOADED):
        assert site.ask(path).headers["sourcemap"] == asset_path(VERSION, "loader.js.map")
    assert "sourcemap" not in site.ask(f"/js/{OTHER_KEY}.js").headers
    assert "sourcemap" not in site.ask(STYLE_ASSET).headers


def test_an_asset_of_the_present_version_may_be_kept_for_ever(site: Site) -> None:
    reply = site.ask(f"/v1/assets/{VERSION}/card.js")
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert site.ask(f"/v1/assets/{VERSION}/card.js").body == reply.body
    assert site.misses == 1


def test_the_loader_of_the_last_release_finds_the_present_chunk(site: Site) -> None:
    present = site.ask(f"/v1/assets/{VERSION}/card.js")
    reply = site.ask("/v1/assets/fedcba9876/card.js")
    assert reply.body == present.body
    assert reply.headers["cache-control"] == "public, max-age=300"
    assert site.ask(
        "/v1/assets/fedcba9876/card.js", if_none_match=reply.headers["etag"]
    ).status == (304)


@pytest.mark.parametrize("name", ["bundles.json", "nothing.js", "..%2Fviews.py", "%2e%2e"])
def test_nothing_but_built_files_can_be_asked_for(site: Site, name: str) -> None:
    assert site.ask(f"/v1/assets/{VERSION}/{name}").status == 404


def test_the_style_of_pieces_may_be_linked_for_good_or_kept_for_ever(site: Site) -> None:
    lasting, versioned = site.ask("/v1/widgets.css"), site.ask(STYLE_ASSET)
    assert lasting.body == versioned.body == fragments.STYLE
    assert lasting.headers["content-type"] == "text/css; charset=utf-8"
    assert lasting.headers["cache-control"] == LASTING
    assert "immutable" in versioned.headers["cache-control"]
    old = site.ask("/v1/assets/fedcba9876/widgets.css")
    assert (old.body, old.headers["cache-control"]) == (lasting.body, "public, max-age=300")


def test_other_methods_are_refused(site: Site) -> None:
    assert site.ask("/v1/badge.js", method="POST").status == 405


def test_a_loader_holds_the_shops_badge_and_asks_for_nothing_more(
    site: Site, reviewed: Reviewed
) -> None:
    reply = site.ask(f"/js/{reviewed.shop_key}.js")
    text = reply.body.decode()
    assert text.startswith("(TRUST_SHOP=>{")
    assert f'"key":"{reviewed.shop_key}"' in text
    assert '"rating":5.0' in text
    assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"


def test_a_lost_mark_is_gone_from_a_loader_within_15_minutes(
    site: Site, reviewed: Reviewed
) -> None:
    policy = site.ask(f"/js/{reviewed.shop_key}.js").headers["cache-control"]
    assert policy.startswith("public, max-age=300, stale-while-revalidate=600")


def test_a_loader_is_a_hit_until_its_shop_changes(site: Site, reviewed: Reviewed) -> None:
    path = f"/js/{reviewed.shop_key}.js"
    before = site.ask(path)
    assert site.ask(path).body == before.body
    assert site.misses == 1
    reviewed.review(1)
    generation = steps.generation(reviewed.installation.database, reviewed.shop_key)
    site.cache.invalidate(reviewed.shop_key, generation)
    after = site.ask(path)
    assert '"rating":3.0' in after.body.decode()
    assert after.headers["etag"] != before.headers["etag"]
    assert site.ask(path, if_none_match=before.headers["etag"]).status == 200


def test_hostile_words_of_a_shop_stay_inside_the_string(site: Site, reviewed: Reviewed) -> None:
    with reviewed.installation.database.write() as work:
        changes = ShopChanges(name="</script><!--\u2028")
        shops.update(work, reviewed.shop_key, changes, actor=ANNA, now=NOON)
    text = site.ask(f"/js/{reviewed.shop_key}.js").body.decode()
    assert "</script" not in text
    assert "<!--" not in text
    assert "\u2028" not in text


def test_a_key_in_lower_case_is_the_same_shop(site: Site, reviewed: Reviewed) -> None:
    loader = site.ask(f"/js/{reviewed.shop_key}.js")
    assert site.ask(f"/js/{reviewed.shop_key.lower()}.js").body == loader.body


def test_a_well_formed_key_that_nobody_has_gets_a_script_that_does_nothing(site: Site) -> None:
    reply = site.ask(f"/js/{OTHER_KEY}.js")
    assert (reply.status, reply.headers["cache-control"]) == (200, "public, max-age=300")
    assert b"showCard" in reply.body
    assert site.cache.used == 0


@pytest.mark.parametrize("file", ["X123.js", f"{OTHER_KEY}", f"{OTHER_KEY}.css", ".js"])
def test_a_malformed_key_is_not_found(site: Site, file: str) -> None:
    assert site.ask(f"/js/{file}").status == 404


def test_a_stale_loader_stands_in_while_the_database_is_down(
    site: Site, reviewed: Reviewed
) -> None:
    path = f"/js/{reviewed.shop_key}.js"
    before = site.ask(path)
    site.cache.invalidate(reviewed.shop_key, 10**6)
    site.is_down = True
    assert site.ask(path).body == before.body


def test_without_any_loader_a_database_that_is_down_is_told(site: Site, reviewed: Reviewed) -> None:
    site.is_down = True
    reply = site.ask(f"/js/{reviewed.shop_key}.js")
    assert (reply.status, reply.json()["code"]) == (503, DatabaseUnavailable.code)


def test_a_page_that_preloads_the_shared_code_gets_it_without_a_shop(site: Site) -> None:
    assert site.ask(PRELOADED).body.endswith(b"})(null);\n")


@pytest.mark.parametrize(
    "path",
    [
        "/images/badge.png",
        "/assets/images/trustmark_60x60.png",
        "/assets/images/trustmark_120x120.png",
    ],
)
def test_pictures_are_served_where_older_pages_expect_them(site: Site, path: str) -> None:
    reply = site.ask(path)
    assert reply.headers["content-type"] == "image/png"
    assert reply.body.startswith(b"\x89PNG")
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
