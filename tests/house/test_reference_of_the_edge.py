"""The edge's reference names what there is."""

from pathlib import Path

from hie.edge.settings import EdgeSettings, EdgeSource, Mllp, SourceKind


def test_every_setting_of_an_edge_has_its_line_in_the_reference(repository: Path) -> None:
    page = (repository / "docs" / "reference" / "edge-settings.md").read_text("utf-8")
    lines = [f"| `{name}` | `HIE_EDGE_{name.upper()}`" for name in EdgeSettings.model_fields]
    assert [line for line in lines if line not in page] == []


def test_every_field_of_a_source_has_its_line_in_the_reference(repository: Path) -> None:
    page = (repository / "docs" / "reference" / "edge-settings.md").read_text("utf-8")
    assert [name for name in EdgeSource.model_fields if f"\n| `{name}` |" not in page] == []
    listed = ("`certificate`, `key`", *(f"`{name}`" for name in Mllp.model_fields))
    assert [name for name in listed if f"\n| {name} |" not in page] == ["`certificate`", "`key`"]
    assert [kind.value for kind in SourceKind if f"`{kind.value}`" not in page] == []
