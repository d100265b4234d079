"""The page of security properties names files that are there."""

from __future__ import annotations

import re
from pathlib import Path

NAMED = re.compile(r"`([\w/]+\.py)`")


def test_every_file_that_carries_a_security_property_is_there(repository: Path) -> None:
    rows = [
        line for line in (repository / "docs/security-properties.md").read_text().splitlines() if "`" in line
    ]
    assert len(rows) > 10
    for row in rows:
        _, _, carried, tested, _ = row.split("|")
        named = NAMED.findall(carried), NAMED.findall(tested)
        assert all(named), row
        assert not [name for name in (*named[0], *named[1]) if not (repository / name).is_file()]
