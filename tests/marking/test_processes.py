"""Work for several processes: in order, whole, and without what ended with a process."""

import os
import select
import signal
import struct
from multiprocessing import active_children
from multiprocessing.connection import Connection

import pytest

from backprop_cli.marking.processes import mapped

pytestmark = pytest.mark.usefixtures("at_most_a_minute")

PARENT = os.getpid()
LARGE = b"x" * 1_000_000


def squares():
    return lambda number: (number * number, LARGE)


def numbers(found):
    return [result and result[0] for result in found]


@pytest.mark.parametrize("jobs", [1, 2, 3, 20])
def test_results_come_in_order(jobs):
    found = list(mapped(range(1, 10), jobs, squares, ()))
    assert found == [(n * n, LARGE) for n in range(1, 10)]
    assert list(mapped([], jobs, squares, ())) == []
    assert active_children() == []


def half(self, message):
    """Half of a message, and then the process is killed."""
    self._send(struct.pack("!i", len(message)) + bytes(message[: len(message) // 2]))
    os.kill(os.getpid(), signal.SIGKILL)


def dying(piece, when):
    def work(number):
        if number == piece:
            assert os.getpid() != PARENT
            if when == "writing":
                Connection._send_bytes = half
            else:
                os.kill(os.getpid(), signal.SIGTERM if when == "told" else signal.SIGKILL)
        return number * number, LARGE

    return work


@pytest.mark.parametrize("when", ["working", "told", "writing"])
@pytest.mark.parametrize("piece", [1, 5, 9])
def test_what_a_process_takes_along_is_lost_alone(piece, when, capfd):
    before = signal.signal(signal.SIGTERM, _told)  # which is not for the others
    found = numbers(mapped(range(1, 10), 3, dying, (piece, when)))
    signal.signal(signal.SIGTERM, before)
    assert found == [None if n == piece else n * n for n in range(1, 10)]
    assert capfd.readouterr() == ("", "")


def _told(number, frame):
    raise SystemExit("told to end")


def unmade():
    raise ValueError("no work")


def test_where_all_processes_end_all_is_lost(capfd):
    assert list(mapped(range(5), 2, unmade, ())) == [None] * 5
    assert numbers(mapped(range(1, 6), 1, dying, (3, "working"))) == [1, 4, None, None, None]
    assert capfd.readouterr() == ("", "")


def test_processes_end_with_the_work_and_with_the_one_that_waits_for_it():
    found = mapped(range(1, 10), 3, squares, ())
    next(found)
    assert len(active_children()) == 3
    found.close()
    assert active_children() == []
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:  # one that is killed while its processes wait for more
        os.close(read)
        work = mapped(range(1, 10), 3, squares, ())
        next(work)
        os.write(write, " ".join(str(process.pid) for process in active_children()).encode())
        os.kill(os.getpid(), signal.SIGKILL)
    os.close(write)
    os.waitpid(pid, 0)
    begun = [int(number) for number in os.read(read, 100).split()]
    assert len(begun) == 3
    over, _, _ = select.select([read], [], [], 20)  # a pipe ends when the last of them has
    for number in begun if not over else ():
        os.kill(number, signal.SIGKILL)
    os.close(read)
    assert over
