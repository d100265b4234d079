"""Waiting for what may never return: a share that is mounted hard stops whoever reads it.

The question is put to a thread of its own; whoever asks waits as long as it is worth and goes on
with something else. As long as one question is overdue no other is put, so that threads do not pile up.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Generic, TypeVar

from hie.record.errors import Unavailable

Answer = TypeVar("Answer")


class Hung(Unavailable):
    """It did not return in its time, or an earlier question has not."""


class Attended:
    """Does what may hang; may be asked by several threads."""

    def __init__(self, name: str) -> None:
        """Call the threads `name`; there is none yet."""
        self._name = name
        self._lock = Lock()
        self._idle: list[SimpleQueue[_Question[Any]]] = []
        self._overdue = 0

    @property
    def hangs(self) -> bool:
        """Say whether a question is overdue."""
        return self._overdue > 0

    def do(self, work: Callable[[], Answer], seconds: float) -> Answer:
        """Return what `work` returns, or raise what it raises; raises `Hung` if that takes longer."""
        with self._lock:
            if self._overdue:
                raise Hung("it hangs", retry_after=seconds)
            worker = self._idle.pop() if self._idle else self._begun()
        question = _Question(work)
        worker.put(question)
        try:
            question.answered.get(timeout=seconds)
        except Empty:
            with self._lock:
                if question.answered.empty():
                    question.late = True
                    self._overdue += 1
                    raise Hung("it hangs", retry_after=seconds) from None
        with self._lock:
            self._idle.append(worker)
        return question.result()

    def _begun(self) -> SimpleQueue[_Question[Any]]:
        questions: SimpleQueue[_Question[Any]] = SimpleQueue()
        Thread(target=self._run, args=(questions,), name=self._name, daemon=True).start()
        return questions

    def _run(self, questions: SimpleQueue[_Question[Any]]) -> None:
        while True:
            question = questions.get()
            question.ask()
            with self._lock:
                question.answered.put(None)
                if question.late:
                    self._overdue -= 1
                    self._idle.append(questions)
            del question  # it may hold a large document


class _Question(Generic[Answer]):
    """One piece of work, and what came of it."""

    def __init__(self, work: Callable[[], Answer]) -> None:
        self.late = False
        self.answered: SimpleQueue[None] = SimpleQueue()
        self._work = work
        self._answer: list[Answer] = []
        self._error: BaseException | None = None

    def ask(self) -> None:
        """Do it."""
        try:
            self._answer.append(self._work())
        except BaseException as error:  # noqa: BLE001  whoever asked raises it
            self._error = error

    def result(self) -> Answer:
        """Return what came of it, or raise it."""
        if self._error is not None:
            raise self._error
        return self._answer[0]
