"""The reference names what there is."""

from pathlib import Path

from hie.hub.settings import Settings


def test_every_setting_has_its_line_in_the_reference(repository: Path) -> None:
    page = (repository / "docs" / "reference" / "settings.md").read_text("utf-8")
    missing = [name for name in Settings.model_fields if f"| `{name}` | `HIE_{name.upper()}`" not in page]
    assert missing == []
