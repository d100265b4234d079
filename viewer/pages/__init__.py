"""Pages, one file each. Found by looking: every module of this folder that has a `router`."""

from __future__ import annotations

import importlib
import pkgutil

from fastapi import APIRouter


def collected() -> list[APIRouter]:
    """Return the routers of all pages, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}").router for name in names]
