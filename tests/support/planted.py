"""Programs that do backpropagation as people write them, and mistakes planted in their source.

`tests/programs` has a script for each convention of names, right as it stands, and beside it a TOML
file: what each array is, and the mistakes, each as a piece of the source and what to put in its
place. Nothing here knows the program under test.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import tomllib
import types
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent.parent / "programs"

Namespace = dict[str, Any]


@dataclass(frozen=True)
class Bug:
    """A mistake in one program.

    `edits` are pieces of the source with what stands in their place. `first` is the first array, in
    the order of the computation, that is not what it was; `or_first` are others that a checker may
    call the first: `first` can be read as something right, or both come from the same wrong number
    that no array holds. `ids` are the mistakes that may be named; with none, any name would be a
    false one. `faults` is how many mistakes the edits make.
    """

    edits: tuple[tuple[str, str], ...]
    first: str
    ids: frozenset[str]
    what: str
    or_first: tuple[str, ...] = ()
    faults: int = 1

    def planted(self, source: str) -> str:
        """The source with all edits made; the places are those of the right source."""
        for old, _ in self.edits:
            if source.count(old) != 1:
                raise ValueError(f"{old!r} stands {source.count(old)} times in the source")
        for old, new in sorted(self.edits, key=lambda edit: -source.index(edit[0])):
            start = source.index(old)
            source = source[:start] + new + source[start + len(old) :]
        return source


@dataclass(frozen=True)
class Program:
    """A script that trains a network for one step.

    `quantities` maps the name of an array to the key of what it is. `samples` and `weights` say how
    the arrays lie ("rows" or "columns"; a row "to" each receiving unit or "from" each sending one),
    `descent` that error terms and deltas are those of −∂E, `factor` that they have the 1/m of the
    batch in them. `shown` names the mapping that is handed to a checker, where it is not the
    whole namespace.
    """

    id: str
    source: str
    names: str
    samples: str
    weights: str
    quantities: Mapping[str, str]
    bugs: tuple[Bug, ...]
    descent: bool = False
    mean_in_delta: bool = False
    needs: tuple[str, ...] = ()
    shown: str = ""
    rounding: float = 1e-10

    def missing(self) -> list[str]:
        """The libraries that the script needs and that are not installed."""
        return [library for library in self.needs if importlib.util.find_spec(library) is None]

    def run(self, bug: Bug | None = None) -> tuple[Namespace, Namespace]:
        """The arguments for `network`, and the arrays: all names that the script leaves behind."""
        source = self.source if bug is None else bug.planted(self.source)
        space = _executed(compile(source, f"{self.id}.py", "exec"))
        arguments = space.pop("arguments")
        return arguments, space[self.shown] if self.shown else space

    @functools.cached_property
    def order(self) -> dict[str, int]:
        """For each array the moment, in the right run, from which it stays as it is.

        What is `shown` was gathered at the end: then the order is that of the table.
        """
        if self.shown:
            return {name: place for place, name in enumerate(self.quantities)}
        tree = _Watched().visit(ast.parse(self.source))
        moments: dict[str, int] = {}
        before: dict[str, bytes] = {}
        space: Namespace = {}
        moment = 0

        def watch() -> None:
            nonlocal moment
            moment += 1
            for name, array in flat(space):
                now = str(array.shape).encode() + array.tobytes()
                if before.get(name) != now:
                    before[name], moments[name] = now, moment

        code = compile(ast.fix_missing_locations(tree), f"{self.id}.py", "exec")
        _executed(code, space, watch)
        return moments

    def aliases(self, name: str, bug: Bug | None) -> set[str]:
        """The names that hold the same numbers as this one, in the right run and in the wrong."""
        kept = []
        for run in (self.run(), self.run(bug)):
            arrays = dict(flat(run[1]))
            kept.append(
                {other for other, array in arrays.items() if _same(array, arrays.get(name))}
            )
        return set.intersection(*kept)

    @property
    def known(self) -> list[str]:
        """The names of `quantities`, in the order of the computation."""
        return sorted(self.quantities, key=self.order.__getitem__)


class _Watched(ast.NodeTransformer):
    """Puts a call of `_watch` before and after every statement."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if not isinstance(node, ast.ClassDef | ast.Lambda | ast.IfExp):
            for block in ("body", "orelse"):
                statements = getattr(node, block, None)
                if isinstance(statements, list) and statements:
                    setattr(node, block, [part for each in statements for part in (_call(), each)])
                    if not isinstance(statements[-1], ast.Return):
                        getattr(node, block).append(_call())
        return node


def _call() -> ast.Expr:
    return ast.Expr(ast.Call(ast.Name("_watch", ast.Load()), [], []))


def _executed(
    code: types.CodeType, space: Namespace | None = None, watch: Callable[[], None] | None = None
) -> Namespace:
    """The namespace that a script leaves, without what Python and this module put into it."""
    space = {} if space is None else space
    space["__name__"] = "__main__"
    if watch is not None:
        space["_watch"] = watch
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        exec(code, space)
    for name in ("__builtins__", "__name__", "__doc__", "_watch"):
        space.pop(name, None)
    return space


def flat(things: Mapping[str, object]) -> Iterator[tuple[str, np.ndarray]]:
    """Every array in a namespace by its name: "Z1", "zs[0]", "dense1.weights", "fc1.weight"."""
    for name, thing in list(things.items()):
        if not name.startswith("_") and name != "arguments":
            yield from _arrays(name, thing)


def _arrays(name: str, thing: object) -> Iterator[tuple[str, np.ndarray]]:
    if isinstance(thing, float | np.ndarray | np.floating):
        yield name, np.array(thing)
    elif hasattr(thing, "detach"):
        yield name, thing.detach().numpy().copy()
    elif isinstance(thing, list | tuple):
        for place, part in enumerate(thing):
            yield from _arrays(f"{name}[{place}]", part)
    elif isinstance(thing, dict):
        for key, part in thing.items():
            yield from _arrays(f'{name}["{key}"]', part)
    elif not isinstance(thing, type | types.ModuleType) and type(thing).__module__ == "__main__":
        for attribute, part in vars(thing).items():
            yield from _arrays(f"{name}.{attribute}", part)


def differing(right: Mapping[str, object], wrong: Mapping[str, object]) -> dict[str, float]:
    """The arrays that are not the same in two runs, with by how much of their size they differ."""
    others = dict(flat(wrong))
    found = {}
    for name, array in flat(right):
        other = others.get(name)
        if other is not None and other.squeeze().shape == array.squeeze().shape:
            other = other.reshape(array.shape)  # a vector may lie or stand
        if other is None or other.shape != array.shape:
            found[name] = float("inf")
        elif not np.array_equal(other, array, equal_nan=True):
            apart = float(np.max(np.abs(other - array)))
            size = float(np.max(np.abs(array)))
            found[name] = apart / size if np.isfinite(apart) and size > 0 else float("inf")
    return found


def _same(one: np.ndarray, other: np.ndarray | None) -> bool:
    return other is not None and np.array_equal(one, other, equal_nan=True)


def _texts(edit: str | list[str]) -> list[str]:
    return [edit] if isinstance(edit, str) else edit


def _bug(row: dict[str, Any]) -> Bug:
    old, new = _texts(row.pop("old")), _texts(row.pop("new"))
    return Bug(
        edits=tuple(zip(old, new, strict=True)),
        ids=frozenset(row.pop("ids")),
        or_first=tuple(row.pop("or_first", ())),
        **row,
    )


def _program(path: Path) -> Program:
    table = tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))
    bugs = tuple(_bug(row) for row in table.pop("bug"))
    needs = tuple(table.pop("needs", ()))
    return Program(path.stem, path.read_text("utf-8"), bugs=bugs, needs=needs, **table)


PROGRAMS = {
    path.stem: _program(path)
    for path in sorted(FOLDER.glob("*.py"))
    if path.with_suffix(".toml").exists()
}
"""Every program by its id."""
