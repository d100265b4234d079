"""All tables: one schema for SQLite and PostgreSQL, read in one sitting.

Three rules. No column that the gate asks is ever null; in fact none is. What is read per patient
is clustered by local patient: on SQLite the primary key is the table, on PostgreSQL its index
carries what the calendar shows. A local patient's number is a small surrogate that never
changes: who that is says `local_patient.patient`, so a new link rewrites no clinical row.
An entry's custodian is the facility of its local patient, kept once, there.

Words stand as numbers where rows are many (`hie.store.codes`). Times are milliseconds since
1970, days are YYYYMMDD, `moment` is YYYYMMDDHHMMSS.
"""

from __future__ import annotations

from hie.store.tables.accounts import (
    account,
    device,
    familiar,
    look,
    one_time_secret,
    passkey,
    post,
    preference,
    recovery_code,
    session,
    sign_in_failure,
    used_challenge,
)
from hie.store.tables.columns import metadata
from hie.store.tables.decisions import (
    audit_complaint,
    audit_event,
    audit_head,
    audit_seal,
    consent_event,
    consent_reach,
    facility,
    invitation,
    label_event,
    link_case,
    link_event,
    local_patient,
    local_statement,
    membership_event,
    patient,
    patient_key,
    statement_key,
)
from hie.store.tables.desks import (
    emergency_duty,
    emergency_review,
    emergency_session,
    evidence,
    evidence_page,
    exact_search,
    notice,
    registration,
    upload,
    upload_content,
)
from hie.store.tables.entries import (
    concept,
    counter,
    entry,
    imaging_instance,
    medication,
    movement,
    observation,
    small_document,
)
from hie.store.tables.feeds import (
    edge,
    edge_certificate,
    edge_secret,
    edge_task,
    feed_run,
    own_key,
    quarantined,
)
from hie.store.tables.passages import passage

__all__ = [
    "account",
    "audit_complaint",
    "audit_event",
    "audit_head",
    "audit_seal",
    "concept",
    "consent_event",
    "consent_reach",
    "counter",
    "device",
    "edge",
    "edge_certificate",
    "edge_secret",
    "edge_task",
    "emergency_duty",
    "emergency_review",
    "emergency_session",
    "entry",
    "evidence",
    "evidence_page",
    "exact_search",
    "facility",
    "familiar",
    "feed_run",
    "imaging_instance",
    "invitation",
    "label_event",
    "link_case",
    "link_event",
    "local_patient",
    "local_statement",
    "look",
    "medication",
    "membership_event",
    "metadata",
    "movement",
    "notice",
    "observation",
    "one_time_secret",
    "own_key",
    "passage",
    "passkey",
    "patient",
    "patient_key",
    "post",
    "preference",
    "quarantined",
    "recovery_code",
    "registration",
    "session",
    "sign_in_failure",
    "small_document",
    "statement_key",
    "upload",
    "upload_content",
    "used_challenge",
]
