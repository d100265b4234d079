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
from hie.exchange.ports.care import (
    Cares,
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
from hie.exchange.ports.densities import (
    Densities,
    Density,
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
from hie.exchange.ports.inviting import (
    Invitation,
    Invitations,
    Outcome,
    Person,
    Roster,
)
from hie.exchange.ports.links import (
    LinkCase,
    LinkCases,
    LinkEvent,
    LinkKind,
    Links,
    LocalNumber,
    LocalStatements,
    Statement,
)
from hie.exchange.ports.looks import (
    VISIT_ENDS,
    Look,
    Looks,
)
from hie.exchange.ports.news import (
    Arrived,
    NewsIndex,
    Numbered,
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
from hie.exchange.ports.preferences import (
    Preferences,
)
from hie.exchange.ports.registrations import (
    LARGEST_SCAN,
    MOST_REGISTRATIONS,
    OPEN_STATES,
    Evidence,
    Proposal,
    Registration,
    RegistrationKind,
    Registrations,
    RegistrationState,
    Scan,
    ScanPage,
)
from hie.exchange.ports.registry import (
    MOVEMENTS,
    DatedObservation,
    EntryLine,
    EntryLines,
    Filing,
    FindingsIndex,
    Issue,
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
from hie.exchange.ports.tallies import (
    Tallies,
    Tally,
)

__all__ = [
    "LARGEST_SCAN",
    "MOST_REGISTRATIONS",
    "MOVEMENTS",
    "OPEN_STATES",
    "VISIT_ENDS",
    "Account",
    "AccountState",
    "Accounts",
    "Addressee",
    "Arrived",
    "AuditEvent",
    "AuditHead",
    "AuditQuery",
    "AuditRow",
    "AuditSeals",
    "AuditTrail",
    "Cares",
    "Certificate",
    "ChainRow",
    "Clock",
    "Codes",
    "Complaint",
    "Complaints",
    "ConsentRegister",
    "Contacts",
    "DatedObservation",
    "Densities",
    "Density",
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
    "Evidence",
    "ExactIndex",
    "Familiar",
    "FeedHour",
    "FeedRun",
    "Feeds",
    "Filing",
    "FindingsIndex",
    "ImagingIndex",
    "Invitation",
    "Invitations",
    "Issue",
    "Known",
    "LinkCase",
    "LinkCases",
    "LinkEvent",
    "LinkKind",
    "Links",
    "LocalNumber",
    "LocalStatements",
    "Look",
    "Looks",
    "Maintenance",
    "MembershipEvent",
    "MembershipKind",
    "Memberships",
    "Movement",
    "NewsIndex",
    "Notice",
    "Notices",
    "Numbered",
    "ObjectStore",
    "OneTimeSecret",
    "Outcome",
    "Packed",
    "Packer",
    "Passkey",
    "Passkeys",
    "PatientFile",
    "PatientIndex",
    "PatientLine",
    "Person",
    "Post",
    "Posts",
    "Preferences",
    "Proposal",
    "Quarantined",
    "RecoveryCode",
    "Registration",
    "RegistrationKind",
    "RegistrationState",
    "Registrations",
    "Registry",
    "Repository",
    "Review",
    "ReviewState",
    "Reviewed",
    "Roster",
    "Scan",
    "ScanPage",
    "Seal",
    "Session",
    "Sessions",
    "Statement",
    "Store",
    "TakenBack",
    "Tallies",
    "Tally",
    "TaskQueue",
    "UnitOfWork",
    "Witness",
]
