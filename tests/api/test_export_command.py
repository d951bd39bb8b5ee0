"""``trustwright export``: everything of a shop or an account in one file, which is not replaced."""

from pathlib import Path
from zipfile import ZipFile

from tests.api.conftest import Run

SHOP = (
    *("--name", "Anna's shop", "--url", "https://shop.example", "--market", "DE"),
    *("--language", "de", "--currency", "EUR"),
)


def test_a_shop_is_written_once_and_only_for_its_owner(run: Run, tmp_path: Path) -> None:
    key, path = run("shops", "add", *SHOP).strip(), tmp_path / "shop.zip"
    assert str(path) in run("export", "shop", key, "--output", str(path))
    assert path.stat().st_mode & 0o077 == 0
    assert key.encode() in ZipFile(path).read("shops.csv")
    assert "exists" in run("export", "shop", key, "--output", str(path), status=2)


def test_an_unknown_account_leaves_no_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "all.xlsx"
    told = run("export", "account", "acc-none", "--output", str(path), "--format", "xlsx", status=2)
    assert "no account with this id" in told
    assert not path.exists()
