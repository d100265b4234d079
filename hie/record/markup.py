"""XML, read safely: no document type, so no entities; no network, no includes; bounded in every direction.

Expat from the standard library never fetches anything; here it is also told to stop at the first
sign of a document type declaration. All XML that is taken in is read here, by readers and checker alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from hie.record.errors import Unreadable
from hie.record.findings import Finding, Severity

MOST_BYTES = 32 * 1024 * 1024
DEEPEST = 100
MOST_ELEMENTS = 200_000
MOST_ATTRIBUTES = 400_000

HL7 = "urn:hl7-org:v3"
"""Elements of this name space, and of none, are called by their local name."""

_DECLARED = re.compile(rb"^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_JAPANESE = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "cp932": "cp932",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext",
}
"""Encodings that Expat does not know -> codec."""
_FRONT = 256


class Element:
    """One element: its name, its attributes, and text and elements inside it in order."""

    __slots__ = ("attributes", "children", "name")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        """Start without children."""
        self.name = name
        self.attributes = attributes
        self.children: list[Element | str] = []

    def elements(self, name: str = "") -> Iterator[Element]:
        """Yield the elements directly inside, or those of a name."""
        for child in self.children:
            if isinstance(child, Element) and name in {"", child.name}:
                yield child

    def all(self, path: str) -> Iterator[Element]:
        """Yield the elements at the end of `a/b/c`."""
        first, _, rest = path.partition("/")
        for child in self.elements(first):
            if rest:
                yield from child.all(rest)
            else:
                yield child

    def one(self, path: str) -> Element | None:
        """Return the first element at the end of `a/b/c`, or none."""
        return next(self.all(path), None)

    def value(self, path: str, attribute: str = "value") -> str:
        """Return an attribute of the first element at the end of a path that has it, or ""."""
        for element in self.all(path):
            if attribute in element.attributes:
                return element.attributes[attribute].strip()
        return ""

    def every(self) -> Iterator[Element]:
        """Yield this element and all inside it, in order of the document."""
        yield self
        for element in self.elements():
            yield from element.every()

    def text(self) -> str:
        """Return all text inside, runs of blanks as one."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._pieces()  # noqa: SLF001  of its own kind
                yield " "


class _Builder:
    """Receives what Expat finds; raises `Unreadable` where it is too much."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._elements = self._attributes = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        element = Element(local if space in {"", HL7} else name, attributes)
        self._elements += 1
        self._attributes += len(attributes)
        if self._elements > MOST_ELEMENTS or self._attributes > MOST_ATTRIBUTES:
            raise Unreadable(_finding("XML-02", "The document has too many elements or attributes."))
        if len(self._open) >= DEEPEST:
            raise Unreadable(_finding("XML-02", "Elements of the document lie too deep in one another."))
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def characters(self, text: str) -> None:
        self._open[-1].children.append(text)

    @staticmethod
    def document_type(*_said: object) -> None:
        raise Unreadable(_finding("EXT-05", "The document declares a document type, where entities hide."))


def parse(content: bytes) -> Element:
    """Read a document and return its root.

    Raises `Unreadable`: EXT-05 for a document type, XML-02 for too much, XML-01 for what is not well-formed.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(_finding("XML-02", "The document is too large."))
    text, encoding = _transcoded(content)
    parser = expat.ParserCreate(encoding, " ")
    parser.buffer_text = True
    builder = _Builder()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.StartDoctypeDeclHandler = builder.document_type
    parser.EntityDeclHandler = builder.document_type
    try:
        parser.Parse(text, True)  # noqa: FBT003  the C function takes no name
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Unreadable(_finding("XML-01", "The document is not well-formed.")) from error
    if builder.root is None:
        raise Unreadable(_finding("XML-01", "The document is empty."))
    return builder.root


def _transcoded(content: bytes) -> tuple[bytes, str | None]:
    """Write a Japanese encoding as UTF-8; every other one Expat reads itself."""
    declared = _DECLARED.match(content[:_FRONT])
    codec = _JAPANESE.get(declared.group(1).decode().lower()) if declared else None
    if codec is None:
        return content, None
    try:
        return content.decode(codec).encode(), "UTF-8"
    except UnicodeError as error:
        raise Unreadable(_finding("XML-01", "The document is not in the encoding it declares.")) from error


def _finding(code: str, message: str) -> Finding:
    return Finding(code, Severity.ERROR, "document", message)
