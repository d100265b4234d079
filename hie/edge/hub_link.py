"""The edge's only way out: HTTPS to the hub, with the facility's certificate, trusting one authority.

What the hub says on purpose is a result; that it cannot be reached is `Unavailable`, and that it
does not let this certificate in is `Refused`. Everything has a deadline.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import httpx
from backports.zstd import ZstdCompressor

from hie.edge.identity import Identity, tls_context, trusting
from hie.exchange.parcels import Batch, Receipt, head_of, read_receipts
from hie.exchange.policy import Policy, read_policy
from hie.record.errors import Invalid, Refused, Unavailable

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 60.0
"""For each step of a request: a write that does not move, an answer that does not come."""
LONGEST_WAIT = 25
"""Seconds for which the hub may be asked to wait for a decision."""
_LEVEL = 3
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
Sent = Receipts | PolicyMoved | NumberPassed | Rejected


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


class Certified(NamedTuple):
    """What the region's authority answers; PEM."""

    certificate: str
    authority: str
    facility: str
    epoch: int


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

    def policy(self, after: int, wait: int) -> Policy | None:
        """Return the consent list if its position is not `after`; wait so many seconds for that."""
        answer = self._ask(
            "GET",
            "/edge/v1/policy",
            params={"after": after, "wait": min(wait, LONGEST_WAIT)},
            timeout=httpx.Timeout(ANSWER_SECONDS + wait, connect=CONNECT_SECONDS),
        )
        if answer.status_code == httpx.codes.NO_CONTENT:
            return None
        _expect(answer)
        return read_policy(answer.content)

    def send(self, batch: Batch, bodies: Iterable[bytes]) -> Sent:
        """Send a batch; `bodies` are the bytes of its documents, in the order of its head."""
        answer = self._ask(
            "POST",
            "/edge/v1/batches",
            content=_compressed(chain([head_of(batch)], bodies)),
            headers={"Content-Encoding": "zstd", "Content-Type": "application/octet-stream"},
        )
        if answer.status_code == httpx.codes.OK:
            return Receipts(read_receipts(_content(answer)["receipts"]))
        if answer.status_code == httpx.codes.CONFLICT:
            content = _content(answer)
            if content.get("reason") == "number":
                return NumberPassed(int(content["number"]))
            return PolicyMoved(int(content.get("position", 0)))
        if answer.status_code in _NOT_TAKEN:
            return Rejected(answer.status_code)
        raise Unavailable(f"the hub answered {answer.status_code}")

    def report(self, status: Mapping[str, object]) -> Reported:
        """Tell the hub how the edge is; return what it left for the edge to do."""
        # Names of files may be no text: everything beyond ASCII is escaped.
        said = json.dumps(status, separators=(",", ":"))
        headers = {"Content-Type": "application/json"}
        content = _content(_expect(self._ask("POST", "/edge/v1/status", content=said, headers=headers)))
        try:
            return Reported(
                int(content["at"]),
                tuple(Task(str(one["id"]), str(one["kind"]), one["body"]) for one in content["tasks"]),
            )
        except (LookupError, TypeError, ValueError) as error:
            raise Invalid("the hub's answer does not follow its form") from error

    def answer(self, task: str, outcome: str, detail: str = "") -> None:
        """Tell the hub what became of a task."""
        body = {"outcome": outcome, "detail": detail}
        _expect(self._ask("POST", f"/edge/v1/tasks/{task}", json=body))

    def renew(self, request: str) -> Certified:
        """Ask for a new certificate."""
        return _certified(_expect(self._ask("POST", "/edge/v1/renew", json={"csr": request})))

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
            verify=tls_context(self._folder, identity),
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            transport=self._transport,
        )

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401  HTTPX's own
        return _asked(self._client, method, path, **options)


def fetch_authority(url: str) -> str:
    """Fetch the authority's certificate without trusting anybody yet: its hash must be compared."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with httpx.Client(verify=context, timeout=CONNECT_SECONDS) as client:
        return _expect(_asked(client, "GET", f"{url}/edge/v1/authority")).text


def ask_enrolment(url: str, authority: str, secret: str, request: str) -> Certified:
    """Trade a one-time secret and a request for a certificate."""
    with httpx.Client(verify=trusting(authority), timeout=CONNECT_SECONDS) as client:
        body = {"secret": secret, "csr": request}
        return _certified(_expect(_asked(client, "POST", f"{url}/edge/v1/enrol", json=body)))


def _asked(client: httpx.Client, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401  HTTPX's own
    try:
        answer = client.request(method, path, **options)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ssl.SSLError) as error:
        if _is_alert(error):
            raise Refused(("certificate",)) from error
        raise Unavailable("the hub does not answer") from error
    if answer.status_code in _NOT_LET_IN:
        raise Refused(("certificate",))
    if answer.status_code in _BUSY:
        raise Unavailable("the hub asks to wait", _seconds(answer.headers.get("Retry-After", "")))
    return answer


def _compressed(parts: Iterable[bytes]) -> Iterator[bytes]:
    compressor = ZstdCompressor(level=_LEVEL)
    for part in parts:
        if packed := compressor.compress(part):
            yield packed
    yield compressor.flush()


def _expect(answer: httpx.Response) -> httpx.Response:
    """Return an answer that says yes; anything else than yes is not available now."""
    if not answer.is_success:
        raise Unavailable(f"the hub answered {answer.status_code}")
    return answer


def _content(answer: httpx.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError as error:
        raise Invalid("the hub's answer does not follow its form") from error
    if not isinstance(content, dict):
        raise Invalid("the hub's answer does not follow its form")
    return content


def _certified(answer: httpx.Response) -> Certified:
    content = _content(answer)
    try:
        return Certified(
            str(content["certificate"]),
            str(content["authority"]),
            str(content.get("facility", "")),
            int(content.get("epoch", 0)),
        )
    except (LookupError, ValueError) as error:
        raise Invalid("the hub's answer does not follow its form") from error


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() else 0.0


def _is_alert(error: BaseException | None) -> bool:
    """Say whether the other side ended the handshake because of our certificate."""
    while error is not None:
        if isinstance(error, ssl.SSLError) and any(word in str(error.reason) for word in _ALERTS):
            return True
        error = error.__cause__ or error.__context__
    return False
