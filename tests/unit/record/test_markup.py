"""XML that attacks: refused with a sentence, in bounded memory, and nobody is asked for anything."""

import resource
import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hie.readers.cda import read_cda
from hie.record.errors import Unreadable
from hie.record.identifiers import FacilityCode
from hie.record.markup import DEEPEST, MOST_ATTRIBUTES, MOST_BYTES, MOST_ELEMENTS, Element, parse
from tests.build.papers import clinical_document

FACILITY = FacilityCode("1319900001")
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))


@pytest.fixture
def listener() -> Iterator[tuple[str, list[object]]]:
    """A server that remembers who came."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        stopped = threading.Event()

        def wait() -> None:
            while not stopped.is_set():
                try:
                    connection, address = server.accept()
                    connection.close()
                    came.append(address)
                except OSError:
                    return

        thread = threading.Thread(target=wait)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}", came
        stopped.set()
        with socket.create_connection(server.getsockname()):
            thread.join()


def _code(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        parse(content)
    return refused.value.finding.code


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "http://{address}/e">]>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://{address}/x.dtd">',
        '<!DOCTYPE x PUBLIC "-//X//Y" "http://{address}/x.dtd">',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://{address}/p"> %p;]>',
        f'<!DOCTYPE x [<!ENTITY l0 "laugh">{LAUGHS}]>',
        '<!DOCTYPE x [<!ATTLIST x a CDATA "given">]>',
        "<!DOCTYPE x>",
    ],
)
def test_a_document_type_is_refused_before_anything_is_named(
    declared: str, listener: tuple[str, list[object]]
) -> None:
    address, came = listener
    content = f"{declared.replace('{address}', address)}<x>&e;&l12;</x>"
    assert _code(content.encode()) == "EXT-05"
    assert _code(f'<?xml version="1.0" encoding="UTF-16"?>{content}'.encode("utf-16")) == "EXT-05"
    assert not came


def test_an_inclusion_and_a_schema_are_mere_text(listener: tuple[str, list[object]]) -> None:
    address, came = listener
    root = parse(
        f'<?xml-stylesheet href="http://{address}/s.xsl"?><a xmlns:xi="http://www.w3.org/2001/XInclude" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x http://{address}/x.xsd">'
        f'<xi:include href="http://{address}/i"/></a>'.encode()
    )
    assert [child.name for child in root.elements()] == ["http://www.w3.org/2001/XInclude include"]
    assert not came


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<a>" * (DEEPEST + 1), "XML-02"),
        (b"<a>" * 1_000_000, "XML-02"),
        (b"<a>" + b"<b/>" * MOST_ELEMENTS, "XML-02"),
        (b"<a>" + b'<b c="" d="" e=""/>' * (MOST_ATTRIBUTES // 3 + 1), "XML-02"),
        (b"<a " + b" ".join(b'x%d=""' % n for n in range(MOST_ATTRIBUTES + 1)) + b"/>", "XML-02"),
        (b"<a>" + b"x" * MOST_BYTES, "XML-02"),
        (b"", "XML-01"),
        (b"<a", "XML-01"),
        (b"<a></b>", "XML-01"),
        (b"<a>&undefined;</a>", "XML-01"),
        (b'<a b="1" b="2"/>', "XML-01"),
        (b"<a>\x00</a>", "XML-01"),
        (b'<?xml version="1.0" encoding="x-nobody"?><a/>', "XML-01"),
        (b'<?xml version="1.0" encoding="Shift_JIS"?><a>\x82</a>', "XML-01"),
        (b"<a/><b/>", "XML-01"),
    ],
    ids=lambda value: f"{len(value)} bytes" if isinstance(value, bytes) else value,
)
def test_too_much_and_too_little_are_refused_within_bounds(content: bytes, code: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert _code(content) == code
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 * 1024


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "Shift_JIS", "windows-31j", "EUC-JP", "ISO-2022-JP"])
def test_every_encoding_of_japanese_hospitals_is_read(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><a b="経過">記録</a>'
    codec = {"windows-31j": "cp932"}.get(encoding, encoding)
    root = parse(text.encode(codec))
    assert (root.attributes["b"], root.text()) == ("経過", "記録")


@given(st.binary(max_size=200), st.data())
def test_a_document_with_changed_bytes_is_read_or_refused(noise: bytes, data: st.DataObject) -> None:
    content = bytearray(clinical_document())
    at = data.draw(st.integers(0, len(content)))
    content[at : at + data.draw(st.integers(0, 50))] = noise
    try:
        read = read_cda(bytes(content), FACILITY)
    except Unreadable:
        return
    assert read is None or read.composition.sections is not None


def test_an_element_is_asked_by_path() -> None:
    root = parse(b'<a><b c=" 1 "><d>x  y</d></b><b c="2"/></a>')
    assert isinstance(root.one("b/d"), Element)
    assert root.one("b/e") is None
    assert (root.value("b", "c"), root.value("b/d", "c"), root.one("b/d").text()) == ("1", "", "x y")  # type: ignore[union-attr]
