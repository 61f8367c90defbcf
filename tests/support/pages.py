"""The pages of the documentation: what stands on them, and how it is written anew.

Console blocks are commands with what they print, where a line ``…`` stands for lines left out;
blocks with a name are files that the commands after them find. `backprop`, `python` and `pytest`
are run. Tables come from `doc_tables`.
"""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from doc_tables import GENERATED

from backprop_cli.__main__ import run

ROOT = Path(__file__).parents[2]
PAGES = {
    str(path.relative_to(ROOT)): path
    for path in (*ROOT.glob("*.md"), *sorted((ROOT / "docs").glob("*.md")))
}
LEFT_OUT = "…"

BLOCK = re.compile(r"^```(\w*)(?: ([\w./-]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"(<!-- table: (\S+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def text_of(page: str) -> str:
    """A page as it stands."""
    return PAGES[page].read_text(encoding="utf-8")


@contextlib.contextmanager
def workplace(folder: str, columns: int = 100) -> Iterator[None]:
    """An empty folder to be in, so many columns, and nothing that changes how output looks."""
    before, environment = os.getcwd(), dict(os.environ)
    os.chdir(folder)
    for name in ("NO_COLOR", "FORCE_COLOR", "BACKPROP_DEBUG"):
        os.environ.pop(name, None)
    os.environ["COLUMNS"] = str(columns)
    try:
        yield
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(environment)


RUN = ("backprop", "python", "pytest")
IMPORTED = re.compile(r"^(?:import|from) (\w+)", re.MULTILINE)


def missing(command: str) -> set[str]:
    """What is not installed of what the program needs that a `python` or `pytest` runs.

    A program has the programs beside it at hand.
    """
    found: set[str] = set()
    for name in command.split():
        if name.endswith(".py"):
            for module in IMPORTED.findall(Path(name).read_text(encoding="utf-8")):
                beside = Path(f"{module}.py")
                if beside.exists():
                    found |= missing(beside.name)
                elif find_spec(module) is None:
                    found.add(module)
    return found


def printed(command: str) -> str:
    """What one of `RUN` prints on a terminal: the result, then messages."""
    program, *arguments = shlex.split(command)
    if program != "backprop":
        module = ["-m", "pytest", "-p", "no:cacheprovider"] if program == "pytest" else []
        done = subprocess.run(
            [sys.executable, *module, *arguments], capture_output=True, text=True, encoding="utf-8"
        )
        return done.stdout + done.stderr
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        run(arguments)
    return out.getvalue() + err.getvalue()


def calls(block: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with the output below it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def on_any_machine(output: str) -> str:
    """`output` without what the last bit of a machine's exponential decides."""
    output = re.sub(r"\b\d\.\de-1[4-9]\b", "1.0e-16", output)
    return re.sub(r"\d*\.\d{15,19}(?!\d)", lambda match: f"{float(match[0]):.13g}", output)


def agrees(shown: str, output: str) -> bool:
    """Whether `output` is what is shown, where a line `…` stands for any number of lines."""
    shown, output = on_any_machine(shown), on_any_machine(output)
    parts = re.split(rf"^\s*{LEFT_OUT}\n", shown, flags=re.MULTILINE)
    if len(parts) == 1:
        return shown == output
    pattern = "(?:.*\n)*?".join(map(re.escape, parts))
    return re.fullmatch(pattern, output) is not None


def renewed(shown: str, output: str) -> str:
    """`shown` with the lines of `output` in place of its own; what was left out stays so.

    A piece between two ``…`` is put where most of its lines are found in the output; one that
    begins or ends the block has all that the output begins or ends with.
    """
    if agrees(shown, output):
        return shown
    pieces = re.split(rf"^(\s*{LEFT_OUT}\n)", shown, flags=re.MULTILINE)
    if len(pieces) == 1:
        return output
    lines, at, result = output.splitlines(keepends=True), 0, []
    for number, piece in enumerate(pieces):
        kept = piece.splitlines(keepends=True)
        if not kept or piece.strip() == LEFT_OUT:
            result.append(piece)
            continue
        places = range(at, max(at, len(lines) - len(kept)) + 1)
        begin = max(places, key=lambda place: _alike(kept, lines[place : place + len(kept)]))
        end = len(lines) if number == len(pieces) - 1 else begin + len(kept)
        result += lines[0 if number == 0 else begin : end]
        at = end
    return "".join(result)


def _alike(one: list[str], other: list[str]) -> int:
    """How many lines are the same, and how many words of the others."""
    pairs = list(zip(one, other, strict=False))
    words = sum(len({*a.split()} & {*b.split()}) for a, b in pairs)
    return 100 * sum(on_any_machine(a) == on_any_machine(b) for a, b in pairs) + words


def put_down(name: str, body: str) -> None:
    """Write a file that a page shows, for the commands that follow."""
    Path(name).write_text(body, encoding="utf-8")


def rewritten(page: str) -> str:
    """A page with its tables and outputs as they are now."""

    def block(match: re.Match[str]) -> str:
        kind, name, body = match.groups()
        if name:
            put_down(name, body)
        if kind != "console":
            return match[0]
        parts = []
        for command, shown in calls(body):
            if command.split()[0] in RUN and not missing(command):
                shown = renewed(shown, printed(command))
            parts.append(f"$ {command}\n{shown}")
        return f"```console\n{''.join(parts)}```"

    with tempfile.TemporaryDirectory() as folder, workplace(folder):
        text = TABLE.sub(lambda m: f"{m[1]}{GENERATED[m[2]]()}{m[4]}", text_of(page))
        return BLOCK.sub(block, text)
