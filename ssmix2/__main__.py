"""`python -m ssmix2` is the command `ssmix2`."""

from __future__ import annotations

from ssmix2.cli import app

app(prog_name="ssmix2")
