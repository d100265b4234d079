"""Every promise the outside must keep, as protocols of at most six methods each.

Stores in `hie.store` keep them on memory, SQLite and PostgreSQL and pass one conformance suite
per port (`tests/contract`). All of a `UnitOfWork`'s ports write in one transaction.

Reading a patient's documents takes a `Grant`; there is no other way to ask. Methods that take
none return no clinical content: the directory, links, consents, counts, accounts.
"""

from hie.exchange.ports.audit import (
    AuditEvent,
    AuditHead,
    AuditQuery,
    AuditRow,
    AuditSeals,
    AuditTrail,
    ChainRow,
    Complaint,
    Complaints,
    Seal,
    Witness,
)
from hie.exchange.ports.clock import (
    Clock,
)
from hie.exchange.ports.decisions import (
    ConsentRegister,
    PatientFile,
    PatientIndex,
    PatientLine,
)
from hie.exchange.ports.documents import (
    ImagingIndex,
    ObjectStore,
    Packed,
    Packer,
    Repository,
)
from hie.exchange.ports.edges import (
    Certificate,
    Contacts,
    Edge,
    Edges,
    EdgeTask,
    Maintenance,
    TakenBack,
    TaskQueue,
)
from hie.exchange.ports.emergencies import (
    Addressee,
    Duties,
    Emergencies,
    EmergencySession,
    Notice,
    Notices,
    Review,
    Reviewed,
    ReviewState,
)
from hie.exchange.ports.exact import (
    ExactIndex,
)
from hie.exchange.ports.feeds import (
    FeedHour,
    FeedRun,
    Feeds,
    Quarantined,
)
from hie.exchange.ports.people import (
    Account,
    Accounts,
    AccountState,
    Directory,
    MembershipEvent,
    MembershipKind,
    Memberships,
    Post,
    Posts,
)
from hie.exchange.ports.registry import (
    MOVEMENTS,
    DatedObservation,
    EntryLine,
    EntryLines,
    Filing,
    FindingsIndex,
    Known,
    Movement,
    Registry,
)
from hie.exchange.ports.sessions import (
    Codes,
    Device,
    Devices,
    Familiar,
    OneTimeSecret,
    Passkey,
    Passkeys,
    RecoveryCode,
    Session,
    Sessions,
)
from hie.exchange.ports.store import (
    Store,
    UnitOfWork,
)

__all__ = [
    "MOVEMENTS",
    "Account",
    "AccountState",
    "Accounts",
    "Addressee",
    "AuditEvent",
    "AuditHead",
    "AuditQuery",
    "AuditRow",
    "AuditSeals",
    "AuditTrail",
    "Certificate",
    "ChainRow",
    "Clock",
    "Codes",
    "Complaint",
    "Complaints",
    "ConsentRegister",
    "Contacts",
    "DatedObservation",
    "Device",
    "Devices",
    "Directory",
    "Duties",
    "Edge",
    "EdgeTask",
    "Edges",
    "Emergencies",
    "EmergencySession",
    "EntryLine",
    "EntryLines",
    "ExactIndex",
    "Familiar",
    "FeedHour",
    "FeedRun",
    "Feeds",
    "Filing",
    "FindingsIndex",
    "ImagingIndex",
    "Known",
    "Maintenance",
    "MembershipEvent",
    "MembershipKind",
    "Memberships",
    "Movement",
    "Notice",
    "Notices",
    "ObjectStore",
    "OneTimeSecret",
    "Packed",
    "Packer",
    "Passkey",
    "Passkeys",
    "PatientFile",
    "PatientIndex",
    "PatientLine",
    "Post",
    "Posts",
    "Quarantined",
    "RecoveryCode",
    "Registry",
    "Repository",
    "Review",
    "ReviewState",
    "Reviewed",
    "Seal",
    "Session",
    "Sessions",
    "Store",
    "TakenBack",
    "TaskQueue",
    "UnitOfWork",
    "Witness",
]
