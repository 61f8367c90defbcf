"""The bundled example configs, found by name."""

from __future__ import annotations

import os

from backprop_cli.config.document import Document, read_document
from backprop_cli.errors import BackpropError, FileError, Place, did_you_mean

DEFAULT = "mazur"


def _folder() -> str:
    """Inside the package where it is installed, beside it in a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(package, "configs")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "configs")


def example_names() -> list[str]:
    """Names of the bundled examples, the default first."""
    stems = (name.removesuffix(".toml") for name in os.listdir(_folder()) if name.endswith(".toml"))
    names = sorted(stem for stem in stems if "." not in stem)
    return [DEFAULT, *(name for name in names if name != DEFAULT)]


def example_path(name: str) -> str | None:
    """File of the bundled example `name`, or None if there is none of that name."""
    path = os.path.join(_folder(), f"{name}.toml")
    return path if name.replace("-", "").isalnum() and os.path.isfile(path) else None


def answers_path(name: str) -> str:
    """`name`, or the file of that name among the bundled answers: mazur.answers.toml."""
    stem = os.path.basename(name).removesuffix(".toml").removesuffix(".answers")
    bundled = os.path.join(_folder(), f"{stem}.answers.toml")
    known = stem.replace("-", "").isalnum() and os.path.isfile(bundled)
    return bundled if known and not os.path.exists(name) else name


def companions(path: str) -> list[str]:
    """The data file that a bundled example names, if any."""
    data = read_document(path).data.get("data")
    return [os.path.join(os.path.dirname(path), data)] if isinstance(data, str) else []


def open_config(source: str) -> Document:
    """The document at a path, from standard input ("-"), or of a bundled example.

    A path wins over a name. Raises `FileError` or `ConfigError`.
    """
    if source == "-" or os.path.exists(source):
        return read_document(source)
    bundled = example_path(source)
    if bundled is not None:
        return read_document(bundled)
    hint = did_you_mean(source, example_names()) or "backprop examples lists the bundled ones"
    raise FileError("there is no such file, and no example of that name", Place(source), hint=hint)


def is_network(source: str) -> bool:
    """Whether there is a config at a path, or a bundled example, that has layers.

    Nothing is looked into that can be read but once.
    """
    try:
        once = source == "-" or (os.path.exists(source) and not os.path.isfile(source))
        return not once and "layers" in open_config(source).data
    except BackpropError:
        return False
