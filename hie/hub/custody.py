"""The hub's own files: for its account alone, and no key that somebody else may have read."""

from __future__ import annotations

import stat
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path

from hie.record.errors import Misconfigured

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_KEYS = ("*.pem", "*.key", "*/*.pem", "*/*.key")
"""Where below the data folder keys may lie."""


def make_private(folder: Path) -> None:
    """Make the data folder if there is none, and close it to every other account.

    Raises `Misconfigured` where it belongs to somebody else and stands open.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_mode & _OTHERS:
        with suppress(PermissionError):
            folder.chmod(0o700)
        if folder.stat().st_mode & _OTHERS:
            raise Misconfigured("data_dir: other accounts may enter the folder; give it mode 0700")


def check_keys(folder: Path) -> None:
    """Raise `Misconfigured` where another account may read or replace a key: it must be made anew."""
    for pattern in _KEYS:
        for key in folder.glob(pattern):
            if key.is_symlink() or key.stat().st_mode & _OTHERS:
                name = key.relative_to(folder)
                raise Misconfigured(f"data_dir: others may read {name}; replace that key, with mode 0600")


def proxies(listed: str) -> str:
    """Return the addresses and networks of proxies, written with commas; raises `Misconfigured`.

    Whoever is in the list says from where people come, so it names hosts and never everybody.
    """
    found = [one.strip() for one in listed.split(",") if one.strip()]
    try:
        networks = [ip_network(one) for one in found]
    except ValueError as error:
        raise Misconfigured("trusted_proxies: addresses or networks, with commas between") from error
    if any(one.prefixlen == 0 for one in networks):
        raise Misconfigured("trusted_proxies: names everybody")
    return ",".join(found)
