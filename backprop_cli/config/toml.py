"""Values as TOML has them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from backprop_cli.config.positions import path_text


def toml_value(value: Any) -> str:
    """A value on one line: a text, a number exactly as it is, a list, an inline table."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return toml_list(map(toml_value, value))
    if isinstance(value, Mapping):
        return "{ " + ", ".join(toml_pair(key, item) for key, item in value.items()) + " }"
    if isinstance(value, Fraction):
        return f'"{value.numerator}/{value.denominator}"'
    return str(value).lower()  # 1e-8, as Python and most people write it


def toml_pair(key: str, value: Any) -> str:
    """`key = value`."""
    return f"{path_text((key,))} = {toml_value(value)}"


def toml_list(written: Iterable[str]) -> str:
    """A list of what is written already."""
    return f"[{', '.join(written)}]"


def toml_matrix(rows: Iterable[Iterable[str]], indent: str) -> str:
    """Rows of what is written already, each on a line, the later ones with the indent."""
    return "[" + f",\n{indent}".join(map(toml_list, rows)) + "]"
