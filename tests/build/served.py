"""A hub served on a free port of this machine, and a client that keeps cookies as a browser does."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import uvicorn
from fastapi import FastAPI


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str
    body: bytes


class Client:
    """Sends requests with the headers of a browser and remembers cookies."""

    def __init__(self, address: str) -> None:
        """Talk to the server at `address`."""
        self.address = address
        self.cookies: dict[str, str] = {}
        self.set_cookies: list[str] = []

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self._send("GET", path, None, headers)

    def head(self, path: str) -> Answer:
        """Ask for what stands before a page."""
        return self._send("HEAD", path, None, {})

    def fragment(self, path: str) -> Answer:
        """Ask as a script of a page does."""
        return self._send("GET", path, None, {"HX-Request": "true", "Sec-Fetch-Site": "same-origin"})

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send a form from a page of ours."""
        sent = {"Sec-Fetch-Site": "same-origin"} | headers
        return self._send("POST", path, urlencode(fields).encode(), sent)

    def upload(
        self,
        path: str,
        token: str,
        files: Sequence[tuple[str, bytes]],
        field: str = "files",
        **fields: str,
    ) -> Answer:
        """Send a form with files, its token first, as our pages do."""
        border = b"----our-own-border"
        given = {"csrf_token": token, **fields}
        parts = [
            f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
            for name, value in given.items()
        ]
        for name, content in files:
            head = f'Content-Disposition: form-data; name="{field}"; filename="{name}"'
            parts.append(head.encode() + b"\r\nContent-Type: application/octet-stream\r\n\r\n" + content)
        body = b"".join(b"--%s\r\n%s\r\n" % (border, part) for part in parts) + b"--%s--\r\n" % border
        kind = f"multipart/form-data; boundary={border.decode()}"
        return self._send("POST", path, body, {"Sec-Fetch-Site": "same-origin", "Content-Type": kind})

    def sign_in(self, login: str, password: str, next_page: str = "/") -> Answer:
        """Send the sign-in form."""
        return self.post("/sign-in", {"login": login, "password": password, "next": next_page})

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        sent = {"Accept": "text/html,*/*", "Host": urlsplit(self.address).netloc} | headers
        sent = {name.replace("_", "-"): value for name, value in sent.items() if value}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=30)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            content = answer.read()
            self.set_cookies = answer.headers.get_all("Set-Cookie") or []
            for line in self.set_cookies:
                self._keep(SimpleCookie(line))
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, content.decode("utf-8", "replace"), content)
        finally:
            connection.close()

    def _keep(self, cookie: SimpleCookie) -> None:
        for name, morsel in cookie.items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve `app` in a thread; gives its address."""
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False)
    )
    thread = threading.Thread(target=server.run, name="served")
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
