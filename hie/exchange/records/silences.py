"""Of whom nothing came: what the first page warns of, for the page of the one patient.

Read under the grant of a calendar that was already decided and written down; a patient of whom no stay and
no referral could be waited for costs no question.
"""

from __future__ import annotations

from hie.exchange.ports import Store
from hie.exchange.records.looks import fresh_from
from hie.exchange.records.needs import A_YEAR, LOOK_BACK, SILENCES, Heard, Need, Rules, needs
from hie.exchange.records.timeline import Timeline
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from hie.record.requester import Purpose
from hie.record.times import LAST_DAY, Day, Period, days_after
from ssmix2.documentkind import REFERRAL


def may_be_silent(answer: Timeline, today: Day) -> bool:
    """Say whether something could be waited for at all, from what is on the page already."""
    if answer.grant is None or answer.grant.requester.purpose is not Purpose.TREATMENT:
        return False
    recent = days_after(today, -LOOK_BACK)
    if any(stay.planned or stay.end == LAST_DAY or stay.end >= recent for stay in answer.stays):
        return True
    return _referred(answer, answer.grant.requester.facility, recent)


def _referred(answer: Timeline, own: FacilityCode, recent: Day) -> bool:
    """Say whether the asker's facility wrote a referral lately; lines stand newest first."""
    for line in answer.lines:
        if line.service_day < recent:
            return False
        written = line.custodian == own and line.document_class is DocumentClass.DOCUMENT
        if written and REFERRAL in line.data_kind:
            return True
    return False


def silences(store: Store, answer: Timeline, today: Day, silent_after: int, now: int) -> tuple[Need, ...]:
    """Tell of what is waited for; nothing where the person wants no reminder (`Look.quiet`)."""
    grant, file = answer.grant, answer.file
    if grant is None:
        return ()
    patient, since = file.patient.id, max(LOOK_BACK, silent_after + 1)
    with store.look() as work:
        labels = {one.code: one.labels for one in work.directory.all()}
        rules = Rules(today, fresh_from(today), silent_after, now, labels)
        period = Period(days_after(today, -since), today)
        arrived = work.news.arrived([grant], grant.requester.user, period, rules.fresh_from)
        moves = work.news.moves([grant], days_after(today, -A_YEAR))
    linked = frozenset(number.facility for number in file.numbers)
    heard = Heard(grant, moves.get(patient, ()), arrived.get(patient, ()), answer.look, linked)
    return tuple(need for need in needs(heard, rules).needs if need.kind in SILENCES)
