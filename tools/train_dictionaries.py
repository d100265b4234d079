"""Train the compression dictionaries of small documents from an invented region, and say what they save.

    python tools/train_dictionaries.py REGION OTHER_REGION [--write]

Both folders are made by `hie sample` with different seeds; the second one measures. A dictionary
holds fragments of what it was trained on, so it must never be trained on messages of real patients
(docs/adr/0005): a folder without the sample's own `region.json` is refused. `--write` adds a dictionary
of each kind under `hie/store/dictionaries`, with the next free number; files there are never changed.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path

from backports import zstd

from hie.store.documents import LEVEL, SHIPPED, shipped
from ssmix2.layout import parse_name

LARGEST = 32 * 1024  # bytes of one dictionary
FEWEST = 150  # messages, below which a kind gets none
MOST = 6_000  # messages trained on


def messages(region: Path) -> dict[str, list[bytes]]:
    """Read the SS-MIX2 messages of a region by data kind (the folder they stand in)."""
    if not (region / "region.json").is_file():
        raise SystemExit(f"{region} was not made by hie sample")
    found: dict[str, list[bytes]] = defaultdict(list)
    for file in sorted(region.glob("facilities/*/ssmix2/**/*")):
        if parse_name(file.name) and file.is_file() and file.stat().st_size:
            found[file.parent.name].append(file.read_bytes())
    return found


def main() -> int:
    """Train, measure, and write if asked."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("region", type=Path)
    asked.add_argument("other_region", type=Path)
    asked.add_argument("--write", action="store_true")
    chosen = asked.parse_args()
    unseen = messages(chosen.other_region)
    number = max(shipped(), default=0)
    for kind, texts in sorted(messages(chosen.region).items()):
        if len(texts) < FEWEST:
            continue
        step = max(1, len(texts) // MOST)
        trained = zstd.train_dict(texts[::step], LARGEST)
        number += 1
        raw = sum(map(len, unseen[kind]))
        alone = sum(len(zstd.compress(text, LEVEL)) for text in unseen[kind])
        packed = sum(len(zstd.compress(text, LEVEL, zstd_dict=trained)) for text in unseen[kind])
        print(
            f"{kind}: {len(unseen[kind])} unseen messages, {raw / max(alone, 1):.1f} x without,"
            f" {raw / max(packed, 1):.1f} x with {len(trained.dict_content)} bytes of dictionary"
        )
        if chosen.write:
            (SHIPPED / f"{kind}.{number}.zdict").write_bytes(trained.dict_content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
