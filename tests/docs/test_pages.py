"""The documentation is true: what it prints is printed, and nothing is left out.

Console blocks are run, configs are read, Python is tried, links are followed. Tables between
``<!-- table: NAME -->`` and ``<!-- end -->`` come from the program's own tables.
`python tests/write_docs.py` writes tables and outputs anew.
"""

import dataclasses
import doctest
import io
import re

import click
import pytest
from doc_tables import GENERATED, code
from pages import (
    BLOCK,
    PAGES,
    ROOT,
    RUN,
    TABLE,
    agrees,
    calls,
    missing,
    printed,
    put_down,
    renewed,
    rewritten,
    text_of,
    workplace,
)

import backprop_cli
from backprop_cli import errors
from backprop_cli.api import load
from backprop_cli.cli import COMMANDS, cli
from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document
from backprop_cli.config.examples import example_names, open_config
from backprop_cli.engine.gradcheck import checked_gradients
from backprop_cli.formulas import (
    ACTIVATIONS,
    ERRORS,
    OPTIMIZERS,
    Activation,
    expr,
)
from backprop_cli.show.formats import FORMATS

pytestmark = pytest.mark.thorough

SHARED = "docs/options.md"


# Commands and their output.


@pytest.mark.parametrize("page", PAGES)
def test_every_command_prints_what_stands_below_it(page, tmp_path):
    left = []
    with workplace(str(tmp_path)):
        for kind, name, body in BLOCK.findall(text_of(page)):
            if name:
                put_down(name, body)
            if kind != "console":
                continue
            for command, shown in calls(body):
                if command.split()[0] not in RUN:
                    continue
                if lacking := missing(command):
                    left.append(f"{command}: {', '.join(sorted(lacking))} is not installed")
                    continue
                output = printed(command)
                assert agrees(shown, output), f"$ {command}\n{output}"
    if left:
        pytest.skip("; ".join(left))


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


def test_a_program_that_cannot_be_run_here_says_what_it_lacks(tmp_path):
    with workplace(str(tmp_path)):
        put_down("net.py", "import nothing_of_the_kind\n")
        put_down("test_net.py", "import os\nfrom net import x\n")
        put_down("print.py", "import os\nprint(os.getcwd())\n")
        assert missing("pytest -q test_net.py") == {"nothing_of_the_kind"}
        assert missing("python print.py") == set()
        assert printed("python print.py") == f"{tmp_path.resolve()}\n"
        assert "No module named 'nothing_of_the_kind'" in printed("python net.py")


def test_every_program_of_a_page_is_run():
    for page in PAGES:
        blocks = BLOCK.findall(text_of(page))
        run = " ".join(body for kind, _, body in blocks if kind == "console")
        for kind, name, body in blocks:
            if kind == "python" and name:
                beside = any(f"import {name[:-3]}\n" in other for _, _, other in blocks)
                assert name in run or beside, f"{page}: {name}"
            elif kind == "python":
                compile(body if "Activation(" not in body else f"{{{body}}}", page, "exec")


def test_what_has_changed_is_written_anew_and_what_was_left_out_stays_so():
    shown = "a head\n…\nw1 0.5\nw2 0.6\n…\nthe end\n"
    output = "a head\n1 2\nw1 0.5\nw2 0.7\n3 4\n5 6\nthe new end\n"
    assert renewed(shown, output) == "a head\n…\nw1 0.5\nw2 0.7\n…\nthe new end\n"
    assert renewed("a\n…\nb\n", "a\nx\nb\nc\n") == "a\n…\nb\nc\n"
    assert renewed("a\n…\nb\n", "z\na\nx\nb\n") == "z\na\n…\nb\n"
    assert renewed("…\nthe end\n", "in 0.3 s\nthe end\n") == "…\nthe end\n"
    assert renewed("1.0000000000000002\n", "1.0000000000000004\n") == "1.0000000000000002\n"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_is_true_is_left_as_it_is(page):
    assert rewritten(page) == text_of(page), "python tests/write_docs.py writes it anew"


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


def said_about(command: str) -> str:
    """What stands about a command: its own page, or the parts under headings that name it."""
    own = f"docs/{command}.md"
    if own in PAGES:
        return text_of(own)
    part = re.compile(rf"^(#+) .*\bbackprop {command}\b(?s:.*?)(?=^\1 |\Z)", re.MULTILINE)
    texts = [text_of(page) for page in PAGES if page != "docs/commands.md"]  # which says all alike
    return "\n".join(found[0] for text in texts for found in part.finditer(text))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_documented(command):
    text = said_about(command)
    assert f"backprop {command}" in text
    text += text_of(SHARED)
    found = cli.get_command(click.Context(cli), command)
    for parameter in found.params:
        for option in parameter.opts if isinstance(parameter, click.Option) else ():
            assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text), option


@pytest.mark.parametrize("page", [SHARED, "docs/trace.md"])
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_documented(name, page):
    assert f"`{name}`" in text_of(page)


def test_every_exit_code_is_documented():
    codes = [value for name, value in vars(errors).items() if name.startswith("EXIT_")]
    assert len(codes) == 5
    for number in codes:
        assert f"| {number} |" in text_of(SHARED)


def test_the_index_leads_to_every_page():
    """The list of a heading, which makes the tree of the site; and from the readme to the index."""
    index = text_of("docs/index.md")
    for page in PAGES:
        name = page.removeprefix("docs/")
        if page == name:
            assert page == "README.md" or f"({page})" in text_of("README.md"), page
        elif name != "index.md":
            assert re.search(rf"^- \[[^]]*\]\({name}\)", index, re.MULTILINE), page
    assert "(docs/index.md)" in text_of("README.md")


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
        assert body == GENERATED[name](), "python tests/write_docs.py writes it anew"


def test_every_function_stands_with_its_source():
    text = text_of("docs/formulas.md")
    for rows in (ACTIVATIONS, ERRORS, OPTIMIZERS):
        for name, found in rows.items():
            assert any(code(name) in line and found.source in line
                       for line in text.splitlines()), name  # fmt: skip


# What CONTRIBUTING says of the program.


def test_the_modules_of_the_architecture_are_there():
    named = re.findall(r"^\| `([\w/]+(?:\.py)?/?)`", text_of("CONTRIBUTING.md"), re.MULTILINE)
    assert len(named) > 8
    for module in named:
        assert (ROOT / "backprop_cli" / module).exists(), module


def test_the_activation_that_is_added_in_five_lines_works(monkeypatch):
    rows = [body for kind, _, body in BLOCK.findall(text_of("CONTRIBUTING.md"))
            if kind == "python" and "Activation(" in body]  # fmt: skip
    assert len(rows) == 1
    added = eval("{" + rows[0] + "}", vars(expr) | {"Activation": Activation})
    assert rows[0].count("\n") <= 6
    for name, activation in added.items():
        monkeypatch.setitem(ACTIVATIONS, name, activation)
        network = load("mazur")
        layers = tuple(layer._replace(activation_name=name) for layer in network.layers)
        network = dataclasses.replace(network, layers=layers)
        assert all(found.relative < 1e-12 for found in checked_gradients(network))
