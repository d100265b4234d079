"""The narrative of a CDA section to plain blocks: paragraphs, lists, tables; no markup passes through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from hie.record.markup import Element
from hie.record.narrative import Block, ItemList, NarrativeTable, Paragraph

WIDEST = 100
"""Columns of a table; what a cell claims beyond is not believed."""
MOST_CELLS = 50_000
"""Cells of one table; from here on a cell is one cell, whatever it claims to span."""
SHORT = 200
"""Characters of a cell that is said again in each row it spans; a longer one is said once."""

_BLANKS = re.compile(r"[ \t\f\v]+")
_LINE_ENDS = re.compile(r" ?(?:\r\n|\r|\n) ?")
_MANY_LINES = re.compile(r"\n{3,}")
_BLOCKS = frozenset({"paragraph", "list", "table", "caption"})
_UNSEEN = frozenset({"renderMultiMedia", "footnoteRef", "colgroup", "col"})
_MARK = "・"


def blocks_of(text: Element) -> tuple[Block, ...]:
    """Read the blocks of a section's text, in order; loose text between them is a paragraph."""
    return tuple(_blocks(text))


def _blocks(element: Element) -> Iterator[Block]:
    loose: list[Element | str] = []
    for child in element.children:
        if isinstance(child, str) or not _holds_block(child):
            loose.append(child)
            continue
        yield from _paragraph(loose)
        loose = []
        if child.name == "list":
            yield from _list(child)
        elif child.name == "table":
            yield _table(child)
        elif child.name == "paragraph" and not any(map(_holds_block, child.elements())):
            yield from _paragraph(child.children)
        else:
            yield from _blocks(child)
    yield from _paragraph(loose)


def _holds_block(element: Element) -> bool:
    return element.name in _BLOCKS or any(map(_holds_block, element.elements()))


def _paragraph(pieces: list[Element | str]) -> Iterator[Paragraph]:
    text = _tidy("".join(_inline(piece) for piece in pieces))
    if text:
        yield Paragraph(text)


def _list(element: Element) -> Iterator[Block]:
    caption = element.one("caption")
    if caption is not None:
        yield from _paragraph(caption.children)
    items = tuple(filter(None, (_item(item) for item in element.elements("item"))))
    if items:
        yield ItemList(items, element.attributes.get("listType", "") == "ordered")


def _item(element: Element) -> str:
    """Write an item; a list inside it becomes further lines."""
    lines: list[str] = []
    for block in _blocks(element):
        if isinstance(block, Paragraph):
            lines.append(block.text)
        elif isinstance(block, ItemList):
            lines += [f"{_MARK}{item}" for item in block.items]
        else:
            lines += [" ".join(filter(None, line)) for line in (block.columns, *block.lines)]
    return "\n".join(filter(None, lines))


def _table(element: Element) -> NarrativeTable:
    caption = element.one("caption")
    head, body = [], []
    for part in element.elements():
        if part.name == "thead":
            head += list(part.elements("tr"))
        elif part.name in {"tbody", "tfoot"}:
            body += list(part.elements("tr"))
        elif part.name == "tr":
            body.append(part)
    if not head and body and all(cell.name == "th" for cell in body[0].elements()):
        head, body = body[:1], body[1:]
    columns = [
        " ".join(filter(None, column)) for column in zip_longest(*_lines(head), fillvalue="")
    ]  # several head lines are read downwards
    return NarrativeTable(
        _tidy(_inline(caption)) if caption is not None else "", tuple(columns), tuple(_lines(body))
    )


def _lines(rows: list[Element]) -> Iterator[tuple[str, ...]]:
    """Write the cells of each row; one that spans rows is said again in each of them."""
    spanning: dict[int, tuple[int, str]] = {}
    cells = 0
    for row in rows:
        line: list[str] = []
        for cell in row.elements():
            if cell.name in {"td", "th"}:
                _carry(line, spanning)
                _add(line, spanning, cell, crowded=cells + len(line) >= MOST_CELLS)
        _carry(line, spanning)
        spanning = {place: (left - 1, text) for place, (left, text) in spanning.items() if left > 1}
        cells += len(line)
        yield tuple(line)


def _add(line: list[str], spanning: dict[int, tuple[int, str]], cell: Element, *, crowded: bool) -> None:
    text = _tidy(_item(cell))
    across, down = (1, 1) if crowded else (_span(cell, "colspan"), _span(cell, "rowspan"))
    for place in range(min(across, WIDEST - len(line))):
        said = "" if place else text
        if down > 1:
            spanning[len(line)] = (down, said if len(said) <= SHORT else "")
        line.append(said)


def _carry(line: list[str], spanning: dict[int, tuple[int, str]]) -> None:
    while len(line) in spanning and spanning[len(line)][0] > 0 and len(line) < WIDEST:
        line.append(spanning[len(line)][1])


def _span(cell: Element, attribute: str) -> int:
    said = cell.attributes.get(attribute, "1").strip()
    return min(max(int(said), 1), WIDEST) if said.isascii() and said.isdigit() and len(said) < 4 else 1  # noqa: PLR2004  three digits are plenty


def _inline(piece: Element | str) -> str:
    """Write text and what stands inside it; what was struck out says so."""
    if isinstance(piece, str):
        return piece
    if piece.name == "br":
        return "\n"
    if piece.name in _UNSEEN:
        return ""
    text = "".join(map(_inline, piece.children))
    if piece.attributes.get("revised", "") == "delete" and text.strip():
        return f"〔削除: {text.strip()}〕"
    return text


def _tidy(text: str) -> str:
    """Keep line breaks, make runs of blanks one, and drop the indentation of the source."""
    return _MANY_LINES.sub("\n\n", _LINE_ENDS.sub("\n", _BLANKS.sub(" ", text))).strip()
