"""Letting people in: invited by one, accepted by the invited person, approved by another (security B.12).

A letter bears a code that serves once, for three days. Who has the code must also know the number that
the inviter wrote down: a forwarded letter is of no use. What the person then chooses, login and
password, opens nothing before somebody else than the inviter has compared person and papers.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from typing import NamedTuple

from hie.exchange.ports import (
    Account,
    AccountState,
    AuditEvent,
    Clock,
    Invitation,
    Outcome,
    Post,
    Store,
    UnitOfWork,
)
from hie.exchange.roster import people
from hie.exchange.roster.binding import still_names
from hie.exchange.roster.keepers import (
    BY_SECRETARIAT,
    DAY,
    PERSONS,
    ROLES,
    expect_keeper,
    governs,
    keeps,
)
from hie.exchange.roster.relatives import LONGEST, RELATIONS, last_moment
from hie.exchange.signing.guessing import WINDOW, Pool, failed, must_wait
from hie.exchange.signing.new_passwords import encoded
from hie.exchange.signing.proofs import Reception
from hie.record.errors import Conflict, HieError, Invalid, NotFound
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Purpose, Requester, Role

SERVES_FOR = 3 * DAY
"""Milliseconds for which a letter is taken."""
APPROVED_WITHIN = 14 * DAY
"""Milliseconds after an acceptance in which it is approved; then the person is invited anew."""
HANDED = ("hand", "post", "mail")
"""How a letter reaches the person: by hand, by post, by electronic mail."""
TERMS = "2026-04"
"""Version of the terms of use that are agreed to."""
MOST_ATTEMPTS = 5
"""Wrong numbers with the right code after which a letter is withdrawn."""
FROM_ONE_ADDRESS = 10
"""Wrong codes in five minutes from one address."""
LONGEST_NAME, LONGEST_NUMBER = 60, 32
LOGIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")
SHORTEST_LOGIN, LONGEST_LOGIN = 3, 32
_GROUP = 4
_CODE = 20
"""Characters of a code: 100 bits."""
_ALPHABET = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
"""From the letters of RFC 4648 to those that nobody takes for one another (no I, L, O, U)."""
_READ_AS = str.maketrans("ILO", "110")


class Misfilled(Invalid):
    """A field of a form is not filled in as it must be; both names are keys of the screen's texts."""

    def __init__(self, field: str, reason: str) -> None:
        """Keep which field, and what is wrong with it."""
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


class NotTaken(HieError):
    """A code opens no invitation, or too many were tried (`wait`)."""

    def __init__(self, *, wait: bool = False) -> None:
        """Keep whether to wait."""
        super().__init__("too many attempts" if wait else "no such invitation")
        self.wait = wait


class Draft(NamedTuple):
    """Whom somebody wants to invite."""

    name: str
    facility: FacilityCode
    role: Role
    number: str
    """Licence or staff number; of a patient the number on the facility's card."""
    handed: str = "hand"
    relation: str = ""
    """Of a relative or representative: a code of `RELATIONS`."""
    until: int = 0
    """Of the same: first moment at which the account opens nothing any more."""


class Letter(NamedTuple):
    """An invitation with the code that is shown once and kept nowhere."""

    invitation: Invitation
    code: str

    def __repr__(self) -> str:
        """Show no code."""
        return f"Letter({self.invitation.id})"


class Chosen(NamedTuple):
    """What an invited person fills in."""

    number: str
    login: str
    password: str
    agreed: bool

    def __repr__(self) -> str:
        """Show nothing."""
        return "Chosen(…)"


def invite(store: Store, clock: Clock, requester: Requester, draft: Draft) -> Letter:
    """Invite a person; raise `NotFound` for who keeps nobody there, `Misfilled` for a bad field."""
    with store.work() as work:
        return enter(work, clock, requester, draft)


def enter(work: UnitOfWork, clock: Clock, requester: Requester, draft: Draft) -> Letter:
    """Invite in the caller's transaction."""
    now = clock.now()
    expect_keeper(requester, draft.facility)
    wanted = _tidy(draft)
    _check(work, now, requester, wanted)
    _expect_new(work, now, wanted)
    code = _new_code(clock)
    invitation = Invitation(
        clock.new_id(),
        _hashed(code),
        wanted.name,
        wanted.facility,
        wanted.role,
        wanted.number,
        wanted.handed,
        _patient(work, wanted),
        "",
        requester.user,
        now,
        now + SERVES_FOR,
        relation=wanted.relation,
        ends_at=wanted.until,
    )
    _keep(work, now, requester, "invited", invitation)
    return Letter(invitation, code)


def propose(
    store: Store, clock: Clock, requester: Requester, post: Post, replaces: Role | None = None
) -> Invitation:
    """Propose a further post of a person, or with `replaces` another role at the facility; to be approved.

    Raise `NotFound`, `Misfilled` where the role is none of the facility's, `Conflict` where the post is
    held or proposed already.
    """
    with store.work() as work:
        now = clock.now()
        expect_keeper(requester, post.facility)
        person = work.roster.known([post.account]).get(post.account)
        if person is None or person.account.state not in {AccountState.ACTIVE, AccountState.SUSPENDED}:
            raise NotFound("no such account")
        held = {(one.facility, one.role) for one in person.held(now)}
        if replaces is not None and (post.facility, replaces) not in held:
            raise NotFound("no such post is held")
        open_ones = [one for one in work.invitations.since(now, post.facility) if one.account == post.account]
        if (post.facility, post.role) in held or any(one.role is post.role for one in open_ones):
            raise Conflict("this post is held or proposed already")
        draft = Draft(person.account.name, post.facility, post.role, "-")
        if post.role in PERSONS:
            raise Misfilled("role", "not-there")
        _check(work, now, requester, draft)
        invitation = Invitation(
            clock.new_id(),
            b"",
            person.account.name,
            post.facility,
            post.role,
            "",
            "",
            PatientId(""),
            replaces.value if replaces else "",
            requester.user,
            now,
            now + SERVES_FOR,
            account=post.account,
            accepted_at=now,
        )
        _keep(work, now, requester, "post-proposed", invitation)
        return invitation


def opened(store: Store, clock: Clock, code: str, address: str) -> Invitation:
    """Return what a letter's code opens, for the page on which the person accepts; raise `NotTaken`.

    Codes that open nothing are counted by the address they come from.
    """
    counted = _counted(address)
    with store.work() as work:
        now = clock.now()
        if must_wait(work, now, counted):
            raise NotTaken(wait=True)
        invitation = work.invitations.find(_hashed(code))
        if invitation is not None and invitation.may_be_accepted(now):
            return invitation
        failed(work, now, counted)
        work.audit.append([_refused(now, invitation)])
        work.commit()
    raise NotTaken


def accept(reception: Reception, code: str, address: str, chosen: Chosen) -> Invitation:
    """Let the invited person choose login and password; the account waits for approval.

    Raise `NotTaken` as `opened` does, and for a number that is wrong for the last time; `Misfilled` for a
    field, also for a wrong number; `WeakPassword`.
    """
    store, clock = reception.store, reception.clock
    invitation = opened(store, clock, code, address)
    if not _same_number(invitation.number, chosen.number):
        _count_wrong_number(store, clock, invitation)
        raise Misfilled("number", "wrong")
    login = _login(chosen.login)
    if not chosen.agreed:
        raise Misfilled("agreed", "missing")
    account = Account(
        clock.new_id(),
        login,
        invitation.name,
        invitation.facility,
        invitation.role,
        "",
        AccountState.INVITED,
        patient=invitation.patient,
    )
    with store.look() as work:
        if work.accounts.find(login) is not None:
            raise Misfilled("login", "taken")
    hashed = encoded(reception.proofs, account, chosen.password, reception.rules.network)
    with store.work() as work:
        now = clock.now()
        held = work.invitations.find(_hashed(code))
        if held is None or not held.may_be_accepted(now) or not still_names(work, held):
            raise NotTaken
        if work.accounts.find(login) is not None:
            raise Misfilled("login", "taken")
        work.accounts.add(account._replace(password_hash=hashed))
        accepted = held._replace(account=account.id, accepted_at=now, terms=TERMS)
        _keep(work, now, _acting(account), "invitation-accepted", accepted)
    return accepted


def approve(store: Store, clock: Clock, requester: Requester, invitation: str) -> Account:
    """Let a person in whom somebody else invited and who accepted; return the account.

    Raise `NotFound` for who does not keep that facility's people, `Conflict` for the inviter, the person
    themselves, and where nothing waits for approval, has waited for too long, or the patient's number is
    another person's meanwhile.
    """
    with store.work() as work:
        now = clock.now()
        found = _waiting(work, requester, invitation)
        if not work.directory.region().takes_part(found.facility, now):
            raise Conflict("the facility takes no part")
        if now >= found.accepted_at + APPROVED_WITHIN:
            raise Conflict("it has waited for too long")
        if not still_names(work, found):
            raise Conflict("the number on the card is another person's now")
        person = work.roster.known([found.account])[found.account]
        if person.account.state is AccountState.STOPPED:
            raise Conflict("the person has left meanwhile")
        approved = _let_in(work, now, requester, found, person.account)
        decided = found._replace(outcome=Outcome.APPROVED, decided_by=requester.user, decided_at=now)
        _keep(work, now, requester, "invitation-approved", decided)
        return approved


def refuse(store: Store, clock: Clock, requester: Requester, invitation: str) -> None:
    """Refuse what waits for approval; the account that was made of it is stopped. Raises as `approve`."""
    with store.work() as work:
        found = _waiting(work, requester, invitation)
        _close(work, clock.now(), requester, found, Outcome.REFUSED, "invitation-refused")


def withdraw(store: Store, clock: Clock, requester: Requester, invitation: str) -> None:
    """Take an invitation back before it is approved, as any keeper of the facility may."""
    with store.work() as work:
        found = _kept_by(work, requester, invitation)
        if found.outcome is not Outcome.OPEN:
            raise Conflict("this is decided already")
        _close(work, clock.now(), requester, found, Outcome.WITHDRAWN, "invitation-withdrawn")


def renew(store: Store, clock: Clock, requester: Requester, invitation: str) -> Letter:
    """Take a letter back that nobody accepted, and write another to the same person."""
    with store.work() as work:
        found = _kept_by(work, requester, invitation)
        if found.outcome is not Outcome.OPEN or found.accepted_at:
            raise Conflict("this is accepted already")
        _close(work, clock.now(), requester, found, Outcome.WITHDRAWN, "invitation-withdrawn")
        draft = Draft(found.name, found.facility, found.role, found.number, found.handed)
        draft = draft._replace(relation=found.relation, until=found.ends_at)
        return enter(work, clock, requester, draft)


def withdraw_all(work: UnitOfWork, now: int, requester: Requester, facility: FacilityCode) -> None:
    """Take back all that is open at a facility, in the caller's transaction."""
    for found in work.invitations.since(now, facility):
        if found.outcome is Outcome.OPEN:
            _close(work, now, requester, found, Outcome.WITHDRAWN, "invitation-withdrawn")


def may_approve(requester: Requester, invitation: Invitation) -> bool:
    """Say whether somebody may approve: keeps the facility, did not invite, and is not the person."""
    if not keeps(requester, invitation.facility):
        return False
    if requester.user in {invitation.invited_by, invitation.account}:
        return False
    return governs(requester) or invitation.role not in BY_SECRETARIAT


def roles_at(kind: FacilityKind, requester: Requester) -> tuple[Role, ...]:
    """Return the roles in which people act at a kind of facility, for who may invite them."""
    return tuple(role for role in ROLES[kind] if governs(requester) or role is not Role.SECRETARIAT)


def shown(code: str) -> str:
    """Write a code in groups of four."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def _new_code(clock: Clock) -> str:
    drawn = hashlib.sha256(f"invitation {clock.new_id()}{clock.new_id()}".encode()).digest()
    return base64.b32encode(drawn).decode()[:_CODE].translate(_ALPHABET)


def _hashed(code: str) -> bytes:
    """Name a code, however it was typed, by its hash."""
    typed = unicodedata.normalize("NFKC", code[: 4 * _CODE]).upper().translate(_READ_AS)
    plain = "".join(letter for letter in typed if letter.isascii() and letter.isalnum())
    return hashlib.sha256(f"invitation {plain}".encode()).digest()


def _tidy(draft: Draft) -> Draft:
    name = " ".join(unicodedata.normalize("NFKC", draft.name).split())
    number = "".join(unicodedata.normalize("NFKC", draft.number).split())
    tidy = draft._replace(name=name, number=number)
    return tidy if draft.role is Role.FAMILY else tidy._replace(relation="", until=0)


def _check(work: UnitOfWork, now: int, requester: Requester, draft: Draft) -> None:
    place = place_of(work, draft.facility)
    if not work.directory.region().takes_part(draft.facility, now):
        raise Misfilled("facility", "no-part")
    if draft.role not in roles_at(place.kind, requester):
        raise Misfilled("role", "not-there")
    if not draft.name or len(draft.name) > LONGEST_NAME or not draft.name.isprintable():
        raise Misfilled("name", "missing")
    if not draft.number or len(draft.number) > LONGEST_NUMBER or not draft.number.isprintable():
        raise Misfilled("number", "missing")
    if draft.handed not in HANDED:
        raise Misfilled("handed", "missing")
    if draft.role is Role.FAMILY:
        _check_relative(now, draft)


def _check_relative(now: int, draft: Draft) -> None:
    if draft.relation not in RELATIONS:
        raise Misfilled("relation", "missing")
    if not now < draft.until <= now + LONGEST:
        raise Misfilled("until", "missing")


def _expect_new(work: UnitOfWork, now: int, draft: Draft) -> None:
    """Raise `Misfilled` where a letter to who has this number is open already."""
    letters = (one for one in work.invitations.since(now, draft.facility) if not one.outcome and one.secret)
    if draft.role not in PERSONS and any(one.number == draft.number for one in letters):
        raise Misfilled("number", "invited")


def place_of(work: UnitOfWork, facility: FacilityCode) -> Facility:
    """Return a facility of the directory, or raise `NotFound`."""
    found = next((one for one in work.directory.all() if one.code == facility), None)
    if found is None:
        raise NotFound("no such facility")
    return found


def _patient(work: UnitOfWork, draft: Draft) -> PatientId:
    """Return whose record the account will be about, by the facility's own number."""
    if draft.role not in PERSONS:
        return PatientId("")
    found = work.patients.resolve(draft.facility, [draft.number]).get(draft.number)
    if found is None:
        raise Misfilled("number", "no-patient")
    return found[1]


def _same_number(kept: str, given: str) -> bool:
    """Compare numbers as people write them: width, blanks, hyphens, 第 and 号 do not count."""
    return hmac.compare_digest(_bare(kept).encode(), _bare(given).encode())


def _bare(number: str) -> str:
    folded = unicodedata.normalize("NFKC", number[: 4 * LONGEST_NUMBER]).casefold()
    return "".join(letter for letter in folded if letter.isalnum() and letter not in "第号")


def _login(typed: str) -> str:
    login = unicodedata.normalize("NFKC", typed.strip()).lower()
    if not SHORTEST_LOGIN <= len(login) <= LONGEST_LOGIN or not set(login) <= LOGIN:
        raise Misfilled("login", "form")
    return login


def _count_wrong_number(store: Store, clock: Clock, invitation: Invitation) -> None:
    with store.work() as work:
        now = clock.now()
        found = work.invitations.get(invitation.id)
        if found is None or not found.may_be_accepted(now):
            return
        counted = found._replace(attempts=found.attempts + 1)
        if counted.attempts >= MOST_ATTEMPTS:
            counted = counted._replace(outcome=Outcome.WITHDRAWN, decided_at=now)
        work.invitations.keep(counted)
        work.audit.append([_refused(now, counted)])


def _waiting(work: UnitOfWork, requester: Requester, invitation: str) -> Invitation:
    found = _kept_by(work, requester, invitation)
    if not found.waits_for_approval():
        raise Conflict("nothing waits for approval")
    if not may_approve(requester, found):
        raise Conflict("somebody else approves this")
    return found


def _kept_by(work: UnitOfWork, requester: Requester, invitation: str) -> Invitation:
    found = work.invitations.get(invitation)
    if found is None:
        raise NotFound("no such invitation")
    expect_keeper(requester, found.facility)
    return found


def _let_in(
    work: UnitOfWork, now: int, requester: Requester, invitation: Invitation, account: Account
) -> Account:
    facility, ends_at = invitation.facility, last_moment(work, invitation)
    if ends_at <= now:
        raise Conflict("what was agreed is over, or the patient is of age")
    if invitation.role in PERSONS:  # a patient is nobody's staff, and stays when a facility leaves
        homes = (one.code for one in work.directory.all() if one.kind is FacilityKind.SECRETARIAT)
        facility = next(homes, facility)
    if account.state is AccountState.INVITED:
        account = account._replace(
            state=AccountState.ACTIVE,
            facility=facility,
            attested_at=now,
            expires_at=min(now + people.LIFE, ends_at),
        )
        work.posts.begin(Post(account.id, facility, invitation.role, now, ends_at))
        work.accounts.add(account)
        return account
    work.posts.begin(Post(account.id, facility, invitation.role, now))
    if invitation.replaces:
        replaced = Role(invitation.replaces)
        work.posts.end(Post(account.id, facility, replaced), now)
        work.audit.append(
            [people.written_down(now, requester, "post-ended", account, f"{facility} {replaced}")]
        )
        if (account.facility, account.role) == (facility, replaced):
            account = account._replace(role=invitation.role)
            work.accounts.add(account)
        work.sessions.close_all(account=account.id)
    return account


def _close(
    work: UnitOfWork, now: int, requester: Requester, found: Invitation, outcome: Outcome, action: str
) -> None:
    """End an invitation undone; the account that was made of it is stopped."""
    closed = found._replace(outcome=outcome, decided_by=requester.user, decided_at=now)
    _keep(work, now, requester, action, closed)
    person = work.roster.known([found.account]).get(found.account) if found.account else None
    if person is not None and person.account.state is AccountState.INVITED:
        people.stop(work, now, requester, person.account)


def _keep(work: UnitOfWork, now: int, requester: Requester, action: str, invitation: Invitation) -> None:
    work.invitations.keep(invitation)
    detail = f"{invitation.id} {invitation.facility} {invitation.role} {invitation.account}".strip()
    work.audit.append([AuditEvent(now, requester, action, "done", invitation.patient, 0, (), 0, detail)])


def _refused(now: int, invitation: Invitation | None) -> AuditEvent:
    detail = invitation.id if invitation else ""
    return AuditEvent(now, STRANGER, "invitation-accepted", "refused", "", 0, (), 0, detail)


def _acting(account: Account) -> Requester:
    return Requester(account.id, account.name, account.facility, account.role, Purpose.ADMINISTRATION)


STRANGER = Requester("", "", FacilityCode(""), Role.SYSTEM, Purpose.ADMINISTRATION)
"""Somebody who shows a code and is not signed in."""


def _counted(address: str) -> tuple[Pool, ...]:
    name = hashlib.sha256(f"invitation {address}".encode("utf-8", "surrogatepass")).digest()
    return (Pool(name, WINDOW, FROM_ONE_ADDRESS),)
