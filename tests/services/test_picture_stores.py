"""Pictures in a bucket: written, handed out, listed and deleted over HTTP, as in a folder."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.pictures import PictureNotFound, PicturesUnavailable
from services import picture_stores, pictures, review_forms
from services.installation import Installation
from services.settings import SettingsError, load
from store import pictures as rows
from tests import picture_stores as bucket
from tests.services import steps
from tests.services.pictured import a_picture, add
from tests.services.steps import NOON, marks

DAY = timedelta(days=1)


@pytest.fixture
def store() -> Iterator[bucket.Server]:
    with bucket.running() as server:
        yield server


@pytest.fixture
def site(installation: Installation, store: bucket.Server) -> Installation:
    """An installation whose pictures lie in the bucket."""
    given = {
        "pictures": store.address,
        "pictures_key": bucket.KEY,
        "pictures_secret": bucket.SECRET,
    }
    return replace(installation, settings=installation.settings.model_copy(update=given))


def token_of(site: Installation) -> str:
    shop_key = steps.open_shop(site.database)
    return steps.review(site.database, shop_key, marks(service=1)).token


def test_a_picture_lies_in_the_bucket_and_nowhere_else(
    site: Installation, store: bucket.Server
) -> None:
    public_id = add(site, token_of(site), "It came late.")
    assert len(store.objects) == 6
    assert all(name.startswith(f"shop/one/{public_id}/") for name in store.objects)
    assert not (site.settings.home / "pictures").exists()
    body = pictures.public_file(site, public_id, "600.webp")
    assert body == store.objects[f"shop/one/{public_id}/600.webp"]
    assert body.startswith(b"RIFF")
    store.objects.clear()
    with pytest.raises(PictureNotFound):
        pictures.public_file(site, public_id, "600.webp")


def test_a_removed_picture_leaves_the_bucket(site: Installation, store: bucket.Server) -> None:
    token = token_of(site)
    public_id, kept = add(site, token, "It came late."), add(site, token, "It came late.")
    with site.database.write() as work:
        pictures.remove(work, token, public_id, now=NOON)
    with pytest.raises(PictureNotFound):
        pictures.public_file(site, public_id, "600.webp")
    assert pictures.purge(site, now=NOON) == 1
    assert {name.split("/")[2] for name in store.objects} == {kept}
    with site.database.write() as work:
        review_forms.withdraw(work, token, now=NOON)
    assert pictures.purge(site, now=NOON) == 1
    assert store.objects == {}


def test_what_belongs_to_no_picture_goes_after_a_day(
    site: Installation, store: bucket.Server
) -> None:
    store.objects["shop/one/pic-lost/240.webp"] = b"?"
    store.objects["another/prefix.webp"] = b"?"
    assert pictures.purge(site, now=datetime.now(UTC)) == 0
    assert pictures.purge(site, now=datetime.now(UTC) + 2 * DAY) == 1
    assert list(store.objects) == ["another/prefix.webp"]


def test_a_store_that_refuses_leaves_nothing_half_saved(
    site: Installation, store: bucket.Server
) -> None:
    token = token_of(site)
    store.is_away = True
    with pytest.raises(PicturesUnavailable):
        pictures.add(site, token, a_picture(), "", now=NOON)
    store.is_away = False
    assert store.objects == {}
    with site.database.read() as session:
        assert rows.of_review(session, 1) == []


def test_a_wrong_key_and_a_store_that_is_away_say_the_same(site: Installation) -> None:
    public_id = add(site, token_of(site), "It came late.")
    wrong = site.settings.model_copy(update={"pictures_key": "another"})
    with pytest.raises(PicturesUnavailable):
        picture_stores.of(wrong).get(public_id, "240.webp")
    nobody = "s3://pictures?endpoint=http://127.0.0.1:9"
    away = site.settings.model_copy(update={"pictures": nobody})
    with pytest.raises(PicturesUnavailable) as refusal:
        picture_stores.of(away).get(public_id, "240.webp")
    assert bucket.SECRET not in str(refusal.value)


@pytest.mark.parametrize("url", ["pictures", "http://bucket", "s3://", "s3://UPPER", "s3://a b"])
def test_what_names_no_bucket_stops_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="TRUSTWRIGHT_PICTURES"):
        load({"TRUSTWRIGHT_PICTURES": url})


def test_the_secret_is_in_no_text_of_the_settings() -> None:
    settings = load(
        {"TRUSTWRIGHT_PICTURES": "s3://pictures", "TRUSTWRIGHT_PICTURES_SECRET": "hush"}
    )
    assert "hush" not in repr(settings)
