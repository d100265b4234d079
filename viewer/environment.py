"""Templates and where their scripts are: by the build's manifest."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import jinja2
from markupsafe import escape

from viewer import formats
from viewer.alerts import day_and_time
from viewer.locale import WORDS, Language, Words
from viewer.stylesheet import NAME, digest

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
BUILT = STATIC / "dist"

SAID = re.compile(r"""\{\{ words\((["'])([\w.]+)\1\) \}\}""")
"""A text without values, in a template."""


def environment(language: Language) -> jinja2.Environment:
    """Make the template environment of a language: everything escaped, an unknown name is an error."""
    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(partial(_source, WORDS[language])),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["stylesheet"] = f"/static/{NAME}?v={digest()}"
    made.globals["script"] = partial(script, manifest())
    made.filters["full_day"] = formats.full_day
    made.filters["birth_day"] = formats.birth_day
    made.filters["person"] = formats.person
    made.filters["day_and_time"] = day_and_time
    return made


def _source(words: Words, template: str) -> str:
    """Read a template and put the fixed texts in, escaped: once, instead of forty times in every page."""
    source = (HERE / "templates" / template).read_text(encoding="utf-8")
    return SAID.sub(lambda said: str(escape(words(said[2]))), source)


def manifest() -> Mapping[str, str]:
    """Read which file each island was built into; empty where the front end was not built."""
    place = BUILT / "manifest.json"
    if not place.is_file():
        return {}
    entries: dict[str, dict[str, str]] = json.loads(place.read_text(encoding="utf-8"))
    return {name: entry["file"] for name, entry in entries.items()}


def script(built: Mapping[str, str], island: str) -> str:
    """Return the address of an island's script, or nothing: pages work without."""
    file = built.get(f"islands/{island}.ts", "")
    return f"/static/dist/{file}" if file else ""
