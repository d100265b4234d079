"""Every role, every operation, every relationship and consent state: each cell as the models say (T-01).

The roles of an operation are a table by hand, what may be seen of a record is the reference model's
answer; nothing of either is the product's. A route that is mounted and not in the table fails.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest

from consent.model import ConsentEvent
from hie.hub.entrance import guarded
from hie.record.requester import Requester, Role
from tests import looping
from tests.build.world import CENTRAL, CLINIC
from tests.storages import UID
from tests.web.matrix.asking import Answer, ask
from tests.web.matrix.expected import Judge, Verdict, requester
from tests.web.matrix.operations import OPERATIONS, Operation
from tests.web.matrix.states import STATES, Asker, State, account_of, patient_of, token_of
from tests.web.matrix.worlds import Matrix, build, open_session

LEAST_CELLS = 20_000
MOST_TOLD = 40
NOBODY = "M999999999"
"""In forms: what they change is tried by tests of their own, and would change the states here."""
TOKEN = re.compile(rb"zq\d{3}[a-z]+qz")


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    """Everybody, in all states."""
    return build(tmp_path_factory.mktemp("matrix"))


def test_every_operation_that_is_mounted_is_in_the_table(matrix: Matrix) -> None:
    mounted = {(method, one.path) for one in guarded(matrix.app.routes) for method in one.methods}
    assert mounted == {(one.method, one.path) for one in OPERATIONS}


@pytest.mark.timeout(1200)  # a minute and a half, where two processors are its own
def test_every_cell_is_as_the_models_say(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    counted = looping.run(_all_cells(matrix))
    cells = counted.total()
    shares = ", ".join(f"{count:,} {verdict}" for verdict, count in counted.most_common())
    sizes = f"{len(Role)} roles, {len(OPERATIONS)} operations, {len(STATES)} states"
    with capsys.disabled():
        print(f"\n{sizes}: {cells:,} cells ({shares})")  # noqa: T201
    assert cells >= LEAST_CELLS
    assert set(counted) == set(Verdict)


class _Tally(NamedTuple):
    met: Counter[Verdict]
    wrong: dict[str, list[str]]
    """Cells by what is wrong with them."""


async def _all_cells(matrix: Matrix) -> Counter[Verdict]:
    """Ask all roles side by side, for no two share a session."""
    tally = _Tally(Counter(), defaultdict(list))
    for early in (True, False):
        await asyncio.gather(*(_cells_of(matrix, role, tally, early=early) for role in Role))
    told = (f"{len(cells):6,}  {fault}, as {cells[0]}" for fault, cells in tally.wrong.items())
    assert not tally.wrong, "\n".join((f"{len(tally.wrong)} kinds of fault", *islice(told, MOST_TOLD)))
    return tally.met


async def _cells_of(matrix: Matrix, role: Role, tally: _Tally, *, early: bool) -> None:
    for state in STATES:
        judge = Judge(state, role, matrix.logs[state.name])
        found = _found_by(matrix, state, role) if judge.is_in else set()
        for operation in _operations(state, early=early):
            verdict = judge.verdict(operation)
            tally.met[verdict] += 1
            answer = await _asked(matrix, state, role, operation)
            allowed = found if operation.asks == "list" else judge.tokens(operation)
            for fault in _faults(operation, verdict, answer, allowed):
                what = f"{operation.method} {operation.path} {operation.asks}: {fault}"
                tally.wrong[what].append(f"{role} [{state.name}]")


def _operations(state: State, *, early: bool) -> list[Operation]:
    """Return what is asked in a state: what is about no patient only where the asker is another one.

    What reads the whole audit trail comes `early`, while it is short; a password is hashed in one state only,
    for that takes a tenth of a second.
    """
    another = state.asker is not Asker.WELL or state.viewer != CLINIC or state is STATES[0]
    return [
        one
        for one in OPERATIONS
        if (another or one.asks or "{patient}" in one.path + one.fields)
        and early == one.path.startswith(("/audit", "/fhir/AuditEvent", "/accesses", "/links"))
        and (state is STATES[0] or (one.method, one.path) != ("POST", "/sign-in"))
    ]


def _found_by(matrix: Matrix, state: State, role: Role) -> set[str]:
    """Give the names that a search of this asker finds."""
    return _found(matrix.world.folder, requester(state, role), tuple(matrix.logs.items()))


@cache
def _found(_: Path, who: Requester, logs: tuple[tuple[str, tuple[ConsentEvent, ...]], ...]) -> set[str]:
    by_name = {state.name: state for state in STATES}
    judges = (Judge(by_name[name], who.role, log, who) for name, log in logs)
    return {token_of(one.state, "name") for one in judges if one.listed}


async def _asked(matrix: Matrix, state: State, role: Role, operation: Operation) -> Answer:
    entries, number = matrix.entries[state.name], STATES.index(state) + 1
    filled = {
        "patient": NOBODY if operation.method == "POST" else patient_of(state),
        "numbers": entries.get(operation.asks, entries["drug"]),
        "entry": entries["drug"],
        "number": entries["image"] if "images" in operation.path else entries["drug"],
        "place": 1,
        "code": "3C015",
        "study": f"{UID}.{number}",
        "instance": f"{UID}.{number}.1.1",
        "facility": CENTRAL,
        "digest": "0" * 64,
        **dict.fromkeys(("page", "sequence", "surrogate", "row"), 1),
        **dict.fromkeys(("session", "account", "invitation", "act", "complaint", "batch"), "0" * 32),
    }
    path = operation.path.format_map(filled)
    if operation.fields:
        path = f"{path}?{operation.fields.format_map(filled)}"
    answer = await ask(matrix.app, operation.method, path, account_of(state, role))
    if answer.header("set-cookie"):  # the session ended, or goes on under another name
        with matrix.world.store.work() as work:
            open_session(work, state, role)
    return answer


def _faults(operation: Operation, verdict: Verdict, answer: Answer, allowed: set[str]) -> Iterator[str]:
    met = _met(answer)
    if met is not verdict and not (verdict is Verdict.ALLOWED and answer.status in operation.answers):
        yield f"{answer.status} {answer.header('location')} instead of {verdict}"
    if verdict is Verdict.ALLOWED and answer.status not in operation.answers:
        yield f"{answer.status} is no answer of it"
    foreign = {found.decode() for found in TOKEN.findall(answer.everything)} - allowed
    if foreign:
        yield f"shows {sorted(foreign)}"
    if operation.method == "HEAD" and answer.body:
        yield "HEAD has a body"


def _met(answer: Answer) -> Verdict:
    """Read off an answer how the request was met."""
    place = answer.header("location").partition("?")[0]
    if answer.status == 401 or (answer.status == 303 and place == "/sign-in"):
        return Verdict.SIGN_IN
    if answer.status == 303 and place == "/confirm":
        return Verdict.CONFIRM
    return Verdict.ABSENT if answer.status == 404 else Verdict.ALLOWED
