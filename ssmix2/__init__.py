"""SS-MIX2 as a library: paths, messages, records and findings.

Example: `read(parse_name(path.name), path.read_bytes(), facility)` gives a `Reading`.
"""

from ssmix2.encoding import decode, encode, writable
from ssmix2.kinds import KINDS
from ssmix2.layout import FileName, parse_name
from ssmix2.reading import read, read_header

__all__ = ["KINDS", "FileName", "decode", "encode", "parse_name", "read", "read_header", "writable"]
