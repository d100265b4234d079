"""Settings under which the hub would stand open, or give cookies and passkeys that anybody could take."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from hie.hub.settings import REQUIRED, Settings
from hie.record.errors import Misconfigured


def check_openness(settings: Settings) -> None:
    """Raise `Misconfigured` where people come from other machines and something that guards them is off."""
    public = urlsplit(settings.public_url)
    if settings.public_url and (public.scheme not in {"http", "https"} or not public.hostname):
        raise Misconfigured("public_url: an address as https://hub.example")
    if public.scheme == "https" and not settings.secure_cookies:
        raise Misconfigured("secure_cookies: must be on where people come by HTTPS (public_url)")
    if settings.secure_cookies and public.scheme == "http":
        raise Misconfigured("public_url: names no HTTPS, and secure_cookies are for HTTPS alone")
    named = is_loopback(public.hostname or "localhost")
    if is_loopback(settings.host) and named and not settings.trusted_proxies:
        return
    if settings.second_factor != REQUIRED:
        raise Misconfigured("second_factor: off is for a hub that this machine alone reaches")
    if not settings.public_url:
        raise Misconfigured("public_url: must be set where others reach the hub, for its passkeys")


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine itself."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
