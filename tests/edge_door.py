"""A real TLS door in front of the stand-in hub, for edges that run as processes of their own."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread

import httpx

from hie.edge import identity
from tests.certificates import Authority
from tests.edges import StandInHub


class Door:
    """What enrols an edge and lets its certificate in."""

    def __init__(self, hub: StandInHub, authority: Authority) -> None:
        self.hub = hub
        self.authority = authority
        self.secret = "once"
        self.url = ""
        self.clients: set[str] = set()
        """Subjects of the certificates that were shown."""
        self.lock = Lock()
        """Held for each request."""

    @property
    def token(self) -> str:
        """The token to enrol with."""
        content = {
            "url": self.url,
            "facility": self.hub.facility,
            "secret": self.secret,
            "authority_sha256": identity.fingerprint(self.authority.pem),
        }
        return "tsunagu1." + base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    def answer(self, request: httpx.Request, subject: str) -> httpx.Response:
        """Answer enrolment by itself, the rest as the hub does."""
        path = request.url.path.removeprefix("/edge/v1/")
        if path == "authority":
            return httpx.Response(200, text=self.authority.pem)
        if path in {"enrol", "renew"}:
            return self._certify(json.loads(request.content), path, subject)
        if not subject:
            return httpx.Response(403)
        self.clients.add(subject)
        return self.hub.handle_request(request)

    def _certify(self, asked: dict[str, str], path: str, subject: str) -> httpx.Response:
        if path == "enrol":
            if asked["secret"] != self.secret:
                return httpx.Response(403)
            self.secret = ""
        elif not subject:
            return httpx.Response(403)
        content = {
            "certificate": self.authority.certify(asked["csr"], self.hub.clock.now()),
            "authority": self.authority.pem,
            "facility": self.hub.facility,
            "epoch": 1,
            "at": self.hub.clock.now(),
        }
        return httpx.Response(200, json=content)


@contextmanager
def a_door(folder: Path, hub: StandInHub) -> Iterator[Door]:
    """Open a door on a free port of this machine."""
    door = Door(hub, Authority())
    server = _Quiet(("127.0.0.1", 0), _handler(door))
    pair = identity.make_key("localhost")
    chain = folder / "door.pem"
    chain.write_text(pair.key + door.authority.certify(pair.request, hub.clock.now(), names=["localhost"]))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=door.authority.pem)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    door.url = f"https://localhost:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield door
    finally:
        server.shutdown()
        server.server_close()


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing of a client that went away."""


def _handler(door: Door) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            assert isinstance(self.connection, ssl.SSLSocket)
            shown = self.connection.getpeercert() or {}
            subject = str(shown.get("subject", ""))
            request = httpx.Request(
                self.command, f"{door.url}{self.path}", headers=dict(self.headers), content=self._body()
            )
            with door.lock:
                answer = door.answer(request, subject)
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = _serve  # noqa: N815  the names the standard library asks for

        def _body(self) -> bytes:
            if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
