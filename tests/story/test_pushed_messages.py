"""A hospital that pushes: acknowledged on disk whoever consented, at the hub only with consent."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.mllp import END, START
from hie.clock import SystemClock
from hie.edge import enrolment, identity
from hie.edge.edge import Edge
from hie.edge.identity import make_key
from hie.edge.pushing import Pushing
from hie.edge.running import Runner
from hie.edge.settings import EdgeSettings, Mllp
from hie.edge.wiring import wired
from hie.exchange.ports.spool import ItemState
from hie.record.entry import EntryStatus
from hie.record.errors import Misconfigured
from ssmix2.transactions import read_after
from tests import storages
from tests.build.region import Region, a_region, held
from tests.certificates import Authority
from tests.story.test_edge_process import until

ANNE, BILL = "0000000001", "0000000002"


def send(port: int, *messages: bytes) -> list[bytes]:
    """Send over one connection, each after the answer to the one before."""
    answers = []
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line, line.makefile("rb") as heard:
        for message in messages:
            line.sendall(START + message + END)
            answer = b""
            while not answer.endswith(END):
                answer += heard.read(1)
            answers.append(answer)
    return answers


@contextmanager
def listening(folder: Path, region: Region) -> Iterator[tuple[Edge, int]]:
    """Run an edge that has no folders, only a listener."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    settings = EdgeSettings(
        data_dir=folder / "edge", mllp=Mllp(port=port), poll_seconds=0.2, report_seconds=0.2, reserve_bytes=0
    )
    if not (folder / "edge" / identity.FILE).exists():
        enrolment.enrol(settings.data_dir, region.token())
    with wired(settings) as edge:
        runner = Runner(edge)
        runner.start()
        try:
            yield edge, port
        finally:
            runner.stop()


def test_pushed_messages_arrive_by_consent_and_wait_for_it(tmp_path: Path) -> None:
    hub = tmp_path / "hub"
    his, hers = storages.laboratory(BILL, 1), storages.laboratory(ANNE, 2)
    again = storages.laboratory(ANNE, 2, value="6.6")
    with a_region(hub, [ANNE, BILL], [ANNE]) as region, listening(tmp_path, region) as (edge, port):
        answers = send(port, his.content, hers.content)
        assert all(b"MSA|AA|" in answer for answer in answers)
        until(lambda: sum(held(hub).values()) == 1)
        assert {value for value, *_ in held(hub)} == {ANNE}
        waiting = [edge.memory.counts().get(("mllp", state), 0) for state in (ItemState.SEEN, ItemState.HELD)]
        assert sum(waiting) == 1
        assert send(port, again.content, b"MSH|^~\\&|no message")[1].count(b"MSA|AR|") == 1
        storages.consent(region.store, BILL)
        until(lambda: {value for value, *_ in held(hub)} == {ANNE, BILL})
        assert sum(held(hub).values()) == 2
        assert BILL.encode() in b"".join(
            record.body for record in read_after(edge.settings.pushed, settled_before_ns=2**62)
        )


def test_messages_are_kept_while_the_hub_is_away_and_go_out_after_a_restart(tmp_path: Path) -> None:
    hub = tmp_path / "hub"
    with a_region(hub, [ANNE], [ANNE]) as region:
        # An edge that is stopped while it still connects leaves that line to the end of the process.
        with listening(tmp_path, region) as (edge, _):
            until(lambda: edge.policy.position > 0)
        port_of_hub = int(region.url.rpartition(":")[2])
    documents = [storages.laboratory(ANNE, number) for number in range(20)]
    with listening(tmp_path, region) as (_, port):
        assert all(b"MSA|AA|" in one for one in send(port, *(document.content for document in documents)))
    with a_region(hub, [ANNE], [ANNE], port_of_hub) as region, listening(tmp_path, region):
        until(lambda: sum(held(hub, EntryStatus.APPROVED).values()) == len(documents))


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = EdgeSettings(data_dir=tmp_path, mllp=Mllp(port=taken.getsockname()[1]))
        assert settings.mllp is not None
        with pytest.raises(Misconfigured, match="mllp"):
            Pushing(settings, settings.mllp, storages.HOSPITAL, SystemClock()).start()


@pytest.mark.parametrize(
    ("stated", "is_right"),
    [
        ({"host": "127.0.0.1"}, True),
        ({"host": "::1"}, True),
        ({"host": "localhost"}, True),
        ({"host": "10.1.2.3"}, False),
        ({"host": "::"}, False),
        ({"host": "emr.example"}, False),
        ({"host": "10.1.2.3", "allowed": ["10.1.2.0/24"]}, True),
        ({"host": "10.1.2.3", "senders": [{"network": "10.1.2.9", "application": "KARTE9"}]}, True),
        ({"host": "10.1.2.3", "authority": "ca.pem"}, False),
        ({"authority": "ca.pem"}, False),
    ],
)
def test_an_edge_listens_to_others_only_where_it_is_said_to_whom(
    stated: dict[str, Any],
    is_right: bool,  # noqa: FBT001
) -> None:
    with nullcontext() if is_right else pytest.raises(ValidationError):
        Mllp.model_validate(stated)


def test_callers_show_a_certificate_where_an_authority_is_named(tmp_path: Path) -> None:
    authority = Authority()
    for name in ("edge", "sender"):
        pair = make_key(storages.HOSPITAL)
        certificate = authority.certify(pair.request, SystemClock().now())
        (tmp_path / f"{name}.pem").write_text(pair.key + certificate)
    (tmp_path / "ca.pem").write_text(authority.pem)
    pem = tmp_path / "edge.pem"
    mllp = Mllp(port=0, certificate=pem, key=pem, authority=tmp_path / "ca.pem")
    settings = EdgeSettings(data_dir=tmp_path / "data", mllp=mllp, reserve_bytes=0)
    pushing = Pushing(settings, mllp, storages.HOSPITAL, SystemClock())
    port = pushing.start()
    try:
        context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        context.check_hostname = False
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        message = START + storages.laboratory(ANNE, 1).content + END

        def answer() -> bytes:
            with (
                suppress(ssl.SSLError, ConnectionError),
                socket.create_connection(("127.0.0.1", port), timeout=30) as line,
                context.wrap_socket(line) as safe,
            ):
                safe.sendall(message)
                return safe.recv(4096)
            return b""

        assert answer() == b""
        context.load_cert_chain(tmp_path / "sender.pem")
        assert b"MSA|AA|" in answer()
    finally:
        pushing.stop()
