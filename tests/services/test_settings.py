"""Settings that describe no safe installation stop the start."""

from pathlib import Path

import pytest

from domain.policies import SECRETS
from services.settings import SettingsError, load


def test_a_short_secret_key_stops_the_start_and_is_not_repeated() -> None:
    short = "s" * (SECRETS.characters - 1)
    with pytest.raises(SettingsError, match=r"TRUSTWRIGHT_SECRET_KEY.*32 characters") as refused:
        load({"TRUSTWRIGHT_SECRET_KEY": short})
    assert short not in str(refused.value)


def test_a_secret_key_of_the_least_length_is_taken() -> None:
    secret = "s" * SECRETS.characters
    assert load({"TRUSTWRIGHT_SECRET_KEY": secret}).secret == secret


def test_a_kept_secret_that_is_damaged_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("")
    with pytest.raises(SettingsError, match=r"secret\.key is damaged"):
        _ = load({"TRUSTWRIGHT_HOME": str(tmp_path)}).secret


def test_an_installation_is_known_by_its_secret_which_its_name_does_not_tell(
    tmp_path: Path,
) -> None:
    kept = {"TRUSTWRIGHT_HOME": str(tmp_path / "a")}
    ours, again = load(kept), load(kept)
    other = load({"TRUSTWRIGHT_HOME": str(tmp_path / "b")})
    assert ours.installation_id == again.installation_id != other.installation_id
    assert len(ours.installation_id) == 16
    assert ours.installation_id not in ours.secret
