"""Every program that opens what strangers made has the same ceilings, and answers what it cannot open."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import pytest

from hie.hub import papers, scans, thumbnails
from hie.readers import dicom_picture, limited

PROGRAMS = {
    "paper": (papers.PROGRAM, limited.REQUEST, (b"p", 1, 100)),
    "scan": (scans.PROGRAM, limited.REQUEST, (b"i", 0, 0)),
    "picture": (thumbnails.PROGRAM, dicom_picture.REQUEST, (100,)),
}


@pytest.mark.parametrize("name", list(PROGRAMS))
def test_each_has_the_ceilings_and_goes_on_after_what_it_cannot_open(name: str) -> None:
    program, request, asked = PROGRAMS[name]
    content = b"nothing"
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(2):
            process.stdin.write(request.pack(len(content), *asked) + content)
            process.stdin.flush()
            assert process.stdout.read(8) == struct.pack(">Q", 0)
        limits = Path(f"/proc/{process.pid}/limits").read_text(encoding="ascii")
        process.stdin.close()
    found = {line[:26].strip(): line[26:].split()[:2] for line in limits.splitlines()}
    assert found["Max address space"] == [str(limited.MEMORY_CEILING)] * 2
    assert found["Max file size"] == ["0", "0"]
