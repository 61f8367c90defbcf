"""Mutation testing: break the program in one place at a time, and see whether a test notices.

    python tests/mutants.py --sample 300 --seed 1

takes a random sample of all mutants of the five wings that compute, each wing in proportion to
what it has. It works in copies of the checkout, never in the checkout itself. All tests run once,
to learn which lines each of them reaches and how long it takes. Then each mutant meets the tests
that reach its line: those of its own wing first, the fastest first, as many as fit into `--budget`
seconds. It is killed if one fails, or if they take several times as long as they should. Arguments
that are no options of this script go to the first run (folders, say: these tests alone). It needs
`timeout`, of the GNU coreutils.

This is a script because the tools at hand do not fit. mutmut 3 changes functions only, but the
formulas here are rows of tables. cosmic-ray 8 has one command for all mutants, which takes minutes
where the tests of one line take seconds, and of its 15,000 mutants 11,000 exchange an operator for
each of ten others, which nearly any test notices.

Not mutated: strings (but for numbers in them, "1/2"), annotations, decorators, assertions, what
stands under TYPE_CHECKING, and `strict=`.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from pathlib import Path
from queue import Queue
from typing import Any, NamedTuple

from coverage import CoverageData

ROOT = Path(__file__).parents[1]
WINGS = ("formulas", "engine", "marking", "train", "arrays")
LEFT_OUT = shutil.ignore_patterns(".git", ".*_cache", ".hypothesis", ".venv", "__pycache__")
MEMORY = 6 * 2**30
SKIPPED = {"annotation", "returns", "decorator_list"}
NUMBER = re.compile(r"-?\d+(\.\d+)?(/\d+)?")
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
OPERATORS: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip

Lines = dict[str, dict[int, set[str]]]
"""By file and line: the tests that reach it."""

Seconds = defaultdict[str, float]
"""By test: how long it takes."""


class Mutant(NamedTuple):
    """A node of a file, and what stands there instead."""

    path: str
    wing: str
    line: str
    node: Any
    after: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.node.lineno}: {ast.unparse(self.node)} → {self.after}"
        return f"{place}   in   {self.line}"

    def applied(self, source: bytes) -> bytes:
        """The source with this mutant in it. Columns of a tree count bytes."""
        lines = source.splitlines(keepends=True)
        start = sum(map(len, lines[: self.node.lineno - 1])) + self.node.col_offset
        end = sum(map(len, lines[: self.node.end_lineno - 1])) + self.node.end_col_offset
        after = f"({self.after})" if isinstance(self.node, ast.expr) else self.after
        return source[:start] + after.encode() + source[end:]


def nodes(node: ast.AST) -> Iterator[Any]:
    """The node and all below it that may be mutated."""
    guard = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    strict = isinstance(node, ast.keyword) and node.arg == "strict"
    if guard or strict or isinstance(node, ast.JoinedStr | ast.Assert):
        return
    yield node
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name not in SKIPPED:
                yield from nodes(child)


def is_text(node: Any) -> bool:
    """Whether a node is a string, whose `+` or `*` is no arithmetic."""
    return isinstance(node, ast.JoinedStr) or isinstance(getattr(node, "value", None), str)


def changed(node: Any, **fields: Any) -> str:
    """The source of a node with other fields."""
    other = copy(node)
    vars(other).update(fields)
    return ast.unparse(other)


def replacements(node: Any) -> Iterator[tuple[Any, str]]:
    """What of a node may be replaced, and by what."""
    match node:
        case ast.BinOp(left=a, right=b) if is_text(a) or is_text(b):
            return
        case ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.BoolOp(op=op) if type(op) in OPERATORS:
            yield node, changed(node, op=OPERATORS[type(op)]())
        case ast.Compare(ops=ops):
            for i, old in enumerate(ops):
                yield node, changed(node, ops=[*ops[:i], OPERATORS[type(old)](), *ops[i + 1 :]])
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            yield node, ast.unparse(operand)
        case ast.Constant(value=bool(value)):
            yield node, str(not value)
        case ast.Constant(value=int(value)):
            yield node, str(value + 1)
        case ast.Constant(value=float(value)):
            yield node, f"{value * 1.08 or 1.5:.6g}"
        case ast.Constant(value=str(value)) if NUMBER.fullmatch(value):
            yield node, repr(value[:-1] + str(int(value[-1]) % 9 + 1))
        case ast.Name(id=name) if name in NAMES:
            yield node, NAMES[name]
        case ast.Return(value=ast.expr()):
            yield node, "return None"
        case ast.Expr(value=ast.Call()):
            yield node, "pass"
        case ast.Break() | ast.Continue():
            yield node, "continue" if isinstance(node, ast.Break) else "break"
        case ast.If(test=test) | ast.IfExp(test=test):
            yield from ((test, "True"), (test, "False"))
        case ast.While(test=test):
            yield test, "False"
        case ast.comprehension(ifs=ifs):
            yield from ((test, word) for test in ifs for word in ("True", "False"))


def mutants(wing: str) -> Iterator[Mutant]:
    """All mutants of a wing."""
    for path in sorted((ROOT / "backprop_cli" / wing).rglob("*.py")):
        name, lines = str(path.relative_to(ROOT)), path.read_text().splitlines()
        for node in nodes(ast.parse(path.read_bytes())):
            for place, after in replacements(node):
                if ast.unparse(place) != after:
                    yield Mutant(name, wing, lines[place.lineno - 1].strip(), place, after)


def pytest(folder: Path, *args: str, limit: float = 0) -> tuple[int, str]:
    """Run pytest in a copy: its exit code (124 after so many seconds) and what it printed."""
    environment = {**os.environ, "CI": "true", "PYTHONPATH": str(folder), "COLUMNS": "200"}
    command = ["timeout", "-k", "5", str(limit), sys.executable, "-m", "pytest"]
    command += ["-p", "no:cacheprovider", f"--basetemp={folder}/tmp", *args]
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.returncode, done.stdout.decode(errors="replace")


def learn(folder: Path, args: list[str]) -> tuple[Lines, Seconds]:
    """Run the tests: which lines they reach, how long they take. One that fails is left out."""
    durations = ("-vv", "--durations=0", "--durations-min=0")
    coverage = ("--cov=backprop_cli", "--cov-context=test", "--cov-report=")
    code, output = pytest(folder, *coverage, *durations, *args)
    if code > 1:
        raise SystemExit(output)
    failed = set(re.findall(r"^(?:FAILED|ERROR) (.*?)(?: - .*)?$", output, re.MULTILINE))
    print(*(f"fails unchanged: {test}\n" for test in sorted(failed)), sep="", end="", flush=True)
    seconds: Seconds = defaultdict(float)
    for took, test in re.findall(r"^([\d.]+)s \w+ +(tests/.*)$", output, re.MULTILINE):
        seconds[test] += float(took)
    data = CoverageData(str(folder / ".coverage"))
    data.read()
    lines: Lines = {}
    for path in data.measured_files():
        contexts = data.contexts_by_lineno(path).items()
        lines[str(Path(path).relative_to(folder))] = {
            line: {context.rpartition("|")[0] for context in reached} - failed - {""}
            for line, reached in contexts
        }
    if not seconds:
        raise SystemExit(f"{output}\nnothing was learnt: a worker may have ended early")
    return lines, seconds


def tests_of(mutant: Mutant, lines: Lines, seconds: Seconds, budget: float) -> list[str]:
    """The tests to run, in their order.

    No test reaches a line that runs at the import alone, as those of tables do: the tests that
    reach anything of the module stand in.
    """
    module = lines.get(mutant.path, {})
    place = range(mutant.node.lineno, mutant.node.end_lineno + 1)
    near = set().union(*(module.get(line, set()) for line in place))
    near = near or set().union(*module.values())
    away = f"tests/{mutant.wing}/"
    chosen: list[str] = []
    for test in sorted(near, key=lambda test: (not test.startswith(away), seconds[test], test)):
        budget -= seconds[test] + 0.01
        if budget > 0 or not chosen:
            chosen.append(test)
    return chosen


def killed(mutant: Mutant, folder: Path, tests: list[str], limit: float, stamp: int) -> bool:
    """Put the mutant into the copy, run the tests, take it out."""
    path = folder / mutant.path
    source = path.read_bytes()
    path.write_bytes(mutant.applied(source))
    os.utime(path, (stamp, stamp))  # another for each: Python compiles it anew
    try:
        (folder / "chosen").write_text("\n".join(tests))
        code, _ = pytest(folder, "-x", "@chosen", limit=limit)
        if code == 4:  # a parametrised test has another name now, which is no failure
            (folder / "chosen").write_text("\n".join({test.partition("[")[0] for test in tests}))
            code, _ = pytest(folder, "-x", "@chosen", limit=limit)
    finally:
        path.write_bytes(source)
    return code != 0


def main() -> None:
    """Try a sample: print each mutant's fate, then the score of each wing and the survivors."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wing", choices=WINGS, action="append", help="this one alone; repeatable")
    parser.add_argument("--only", action="append", help="part of a path: no other; repeatable")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at a time")
    parser.add_argument("--budget", type=float, default=40, help="seconds of tests for a mutant")
    options, args = parser.parse_known_args()
    wings = options.wing or WINGS
    every = [mutant for wing in wings for mutant in mutants(wing)]
    if options.only:
        every = [m for m in every if any(part in m.path for part in options.only)]
    random.Random(options.seed).shuffle(every)
    every.sort(key=lambda mutant: wings.index(mutant.wing))
    count = min(options.sample, len(every))
    chosen = [every[i * len(every) // count] for i in range(count)]
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(options.jobs) as pool:
        copies: Queue[Path] = Queue()
        for job in range(options.jobs):
            folder = Path(temporary, str(job))
            copies.put(shutil.copytree(ROOT, folder, ignore=LEFT_OUT))
        lines, seconds = learn(folder, ["-n", str(options.jobs), *args])
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

        def survives(number: int) -> bool:
            mutant, folder, began = chosen[number], copies.get(), time.monotonic()
            tests = tests_of(mutant, lines, seconds, options.budget)
            limit = 20 + 4 * sum(seconds[test] for test in tests)
            noticed = bool(tests) and killed(mutant, folder, tests, limit, number + 1)
            copies.put(folder)
            took = time.monotonic() - began
            print(f"{'killed' if noticed else 'alive '} {took:5.1f} s  {mutant}", flush=True)
            return not noticed

        alive = [m for m, s in zip(chosen, pool.map(survives, range(count)), strict=True) if s]
    print(f"\n{count} of {len(every)} mutants, seed {options.seed}")
    for name in (*wings, ""):
        tried = sum(mutant.wing.startswith(name) for mutant in chosen)
        lived = sum(mutant.wing.startswith(name) for mutant in alive)
        score = 1 - lived / max(tried, 1)
        print(f"{name or 'all':9}{tried - lived:4} of {tried:3} killed, {score:.0%}")
    print("\nAlive:", *alive, sep="\n")


if __name__ == "__main__":
    main()
