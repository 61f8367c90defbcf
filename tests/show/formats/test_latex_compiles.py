"""LaTeX compiles, with nothing that is wider than the page, for networks of many kinds."""

import random
import re
import shutil
import subprocess
from itertools import pairwise

import pytest
from needed import needed

from backprop_cli.api import computing, load, worked
from backprop_cli.config import network_of, parse_document
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.worksheet import worksheet
from backprop_cli.show import Format, Selection
from backprop_cli.show.document import PAPERS, Document, Heading, Paragraph, Style, Tree
from backprop_cli.show.explanation import explanation
from backprop_cli.show.formats import write
from backprop_cli.show.worked import worked_example

TITLE = r"\input{x} $x$ 50 % & # _ ~ ^ {a} <b> é ü ł δ ∂E⁺ ½·2 − 😀 日本 \\ --- ?` ''"


def config(shape, activation="logistic", output="", extra="", digits=2):
    drawn = random.Random(str(shape))

    def number():
        return round(drawn.uniform(-0.9, 0.9), digits)

    output = output or activation
    error = "cross-entropy" if output == "softmax" else "half-squared"
    samples = [[number() for _ in range(shape[0])] for _ in range(2)]
    targets = [[1 if at == 0 else 0 for at in range(shape[-1])]] * 2
    layers = ""
    for at, (below, units) in enumerate(pairwise(shape)):
        rows = [[number() for _ in range(below)] for _ in range(units)]
        used = output if at == len(shape) - 2 else activation
        layers += f'\n[[layers]]\nactivation = "{used}"\nweights = {rows}\nbias = {number()}\n'
    head = f'title = """{TITLE.replace(chr(92), chr(92) * 2)}"""\nerror = "{error}"\neta = 0.5\n'
    return f"{head}inputs = {samples}\ntargets = {targets}\n{layers}\n{extra}"


LONG = """
[notation]
net = "netinputoftheunit1"
out = "outputoftheunit"
weights = "weight{from}to{to}"
hidden = "hidden_unit_{i}"
"""
NETWORKS = {
    "1-1-1": (config([1, 1, 1]), 9),
    "wide": (config([30, 13, 12]), 9),
    "square": (config([12, 12, 12]), 9),
    "all digits": (config([3, 4, 2], digits=17), 17),
    "long names": (config([3, 3, 2], "tanh", extra=LONG), 9),
    "softmax": (config([3, 3, 10], "tanh", "softmax"), 17),
    "elu": (config([2, 3, 2], "elu", "linear"), 9),
    "adam": (config([2, 2, 1], "gelu", "logistic", '[optimizer]\nname = "adam"\n'), 9),
    "batch": ("batch_size = 2\n" + config([2, 2, 1], "softplus"), 9),
    "rows": (config([3, 3, 2], extra='[notation]\nsamples = "rows"\n'), 12),
}


def fragments(paper):
    """A part of a document for each network, form and command."""
    style = Style(paper=paper)
    for name, (text, digits) in NETWORKS.items():
        network = network_of(parse_document(text, name))
        for matrices in (False, True):
            page = worked(network, range(1, 2), computing(network), Format(digits))
            page = page.in_matrices() if matrices else page
            if name == "wide" and not matrices:
                page = page.selected(Selection(network, only=["net_*", "dE_dout_*", "dE_dw1*"]))
            else:
                page = page.selected(Selection(network))
            yield name, "".join(write("latex", worked_example(page), style))
        if name not in ("wide", "square"):
            sheet = sheet_of(network, range(1, 2))
            for key, whole in ((False, False), (True, True), (False, True)):
                yield name, worksheet(sheet, "guided", "latex", key, 9, None, whole, style)
    network = load("deep")
    page = worked(network, range(1, 2), computing(network), Format())
    tree = Tree(explanation(page, "dE_dw1"), page.written)
    yield "tree", "".join(write("latex", Document([Heading(TITLE, 1), tree], network), style))


def compiled(folder, paper, parts):
    """The log of pdflatex."""
    blank = "".join(write("latex", Document([]), Style(standalone=True, paper=paper)))
    head, _, _ = blank.partition("\\begingroup")
    marked = (f"\\typeout{{PART {name}}}\n{part}\\newpage\n" for name, part in parts)
    whole = "\\batchmode\n" + head + "".join(marked) + "\\end{document}\n"
    (folder / "a.tex").write_text(whole, encoding="utf-8")
    command = ["pdflatex", "-draftmode", "-interaction=batchmode", "a.tex"]
    subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=300)
    return (folder / "a.log").read_text("latin-1")


def complaints(log):
    """Errors, and boxes that are more than a point too wide, each with its part."""
    part = ""
    for line in log.splitlines():
        if line.startswith("PART "):
            part = line[5:]
        found = re.match(r"Overfull \\hbox \(([\d.]+)pt", line)
        if line.startswith("!") or (found and float(found[1]) > 1) or "Missing character" in line:
            yield part, line


@pytest.mark.thorough
@pytest.mark.parametrize("paper", PAPERS)
def test_it_compiles_and_nothing_is_wider_than_the_page(paper, tmp_path):
    needed(shutil.which("pdflatex") is not None, "there is no pdflatex here")
    log = compiled(tmp_path, paper, fragments(paper))
    assert "Output written" in log or "No pages of output" not in log
    assert list(complaints(log)) == []


def test_what_is_too_wide_or_wrong_is_noticed(tmp_path):
    needed(shutil.which("pdflatex") is not None, "there is no pdflatex here")
    wide = "\\begin{align*}a &= " + "1" * 200 + "\\end{align*}\n"
    log = compiled(tmp_path, "a4", [("wide", wide), ("wrong", "\\nothing\n")])
    assert [part for part, _ in complaints(log)] == ["wide", "wrong"]


def test_no_text_is_a_command(tmp_path):
    needed(shutil.which("pdflatex") is not None, "there is no pdflatex here")
    drawn = random.Random(1)
    signs = "\\{}$&#^_%~'`\"-|<>[]=·−∂Σδ⁺⁽⁾²√½().,;:!?/ \u0302aE1Ж😀éß\n\t"
    texts = ["".join(drawn.choices(signs, k=drawn.randint(1, 30))) for _ in range(400)]
    blocks = [Paragraph(text, drawn.choice(["", "source", "sample"])) for text in texts]
    log = compiled(tmp_path, "a4", [("", "".join(write("latex", Document(blocks))))])
    assert [line for _, line in complaints(log)] == []
