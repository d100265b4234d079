"""Objects in a bucket of any S3-compatible service, named by their hash."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from hie.record.errors import Misconfigured, NotFound, Unavailable
from hie.record.identifiers import ContentHash, content_hash

OPTIONS = frozenset({"endpoint", "access_key_id", "secret_access_key", "region", "allow_http"})
"""What may stand behind the `?` of an `s3://` URL; keys are better given in the environment."""

_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FEW_RETRIES = {"max_retries": 2, "retry_timeout": timedelta(seconds=10)}


class S3Objects:
    """Keeps `ObjectStore` in a bucket."""

    def __init__(self, url: str) -> None:
        """Use `s3://bucket/prefix?endpoint=…&access_key_id=…&secret_access_key=…&region=…`."""
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        if unknown := set(options) - OPTIONS:
            raise Misconfigured(f"objects: an s3 URL has no option {', '.join(sorted(unknown))}")
        client = {"allow_http": options.pop("allow_http", "") == "true"}
        self._prefix = parts.path.strip("/")
        self._store = S3Store(
            parts.netloc,
            config=cast("Any", options),  # a typed dictionary; the names were checked above
            client_options=cast("Any", client),
            retry_config=cast("Any", _FEW_RETRIES),
        )

    def put(self, content: bytes) -> ContentHash:
        """Keep `content`; the same twice is kept once."""
        name = content_hash(content)
        try:
            obstore.put(self._store, self._key(name), content, mode="create")
        except AlreadyExistsError:
            self._renew(name, content)
        except BaseError as error:
            raise _away() from error
        return name

    def open(self, name: ContentHash) -> BinaryIO:
        """Read the whole object, or raise `NotFound`."""
        try:
            return io.BytesIO(bytes(obstore.get(self._store, self._key(name)).bytes()))
        except FileNotFoundError as error:
            raise NotFound("no such object") from error
        except BaseError as error:
            raise _away() from error

    def range(self, name: ContentHash, start: int, length: int) -> bytes:
        """Return `length` bytes from `start`, fewer at the end, or raise `NotFound`."""
        size = self._size(name)
        if size is None:
            raise NotFound("no such object")
        length = min(length, size - start)
        if length <= 0:
            return b""
        try:
            return bytes(obstore.get_range(self._store, self._key(name), start=start, length=length))
        except FileNotFoundError as error:
            raise NotFound("no such object") from error
        except BaseError as error:
            raise _away() from error

    def exists(self, name: ContentHash) -> bool:
        """Say whether it is kept."""
        return self._size(name) is not None

    def delete(self, name: ContentHash, before: int | None = None) -> None:
        """Forget it, if it was last put before a moment where one is given; twice is no error."""
        try:
            if before is not None and _last_put(obstore.head(self._store, self._key(name))) >= before:
                return
            obstore.delete(self._store, self._key(name))
        except FileNotFoundError:
            pass
        except BaseError as error:
            raise _away() from error

    def older(self, than: int) -> Iterator[ContentHash]:
        """Name what was last put before a moment; the service itself removes interrupted puts."""
        start = f"{self._prefix}/" if self._prefix else ""
        try:
            for some in obstore.list(self._store, self._prefix or None):
                for found in some:
                    digits = found["path"].removeprefix(start).replace("/", "")
                    if _last_put(found) < than and _NAME.fullmatch(digits):
                        yield ContentHash(bytes.fromhex(digits))
        except BaseError as error:
            raise _away() from error

    def _renew(self, name: ContentHash, content: bytes) -> None:
        """Put it once more, so that it is young again and not taken for one that nobody wants."""
        try:
            obstore.put(self._store, self._key(name), content, mode="overwrite")
        except BaseError as error:
            raise _away() from error

    def _size(self, name: ContentHash) -> int | None:
        try:
            return obstore.head(self._store, self._key(name))["size"]
        except FileNotFoundError:
            return None
        except BaseError as error:
            raise _away() from error

    def _key(self, name: ContentHash) -> str:
        digits = name.hex()
        return "/".join(filter(None, (self._prefix, digits[:2], digits[2:])))


def _last_put(found: obstore.ObjectMeta) -> int:
    return int(found["last_modified"].timestamp() * 1000)


def _away() -> Unavailable:
    return Unavailable("the object store does not answer", retry_after=1.0)
