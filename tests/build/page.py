"""A page read as a person or a screen reader does: headings, links, tables, fields; no class names."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
BLOCKS = frozenset({"p", "div", "li", "tr", "td", "th", "dt", "dd", "h1", "h2", "h3", "br", "a", "label"})


class Node:
    """An element with its attributes and children; text stands between them."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        """Start without children."""
        self.tag = tag
        self.attributes = attributes
        self.children: list[Node | str] = []

    def walk(self) -> Iterator[Node]:
        """Yield this element and all below it."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, tag: str, **attributes: str) -> list[Node]:
        """Return the elements of a tag whose attributes are these."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [node for node in self.walk() if node.tag == tag and wanted.items() <= node.attributes.items()]

    def one(self, tag: str, **attributes: str) -> Node:
        """Return the only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} × <{tag}> {attributes}"
        return found[0]

    @property
    def raw(self) -> str:
        """Its text, exactly."""
        return "".join(child if isinstance(child, str) else child.raw for child in self.children)

    @property
    def text(self) -> str:
        """Its text as it is read: runs of blanks are one, blocks stand apart."""
        return " ".join("".join(self.pieces()).split())

    def pieces(self) -> Iterator[str]:
        """Yield its text with blanks where blocks stand apart."""
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                blank = " " if child.tag in BLOCKS else ""
                yield blank
                yield from child.pieces()
                yield blank

    def __getitem__(self, name: str) -> str:
        """Return an attribute."""
        return self.attributes[name]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("document", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Node:
    """Read a page; an element that is not closed fails."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.open == [builder.root], f"<{builder.open[-1].tag}> is not closed"
    return builder.root


def table(node: Node, heading: str = "") -> list[dict[str, str]]:
    """Return the lines of the table (the one below `heading`), by the names of its columns."""
    tables = node.all("table")
    if heading:
        order = [one for one in node.walk() if one.tag in {"h3", "table"}]
        tables = [
            after
            for before, after in pairwise(order)
            if before.tag == "h3" and before.text.startswith(heading) and after.tag == "table"
        ]
    assert len(tables) == 1, f"{len(tables)} tables"
    names = [cell.text for cell in tables[0].one("thead").all("th")]
    lines = []
    for row in tables[0].one("tbody").all("tr"):
        cells = [cell for cell in row.children if isinstance(cell, Node)]
        lines.append(dict(zip(names, (cell.text for cell in cells), strict=True)))
    return lines
