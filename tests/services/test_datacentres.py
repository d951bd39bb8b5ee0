"""The operator's list of data centres: read at the start, empty without one."""

from pathlib import Path

import pytest

from services import datacentres
from services.settings import SettingsError, load


def test_sig_11_the_list_is_a_file_that_the_operator_names(tmp_path: Path) -> None:
    path = tmp_path / "networks.txt"
    path.write_text("# hosters\n198.51.100.0/24\n2001:db8::/32\n")
    settings = load({"TRUSTWRIGHT_DATACENTRES": str(path)})
    assert datacentres.is_one(settings, "198.51.100.7")
    assert not datacentres.is_one(settings, "203.0.113.7")
    assert not datacentres.is_one(load({}), "198.51.100.7")


def test_a_list_that_is_not_there_or_not_one_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "networks.txt"
    with pytest.raises(SettingsError, match="TRUSTWRIGHT_DATACENTRES"):
        load({"TRUSTWRIGHT_DATACENTRES": str(path)})
    path.write_text("198.51.100.0/24\nsome hoster\n")
    with pytest.raises(SettingsError, match="line 2 is no network"):
        load({"TRUSTWRIGHT_DATACENTRES": str(path)})
