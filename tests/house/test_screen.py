"""Rules for templates: no script and no style inside a page, so that the content policy can be strict."""

import re
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest


class _Inline(HTMLParser):
    """Collects what a strict content policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.found.append(name)
            if (value or "").strip().lower().startswith(("javascript:", "js:")):
                self.found.append(f"{name}={value}")


def _inline(text: str) -> list[str]:
    parser = _Inline()
    # Not what Jinja reads: a condition inside a tag, `{% if one.chosen %}`, is no handler of an event.
    parser.feed(re.sub(r"{%.*?%}|{{.*?}}", " ", text, flags=re.DOTALL))
    return parser.found


def _templates(repository: Path) -> list[Path]:
    return sorted((repository / "viewer/templates").rglob("*.html*"))


def test_no_template_has_an_inline_script_or_style(repository: Path) -> None:
    found = {path.name: inline for path in _templates(repository) if (inline := _inline(path.read_text()))}
    assert found == {}


@pytest.mark.parametrize(
    "page",
    [
        "<style>p{}</style>",
        "<script>1</script>",
        "<p style='x'>",
        "<p onclick='x'>",
        "<a href='javascript:x'>",
    ],
)
def test_inline_code_is_noticed(page: str) -> None:
    assert _inline(page)


def test_a_script_from_the_server_is_no_inline_code() -> None:
    assert not _inline("<script type='module' src='{{ asset(\"page\") }}'></script><p class='x' hx-get='/y'>")


def test_every_template_can_be_read(repository: Path) -> None:
    environment = jinja2.Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    for path in _templates(repository):
        environment.parse(path.read_text(), filename=path.name)


def test_no_template_turns_escaping_off(repository: Path) -> None:
    loud = [path.name for path in _templates(repository) if "|safe" in path.read_text().replace(" ", "")]
    assert loud == []


def test_islands_stay_small(repository: Path) -> None:
    long = [
        path.name
        for path in (repository / "viewer/islands").glob("*.ts")
        if path.read_text().count("\n") > 500
    ]
    assert long == []
