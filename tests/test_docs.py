"""The documentation is true: what it prints is printed, and nothing is left out.

Console blocks are run, configs are read, Python is tried, links are followed. Tables between
``<!-- table: NAME -->`` and ``<!-- end -->`` come from the program's own tables. After a change

    python tests/test_docs.py

writes tables and outputs anew; read the difference before you keep it.
"""

import ast
import contextlib
import dataclasses
import doctest
import io
import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import backprop_cli
from backprop_cli.__main__ import run
from backprop_cli.api import load
from backprop_cli.cli import COMMANDS, cli
from backprop_cli.config.build import ROUNDED, network_of
from backprop_cli.config.document import parse_document
from backprop_cli.config.examples import example_names, open_config
from backprop_cli.config.fields import SPELLINGS, TABLES
from backprop_cli.engine.gradcheck import checked_gradients
from backprop_cli.engine.notation import ROLES, Notation
from backprop_cli.engine.quantities import Quantities
from backprop_cli.formulas import (
    ACTIVATIONS,
    ALIASES,
    ERRORS,
    OPTIMIZERS,
    SHORTCUTS,
    Activation,
    ErrorFunction,
    expr,
)
from backprop_cli.formulas.expr import Ref
from backprop_cli.show import in_symbols
from backprop_cli.show.numbers import plain

ROOT = Path(__file__).parent.parent
PAGES = {
    str(path.relative_to(ROOT)): path
    for path in (*ROOT.glob("*.md"), *sorted((ROOT / "docs").glob("*.md")))
}
LEFT_OUT = "…"
SHARED = "docs/options.md"

BLOCK = re.compile(r"^```(\w*)(?: ([\w./-]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"(<!-- table: (\S+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def text_of(page: str) -> str:
    return PAGES[page].read_text(encoding="utf-8")


# Commands and their output.


@contextlib.contextmanager
def workplace(folder: str) -> Iterator[None]:
    """An empty folder to be in, 100 columns, and nothing that changes how output looks."""
    before, environment = os.getcwd(), dict(os.environ)
    os.chdir(folder)
    for name in ("NO_COLOR", "FORCE_COLOR", "BACKPROP_DEBUG"):
        os.environ.pop(name, None)
    os.environ["COLUMNS"] = "100"
    try:
        yield
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(environment)


def printed(command: str) -> str:
    """What a `backprop …` prints on a terminal: the result, then messages."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        run(shlex.split(command)[1:])
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
    """`shown` with the lines of `output` in place of its own, where it begins the same."""
    parts = re.split(rf"^(\s*{LEFT_OUT}\n)", shown, flags=re.MULTILINE)
    if len(parts) == 1:
        return output
    lines, at = output.splitlines(keepends=True), 0
    result = []
    for part in parts:
        kept = part.splitlines(keepends=True)
        if not kept or part.strip() == LEFT_OUT:
            result.append(part)
            continue
        found = [index for index in range(at, len(lines)) if lines[index] == kept[0]]
        begin = found[0] if found else at
        at = begin + len(kept)
        result += lines[begin:at]
    return "".join(result)


def put_down(name: str, body: str) -> None:
    """Write a file that a page shows, for the commands that follow."""
    Path(name).write_text(body, encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_command_prints_what_stands_below_it(page, tmp_path):
    with workplace(str(tmp_path)):
        for kind, name, body in BLOCK.findall(text_of(page)):
            if name:
                put_down(name, body)
            if kind != "console":
                continue
            for command, shown in calls(body):
                if command.split()[0] == "backprop":
                    output = printed(command)
                    assert agrees(shown, output), f"$ {command}\n{output}"


def test_a_wrong_output_is_caught():
    output = "one\ntwo\nthree\n"
    assert agrees("one\n…\nthree\n", output)
    assert agrees("…\nthree\n", output)
    assert agrees("one\n…\n", output)
    assert not agrees("one\n…\nfour\n", output)
    assert not agrees("one\n", output)
    assert not agrees("…\ntwo\n", output)
    assert agrees("0.35891647971788465 6.8e-17\n", "0.3589164797178847 5.6e-17\n")
    assert not agrees("0.35891648 6.8e-17\n", "0.35891649 6.8e-17\n")


@pytest.mark.parametrize("page", PAGES)
def test_every_config_can_be_read(page, tmp_path):
    """A named one as it stands; a part of one, put over the tutorial network."""
    with workplace(str(tmp_path)):
        for kind, name, body in BLOCK.findall(text_of(page)):
            if name:
                put_down(name, body)
            if kind == "toml" and name:
                if name.endswith("wrong.toml"):
                    continue
                assert network_of(open_config(name))
            elif kind == "toml":
                part, whole = parse_document(body, page), open_config("mazur")
                data = {**whole.data, **part.data}
                assert network_of(dataclasses.replace(whole, data=data))


@pytest.mark.parametrize("page", PAGES)
def test_python_does_what_stands_below_it(page, tmp_path):
    blocks = [body for kind, _, body in BLOCK.findall(text_of(page)) if kind == "pycon"]
    example = doctest.DocTestParser().get_doctest("\n\n".join(blocks), {}, page, page, 0)
    said = io.StringIO()
    with workplace(str(tmp_path)):
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        assert runner.run(example, out=said.write).failed == 0, said.getvalue()


# What must be there.


def pages_about(command: str) -> str:
    """The text of the page of a command: its own, or those with a heading about it."""
    own = f"docs/{command}.md"
    if own in PAGES:
        return text_of(own)
    heading = re.compile(rf"^#+ .*\bbackprop {command}\b", re.MULTILINE)
    found = [text_of(page) for page in PAGES if heading.search(text_of(page))]
    return "\n".join(found)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_documented(command):
    text = pages_about(command)
    assert f"backprop {command}" in text
    text += text_of(SHARED)
    found = cli.get_command(click.Context(cli), command)
    for parameter in found.params:
        for option in parameter.opts if isinstance(parameter, click.Option) else ():
            assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text), option


def test_the_readme_leads_to_every_page():
    readme = text_of("README.md")
    for page in PAGES:
        if page != "README.md":
            assert f"({page})" in readme, page


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_names_every_command(command):
    assert f"`backprop {command}" in text_of("README.md")


def test_every_example_is_named():
    for name in example_names():
        assert f"`{name}`" in text_of("docs/init.md"), name


def test_the_changelog_knows_the_version():
    assert f"## [{backprop_cli.__version__}]" in text_of("CHANGELOG.md")


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", BLOCK.sub("", text_of(page))):
        if re.match("https?://", target):
            continue
        file, _, anchor = target.partition("#")
        there = (PAGES[page].parent / file).resolve() if file else PAGES[page]
        assert there.exists(), target
        if anchor:
            text = BLOCK.sub("", there.read_text(encoding="utf-8"))
            headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
            assert anchor in map(slug, headings), target


# Tables that the program fills.


def row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    return row(*head) + row(*[":--"] * len(head)) + "".join(row(*cells) for cells in rows)


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def _named(kind: str, **parts: str) -> Ref:
    return Ref(Notation().name(kind, **parts))


NET, OUT, ALPHA = _named("net", u="j"), _named("out", u="j"), _named("constant", p="alpha")
TARGET = _named("target", u="j")


def activation_rows() -> Iterator[tuple[str, ...]]:
    for name, found in ACTIVATIONS.items():
        also = [alias for alias, meant in ALIASES.items() if meant == name]
        called = ", ".join(map(code, (name, *also)))
        alpha = [] if found.alpha is None else [ALPHA]
        if found.jacobian is not None:
            i, j = _named("out", u="i"), _named("out", u="j")
            value = "e^net_j / Σ_k e^net_k"
            same, other = (in_symbols(found.jacobian(i is k, i, k)) for k in (i, j))
            slope = f"∂out_i/∂net_j: {same} if i = j, else {other}"
        else:
            value = in_symbols(found.value(NET, *alpha))
            slope = in_symbols(found.slope(NET, OUT, *alpha))
        source = found.source
        if found.alpha is not None:
            source += f"; α = {found.alpha} unless said"
        yield called, code(value), code(slope), source


def _parameters(found: ErrorFunction) -> list[Ref]:
    return [_named("constant", p=name) for name in found.parameters]


def error_rows() -> Iterator[tuple[str, ...]]:
    n = _named("constant", p="n")
    for name, found in ERRORS.items():
        value, slope = (
            in_symbols(formula(TARGET, OUT, n, *_parameters(found)))
            for formula in (found.value, found.slope)
        )
        yield code(name), code(value), code(slope), found.source


def shortcut_rows() -> Iterator[tuple[str, ...]]:
    for (error, activation), found in SHORTCUTS.items():
        short = in_symbols(found.delta(TARGET, OUT))
        when = "where the targets of a sample sum to 1" if found.targets_sum_to_one else ""
        yield code(error), code(activation), code(short), when, found.source


def optimizer_rows() -> Iterator[tuple[str, ...]]:
    for name, found in OPTIMIZERS.items():
        network = load("momentum", [f"optimizer={name}"])
        weight = next(network.parameters())
        q = Quantities(network)
        known = q.in_optimizer(weight)
        lines = [
            f"{q.optimizer_line(rule.letter, weight).name.symbol} = "
            f"{in_symbols(rule.formula(known))}"
            for rule in found.rules
        ]
        lines.append(f"w⁺ = {in_symbols(known.w + found.change(known))}")
        defaults = ", ".join(f"`{key}` = {plain(parameter.default)[0]}" for key, parameter in
                             found.parameters.items())  # fmt: skip
        yield code(name), "<br>".join(map(code, lines)), defaults, found.source


KINDS = {
    "text": "text", "flag": "true or false", "integer": "whole number", "count": "whole number ≥ 1",
    "number": "number", "numbers": "list of numbers", "rows": "lists of numbers",
    "samples": "list", "pattern": "pattern", "letter": "letters", "names": "pattern or lists",
    "rounding": "whole number, or table", "points": "table of numbers",
    "[layers]": "tables", "[error]": "name, or table", "[optimizer]": "name, or table",
}  # fmt: skip


def kind_of(kind: str) -> str:
    return KINDS.get(kind, "table" if kind.startswith("[") else kind)


def field_rows(name: str) -> Iterator[tuple[str, ...]]:
    for key, field in TABLES[name].items():
        also = [written for written, meant in SPELLINGS.get(name, {}).items() if meant == key]
        kind = ", ".join(map(code, field.choices)) if field.choices else kind_of(field.kind)
        kind += "".join((
            "" if field.above is None else f" > {field.above:g}",
            "" if field.least is None else f" ≥ {field.least:g}",
            "" if field.below is None else f", < {field.below:g}",
        ))  # fmt: skip
        default = "" if field.default is None else str(field.default)
        default = code(default.lower() if field.kind == "flag" else default)
        if field.required:
            default = "required"
        about = field.about.replace("{", "`{").replace("}", "}`")
        yield ", ".join(map(code, (key, *also))), kind, default, about


MEANINGS = {
    "input": "value of an input", "target": "what an output should give",
    "net": "net input: weighted sum and bias", "out": "output: activation of the net input",
    "E": "what one output adds to the error", "E_total": "error of one sample",
    "E_epoch": "error of all samples", "err": "target less output",
    "dE_dout": "error term: how the error changes with an output",
    "via": "the part of a hidden unit's error term that comes back along one path",
    "slope": "slope of the activation", "jacobian": "one entry of softmax's Jacobian",
    "delta": "how the error changes with a net input",
    "gradient": "how the error changes with a weight or bias",
    "parameter": "weight or bias", "state": "state of the optimizer before the update",
    "state_new": "state of the optimizer after it",
    "corrected": "state of adam, corrected for its start at 0",
    "intermediate": "another line of an optimizer, such as lion's c",
    "change": "what the update adds", "new": "weight or bias after the update",
    "eta": "learning rate", "constant": "parameter of the optimizer",
}  # fmt: skip
FACTORS = ("dE_dnet", "dnet_dout", "dnet_dp")
"""Roles that stand in chain rules alone: nothing is called by their keys."""


def quantity_rows() -> Iterator[tuple[str, ...]]:
    examples = {"u": "h1", "v": "o1", "p": "w5", "i": "i1", "s": "m"}
    swapped = {"E": "o1", "target": "o1", "err": "o1", "jacobian": "o1", "constant": "beta"}
    for kind, (template, _, _) in ROLES.items():
        if kind in FACTORS:
            continue
        about = set(re.findall(r"\{([uvpsi])\}", template))
        parts = {part: examples[part] for part in about}
        if kind in swapped:
            parts = {part: swapped[kind] if part != "v" else "o2" for part in about}
        name = Notation().name(kind, **parts)
        yield code(name.key), code(name.symbol), MEANINGS[kind]


def rounded_rows() -> Iterator[tuple[str, ...]]:
    for key, kinds in ROUNDED.items():
        what = "; ".join(MEANINGS[kind] for kind in kinds if kind in MEANINGS)
        yield code(key), what or "everything that is not named"


HEAD = ("Key", "What it takes", "Default", "Meaning")
GENERATED = {
    "activations": lambda: table(("Name", "Output", "Slope ∂out_j/∂net_j", "Source"),
                                 activation_rows()),
    "errors": lambda: table(("Name", "Error of one output, E_j", "Slope ∂E/∂out_j", "Source"),
                            error_rows()),
    "shortcuts": lambda: table(("Error", "Activation", "δ_j", "When", "Source"), shortcut_rows()),
    "optimizers": lambda: table(("Name", "Update", "Parameters", "Source"), optimizer_rows()),
    "quantities": lambda: table(("Key", "Symbol", "Meaning"), quantity_rows()),
    "rounded": lambda: table(("Key", "What is rounded"), rounded_rows()),
    **{f"config-{name or 'top'}": lambda name=name: table(HEAD, field_rows(name))
       for name in TABLES},
}  # fmt: skip


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_table_is_the_programs(name):
    """A new activation, config key or quantity appears here by itself, or this test fails."""
    found = [
        body
        for page in PAGES
        for _, known, body, _ in TABLE.findall(text_of(page))
        if known == name
    ]
    assert found, f"no page has the table {name}"
    for body in found:
        assert body == GENERATED[name](), "python tests/test_docs.py writes it anew"


def test_every_function_stands_with_its_source():
    text = text_of("docs/formulas.md")
    for rows in (ACTIVATIONS, ERRORS, OPTIMIZERS):
        for name, found in rows.items():
            assert any(code(name) in line and found.source in line
                       for line in text.splitlines()), name  # fmt: skip


# What CONTRIBUTING says of the program.


def imports_of(path: Path) -> set[str]:
    """Modules that a file imports to run, by full name."""
    found = set()
    for node in _outside_type_checking(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def _outside_type_checking(tree: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from _outside_type_checking(child)


PACKAGE = ROOT / "backprop_cli"
MODULES = {path.relative_to(PACKAGE).as_posix(): imports_of(path) for path in PACKAGE.rglob("*.py")}


def importing(name: str) -> set[str]:
    return {
        module
        for module, imported in MODULES.items()
        if any(found == name or found.startswith(f"{name}.") for found in imported)
    }


def at_the_edge(modules: set[str]) -> set[str]:
    """What is left without the command line itself."""
    return {module for module in modules
            if not module.startswith("cli/") and module != "__main__.py"}  # fmt: skip


def test_only_the_command_line_imports_click():
    assert at_the_edge(importing("click")) == set()


def test_only_tables_and_the_command_line_import_rich():
    assert at_the_edge(importing("rich")) <= {"tables.py"}


def test_nothing_imports_the_command_line():
    assert at_the_edge(importing("backprop_cli.cli")) == set()


def test_numpy_is_imported_by_training_alone():
    assert all(module.startswith("train/") for module in importing("numpy"))


def test_the_modules_of_the_architecture_are_there():
    named = re.findall(r"^\| `([\w/]+(?:\.py)?/?)`", text_of("CONTRIBUTING.md"), re.MULTILINE)
    assert len(named) > 8
    for module in named:
        assert (PACKAGE / module).exists(), module


def test_the_activation_that_is_added_in_five_lines_works(monkeypatch):
    rows = [body for kind, _, body in BLOCK.findall(text_of("CONTRIBUTING.md"))
            if kind == "python" and "Activation(" in body]  # fmt: skip
    assert len(rows) == 1
    added = eval("{" + rows[0] + "}", vars(expr) | {"Activation": Activation})
    assert rows[0].count("\n") <= 6
    for name, activation in added.items():
        assert name not in ACTIVATIONS
        monkeypatch.setitem(ACTIVATIONS, name, activation)
        network = load("mazur")
        layers = tuple(layer._replace(activation_name=name) for layer in network.layers)
        network = dataclasses.replace(network, layers=layers)
        assert all(found.relative < 1e-12 for found in checked_gradients(network))


# Writing anew.


def rewritten(text: str) -> str:
    """A page with its tables and outputs as they are now."""

    def block(match: re.Match[str]) -> str:
        kind, name, body = match.groups()
        if name:
            put_down(name, body)
        if kind != "console":
            return match[0]
        parts = []
        for command, shown in calls(body):
            if command.split()[0] == "backprop":
                shown = renewed(shown, printed(command))
            parts.append(f"$ {command}\n{shown}")
        return f"```console\n{''.join(parts)}```"

    text = TABLE.sub(lambda match: f"{match[1]}{GENERATED[match[2]]()}{match[4]}", text)
    return BLOCK.sub(block, text)


def main() -> None:
    import tempfile

    chosen = sys.argv[1:] or list(PAGES)
    for page in chosen:
        with tempfile.TemporaryDirectory() as folder, workplace(folder):
            text = rewritten(text_of(page))
        if on_any_machine(text) != on_any_machine(text_of(page)):
            PAGES[page].write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {page}\n")


if __name__ == "__main__":
    main()
