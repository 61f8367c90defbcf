"""Work for several processes, any of which may end at any moment, and its results in order.

Each process has a pipe of its own. Where they share one, as in the pools of the standard library,
a process that is killed while it writes leaves half a result there and keeps the others waiting.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class _Worker(Generic[T, R]):
    """A process, the pipe to it, and the number of the piece that it works on."""

    def __init__(
        self,
        make: Callable[..., Callable[[T], R]],
        arguments: tuple[Any, ...],
        before: Sequence[_Worker[T, R]],
    ) -> None:
        self.connection, its = Pipe()
        others = [self.connection, *(worker.connection for worker in before)]
        self.process = Process(target=_work, args=(make, arguments, its, others), daemon=True)
        self.process.start()
        its.close()  # so that the pipe ends with the process
        self.at = -1

    def give(self, at: int, piece: T) -> bool:
        """Hand over a piece; False if the process has ended."""
        self.at = at
        with contextlib.suppress(OSError):
            self.connection.send(piece)
            return True
        return False

    def result(self) -> R | None:
        """What came of the piece; None if the process has ended before it was told."""
        with contextlib.suppress(EOFError, OSError):
            found: R = self.connection.recv()
            return found
        return None

    def end(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.join()


def mapped(
    pieces: Sequence[T],
    jobs: int,
    make: Callable[..., Callable[[T], R]],
    arguments: tuple[Any, ...],
) -> Iterator[R | None]:
    """What comes of each piece, in their order, worked by so many processes.

    `make(*arguments)` makes the function of each process; None is not among its results, and
    stands here for what was lost with a process.
    """
    workers: list[_Worker[T, R]] = []
    found: dict[int, R | None] = {}
    waiting = iter(enumerate(pieces))
    try:
        for _ in range(min(jobs, len(pieces))):
            workers.append(_Worker(make, arguments, workers))
        busy = [worker for worker in workers if _occupied(worker, waiting)]
        for at in range(len(pieces)):
            while busy and at not in found:
                ready = wait([worker.connection for worker in busy])
                for worker in [worker for worker in busy if worker.connection in ready]:
                    found[worker.at] = worker.result()
                    if found[worker.at] is None or not _occupied(worker, waiting):
                        busy.remove(worker)
            yield found.pop(at, None)
    finally:
        for worker in workers:
            worker.end()


def _occupied(worker: _Worker[T, R], waiting: Iterator[tuple[int, T]]) -> bool:
    """Whether the worker has got another piece; one that it could not be given is lost."""
    following = next(waiting, None)
    return following is not None and worker.give(*following)


def _work(
    make: Callable[..., Callable[[T], R]],
    arguments: tuple[Any, ...],
    connection: Connection,
    others: Sequence[Connection],
) -> None:
    """The life of a process. The one that waits for it handles interruptions, and all errors."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in others:
        other.close()
    with contextlib.suppress(Exception):
        work = make(*arguments)
        while True:
            connection.send(work(connection.recv()))
