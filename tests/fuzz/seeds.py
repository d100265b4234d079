"""What is mutated: every example of the specification, and invented packages, logs, documents and names."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

import ssmix2
from hie.exchange.feeds.parcels import Batch, Parcel, ParcelDocument, head_of
from hie.record.entry import Format
from hie.record.errors import Invalid
from hie.record.identifiers import ContentHash
from ssmix2.extended import pack_folder

SPECIFICATION = Path(__file__).resolve().parents[1] / "spec/ssmix2"
FACILITY = "1319999999"

CDA = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<id root="1.2.392.999999.1" extension="1"/><code code="11488-4" codeSystem="2.16.840.1.113883.6.1"/>
<title>診療情報提供書</title><effectiveTime value="20250303091500+0900"/>
<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
<recordTarget><patientRole><id root="1.2.392.999999.2" extension="0000700007"/>
<patient><name use="IDE"><family>期日</family><given>五郎</given></name>
<administrativeGenderCode code="M"/><birthTime value="19581103"/></patient></patientRole></recordTarget>
<author><time value="20250303"/><assignedAuthor><assignedPerson><name><family>服部</family>
<given>愛</given></name></assignedPerson></assignedAuthor></author>
<component><structuredBody><component><section><title>現病歴</title>
<text><paragraph>糖尿病<br/>で通院</paragraph><list><item>一</item><item>二</item></list>
<table><thead><tr><th>項目</th><th>値</th></tr></thead>
<tbody><tr><td rowspan="2">CRE</td><td>0.7</td></tr><tr><td colspan="1">x</td></tr></tbody></table>
<renderMultiMedia referencedObject="o1"/></text></section></component></structuredBody></component>
</ClinicalDocument>
"""
HEADERS = (
    f"#SSMIX,2.00,{FACILITY},0000700007,20250303,OML-11,000000000700101,INS,01,20250303091500000\r",
    f"#SSMIX,2.00,{FACILITY},0000700007,-,ADT-00,999999999999999,DEL,-,20250303091500000\r",
)


@cache
def messages() -> tuple[tuple[str, bytes], ...]:
    """Return name and bytes of every message of the specification."""
    found: list[tuple[str, bytes]] = []
    for path in sorted(SPECIFICATION.glob("test_*.py")):
        module = importlib.import_module(f"tests.spec.ssmix2.{path.stem}")
        for example in getattr(module, "EXAMPLES", ()):
            lines = (*example.message.strip("\n").split("\n"), "")
            try:
                found.append((example.name, ssmix2.encode("\r".join(lines))))
            except Invalid:
                continue  # an example that shows what cannot be written
    if not found:
        raise LookupError("the specification has no examples")
    return tuple(found)


@cache
def logs() -> tuple[bytes, ...]:
    """Return files of a transaction storage."""
    bodies = [content for _, content in messages()[::7]]
    return tuple(
        b"".join(HEADERS[at % 2].encode() + body for at, body in enumerate(bodies[start : start + 3]))
        for start in range(0, len(bodies), 3)
    )


@cache
def packages() -> tuple[bytes, ...]:
    """Return content folders of an extended storage, packed."""
    document = CDA.encode()
    return (
        pack_folder({"main_document.xml": document}),
        pack_folder({"main_document.xml": document, "data/図.png": b"\x89PNG\r\n\x1a\n" + bytes(40)}),
        pack_folder({"main_document.pdf": b"%PDF-1.4\n", "a/b/c.txt": b"x" * 200}),
        pack_folder({"main_document.hl7": messages()[0][1]}),
    )


@cache
def batches() -> tuple[bytes, ...]:
    """Return heads of what an edge sends."""
    held = ParcelDocument("000/070/x", messages()[0][0], ContentHash(bytes(32)), 100, sent=True)
    parcels = (
        Parcel(
            "standard", Format.SSMIX2, "0000700007", (held, held._replace(size=0, sent=False)), recall=False
        ),
        Parcel("standard", Format.SSMIX2, "0000700008", (), recall=True),
    )
    return (head_of(Batch(1, 1, parcels)), head_of(Batch(0, 10, ())))


def documents() -> tuple[bytes, ...]:
    """Return CDA documents."""
    return (CDA.encode(), CDA.replace("UTF-8", "Shift_JIS").encode("cp932"), CDA.encode("utf-16"))
