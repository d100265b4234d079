"""One opening for all sources of an edge: the kind's word, the roots, and out comes what looks and reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from adapters.crawl import Crawl, Volume
from adapters.shapes import DicomShape, ExtendedShape, Shape, StandardShape
from hie.record.errors import Misconfigured

SHAPES: Mapping[str, type[Shape]] = {
    "ssmix2-standard": StandardShape,
    "ssmix2-extended": ExtendedShape,
    "dicom-folder": DicomShape,
}
"""The kinds of sources that are folders."""


def opened(kind: str, source: str, roots: Mapping[str, Path]) -> Crawl:
    """Open a source of a kind under the edge's name for it; nothing is looked at yet.

    `roots` are its volumes by label; a single one may have an empty label. Raises `Misconfigured`.
    """
    if kind not in SHAPES:
        raise Misconfigured(f"there is no kind of source {kind}")
    if not roots or ("" in roots and len(roots) > 1) or any("/" in label for label in roots):
        raise Misconfigured("several volumes of a source need a label each, without a slash")
    return Crawl(source, SHAPES[kind](), [Volume(label, root) for label, root in roots.items()])
