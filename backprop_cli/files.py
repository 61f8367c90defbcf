"""Files of one call: what it reads is remembered, what it writes appears whole or not at all.

A file is known by its identity, not by its name: no output takes the place of an input.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Iterator
from typing import TextIO

from backprop_cli.errors import FileError, Place

Name = str | os.PathLike[str]

_read: set[tuple[int, int]] = set()


def forget() -> None:
    """Begin anew: no file has been read."""
    _read.clear()


def note_read(file: int | Name) -> None:
    """Remember that a file (or what an open descriptor leads to) is an input of this call."""
    with contextlib.suppress(OSError, ValueError):
        found = os.stat(file)
        if stat.S_ISREG(found.st_mode):
            _read.add((found.st_dev, found.st_ino))


def check_outputs(paths: Iterable[Name | None]) -> None:
    """Raise `FileError` for an output that names an input, that cannot be written, or another.

    What is None, or `-` for standard output, is no file.
    """
    seen: dict[object, Name] = {}
    for path in paths:
        if path is None or path == "-":
            continue
        check_output(path)
        target = os.path.realpath(path)
        if os.path.exists(path) and not os.path.isfile(path):
            continue  # a device or pipe may be written to twice
        found = os.stat(target) if os.path.exists(target) else None
        known = (found.st_dev, found.st_ino) if found else target
        if known in seen:
            what = f"two outputs would be written here ({seen[known]} and {path})"
            raise FileError(what, Place(os.fspath(path)), "give each a file of its own")
        seen[known] = path


def check_output(path: Name) -> None:
    """Raise `FileError` if the file is an input of this call, read-only, or a directory."""
    place = Place(os.fspath(path))
    try:
        found = os.stat(path or os.curdir)
    except OSError:
        return
    except ValueError as error:
        raise FileError(f"cannot be written: {error}", place) from None
    if stat.S_ISDIR(found.st_mode):
        raise FileError("this is a directory, not a file", place)
    if (found.st_dev, found.st_ino) in _read:
        what = "this is an input: the output would take its place"
        raise FileError(what, place, "write to another file")
    if stat.S_ISREG(found.st_mode) and not (found.st_mode & 0o222 and os.access(path, os.W_OK)):
        raise FileError("this file is read-only, and is left as it is", place)


@contextlib.contextmanager
def written(path: Name, *, durable: bool = False) -> Iterator[TextIO]:
    """A text file that appears under `path` when all has gone well, and not at all otherwise.

    A link is followed. What is no regular file (a device, a pipe) is written to as it stands: to
    put a file in its place would destroy it. With `durable`, for what is written again and again,
    the file is on the disk before its name is, and no pipe is waited for. Raises `FileError` as
    `check_output` does, and for what cannot be written.
    """
    check_output(path)
    place, target = Place(os.fspath(path)), os.path.realpath(path)
    beside: str | None = None
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(_device(path, wait=not durable), "w", encoding="utf-8", newline="") as stream:
                yield stream
            return
        folder, name = os.path.split(target)
        # Its name is known before it is there: an interruption at any time finds what to take away.
        beside = os.path.join(folder, f".{_beginning(name)}.{os.urandom(8).hex()}.part")
        with open(beside, "x", encoding="utf-8", newline="", opener=_private) as stream:
            yield stream
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        check_output(path)  # what has been read meanwhile
        os.chmod(beside, _mode(target))
        os.replace(beside, target)
        beside = None
        if durable:
            _sync_folder(folder)
    except BrokenPipeError:
        raise
    except OSError as error:
        why = "nobody reads it" if error.errno == errno.ENXIO else _reason(error)
        raise FileError(f"cannot be written: {why}", place) from None
    finally:
        if beside is not None:
            with contextlib.suppress(OSError):
                os.unlink(beside)


def _private(path: str, flags: int) -> int:
    """A file for its owner alone, as long as it is not whole."""
    return os.open(path, flags, 0o600)


def _device(path: Name, wait: bool) -> int:
    """A device or a pipe, opened for writing; a pipe waits for its reader, or is refused."""
    handle = os.open(path, os.O_WRONLY | (0 if wait else getattr(os, "O_NONBLOCK", 0)))
    if not wait:
        os.set_blocking(handle, True)
    return handle


@contextlib.contextmanager
def alone(path: Name) -> Iterator[None]:
    """While this lasts, no other run writes to the file. Raises `FileError` if one does.

    A lock beside the file says so, which the system drops when its holder ends, however it ends.
    """
    try:
        import fcntl
    except ImportError:  # where there are no such locks
        yield
        return
    if os.path.exists(path) and not os.path.isfile(path):
        yield
        return
    place, target = Place(os.fspath(path)), os.path.realpath(path)
    folder, name = os.path.split(target)
    lock = os.path.join(folder, f".{_beginning(name)}.lock")
    try:
        while True:
            handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.exists(lock) and os.path.samestat(os.fstat(handle), os.stat(lock)):
                    break
            except BaseException:
                os.close(handle)
                raise
            os.close(handle)  # its last holder has taken it away meanwhile
    except BlockingIOError:
        what = "another run is writing to this file"
        raise FileError(what, place, "wait for it, or name another file") from None
    except OSError as error:
        raise FileError(f"cannot be written: {_reason(error)}", place) from None
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.unlink(lock)
        os.close(handle)


def abandon(stream: TextIO) -> None:
    """Its reader has gone: what is still written to the stream goes nowhere."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _beginning(name: str) -> str:
    """As much of a name as leaves room for an ending: 255 bytes is what a folder takes."""
    return os.fsencode(name)[:100].decode("utf-8", "ignore")


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _mode(target: str) -> int:
    """The permissions of the file that is replaced, or those of any new file."""
    if os.path.exists(target):
        return os.stat(target).st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: str) -> None:
    """Have the new name on the disk, where the system lets a folder be opened."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
