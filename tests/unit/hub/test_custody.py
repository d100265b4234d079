"""The hub's folder is for its account alone, and a key that others could read is not used."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hie.hub.authority import RegionAuthority
from hie.hub.custody import check_keys, make_private, proxies
from hie.hub.settings import Settings
from hie.hub.wiring import wire
from hie.record.errors import Misconfigured

NOW = 1_716_170_400_000


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_folder_that_stood_open_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "data"
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    make_private(folder)
    assert _mode(folder) == 0o700


def test_the_hub_closes_its_folder_and_writes_keys_for_itself(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", edge_port=0)
    hub = wire(settings)
    hub.thumbnails.close()
    hub.store.close()
    assert _mode(settings.data_dir) == 0o700
    keys = list(settings.data_dir.rglob("*.pem"))
    assert keys
    assert {_mode(path) for path in keys} == {0o600}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_that_others_may_have_read_keeps_the_hub_from_starting(tmp_path: Path, mode: int) -> None:
    data = tmp_path / "data"
    make_private(data)
    RegionAuthority(data, NOW)
    check_keys(data)
    (data / "authority/authority.pem").chmod(mode)
    with pytest.raises(Misconfigured, match=r"others may read authority/authority\.pem"):
        wire(Settings(data_dir=data))


def test_a_key_that_lies_elsewhere_is_not_used(tmp_path: Path) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "key.pem"
    make_private(data)
    elsewhere.touch(mode=0o600)
    (data / "key.pem").symlink_to(elsewhere)
    with pytest.raises(Misconfigured):
        check_keys(data)


def test_proxies_are_named_one_by_one() -> None:
    assert proxies("") == ""
    assert proxies(" 10.0.0.1, 192.168.7.0/24,::1 ") == "10.0.0.1,192.168.7.0/24,::1"
    for wrong in ("*", "0.0.0.0/0", "::/0", "proxy.example", "10.0.0.1/8"):
        with pytest.raises(Misconfigured, match="trusted_proxies"):
            proxies(wrong)


def test_settings_do_not_say_what_is_secret_in_them() -> None:
    settings = Settings(
        database_url="postgresql+psycopg://hie:hidden-word@host/name", objects_url="s3://b?secret=hidden-word"
    )
    for said in (repr(settings), str(settings), f"{settings}"):
        assert "hidden-word" not in said
