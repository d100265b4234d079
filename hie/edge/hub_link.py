"""The edge's only way out: HTTPS to the hub, with the facility's certificate, trusting one authority.

What the hub says on purpose is a result; that it cannot be reached is `Unavailable`, and that it
does not let this certificate in is `Refused`; an answer that does not follow its form is `Invalid`.
Everything has a deadline, and every answer a size beyond which it is not read.
"""

from __future__ import annotations

import json
import socket
import ssl
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import quote

import httpx
from backports.zstd import ZstdCompressor

from hie.edge.identity import Identity, tls_context, trusting
from hie.exchange.feeds.parcels import Batch, Receipt, head_of, read_receipts
from hie.exchange.gate.policy import Known, Policy, read_policy
from hie.record.errors import Invalid, Refused, Unavailable

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 60.0
"""For each step of a request: a write that does not move, an answer that does not come."""
LONGEST_WAIT = 25
"""Seconds for which the hub may be asked to wait for a decision."""
LIST_MOST = 64 * 1024 * 1024
"""Bytes of a consent list, opened: more than a million patients."""
RECEIPTS_MOST = 16 * 1024 * 1024
WORDS_MOST = 4 * 1024 * 1024
"""Bytes of any other answer."""
AUTHORITY_MOST = 64 * 1024
_FORM = "the hub's answer does not follow its form"
_GZIP = 31
"""The window of zlib that stands for one gzip member."""
_LEVEL = 3
_SENDING = ((socket.SOL_SOCKET, socket.SO_SNDBUF, 128 * 1024),)
"""On a slow line little waits in the system: what was written has nearly arrived when the answer is due."""
_NOT_LET_IN = frozenset({401, 403})
_NOT_TAKEN = frozenset({400, 413, 422, 500})
_BUSY = frozenset({429, 503})
_ALERTS = ("ALERT_CERTIFICATE", "CERTIFICATE_REQUIRED", "ALERT_UNKNOWN_CA", "ALERT_ACCESS_DENIED")


class Receipts(NamedTuple):
    """The hub took the batch and says what became of it."""

    receipts: list[Receipt]


class PolicyMoved(NamedTuple):
    """The batch was made under another consent list than the hub's."""

    position: int


class NumberPassed(NamedTuple):
    """The hub has seen this number or a greater one."""

    number: int


class Rejected(NamedTuple):
    """The hub did not take the batch, for a reason that lies in the batch or in the hub's reading of it."""

    status: int


Transport = httpx.BaseTransport
"""What carries requests; a test may put its own in."""


class SpokenTwice(NamedTuple):
    """The hub hears two copies of this edge, and neither before somebody has stopped one."""


Sent = Receipts | PolicyMoved | NumberPassed | SpokenTwice | Rejected


class Task(NamedTuple):
    """Something the hub left for the edge to do."""

    id: str
    kind: str
    body: Mapping[str, Any]


class Reported(NamedTuple):
    """The hub's answer to a report."""

    at: int
    """Milliseconds since 1970, by the hub's clock."""
    tasks: tuple[Task, ...]
    audit: Mapping[str, Any] | None = None
    """Where the hub's audit trail ends, signed; none where nothing is sealed."""


class Certified(NamedTuple):
    """What the region's authority answers; PEM."""

    certificate: str
    authority: str
    facility: str
    epoch: int


class _Answer(NamedTuple):
    """What the hub said, read to its end."""

    status: int
    content: bytes

    def expected(self) -> _Answer:
        """Return an answer that says yes; anything else than yes is not available now."""
        if not httpx.codes.is_success(self.status):
            raise Unavailable(f"the hub answered {self.status}")
        return self

    def object(self) -> dict[str, Any]:
        """Read it as a JSON object."""
        with _following_its_form():
            content = json.loads(self.content)
            if isinstance(content, dict):
                return content
        raise Invalid(_FORM)


class HubLink:
    """A connection to the hub; may be used by several threads."""

    def __init__(
        self, identity: Identity, folder: Path, transport: httpx.BaseTransport | None = None
    ) -> None:
        """Speak as `identity`, whose files lie in `folder`; nothing is sent yet."""
        self._folder = folder
        self._transport = transport
        self._client = self._made(identity)
        self._former: httpx.Client | None = None

    def become(self, identity: Identity) -> None:
        """Speak as another identity from the next request on; requests under way end as they began."""
        made = self._made(identity)
        if self._former:
            self._former.close()
        self._former, self._client = self._client, made

    def policy(self, after: int, wait: int, known: Known | None = None) -> Policy | None:
        """Return the consent list if its position is not `after`; wait so many seconds for that.

        With what is `known` of the hub also if that is not the hub's present state.
        """
        asked = {"after": after, "wait": min(wait, LONGEST_WAIT)}
        more = {} if known is None else known._asdict() | {"position": None}
        answer = self._ask(
            "GET",
            "/edge/v1/policy",
            LIST_MOST,
            headers={"Accept-Encoding": "gzip"},
            params=asked | {name: value for name, value in more.items() if value},
            timeout=httpx.Timeout(ANSWER_SECONDS + wait, connect=CONNECT_SECONDS),
        )
        if answer.status == httpx.codes.NO_CONTENT:
            return None
        return read_policy(answer.expected().content)

    def send(self, batch: Batch, bodies: Iterable[bytes]) -> Sent:
        """Send a batch; `bodies` are the bytes of its documents, in the order of its head."""
        answer = self._ask(
            "POST",
            "/edge/v1/batches",
            RECEIPTS_MOST,
            content=_compressed(head_of(batch), bodies),
            headers={"Content-Encoding": "zstd", "Content-Type": "application/octet-stream"},
        )
        if answer.status == httpx.codes.OK:
            return _receipts(answer)
        if answer.status == httpx.codes.CONFLICT:
            return _conflict(answer)
        if answer.status in _NOT_TAKEN:
            return Rejected(answer.status)
        raise Unavailable(f"the hub answered {answer.status}")

    def report(self, status: Mapping[str, object]) -> Reported:
        """Tell the hub how the edge is; return what it left for the edge to do."""
        # Names of files may be no text: everything beyond ASCII is escaped.
        said = json.dumps(status, separators=(",", ":"))
        headers = {"Content-Type": "application/json"}
        return _reported(self._ask("POST", "/edge/v1/status", content=said, headers=headers).expected())

    def answer(self, task: str, outcome: str, detail: str = "") -> None:
        """Tell the hub what became of a task."""
        body = {"outcome": outcome, "detail": detail}
        self._ask("POST", f"/edge/v1/tasks/{quote(task, safe='')}", json=body).expected()

    def renew(self, request: str) -> Certified:
        """Ask for a new certificate."""
        return _certified(self._ask("POST", "/edge/v1/renew", json={"csr": request}).expected())

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        if self._former:
            self._former.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _made(self, identity: Identity) -> httpx.Client:
        return httpx.Client(
            base_url=identity.url,
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            transport=self._transport
            or httpx.HTTPTransport(verify=tls_context(self._folder, identity), socket_options=_SENDING),
        )

    def _ask(self, method: str, path: str, most: int = WORDS_MOST, **options: Any) -> _Answer:  # noqa: ANN401  HTTPX's own
        return _asked(self._client, method, path, most, **options)


def fetch_authority(url: str) -> str:
    """Fetch the authority's certificate without trusting anybody yet: its hash must be compared."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with httpx.Client(verify=context, timeout=CONNECT_SECONDS) as client:
        said = _asked(client, "GET", f"{url}/edge/v1/authority", AUTHORITY_MOST).expected().content
    with _following_its_form():
        return said.decode("ascii")


def ask_enrolment(url: str, authority: str, secret: str, request: str) -> Certified:
    """Trade a one-time secret and a request for a certificate."""
    with httpx.Client(verify=trusting(authority), timeout=CONNECT_SECONDS) as client:
        body = {"secret": secret, "csr": request}
        try:
            said = _asked(client, "POST", f"{url}/edge/v1/enrol", WORDS_MOST, json=body)
        except Refused as error:
            raise Refused(("token",)) from error
        return _certified(said.expected())


def _asked(client: httpx.Client, method: str, path: str, most: int, **options: Any) -> _Answer:  # noqa: ANN401  HTTPX's own
    """Ask, and read the answer up to `most` bytes."""
    options["headers"] = {"Accept-Encoding": "identity"} | options.get("headers", {})
    try:
        answer = client.send(client.build_request(method, path, **options), stream=True)
        try:
            said = _Answer(answer.status_code, _read(answer, most))
        finally:
            answer.close()
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ssl.SSLError) as error:
        if _is_alert(error):
            raise Refused(("certificate",)) from error
        raise Unavailable("the hub does not answer") from error
    if said.status in _NOT_LET_IN:
        raise Refused(("certificate",))
    if said.status in _BUSY:
        raise Unavailable("the hub asks to wait", _seconds(answer.headers.get("Retry-After", "")))
    return said


def _read(answer: httpx.Response, most: int) -> bytes:
    """Read a body as it is, or one that was compressed by gzip; raises `Invalid` beyond `most` bytes.

    Never more than the bound is in memory, whatever was compressed into how little.
    """
    encoding = answer.headers.get("Content-Encoding", "identity")
    if encoding not in {"identity", "gzip"}:
        raise Invalid(_FORM)
    opening = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
    content = bytearray()
    stream = answer.stream  # not `iter_bytes`, which opens whatever comes in one piece
    assert isinstance(stream, httpx.SyncByteStream)  # noqa: S101  the client is no asynchronous one
    for chunk in stream:
        try:
            content += opening.decompress(chunk, most + 1 - len(content)) if opening else chunk
        except zlib.error as error:
            raise Invalid(_FORM) from error
        if len(content) > most:
            raise Invalid("the hub's answer is too long")
    if opening and not opening.eof:
        raise Invalid(_FORM)
    return bytes(content)


def _compressed(head: bytes, bodies: Iterable[bytes]) -> Iterator[bytes]:
    """Compress a batch; its head leaves at once, for the hub looks at it while the rest is on its way."""
    compressor = ZstdCompressor(level=_LEVEL)
    yield compressor.compress(head, ZstdCompressor.FLUSH_BLOCK)
    for body in bodies:
        if packed := compressor.compress(body):
            yield packed
    yield compressor.flush()


@contextmanager
def _following_its_form() -> Iterator[None]:
    """Raise `Invalid` for whatever an answer lacks or has in another kind."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        raise Invalid(_FORM) from error


def _receipts(answer: _Answer) -> Receipts:
    content = answer.object()
    with _following_its_form():
        return Receipts(read_receipts(content["receipts"]))


def _conflict(answer: _Answer) -> PolicyMoved | NumberPassed | SpokenTwice:
    content = answer.object()
    with _following_its_form():
        if content["reason"] == "number":
            return NumberPassed(int(content["number"]))
        if content["reason"] == "clone":
            return SpokenTwice()
        return PolicyMoved(int(content["position"]))


def _reported(answer: _Answer) -> Reported:
    content = answer.object()
    with _following_its_form():
        return Reported(
            int(content["at"]),
            tuple(Task(str(one["id"]), str(one["kind"]), dict(one["body"])) for one in content["tasks"]),
            dict(content["audit"]) if content.get("audit") else None,
        )


def _certified(answer: _Answer) -> Certified:
    content = answer.object()
    with _following_its_form():
        return Certified(
            str(content["certificate"]),
            str(content["authority"]),
            str(content.get("facility", "")),
            int(content.get("epoch", 0)),
        )


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() else 0.0


def _is_alert(error: BaseException | None) -> bool:
    """Say whether the other side ended the handshake because of our certificate."""
    while error is not None:
        if isinstance(error, ssl.SSLError) and any(word in str(error.reason) for word in _ALERTS):
            return True
        error = error.__cause__ or error.__context__
    return False
