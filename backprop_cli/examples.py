"""The bundled example configs, found by name."""

from __future__ import annotations

from pathlib import Path

from backprop_cli.document import Document, read_document
from backprop_cli.errors import FileError, Place, did_you_mean

__all__ = ["DEFAULT", "companions", "example_names", "example_path", "open_config"]

DEFAULT = "mazur"


def _folder() -> Path:
    """Inside the package where it is installed, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "configs"
    return inside if inside.is_dir() else package.parent / "configs"


def example_names() -> list[str]:
    """Names of the bundled examples, the default first."""
    names = sorted(path.stem for path in _folder().glob("*.toml") if "." not in path.stem)
    return [DEFAULT, *(name for name in names if name != DEFAULT)]


def example_path(name: str) -> Path | None:
    """File of the bundled example `name`, or None if there is none of that name."""
    path = _folder() / f"{name}.toml"
    return path if name.replace("-", "").isalnum() and path.is_file() else None


def companions(path: Path) -> list[Path]:
    """The data file that a bundled example names, if any."""
    data = read_document(str(path)).data.get("data")
    return [path.parent / data] if isinstance(data, str) else []


def open_config(source: str) -> Document:
    """The document at a path, from standard input ("-"), or of a bundled example.

    A path wins over a name. Raises `FileError` or `ConfigError`.
    """
    if source == "-" or Path(source).exists():
        return read_document(source)
    bundled = example_path(source)
    if bundled is not None:
        return read_document(str(bundled))
    hint = did_you_mean(source, example_names()) or "backprop examples lists the bundled ones"
    raise FileError("there is no such file, and no example of that name", Place(source), hint=hint)
