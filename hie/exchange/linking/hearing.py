"""What a hospital's ADT-00 says of a linked number, compared with the person: it can only close.

The same as before is remembered. A small difference (a family name after a marriage) waits in the
queue while the link stands. A grave one (`is_grave`), or a patient record the hospital took back (A23, as
after a merge of its own numbers), makes the link contested: hidden until two people confirm it anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hie.exchange.gate.publish import publisher
from hie.exchange.linking import linking, matching
from hie.exchange.linking.likeness import Attribute, Compared, Likeness, Verdict, Why
from hie.exchange.ports import LinkCase, LinkEvent, LinkKind, LocalNumber, Statement, UnitOfWork
from hie.record.clinical import Demographics
from hie.record.people import PersonFacts
from hie.record.submission import Reading

ADT_00 = "ADT-00"
GRAVE, TAKEN_BACK = "adt-differs", "adt-deleted"
_SETTLED = frozenset({Verdict.AGREE, Verdict.UNKNOWN})
_OF_THE_PERSON = frozenset(Attribute) - {Attribute.PHONE}
_RENAMED = frozenset({Why.FAMILY_DIFFERS, Why.SWAPPED})
"""In the reading and in the kanji alike, this is one change of the name and not two."""


class Heard(NamedTuple):
    """What the current ADT-00 of a number says: of whom, or that the hospital took its record back."""

    surrogate: int
    facts: PersonFacts | None
    """None where the patient record was taken back."""


def hear(work: UnitOfWork, now: int, heard: Sequence[Heard]) -> None:
    """Compare what came with the persons the numbers are linked to, in the transaction that files it."""
    before = work.local_statements.newest([one.surrogate for one in heard], ADT_00)
    for one in heard:
        said = Statement(one.surrogate, one.facts, ADT_00, now) if one.facts else None
        if said is not None and before.get(one.surrogate) == said.digest:
            continue
        number = work.links.number(one.surrogate)
        if number is None or not number.patient:
            continue
        if said is None:
            linking.close_contested(work, now, publisher(number.local.facility), number, TAKEN_BACK)
        else:
            work.local_statements.add([said])
            _compare(work, now, number, said.facts)


def is_grave(likeness: Likeness) -> bool:
    """Say whether two statements can hardly be of one person.

    Two of reading, kanji, birth date and sex are not the same; or the name is another one: not the same
    given name under a new family name, no slip of a key, and none the person is known to have borne. A
    birth date that agrees saves neither: twins share it, and strangers do by chance.
    """
    kana, kanji = likeness.of(Attribute.KANA), likeness.of(Attribute.KANJI)
    name = kanji if kana.verdict is Verdict.UNKNOWN else kana
    if name.verdict is Verdict.DIFFER:
        return True
    unlike = [one for one in likeness.compared if one.attribute in _OF_THE_PERSON and _is_unlike(one)]
    renamed = kana.why is kanji.why and kana.why in _RENAMED
    return len(unlike) - renamed > 1


def is_changed(likeness: Likeness) -> bool:
    """Say whether something differs that a person should look at; telephone numbers come and go."""
    return any(_is_unlike(one) for one in likeness.compared if one.attribute in _OF_THE_PERSON)


def _is_unlike(one: Compared) -> bool:
    return one.verdict not in _SETTLED


def _compare(work: UnitOfWork, now: int, number: LocalNumber, facts: PersonFacts) -> None:
    found = matching.compared(work, facts._replace(local=number.local), [number.patient])
    if not found:
        return
    likeness, system = found[0][1], publisher(number.local.facility)
    if is_grave(likeness):
        linking.close_contested(work, now, system, number, GRAVE, likeness.summary)
    elif is_changed(likeness):
        event = LinkEvent(0, number.patient, LinkKind.CHANGED, system.user, now, "", likeness.summary)
        work.links.note(number.local, event)
        case = LinkCase(
            *(number.surrogate, number.local, number.patient, LinkKind.CHANGED, system.user, now),
            *(likeness.score, likeness.summary),
        )
        work.link_cases.open(case)
        work.audit.append(
            [linking.written_down(now, system, "link-changed", number.patient, linking.number_of(case))]
        )


def said_in(reading: Reading) -> PersonFacts | None:
    """Return whom an ADT-00 means; nobody where it names no patient."""
    if reading.patient is None:
        return None
    local, name, birth_day, sex = reading.patient
    phones = (record.home_phone for record in reading.records if isinstance(record, Demographics))
    return PersonFacts(name, birth_day, sex, next(phones, ""), local)
