"""How browser tests ask for a page."""

from typing import Protocol

from playwright.sync_api import Page


class NewPage(Protocol):
    """Opens a page of a size, with or without JavaScript."""

    def __call__(self, width: int = 1366, height: int = 768, *, scripts: bool = True) -> Page:
        """Return the page."""


def found_by(axe: str, page: Page) -> list[str]:
    """Name what axe finds on a page, from moderate on."""
    page.evaluate(axe)
    result = page.evaluate("() => axe.run({resultTypes: ['violations']})")
    return [
        f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:120]}"
        for one in result["violations"]
        if one["impact"] in {"moderate", "serious", "critical"}
    ]
