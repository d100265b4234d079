"""Ways in which bytes and names are spoilt; each is drawn from a `Random`, so a case can be made again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[bytes, Random], bytes]

VALUES = (
    *(b'""', b"", b" ", b"~", b"^", b"&", b"|", b"\\", b"-", b"+", b"%", b"\x00", b"\x7f", b"\xff"),
    *(
        b"99999999",
        b"00000000",
        b"20250230",
        b"2025030325",
        b"202503034800",
        b"9999123199",
        b"20250303240000",
    ),
    *(b"9" * 400, b"-1", b"1e999", b"NaN", b"0x10", b"1,2,3", b"../../etc/passwd", b"..\\..\\x", b"%s%n"),
    *(b"^" * 300, b"~" * 300, b"&" * 300, b"~^&" * 200, b"D01234" + b"^" * 40, b"\\F\\|\\S\\^\\T\\&"),
    "時\u0301期".encode("utf-8"),
    *(b"\x1b$B", b"\x1b(B", b"\x1b(J\\~\x1b(B", b"\x1b$B|^~\\&\x1b(B", b"\x1b$B!", b"\x1b(I1234\x1b(B"),
    *(b'\x1b$(D0!0"\x1b(B', b'\x1b$B-!-"yz\x1b(B', b"\x1b&@\x1b$B0!\x1b(B", b"\x1b$(Q!!\x1b(B", b"\x1b" * 9),
)
BOMBS = (
    *(b"\\X" + b"41" * 2000 + b"\\", b"\\.sp99\\" * 400, b"\\.sp" + b"9" * 300 + b"\\", b"\\.br\\" * 800),
    *(
        b"\\" * 4000,
        b"\\X" * 2000,
        b"\\C1234\\" * 400,
        b"\\M123456\\" * 400,
        b"\\E\\" * 2000,
        b"\\H\\\\N\\" * 900,
    ),
)
SETS = (b"\x1b$B", b"\x1b$@", b"\x1b(B", b"\x1b(J", b"\x1b(I", b"\x1b$(D", b"\x1b$(O", b"\x1b$(Q", b"\x1b(H")
CODECS = ("utf-8", "cp932", "euc_jp", "utf-16", "utf-16-le", "iso2022_jp_ext", "utf-7")
EVENTS = (b"ADT^A08", b"OML^O33", b"OUL^R22", b"RDE^O11", b"PPR^ZD1", b"ORU^R30", b"X", b"^^^", b"")
LARGE = 1 << 18
"""Bytes of a huge field."""


def flip(content: bytes, chance: Random) -> bytes:
    """Flip single bits."""
    spoilt = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        if spoilt:
            spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def cut(content: bytes, chance: Random) -> bytes:
    """Take a piece out, or the end off."""
    start = chance.randrange(len(content) + 1)
    end = len(content) if chance.random() < 0.4 else min(len(content), start + chance.randrange(64))
    return content[:start] + content[end:]


def repeat(content: bytes, chance: Random) -> bytes:
    """Say a piece several times."""
    start = chance.randrange(len(content) + 1)
    piece = content[start : start + chance.choice((1, 4, 40, 400))]
    return content[:start] + piece * chance.choice((2, 3, 10, 50)) + content[start:]


def insert(content: bytes, chance: Random) -> bytes:
    """Put something awkward anywhere."""
    at = chance.randrange(len(content) + 1)
    piece = chance.choice(
        (chance.choice(VALUES), chance.choice(BOMBS), chance.randbytes(chance.randrange(30)))
    )
    return content[:at] + piece + content[at:]


def segments(content: bytes, chance: Random) -> bytes:
    """Drop, double, move or mix segments, or end them otherwise."""
    lines = content.split(b"\r")
    for _ in range(chance.choice((1, 1, 2, 4))):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        kind = chance.randrange(5)
        if kind == 0 and len(lines) > 1:
            del lines[at]
        elif kind == 1:
            lines.insert(other, lines[at])
        elif kind == 2:
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == 3:
            lines[at] = lines[at][:3] + lines[other][3:]
        else:
            lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
    return chance.choice((b"\r", b"\r", b"\r", b"\n", b"\r\n", b"\r\r")).join(lines)


def field(content: bytes, chance: Random) -> bytes:
    """Give one field, or one component, another value."""
    lines = content.split(b"\r")
    at = chance.randrange(len(lines))
    mark = chance.choice((b"|", b"|", b"^", b"~", b"&"))
    parts = lines[at].split(mark)
    parts[chance.randrange(len(parts))] = chance.choice((*VALUES, *EVENTS, chance.choice(BOMBS)))
    lines[at] = mark.join(parts)
    return b"\r".join(lines)


def delimiters(content: bytes, chance: Random) -> bytes:
    """Redefine the delimiters, here or there or everywhere."""
    marks = bytes(
        chance.choice(b"|^~\\&!@#$%*;:,A1 \r\x1b\x5c\x7e\x00\xa5") for _ in range(chance.randrange(1, 7))
    )
    if chance.random() < 0.5:
        return b"MSH" + marks + content[8:]
    table = bytes.maketrans(b"|^~\\&", (marks * 5)[:5])
    return content.translate(table) if chance.random() < 0.5 else content[:9] + content[9:].translate(table)


def huge(content: bytes, chance: Random) -> bytes:
    """Make one field, one segment or their number very large; seldom, for it is slow."""
    if chance.random() < 0.98:
        return field(content, chance)
    unit = chance.choice(
        (b"A", b"^", b"~", b"&", b"~A^B", b"|", b"\rOBX|", b"\rPRB|AD", b"\\S\\", b"\x1b$B0!\x1b(B", b"\r")
    )
    at = chance.randrange(len(content) + 1)
    return content[:at] + unit * (LARGE // len(unit)) + content[at:]


def designations(content: bytes, chance: Random) -> bytes:
    """Leave character sets open, close them early, name others."""
    for _ in range(chance.choice((1, 2, 5))):
        old, new = chance.choice(SETS[:3]), chance.choice((*SETS, b"", b"\x1b", b"\x1b$"))
        at = content.find(old, chance.randrange(len(content) + 1))
        at = at if at >= 0 else chance.randrange(len(content) + 1)
        content = content[:at] + new + content[at + chance.choice((0, len(old))) :]
    return content


def encodings(content: bytes, chance: Random) -> bytes:
    """Write the message, or a part of it, in other encodings."""
    text = content.decode("iso2022_jp", "replace")
    if chance.random() < 0.5:
        return (b"\xef\xbb\xbf" if chance.random() < 0.2 else b"") + text.encode(
            chance.choice(CODECS), "replace"
        )
    lines = text.split("\r")
    return b"\r".join(
        line.encode(chance.choice(CODECS) if chance.random() < 0.3 else "iso2022_jp", "replace")
        for line in lines
    )


MESSAGE_MUTATIONS: tuple[Mutation, ...] = (
    *(flip, cut, repeat, insert, segments, field, field),
    *(delimiters, huge, designations, encodings),
)
BYTE_MUTATIONS: tuple[Mutation, ...] = (flip, cut, repeat, insert, designations)


def spoilt(content: bytes, chance: Random, mutations: Sequence[Mutation]) -> bytes:
    """Apply one to four of `mutations`."""
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        content = chance.choice(mutations)(content, chance)
    return content


PIECES = (
    *(
        "..",
        ".",
        "/",
        "//",
        "\\",
        "\x00",
        "\n",
        "\t",
        " ",
        "　",
        "\ud800",
        "\udcff",
        "\u202e",
        "é",
        "期日",
        "~",
    ),
    *(
        "CON",
        "NUL",
        "COM1",
        "LPT9",
        "AUX.txt",
        "con_",
        ":",
        "*",
        "?",
        '"',
        "<",
        ">",
        "|",
        "%2e%2e%2f",
        "$(id)",
    ),
    *(
        "_",
        "__",
        "-",
        "_1",
        "_0",
        "_2",
        "_3",
        "-_",
        "^",
        "L^D^99Z",
        "%5E",
        "٢٠٢٥٠٣٠٣",
        "２０２５０３０３",
        "²",
        "¹",
    ),
    *(
        "../../../../tmp/x",
        "C:\\x",
        "\\\\host\\share",
        "A" * 300,
        "9" * 5000,
        "_" * 300,
        "20250230",
        "99999999",
    ),
)


def spoilt_name(name: str, chance: Random) -> str:
    """Spoil a file's name."""
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        kind = chance.randrange(5)
        at = chance.randrange(len(name) + 1)
        parts = name.split("_")
        place = chance.randrange(len(parts))
        if kind == 0:
            name = name[:at] + chance.choice(PIECES) + name[at:]
        elif kind == 1:
            parts[place] = chance.choice(PIECES)
            name = "_".join(parts)
        elif kind == 2:
            name = name[:at] + name[at + chance.randrange(1, 9) :]
        elif kind == 3:
            name = (
                name[:at]
                + chr(chance.choice((chance.randrange(0x80), chance.randrange(0x11000))))
                + name[at:]
            )
        else:
            parts[place], parts[-1 - place] = parts[-1 - place], parts[place]
            name = "_".join(parts)
    return name
