"""T-30a: whatever happens in whatever order, nothing opens before the commit of a verification (I2, I8)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from consent.model import EventKind, Paper, Provision, Restriction, Withdrawal
from hie.exchange.consents import consenting, forms, registering
from hie.exchange.gate.access import Asked, decided
from hie.exchange.ports import (
    Proposal,
    Registration,
    RegistrationKind,
    RegistrationState,
    Scan,
    ScanPage,
    Store,
)
from hie.record.errors import HieError
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import Facility, FacilityKind, HumanName, Patient, Sex
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import Day
from hie.store import open_store

HOSPITAL, CLINIC, OFFICE = (FacilityCode(f"131000000{n}") for n in (1, 2, 3))
PERSON, NAME, BORN = PatientId("p1"), HumanName("見本", "花子", "ミホン", "ハナコ"), Day(19600101)
SIGNED = Day(20200101)
NOW = forms.beginning(Day(20260410))
DESKS = tuple(Requester(f"d{n}", "d", OFFICE, Role.SECRETARIAT, Purpose.ADMINISTRATION) for n in range(3))
LOOKERS = tuple(
    Requester(f"c{role}", "c", CLINIC, role, Purpose.ADMINISTRATION)
    for role in (Role.NURSE, Role.CLERK, Role.LIAISON, Role.PRIVACY_OFFICER)
)
SHOWERS = tuple(
    Requester(f"h{role}", "h", HOSPITAL, role, Purpose.ADMINISTRATION) for role in (Role.CLERK, Role.LIAISON)
)
EVERYBODY = (*DESKS, *LOOKERS, *SHOWERS)
DOCTOR = Requester("doctor", "doctor", CLINIC, Role.DOCTOR)
FORMS = ("a" * 32, "b" * 32)
PROPOSAL = Proposal(
    patient=PERSON,
    name=NAME,
    birth_day=BORN,
    sex=Sex.FEMALE,
    numbers=(LocalPatientId(HOSPITAL, "1"), LocalPatientId(CLINIC, "2")),
    provisions=(Provision(frozenset({HOSPITAL}), frozenset({CLINIC})),),
    paper=Paper(SIGNED, "1", "patient"),
    template="listed",
)
STEPS = ("start", "draft", "propose", "scan", "verify", "verify", "reject", "cancel", "withdraw", "contest")


class Clock:
    """`Clock` that a step moves on by a second."""

    def __init__(self) -> None:
        """Start at `NOW`."""
        self.at, self.made = NOW, 0

    def now(self) -> int:
        """Return the moment."""
        return self.at

    def new_id(self) -> str:
        """Return another id each time."""
        self.made += 1
        return f"{self.made:032x}"


class Story:
    """One order of events at two forms, and what the gate says after each."""

    def __init__(self, proposal: Proposal = PROPOSAL) -> None:
        """Found a region of one person who consented to nothing."""
        self.proposal = proposal
        self.store: Store = open_store("memory://", "memory://")
        self.clock = Clock()
        self.verified: dict[str, int] = {}
        with self.store.work() as work:
            for code, kind in (
                (HOSPITAL, FacilityKind.HOSPITAL),
                (CLINIC, FacilityKind.CLINIC),
                (OFFICE, FacilityKind.SECRETARIAT),
            ):
                work.directory.add(Facility(code, code, kind, code, 0))
            work.patients.enrol(Patient(PERSON, NAME, BORN, Sex.FEMALE))

    def step(self, name: str, who: Requester, form: str) -> None:
        """Do one thing; what the desk refuses happens to nobody."""
        self.clock.at += 1000
        steps: dict[str, Callable[[], object]] = {
            "start": lambda: registering.start(self.store, self.clock, who, form, self.proposal),
            "draft": lambda: self._rewrite(who, form, complete=False),
            "propose": lambda: self._rewrite(who, form, complete=True),
            "scan": lambda: self._scan(form),
            "verify": lambda: self._verify(who, form),
            "reject": lambda: registering.reject(
                self.store, self.clock, who, form, self._seen(who, form), "scope"
            ),
            "cancel": lambda: registering.cancel(self.store, self.clock, who, form, self._form(form).version),
            "withdraw": lambda: consenting.withdraw(
                self.store, self.clock, who, PERSON, Withdrawal(), "form"
            ),
            "contest": self._unlink,
        }
        with suppress(HieError):
            steps[name]()

    def opens(self) -> bool:
        """Ask the gate for the clinic's doctor, now."""
        with self.store.look() as work:
            (answer,) = decided(work, self.clock.at, [Asked(DOCTOR, PERSON, "view")])
        return answer.grant is not None and "consent-in-force" in answer.grant.reasons

    def check(self) -> None:
        """Every consent came of a verification by another, at its moment, and nothing else opens."""
        with self.store.look() as work:
            log = work.consents.events([PERSON])[PERSON]
            forms_now = [work.registrations.find(form) for form in FORMS]
            pages = {form: work.evidence.pages(form) for form in FORMS}
        done = {one.position: one for one in forms_now if one and one.state is RegistrationState.VERIFIED}
        given = {one.sequence: one for one in log if one.kind is EventKind.GIVEN}
        assert given.keys() == done.keys()
        for sequence, event in given.items():
            form = done[sequence]
            assert event.recorded_by == form.decided_by not in form.writers
            assert event.recorded_at == form.decided_at > event.valid_from == forms.beginning(SIGNED)
            assert pages[form.id]
        last = max((one.sequence for one in log if one.kind is EventKind.WITHDRAWN), default=0)
        if self.opens():
            assert any(sequence > last for sequence in given)

    def _form(self, form: str) -> Registration:
        with self.store.look() as work:
            found = work.registrations.find(form)
        return found or Registration(form, RegistrationState.DRAFT, OFFICE, self.proposal)

    def _rewrite(self, who: Requester, form: str, *, complete: bool) -> None:
        version = self._form(form).version
        registering.rewrite(self.store, self.clock, who, form, version, self.proposal, complete=complete)

    def _seen(self, who: Requester, form: str) -> str:
        return registering.read(self.store, self.clock, who, form).seen

    def _verify(self, who: Requester, form: str) -> None:
        registering.verify(self.store, self.clock, who, form, self._seen(who, form))

    def _scan(self, form: str) -> None:
        with self.store.work() as work:
            work.evidence.keep(Scan("ab", "image/png", 1, 1, self.clock.at, "d", OFFICE), b"x")
            work.evidence.file(ScanPage(form, "ab", 1, OFFICE, self.clock.at, "d"))

    def _unlink(self) -> None:
        with self.store.work() as work:
            work.patients.unlink(PROPOSAL.numbers[1], "d", self.clock.at)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(STEPS), st.sampled_from(EVERYBODY), st.sampled_from(FORMS)),
        min_size=1,
        max_size=30,
    )
)
def test_no_order_of_events_opens_anything_before_a_verification(
    steps: list[tuple[str, Requester, str]],
) -> None:
    story = Story()
    for name, who, form in steps:
        story.step(name, who, form)
        story.check()


SIDE_PROPOSALS = (
    PROPOSAL._replace(numbers=()),
    PROPOSAL._replace(numbers=PROPOSAL.numbers[1:]),
    PROPOSAL._replace(numbers=PROPOSAL.numbers[1:], provisions=(Provision(),)),
    PROPOSAL._replace(numbers=(), provisions=(Provision(recipients=frozenset({CLINIC})),)),
    Proposal(RegistrationKind.LIFT, PERSON, paper=PROPOSAL.paper, lifts=1),
)


@settings(deadline=None)
@given(
    st.booleans(),
    st.sampled_from(SIDE_PROPOSALS),
    st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(LOOKERS), st.sampled_from(FORMS)), min_size=1),
)
def test_who_would_look_opens_nothing_without_who_shows_or_the_secretariat(
    linked: bool,  # noqa: FBT001
    proposal: Proposal,
    steps: list[tuple[str, Requester, str]],
) -> None:
    """All the desks of a clinic together open nothing of a hospital, and end no refusal against it."""
    story = Story(proposal)
    with story.store.work() as work:
        work.patients.link(LocalPatientId(HOSPITAL, "h9"), PERSON, "d", NOW)
        if linked:
            work.patients.link(LocalPatientId(CLINIC, "2"), PERSON, "d", NOW)
    refused = Restriction(recipients=frozenset({CLINIC}))
    event = consenting.restrict(story.store, story.clock, DESKS[0], PERSON, refused, "form")
    if proposal.lifts:
        story.proposal = proposal._replace(lifts=event.sequence)
    nearly = [
        ("start", 0),
        ("propose", 0),
        ("scan", 0),
        *(("verify", place) for place in range(len(LOOKERS))),
    ]
    for name, who, form in [*((name, LOOKERS[place], FORMS[0]) for name, place in nearly), *steps]:
        story.step(name, who, form)
        with story.store.look() as work:
            log = work.consents.events([PERSON])[PERSON]
        assert consenting.live_restrictions(log) == {event.sequence: refused}
        assert not [one for one in log if one.kind is EventKind.GIVEN]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(DESKS), st.sampled_from(FORMS)), max_size=15),
    st.permutations(["propose", "scan"]),
)
def test_from_any_state_a_desk_can_still_come_to_a_consent_or_a_decision(
    steps: list[tuple[str, Requester, str]], order: list[str]
) -> None:
    """Begin near a permitted world, so that the first test is not true of closed doors alone."""
    story = Story()
    for name, who, form in [
        *steps,
        ("start", DESKS[0], FORMS[0]),
        *((one, DESKS[0], FORMS[0]) for one in order),
    ]:
        story.step(name, who, form)
    before = story._form(FORMS[0])  # noqa: SLF001  the story's own
    verifier = next((who for who in DESKS if who.user not in before.writers), None)
    if verifier is not None and before.state is RegistrationState.PROPOSED:
        story.step("verify", verifier, FORMS[0])
        assert story.opens()
    else:
        assert before.state in {RegistrationState.VERIFIED, RegistrationState.CANCELLED} or verifier is None
    story.check()
