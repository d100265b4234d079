"""What an edge asks the hub: `/edge/v1/*`, behind TLS and, but for the way in, a client certificate.

The certificate alone says which facility speaks. The event loop only moves bytes: looking up,
decompressing and filing are done in threads, so that nobody at the calendar waits for them.
"""

from __future__ import annotations

import asyncio
import errno
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, NamedTuple, TypeVar, cast

from backports.zstd import DecompressionParameter, ZstdDecompressor, ZstdError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from hie.exchange.feeds import edges
from hie.exchange.feeds.edges import Authority, Certified
from hie.exchange.feeds.parcels import Batch, head_there, write_receipts
from hie.exchange.feeds.receiving import PolicyMoved, Positions, Reception, Refusal, SpokenTwice, Taken
from hie.exchange.gate.declared import About, declares
from hie.exchange.gate.policy import Known, policy_of, written
from hie.exchange.ports import Clock, Edge, Store
from hie.exchange.trail.auditing import seal_written
from hie.record.errors import Invalid, NotFound, Refused, Unavailable
from hie.record.requester import Role
from hie.web.problems import problem
from hie.web.strangers import Strangers

Answer = TypeVar("Answer")
Handler = Callable[[Request], Awaitable[Response]]
Speaking = Callable[[Request, Edge], Awaitable[Response]]

LONGEST_WAIT = 25
"""Seconds an edge may wait for its consent list to move."""
MOST_WORDS = 1024 * 1024
"""Bytes of a report, a request, an answer to a task."""
BATCHES_AT_ONCE = 2
"""How many are filed side by side; the store takes one writer after the other anyway."""
TO_FILE_AT_ONCE = 2 * BATCHES_AT_ONCE
"""How many may be there whole and wait for that before new ones are told to come again."""
TAKEN_IN_AT_ONCE = 128
"""How many come in side by side: a slow line holds its own place and nobody else's."""
LEAST_RATE = 4096
"""Bytes in a second that a batch comes with, on the whole and after `SILENCE_SECONDS`."""
SILENCE_SECONDS = 30.0
"""How long a sender may send nothing."""
BATCH_SECONDS = 900.0
IN_MEMORY = 1024 * 1024
"""Bytes of a batch that stay in memory before it goes to a file."""
FULL_SECONDS = 60
"""After which an edge may ask again where the disk is full."""
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_LOOK_SECONDS = 0.5
_GATHERED = 512 * 1024
_WINDOW = 23
"""Largest window (as a power of two) a compressed batch may ask memory for; RFC 8878 wants that much."""


class EdgeServices(NamedTuple):
    """What the routes of edges need."""

    store: Store
    clock: Clock
    authority: Authority
    positions: Positions
    begin: Callable[[Edge, Batch], Refusal | None]
    """Says by its head why a batch is not taken, if it is not; runs in a thread."""
    receive: Callable[[Edge, BinaryIO], Reception]
    """Files a batch that was begun; runs in a thread."""
    folder: Path
    """Where batches lie while they come in."""
    most_bytes: int
    """What a batch may have, compressed and opened."""
    closing: Callable[[], bool]
    """Whether the door is being closed: nobody waits behind it any more."""
    has_room: Callable[[], bool]
    """Whether the disk has room for documents; the last of it is for the audit trail."""


def routes(services: EdgeServices) -> list[Route]:
    """Return the routes of edges."""
    door = _Door(services)
    words, batch = MOST_WORDS, services.most_bytes
    anybody, edge = None, frozenset({Role.SYSTEM})
    ways: tuple[tuple[str, Handler, str, frozenset[Role] | None, int], ...] = (
        ("/edge/v1/authority", door.authority, "GET", anybody, 0),
        ("/edge/v1/enrol", door.enrol, "POST", anybody, words),
        ("/edge/v1/renew", door.known(door.renew), "POST", edge, words),
        ("/edge/v1/policy", door.known(door.policy), "GET", edge, 0),
        ("/edge/v1/batches", door.known(door.batches), "POST", edge, batch),
        ("/edge/v1/status", door.known(door.status), "POST", edge, words),
        ("/edge/v1/tasks/{task}", door.known(door.task), "POST", edge, words),
    )
    return [
        Route(path, declares(audience, About.FEED, most_bytes=most)(_told(handler)), methods=[method])
        for path, handler, method, audience, most in ways
    ]


def speaking_role(scope: Scope) -> Role | None:
    """Say in which role a client asks that showed a certificate; whose it is, is looked up behind."""
    return Role.SYSTEM if scope["state"].get("certificate") else None


class _Door:
    """The handlers, and who is being served."""

    def __init__(self, services: EdgeServices) -> None:
        self._services = services
        self._filing = ThreadPoolExecutor(BATCHES_AT_ONCE, thread_name_prefix="edge-batch")
        self._asking = ThreadPoolExecutor(2, thread_name_prefix="edge")
        self._admitting = ThreadPoolExecutor(1, thread_name_prefix="edge-enrolment")  # anybody may ask
        self._strangers = Strangers()
        self._busy: set[str] = set()
        self._to_file = 0
        self._region = (0.0, -1)
        self._looking = asyncio.Lock()

    # --- who speaks ---

    def known(self, handler: Speaking) -> Handler:
        """Let only an edge in that is recognised by its certificate."""

        async def recognised(request: Request) -> Response:
            edge = await self._speaker(request)
            return await handler(request, edge) if edge else problem(401, "no edge of this region")

        return recognised

    async def _speaker(self, request: Request) -> Edge | None:
        certificate: bytes = request.scope["state"].get("certificate", b"")
        if not certificate:
            return None
        return await self._ask(edges.recognise, self._services.store, self._services.clock, certificate)

    async def authority(self, request: Request) -> Response:
        """Give the authority's certificate to anybody."""
        del request
        return PlainTextResponse(self._services.authority.certificate)

    async def enrol(self, request: Request) -> Response:
        """Trade a secret and a request for a certificate."""
        store, clock, authority = self._services[:3]
        loop = asyncio.get_running_loop()
        address = request.client.host if request.client else ""
        if seconds := self._strangers.wait(address, loop.time()):
            return _later(429, seconds)
        words = await _words(request)
        made = partial(edges.enrol, store, clock, authority, _text(words, "secret"), _text(words, "csr"))
        certified = await loop.run_in_executor(self._admitting, made)
        self._strangers.forget(address)
        return _certified(certified)

    async def renew(self, request: Request, edge: Edge) -> Response:
        """Certify another key of an edge."""
        store, clock, authority = self._services[:3]
        words = await _words(request)
        made = partial(edges.renew, store, clock, authority, edge, _text(words, "csr"))
        return _certified(await self._ask(made))

    # --- the consent list ---

    async def policy(self, request: Request, edge: Edge) -> Response:
        """Give the consent list once it stands elsewhere than where the edge has it, or 204."""
        after, wait = _number(request, "after", -1), _number(request, "wait", 0)
        loop = asyncio.get_running_loop()
        until = loop.time() + max(0, min(wait, LONGEST_WAIT))
        seen = await self._now()
        known = Known(
            after, _number(request, "incarnation", 0), _number(request, "number", 0), _named(request)
        )
        while not await self._ask(self._is_news, edge, known):
            while seen == (region := await self._now()):
                if loop.time() >= until or self._services.closing():
                    return Response(status_code=204)
                await asyncio.sleep(min(_LOOK_SECONDS, max(0.0, until - loop.time())))
            seen = region
        if await self._speaker(request) is None:  # it may have been revoked while it waited
            return problem(401, "no edge of this region")
        content = await self._ask(self._list, edge)
        headers = {"cache-control": "no-store"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            content = await self._ask(partial(gzip.compress, content, 5))
            headers["content-encoding"] = "gzip"
        return Response(content, media_type="application/json", headers=headers)

    async def _now(self) -> int:
        """Return the region's position, as it was within the last moment: one question for all who wait."""
        async with self._looking:
            now = asyncio.get_running_loop().time()
            if now - self._region[0] >= _LOOK_SECONDS or self._region[1] < 0:
                self._region = (now, await self._ask(self._region_position))
            return self._region[1]

    def _region_position(self) -> int:
        with self._services.store.look() as work:
            return work.consents.position()

    def _is_news(self, edge: Edge, known: Known) -> bool:
        with self._services.store.look() as work:
            return self._services.positions.is_news(work, edge, known, self._services.clock.now())

    def _list(self, edge: Edge) -> bytes:
        with self._services.store.look() as work:
            return written(policy_of(work, edge.facility, self._services.clock.now()))

    # --- batches ---

    async def batches(self, request: Request, edge: Edge) -> Response:
        """Take a batch in and file it; one of a facility at a time."""
        if edge.facility in self._busy:
            return _later(429)
        if len(self._busy) >= TAKEN_IN_AT_ONCE or self._to_file >= TO_FILE_AT_ONCE:
            return _later(503)
        if not self._services.has_room():
            return _later(503, FULL_SECONDS)
        length = request.headers.get("content-length", "0")
        if length.isdigit() and int(length) > self._services.most_bytes:
            return problem(413, "the batch is too large")
        self._busy.add(edge.facility)
        try:
            self._services.folder.mkdir(parents=True, exist_ok=True)
            with SpooledTemporaryFile(IN_MEMORY, dir=str(self._services.folder)) as content:
                came = await self._taken_in(request, edge, content)
                return came or await self._filed(edge, content)
        except ClientDisconnect:
            return problem(400, "the batch ended early")
        finally:
            self._busy.discard(edge.facility)

    async def _taken_in(
        self, request: Request, edge: Edge, content: SpooledTemporaryFile[bytes]
    ) -> Response | None:
        """Write the body to `content`, opened; return a refusal if it cannot be, or its head is refused."""
        encoding = request.headers.get("content-encoding", "identity")
        if encoding not in {"identity", "zstd"}:
            return problem(415, "a batch is sent as it is, or as one zstd frame")
        opening = _Opening(content, self._services.most_bytes, compressed=encoding == "zstd")
        try:
            async with asyncio.timeout(BATCH_SECONDS):
                async for piece in _pieces(request, opening):
                    if not self._services.has_room():
                        return _later(503, FULL_SECONDS)
                    head = await self._ask(opening.take, piece)
                    if head and (refused := await self._ask(self._services.begin, edge, head)):
                        return _refused(refused)
                await self._ask(opening.end)
        except TimeoutError:
            return problem(408, "the batch came too slowly")
        except OverflowError:
            return problem(413, "the batch is too large")
        return None

    async def _filed(self, edge: Edge, content: SpooledTemporaryFile[bytes]) -> Response:
        filing = asyncio.get_running_loop().run_in_executor(
            self._filing, self._services.receive, edge, cast("BinaryIO", content)
        )
        self._to_file += 1
        try:
            result = await asyncio.shield(filing)
        except asyncio.CancelledError:
            await asyncio.wait((filing,))  # who asked is gone; what was begun ends
            raise
        finally:
            self._to_file -= 1
        if isinstance(result, Taken):
            return _json({"receipts": write_receipts(result.receipts)})
        return _refused(result)

    # --- reports and tasks ---

    async def status(self, request: Request, edge: Edge) -> Response:
        """Keep a report; answer with the time and what waits."""
        words = await _words(request)
        told = await self._ask(edges.report, self._services.store, self._services.clock, edge, words)
        tasks = [{"id": one.id, "kind": one.kind, "body": json.loads(one.body)} for one in told.tasks]
        head = seal_written(told.sealed) if told.sealed else None
        return _json({"at": told.at, "tasks": tasks, "audit": head})

    async def task(self, request: Request, edge: Edge) -> Response:
        """Note what became of a task."""
        words = await _words(request)
        outcome, detail = _text(words, "outcome"), _text(words, "detail")
        task = request.path_params["task"]
        store, clock = self._services[:2]
        await self._ask(edges.finish, store, clock, edge, task, outcome, detail)
        return Response(status_code=204)

    async def _ask(self, function: Callable[..., Answer], *arguments: object) -> Answer:
        """Do something that may wait, in a thread that no page uses."""
        call = partial(function, *arguments)
        return await asyncio.get_running_loop().run_in_executor(self._asking, call)


class _Opening:
    """Opens a body as it comes, into a file; for one thread at a time."""

    def __init__(self, content: SpooledTemporaryFile[bytes], most: int, *, compressed: bool) -> None:
        self._content = content
        self._left = most
        limits = {int(DecompressionParameter.window_log_max): _WINDOW}
        self._frame = ZstdDecompressor(options=limits) if compressed else None
        self.begun = False
        """Whether the head of the batch is there."""

    def take(self, chunk: bytes) -> Batch | None:
        """Write what a piece of the body holds; return the batch's head, once, when it is there.

        Raises `OverflowError` if it is too much, or `Invalid`.
        """
        self._open(chunk)
        if self.begun or not (head := head_there(cast("BinaryIO", self._content))):
            return None
        self.begun = True
        return head

    def _open(self, chunk: bytes) -> None:
        if self._frame is None:
            self._write(chunk)
            return
        try:
            while chunk or not (self._frame.needs_input or self._frame.eof):
                if self._frame.eof:
                    raise Invalid("there is something behind the batch")
                self._write(self._frame.decompress(chunk, _GATHERED))
                chunk = b""
        except ZstdError as error:
            raise Invalid("the batch cannot be opened") from error
        if self._frame.eof and self._frame.unused_data:
            raise Invalid("there is something behind the batch")

    def end(self) -> None:
        """Go back to the beginning; raises `Invalid` if the frame is cut off."""
        if self._frame is not None and not self._frame.eof:
            raise Invalid("the batch ended early")
        if not self.begun:
            raise Invalid("this is no batch")
        self._frame = None  # its window takes megabytes
        self._content.seek(0)

    def _write(self, opened: bytes) -> None:
        self._left -= len(opened)
        if self._left < 0:
            raise OverflowError
        self._content.write(opened)


def _told(handler: Handler) -> Handler:
    """Turn the house's refusals into answers without a value of the request."""

    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except Invalid as error:
            return problem(400, str(error))
        except Refused:
            return problem(403, "not let in")
        except NotFound:
            return problem(404, "no such thing")
        except Unavailable as error:
            return _later(503, max(1, round(error.retry_after)))
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            return _later(503, FULL_SECONDS)

    return answered


async def _pieces(request: Request, opening: _Opening) -> AsyncIterator[bytes]:
    """Yield the body in large pieces; as it comes while the head is not there yet.

    Raises `TimeoutError` where nothing comes, or too little.
    """
    gathered: list[bytes] = []
    size = total = 0
    loop = asyncio.get_running_loop()
    patience = loop.time() + SILENCE_SECONDS
    stream = request.stream().__aiter__()
    while True:
        # An exception that came through a task would hold this batch until the next collection.
        chunk = await asyncio.wait_for(anext(stream, None), SILENCE_SECONDS)
        if chunk is None:
            break
        gathered.append(chunk)
        size += len(chunk)
        total += len(chunk)
        if total < LEAST_RATE * (loop.time() - patience):
            raise TimeoutError
        if size >= (_GATHERED if opening.begun else 1):
            yield b"".join(gathered)
            gathered, size = [], 0
    yield b"".join(gathered)


def _refused(refusal: Refusal) -> Response:
    if isinstance(refusal, PolicyMoved):
        return _json({"reason": "policy", "position": refusal.position}, 409)
    if isinstance(refusal, SpokenTwice):
        return _json({"reason": "clone"}, 409)
    return _json({"reason": "number", "number": refusal.number}, 409)


def _later(status: int, seconds: int = 1) -> Response:
    answer = problem(status, "busy; ask again")
    answer.headers["retry-after"] = str(seconds)
    return answer


async def _words(request: Request) -> dict[str, Any]:
    """Read a small JSON object; raises `Invalid`."""
    content = bytearray()
    try:
        async with asyncio.timeout(SILENCE_SECONDS):
            async for chunk in request.stream():
                content += chunk
        read = json.loads(content)
    except (ValueError, RecursionError, TimeoutError, ClientDisconnect) as error:
        raise Invalid("this is no JSON object") from error
    if not isinstance(read, dict):
        raise Invalid("this is no JSON object")
    return read


def _text(words: dict[str, Any], name: str) -> str:
    found = words.get(name, "")
    if not isinstance(found, str):
        raise Invalid(f"{name} is a text")
    return found


def _number(request: Request, name: str, otherwise: int) -> int:
    try:
        return int(request.query_params.get(name, otherwise))
    except ValueError as error:
        raise Invalid(f"{name} is a number") from error


def _named(request: Request) -> str:
    return request.query_params.get("digest", "")


def _certified(made: Certified) -> Response:
    return _json(made._asdict())


def _json(content: object, status: int = 200) -> Response:
    """Write as JSON; names of files may be no text, so everything beyond ASCII is escaped."""
    return Response(json.dumps(content, separators=(",", ":")), status, media_type="application/json")
