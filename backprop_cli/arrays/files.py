"""Files of arrays: those of NumPy and PyTorch, safetensors, and matrices in the forms of answers.

Nothing that is read may run code: pickles are refused, and of PyTorch's files only weights are
taken. A file says by its ending what it is, or by its first bytes.
"""

from __future__ import annotations

import importlib
import os
import stat
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from backprop_cli.arrays.working.values import Array, array_of
from backprop_cli.errors import FileError, Place, UsageError, shortened, visible
from backprop_cli.files import note_read

MOST_BYTES = 256 * 1024 * 1024
"""Of a file, and of what a compressed one unfolds to."""

MOST_NESTED = 20


class Held(NamedTuple):
    """The arrays of a file by their names, and why others are left out."""

    arrays: dict[str, Array]
    left_out: dict[str, str]


def form_of(path: str) -> str:
    """The form of a file of arrays, as its ending; "" for a text, and for what is not there."""
    ending = Path(path).suffix.lower()
    if ending in _READERS:
        return ending
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return ""  # a pipe is read but once
        with open(path, "rb") as file:
            first = file.read(6)
    except (OSError, ValueError):
        return ""
    return next((form for magic, form in _MAGIC.items() if first.startswith(magic)), "")


def read_arrays(path: str) -> Held:
    """The arrays in a file. An array without a name is called as the file is.

    Raises `FileError` for a file that is missing, broken, larger than `MOST_BYTES` or has no
    arrays, and `UsageError` where the package that reads it is not installed.
    """
    form = form_of(path)
    _check_file(path)
    note_read(path)
    needs, reader = _READERS.get(form, ("", _unknown))
    if needs:
        _needed(needs, path)
    try:
        things = dict(_flat(reader(path), ""))
    except FileError:
        raise
    except Exception as error:  # whatever a library trips over, the file has caused it
        what = _said(error)
        raise FileError(what, Place(path), _HINT if "pickle" in what else None) from error
    arrays, left_out = {}, {}
    for name, thing in things.items():
        try:
            arrays[name] = array_of(thing, name)
        except UsageError as wrong:
            left_out[name] = wrong.what.removeprefix(f"{name}: ")
    if not arrays:
        first = next((f"{shortened(name)}: {why}" for name, why in left_out.items()), "it is empty")
        raise FileError(f"there are no arrays of numbers here: {first}", Place(path))
    return Held(arrays, left_out)


def _unknown(path: str) -> Mapping[str, Any]:
    hint = "files of arrays end in " + ", ".join(_READERS)
    raise FileError("this is no file of arrays", Place(path), hint)


def _check_file(path: str) -> None:
    place = Place(path)
    try:
        found = os.stat(path)
        if stat.S_ISDIR(found.st_mode):
            raise FileError("this is a directory, not a file", place)
        with open(path, "rb"):
            pass
    except FileNotFoundError:
        raise FileError("there is no such file", place) from None
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise FileError(f"cannot be read: {said}", place) from None
    if found.st_size == 0:
        raise FileError("the file is empty", place)
    _check_size(found.st_size, place)


def _check_size(size: int, place: Place) -> None:
    if size > MOST_BYTES:
        what = f"larger than {MOST_BYTES // 1024**2} MiB, too large here"
        raise FileError(what, place, "save the arrays of one update")


def _needed(package: str, path: str) -> None:
    try:
        importlib.import_module(package)
    except ImportError:
        what = f"{path}: {_PACKAGES[package]} reads this file, and is not installed"
        raise UsageError(what, f"pip install {package}") from None


def _from_npy(path: str) -> Mapping[str, Any]:
    import numpy as np

    _check_beginning(path, ".npy")
    found = np.load(path, mmap_mode="r", allow_pickle=False)  # which never reads more than is there
    return {Path(path).stem: np.array(found)}


def _from_npz(path: str) -> Mapping[str, Any]:
    import numpy as np

    _check_beginning(path, ".npz")
    members = _members(path)
    if not any(name.endswith(".npy") for name in members):
        raise FileError("this is a zip archive, but has no arrays of NumPy", Place(path))
    with np.load(path, allow_pickle=False) as archive:
        return {name: _member(archive, name) for name in archive.files if f"{name}.npy" in members}


def _member(archive: Any, name: str) -> Any:
    try:
        return archive[name]
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _check_beginning(path: str, form: str) -> None:
    """Raises `FileError` unless the first bytes are those of the form."""
    with open(path, "rb") as file:
        first = file.read(6)
    if any(first.startswith(magic) for magic, of in _MAGIC.items() if of == form):
        return
    if first.startswith(b"PK\x05\x06"):  # the end of an archive, and nothing before it
        raise FileError("there are no arrays of numbers here: it is empty", Place(path))
    if first.startswith(b"\x80"):  # since protocol 2, of 2003
        raise FileError(f"this is {_PICKLE}", Place(path), _HINT)
    raise FileError(f"this is no file of NumPy: it does not begin as {form} does", Place(path))


def _members(path: str) -> list[str]:
    """The names in a zip archive, if all of it unfolded is not too large."""
    with zipfile.ZipFile(path) as archive:
        _check_size(sum(member.file_size for member in archive.infolist()), Place(path))
        return archive.namelist()


def _from_torch(path: str) -> Any:
    import torch

    if zipfile.is_zipfile(path):
        _members(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old pickles: what is no weight is refused below
        return torch.load(path, map_location="cpu", weights_only=True)


def _from_safetensors(path: str) -> Mapping[str, Any]:
    from safetensors import safe_open

    for framework in ("numpy", "pt"):
        try:
            with safe_open(path, framework=framework) as file:
                return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (ImportError, TypeError, AttributeError):
            continue  # NumPy has no bfloat16
    raise FileError("its type of numbers needs PyTorch", Place(path), "pip install torch")


def _flat(things: Any, before: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """What has a name, in tables within tables: `optimizer.lr`. A table of all is left unnamed."""
    if not isinstance(things, Mapping):
        yield before or "array", things
        return
    tables = [key for key, thing in things.items() if _has_tensors(thing)]
    for key, thing in things.items():
        alone = tables == [key] and not any(hasattr(t, "shape") for t in things.values())
        name = before if alone else f"{before}.{key}" if before else str(key)
        if isinstance(thing, Mapping) and depth < MOST_NESTED:
            yield from _flat(thing, name, depth + 1)
        else:
            yield name or str(key), thing


def _has_tensors(thing: Any) -> bool:
    return isinstance(thing, Mapping) and any(hasattr(inner, "shape") for inner in thing.values())


def _said(error: Exception) -> str:
    """What a library says of a broken file, in plain words where they are known."""
    said = " ".join(str(error).split())
    for theirs, ours in _SAID.items():
        if theirs in said:
            name, colon, _ = said.partition(": Object arrays")
            return f"{shortened(name)}: {ours}" if colon else ours
    kind = type(error).__name__
    return f"the file is broken: {shortened(visible(said), 120) or kind}"


_PICKLE = "a pickle, which may run code and is not read"
_HINT = "np.savez(path, W1=W1) or torch.save(model.state_dict(), path) write numbers alone"
_SHORTER = "the file is broken: it is shorter than its header says"

# What the libraries say, and what we say.
_SAID = {
    "Object arrays": f"an array of objects is stored as {_PICKLE}",
    "Array can't be memory-mapped": f"an array of objects is stored as {_PICKLE}",
    "Weights only load failed": f"there is more than weights: {_PICKLE}",
    "mmap length": _SHORTER,
    "Failed to read all data": _SHORTER,
    "Unable to allocate": _SHORTER,
    "EOF": "the file is broken: it ends too early",
    "PytorchStreamReader": "the file is broken: it ends too early",
    "not a zip file": "the file is broken: it ends too early",
}

_PACKAGES = {"numpy": "NumPy", "torch": "PyTorch", "safetensors": "safetensors"}

_READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    ".npz": ("numpy", _from_npz),
    ".npy": ("numpy", _from_npy),
    ".pt": ("torch", _from_torch),
    ".pth": ("torch", _from_torch),
    ".safetensors": ("safetensors", _from_safetensors),
}

_MAGIC = {b"\x93NUMPY": ".npy", b"PK\x03\x04": ".npz"}
