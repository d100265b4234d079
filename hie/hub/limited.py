"""A child process that looks at what strangers made: started on demand, ended when it hangs."""

from __future__ import annotations

import subprocess
import threading
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress

from hie.readers.limited import ANSWER


class LimitedProcess:
    """Asks a program one thing at a time; no answer where it hangs, dies or says less than it promised."""

    def __init__(self, program: Sequence[str], patience: float) -> None:
        """Start nothing yet; after `patience` seconds an answer is given up and the program ended."""
        self._program = program
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._end: Callable[[], object] = lambda: None

    def ask(self, *request: bytes) -> bytes:
        """Return what the program answers, or nothing; callers ask one after another."""
        process = self._running()
        timer = threading.Timer(self._patience, process.kill)
        timer.start()
        try:
            if process.stdin is None or process.stdout is None:
                return b""
            for part in request:
                process.stdin.write(part)
            process.stdin.flush()
            head = process.stdout.read(ANSWER.size)
            if len(head) == ANSWER.size:
                length = ANSWER.unpack(head)[0]
                said = process.stdout.read(length)
                if len(said) == length:
                    return said
        except BrokenPipeError:
            pass  # it ended before it had read the request: the same as if it had not answered
        finally:
            timer.cancel()
        self.stop()
        return b""

    def stop(self) -> None:
        """End the program, if it runs."""
        if self._process is not None:
            self._end()
            self._process = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._process = subprocess.Popen(  # noqa: S603  the program of the composition root
                self._program,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            # A request that was still under way when its hub closed may start it once more: it ends with us.
            self._end = weakref.finalize(self, _ended, self._process)
        return self._process


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
