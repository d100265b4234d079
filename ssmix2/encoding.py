r"""Characters of SS-MIX2 files: ISO-2022-JP with every deviation of the field (fact sheet §3).

Always decode before splitting: one kanji in fourteen holds a delimiter byte. CPython's codec is
the fast path; a file that it refuses goes to `ssmix2.rescue`, which reports what it had to repair.
Writing is strict: `writable` turns text into what JIS X 0208 can hold, `encode` refuses the rest.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from hie.record.errors import Invalid, Unreadable
from hie.record.findings import Finding, Severity
from ssmix2.rescue import rescued

LARGEST_MESSAGE = 16 << 20
"""Bytes above which a file is no message."""

ESCAPE, YEN, OVERLINE = "\x1b", "\u00a5", "\u203e"
GETA = "■"
"""What stands where a character outside the allowed sets was lost (rule JIS-06)."""

_ESCAPE_IN_YEN = re.compile(
    "\u00a5([FSTREHN]|\\.[a-z]{2}[+-]?[0-9]*|X(?:[0-9A-Fa-f]{2})+|C[0-9A-Fa-f]{4}|M[0-9A-Fa-f]{6})\u00a5"
)
_BACK_TO_ONE_BYTE = (b"\x1b(B", b"\x1b(J")


def limited(path: Path) -> bytes:
    """Read a file, of one that is too long to be a message only so much that `decode` can say so.

    Raises `OSError` where it cannot be read.
    """
    with path.open("rb") as file:
        return file.read(LARGEST_MESSAGE + 1)


def decode(content: bytes) -> tuple[str, tuple[Finding, ...]]:
    """Turn the bytes of one message into text and say what was wrong with them.

    Raises `Unreadable`: JIS-01 only where no encoding in use can read the bytes, READ-02 for more than
    `LARGEST_MESSAGE` of them.
    """
    if len(content) > LARGEST_MESSAGE:
        raise Unreadable(
            Finding("READ-02", Severity.ERROR, "file", "The message is longer than a reader takes.")
        )
    try:
        text = content.decode("iso2022_jp")
    except UnicodeDecodeError:
        text = ESCAPE
    findings: list[Finding] = []
    if ESCAPE in text:
        text, findings = rescued(content)
    else:
        # The codec is silent about a run left open at the end of the file.
        last = content.rfind(b"\x1b")
        if last >= 0 and content[last : last + 3] not in _BACK_TO_ONE_BYTE:
            findings.append(
                Finding("JIS-02", Severity.WARNING, "file", "The last two-byte run is not closed.")
            )
    # Looking for a character in text is thirty times cheaper than for the escape in the bytes.
    if (YEN in text or OVERLINE in text) and b"\x1b(J" in content:
        text = with_backslashes(text).replace(OVERLINE, "~")
    if GETA in text:
        lost = text.count(GETA)
        findings.append(Finding("JIS-06", Severity.INFORMATION, "file", f"{lost} characters were lost (■)."))
    return text, tuple(findings)


def with_backslashes(text: str) -> str:
    r"""Write `\` again where JIS-Roman made it a yen sign: in MSH-2 and around escapes (D8, §3.2).

    Any other yen sign means yen.
    """
    head = 9 if text.startswith("MSH") else 0
    return text[:head].replace(YEN, "\\") + _ESCAPE_IN_YEN.sub(r"\\\1\\", text[head:])


def encode(text: str) -> bytes:
    """Write `text` as ASCII and JIS X 0208 in ISO-2022-JP; `Invalid` where it does not fit."""
    if YEN in text or OVERLINE in text:
        raise Invalid("a yen sign or overline would need JIS-Roman, which SS-MIX2 does not allow")
    try:
        return text.encode("iso2022_jp")
    except UnicodeEncodeError as error:
        raise Invalid(f"character {error.start + 1} is neither ASCII nor JIS X 0208") from None


def writable(text: str) -> str:
    """Normalise one value for writing (fact sheet §3.3); what cannot be written becomes `■`."""
    if text.isascii() and text.isprintable():
        return text
    text = standard(text).translate(_VARIANTS)
    try:
        text.encode("iso2022_jp")
    except UnicodeEncodeError:
        return "".join(map(_fitting, text))
    return text


def standard(text: str) -> str:
    """Write vendor characters and half-width katakana as the standard's own (§3.3); kanji stay."""
    text = _HALF_WIDTH.sub(lambda run: unicodedata.normalize("NFKC", run.group()), text)
    return text.translate(_REPLACEMENTS)


def _fitting(character: str) -> str:
    """Return `character`, or what Unicode calls its equal, if JIS X 0208 holds it; else `■`."""
    for candidate in (character, unicodedata.normalize("NFKC", character)):
        try:
            candidate.encode("iso2022_jp")
        except UnicodeEncodeError:
            continue
        return candidate
    return GETA


_HALF_WIDTH = re.compile("[\uff61-\uff9f]+")


def _pairs(text: str) -> dict[int, str]:
    """Read `x=y` pairs separated by blanks."""
    return {ord(pair[0]): pair[2:] for pair in text.split()}


_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_REPLACEMENTS: dict[int, str] = {
    # Control characters break segments; a tab or a line's end is a blank.
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), ""),
    **dict.fromkeys((0x09, 0x0A, 0x0D, 0x85, 0xA0, 0x2028, 0x2029), " "),
    **{0x2460 + n: f"({n + 1})" for n in range(20)},
    **{0x2160 + n: roman for n, roman in enumerate(_ROMAN)},
    **{0x2170 + n: roman.lower() for n, roman in enumerate(_ROMAN)},
    **_pairs(
        "㍉=ミリ ㌔=キロ ㌢=センチ ㍍=メートル ㌘=グラム ㌧=トン ㌃=アール ㌶=ヘクタール ㍑=リットル "
        "㍗=ワット ㌍=カロリー ㌦=ドル ㌣=セント ㌫=パーセント ㍊=ミリバール ㌻=ページ ㎜=mm ㎝=cm ㎞=km "
        "㎎=mg ㎏=kg ㏄=cc ㎡=m*2 ㍻=平成 ㍾=明治 ㍽=大正 ㍼=昭和 ㋿=令和 №=No. ㏍=K.K. ℡=Tel "
        "㊤=(上) ㊥=(中) ㊦=(下) ㊧=(左) ㊨=(右) ㈱=(株) ㈲=(有) ㈹=(代) 〝=″ 〟=、 ∮=Φ ∑=Σ ∟=└ ⊿=Δ"
    ),
    # The same character, as JIS X 0208 is mapped by the codec (§3.2) instead of by Windows.
    **_pairs("～=〜 －=− ∥=‖ ￠=¢ ￡=£ ￢=¬ —=― ¥=￥ ‾=￣ µ=μ Ω=Ω Å=Å –=− ‐=‐"),
}
_VARIANTS = _pairs("髙=高 﨑=崎 德=徳 濵=濱 瀨=瀬 桒=桑 栁=柳 黑=黒 靑=青 郞=郎")
"""Variants in IBM's extension that are read as the standard kanji."""
