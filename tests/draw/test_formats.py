"""Every format holds every number, and means what it says to the program that reads it."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from drawn import drawn, network_with
from needed import needed

from backprop_cli.api import load
from backprop_cli.draw import SHOWS
from backprop_cli.draw.formats import ENDINGS, FORMATS, WRITERS, writer
from backprop_cli.draw.formats.mermaid import escaped
from backprop_cli.draw.formats.png import png
from backprop_cli.draw.formats.text import text_lines
from backprop_cli.draw.scene import text_of
from backprop_cli.errors import UsageError
from backprop_cli.show.folding import breadth

EVIL = r"""<script> & "quoted" $x_1$ % # {} \ ~ ^ | [a](b) `c` é 漢 ∂ --> ]] %% end"""
EVIL += "\x07\n---\nx: y"


def evil():
    return replace(load("softmax"), title=EVIL)


def numbers(scene) -> list[str]:
    lines = [line for node in scene.nodes.values() for line in (*node.lines, *node.above)]
    lines += [line for edge in scene.edges for line in edge.lines]
    return [piece.text for line in lines for piece in line if piece.key]


@pytest.mark.parametrize("show", SHOWS)
@pytest.mark.parametrize("name", WRITERS)
def test_no_number_is_left_out(name, show):
    drawing = drawn(load("deep"), show)
    text = "".join(writer(name)(drawing))
    for number in numbers(drawing.scene):
        assert number in text


def test_every_format_has_an_ending():
    assert {*ENDINGS.values()} == {*FORMATS}


# The terminal.


@pytest.mark.parametrize("width", [40, 60, 80, 160])
@pytest.mark.parametrize("show", SHOWS)
@pytest.mark.parametrize(
    "network", [(1, 1, 1), (2, 2, 2), (4, 5, 3), (30, 30, 30), (99, 3)], ids=str
)
def test_a_terminal_is_never_too_narrow_for_a_number(network, show, width):
    drawing = drawn(network_with(*network, own=network[0] % 2 == 0), show)
    lines = [text_of(line) for line in text_lines(drawing.scene, width)]
    assert max(map(breadth, lines)) <= width
    text = "\n".join(lines)
    for number in numbers(drawing.scene):
        assert number in text


def test_where_there_is_room_the_layers_stand_side_by_side():
    scene = drawn(load("mazur"), "structure").scene
    across = [text_of(line) for line in text_lines(scene, 100)]
    assert any("input" in line and "output" in line for line in across)
    stacked = [text_of(line) for line in text_lines(scene, 40)]
    assert not any("input" in line and "output" in line for line in stacked)
    assert any("╭" in line for line in stacked)
    listed = [text_of(line) for line in text_lines(scene, 20)]
    assert not any("╭" in line for line in listed)
    assert max(map(breadth, listed)) <= 20


# LaTeX.


@pytest.mark.parametrize("show", SHOWS)
def test_tikz_compiles_on_one_page_without_overfull_boxes(show, tmp_path):
    needed(shutil.which("pdflatex") is not None, "there is no pdflatex here")
    networks = {"backward": evil(), "update": network_with(10, 10, 10, own=True)}
    renamed = ['notation.net="zeta"', 'notation.weights="theta_{from}_{to}"']
    network = networks.get(show, load("mazur", renamed))
    text = "".join(writer("tikz", standalone=True)(drawn(network, show)))
    (tmp_path / "net.tex").write_text(text, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "net.tex"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace")
    assert result.returncode == 0, result.stdout[-2000:]
    assert "(1 page" in result.stdout
    assert "Overfull" not in result.stdout


# Graphviz.


@pytest.mark.parametrize("show", SHOWS)
def test_graphviz_takes_dot(show):
    needed(shutil.which("dot") is not None, "there is no Graphviz here")
    for network in (evil(), network_with(3, 4, 2)):
        text = "".join(writer("dot")(drawn(network, show)))
        result = subprocess.run(
            ["dot", "-Tjson0"], input=text, capture_output=True, text=True, encoding="utf-8"
        )
        assert (result.returncode, result.stderr) == (0, "")
        found = json.loads(result.stdout)
        scene = drawn(network, show).scene
        assert len(found["edges"]) == len(scene.edges)
        names = {node["name"] for node in found["objects"]}
        assert {*scene.nodes} <= names


# Mermaid.


def test_mermaid_has_no_sign_that_could_be_a_mark():
    assert escaped('w_1 "a" <b> #x') == "w_1 #34;a#34; #60;b#62; #35;x"
    text = "".join(writer("mermaid")(drawn(evil())))
    head, _, body = text.removeprefix("---\n").partition("\n---\n")
    assert json.loads(head.removeprefix("title: ")) == "".join(s for s in EVIL if s >= " ")
    assert body.startswith("flowchart LR\n")
    assert "<script" not in body


def test_mermaid_numbers_its_lines_as_it_draws_them():
    drawing = drawn(load("mazur"), "structure")
    body = "".join(writer("mermaid")(drawing)).split("flowchart LR\n")[1].splitlines()
    arrows = [line for line in body if "-->" in line or "-.->" in line]
    assert len(arrows) == len(drawing.scene.edges)
    assert sum("linkStyle" in line for line in body) == 8


# PNG.


def test_png_is_a_picture_twice_as_large():
    pytest.importorskip("resvg_py")
    drawing = drawn(load("mazur"))
    content = png(drawing)
    assert content.startswith(b"\x89PNG")
    width = int.from_bytes(content[16:20], "big")
    assert width == round(2 * drawing.width)
    assert png(drawing, theme="dark") != content


def test_png_without_its_package_says_what_would_help(monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    monkeypatch.setattr("backprop_cli.draw.formats.png.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="resvg-py") as caught:
        png(drawn(load("mazur")))
    assert "pip install 'backprop-cli[png]'" in str(caught.value.hint)
