"""Codes of authenticator apps by pyotp, and the QR code they are begun with by segno."""

from __future__ import annotations

import hmac
import io

import pyotp
import segno

STEP = 30
EITHER_SIDE = 1
"""Steps by which a phone's clock may be off."""
DIGITS = 6


class PyOtpApps:
    """`Apps` by pyotp (RFC 6238 with SHA-1, six digits, 30 seconds: what every app can)."""

    def step(self, secret: str, code: str, now: int) -> int:
        """Return the step of which `code` is, or 0."""
        if len(code) != DIGITS or not code.isascii() or not code.isdecimal():
            return 0
        present, app = now // 1000 // STEP, pyotp.TOTP(secret)
        steps = range(present - EITHER_SIDE, present + EITHER_SIDE + 1)
        return next((step for step in steps if hmac.compare_digest(app.generate_otp(step), code)), 0)

    def address(self, secret: str, login: str, network: str) -> str:
        """Return the `otpauth:` address that an app reads from a QR code."""
        return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=network)

    def picture(self, address: str) -> bytes:
        """Draw an address as a QR code: SVG of shapes only."""
        drawn = io.BytesIO()
        segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=6, border=4, light="#fff")
        return drawn.getvalue()
