"""Decoding of files that the ISO-2022-JP codec refuses (fact sheet §3.2, §3.4; deviations D7).

Nothing here is fast: a healthy storage never comes this way.
"""

from __future__ import annotations

import re

from hie.record.errors import Unreadable
from hie.record.findings import Finding, Severity

_MARK = re.compile(rb"(\x1b(?:\$\([DOPQB@]|\$[@B]|\([BJIH]|&@)|[\r\n]+)")
"""A designation of a character set, or an end of line, which ends every run."""

_ONE_BYTE = {b"\x1b(B": "ascii", b"\x1b(J": "roman", b"\x1b(H": "roman"}
_SAME = {b"\x1b$(B": b"\x1b$B", b"\x1b$(@": b"\x1b$@"}
_FOREIGN = {
    b"\x1b(I": ("iso2022_jp_ext", "half-width katakana"),
    b"\x1b$(D": ("iso2022_jp_ext", "JIS X 0212"),
    b"\x1b$(O": ("iso2022_jp_3", "JIS X 0213"),
    b"\x1b$(P": ("iso2022_jp_3", "JIS X 0213"),
    b"\x1b$(Q": ("iso2022_jp_2004", "JIS X 0213"),
}
_ASCII = b"\x1b(B"
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
_USER_DEFINED = re.compile("[\ue000-\uf8ef]")
_NOT_TEXT = frozenset("\x00\x80\xa0\uf8f0\uf8f1\uf8f2\uf8f3")
"""What CP932 makes of bytes that no Japanese text holds."""
_LOST = "\ufffd"


def rescued(content: bytes) -> tuple[str, list[Finding]]:
    """Decode `content` by the order of §3.4; `Unreadable` with JIS-01 where nothing fits."""
    if content.isascii() or b"\x1b$" in content:
        return _iso2022(content)
    return _eight_bit(content)


def _eight_bit(content: bytes) -> tuple[str, list[Finding]]:
    """Read a file in UTF-8, CP932 or EUC-JP, none of which SS-MIX2 allows."""
    text, name = _strictly(content, "utf-8"), "UTF-8"
    if text is None:
        text, name = _shift_jis(content), "CP932"
        # EUC-JP read as CP932 is a salad of half-width katakana, but seldom an error.
        if text is None or _HALF_WIDTH.search(text):
            extended = _strictly(content, "euc_jp")
            if extended is not None:
                text, name = extended, "EUC-JP"
    if text is None:
        raise Unreadable(
            Finding("JIS-01", Severity.ERROR, "file", "The bytes are text in no encoding known here.")
        )
    findings = [Finding("JIS-03", Severity.ERROR, "file", f"The file is written in {name}.")]
    if text.startswith("\ufeff"):
        text = text[1:]
        findings.append(Finding("JIS-03", Severity.ERROR, "file", "The file begins with a byte order mark."))
    if _HALF_WIDTH.search(text):
        findings.append(_foreign("half-width katakana"))
    if _USER_DEFINED.search(text):
        findings.append(_foreign("user-defined characters"))
    return text, findings


def _shift_jis(content: bytes) -> str | None:
    """Decode CP932, or return None; the codec itself lets single bytes pass that are no characters."""
    text = _strictly(content, "cp932")
    return text if text is not None and _NOT_TEXT.isdisjoint(text) else None


def _strictly(content: bytes, encoding: str) -> str | None:
    """Decode, or return None."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _iso2022(content: bytes) -> tuple[str, list[Finding]]:
    """Walk the designations of ISO-2022-JP, ending every run at the end of its line."""
    found: dict[str, Finding] = {}
    pieces: list[str] = []
    state = _ASCII
    for place, piece in enumerate(_MARK.split(content)):
        if place % 2 and piece[:1] == b"\x1b":
            state = _SAME.get(piece, piece) if piece != b"\x1b&@" else state
        elif place % 2:
            if state not in _ONE_BYTE:
                found["JIS-02"] = Finding(
                    "JIS-02", Severity.WARNING, "file", "A two-byte run is not closed at the end of its line."
                )
            state = _ASCII
            pieces.append(piece.decode("ascii"))
        elif piece:
            pieces.append(_run(piece, state, found))
    if state not in _ONE_BYTE:
        found["JIS-02"] = Finding("JIS-02", Severity.WARNING, "file", "The last two-byte run is not closed.")
    return "".join(pieces), list(found.values())


def _run(piece: bytes, state: bytes, found: dict[str, Finding]) -> str:
    """Decode the bytes between two designations and note what was irregular about them."""
    if state in _ONE_BYTE:
        return _one_byte(piece, state, found)
    if state in _FOREIGN:
        codec, name = _FOREIGN[state]
        found[name] = _foreign(name)
        text = _strictly(state + piece, codec)
        if text is None:
            found["JIS-01"] = _refused("A run holds bytes outside its character set.")
        return _LOST if text is None else text
    text = _strictly(state + piece, "iso2022_jp")
    if text is not None:
        return text
    found["JIS-01"] = _refused("Two-byte runs hold characters outside JIS X 0208.")
    return "".join(_pair(piece[at : at + 2]) for at in range(0, len(piece), 2))


def _one_byte(piece: bytes, state: bytes, found: dict[str, Finding]) -> str:
    """Decode ASCII or JIS-Roman; stray bytes above 0x7F are read as CP932."""
    if b"\x1b" in piece:
        found["JIS-01"] = _refused("An escape sequence names no known character set.")
        piece = piece.replace(b"\x1b", b"")
    if not piece.isascii():
        found["JIS-03"] = Finding("JIS-03", Severity.ERROR, "file", "Single bytes are above 0x7F.")
    text = piece.decode("cp932", "replace")
    if _ONE_BYTE[state] == "roman":
        text = text.replace("\\", "\u00a5")
    return text


def _pair(pair: bytes) -> str:
    """Decode two bytes of JIS X 0208 with the rows that NEC and IBM added, by way of CP932.

    Row 13 (`0x2D21` is ①) and IBM's rows 0x79 to 0x7C are in no ISO-2022 codec of Python.
    """
    if len(pair) < 2 or not (0x21 <= pair[0] <= 0x7E and 0x21 <= pair[1] <= 0x7E):  # noqa: PLR2004  94 by 94
        return _LOST
    text = _strictly(b"\x1b$B" + pair, "iso2022_jp")
    if text is not None:
        return text
    row, cell = pair[0] - 0x20, pair[1] - 0x20
    lead = (row - 1) // 2 + 0x81 if row < 63 else (row - 63) // 2 + 0xE0  # noqa: PLR2004  Shift_JIS leaves a gap
    trail = cell + 0x3F + (cell >= 64) if row % 2 else cell + 0x9E  # noqa: PLR2004  0x7F is skipped
    return _strictly(bytes((lead, trail)), "cp932") or _LOST


def _foreign(name: str) -> Finding:
    """Report characters of a set that SS-MIX2 forbids."""
    return Finding("JIS-04", Severity.WARNING, "file", f"The file holds {name}.")


def _refused(message: str) -> Finding:
    """Report what the strict codec refuses."""
    return Finding("JIS-01", Severity.ERROR, "file", message)
