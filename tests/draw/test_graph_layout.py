"""The computation graph drawn: no label meets another, and every format holds it."""

import json
import shutil
import subprocess
from xml.etree import ElementTree

import pytest
from drawn import network_with, overlapping, traced
from needed import needed

from backprop_cli.api import load
from backprop_cli.config.examples import example_names
from backprop_cli.draw import graph, svg
from backprop_cli.draw.formats import writer
from backprop_cli.draw.formats.text import text_lines
from backprop_cli.draw.scene import FORWARD, GRADIENT, text_of
from backprop_cli.show import Format
from backprop_cli.show.folding import breadth


def drawn_graph(network, **options):
    return graph(network, traced(network)[1], **options)


@pytest.mark.parametrize("expanded", [False, True])
@pytest.mark.parametrize("name", [n for n in example_names() if n != "iris"])
def test_no_label_meets_another(name, expanded):
    assert overlapping(drawn_graph(load(name), expanded=expanded)) == []


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 5, 2), (5, 4, 3, 2), (12, 9, 7)], ids=str)
def test_no_label_meets_another_in_any_shape(shape):
    network = network_with(*shape, own=shape[0] == 5)
    assert overlapping(drawn_graph(network)) == []
    assert overlapping(drawn_graph(network, unit="o1", most=50)) == []


@pytest.mark.parametrize("options", [{}, {"unit": "h1"}, {"unit": "o2"}, {"output": "o1"}], ids=str)
def test_numbers_have_their_keys_and_are_those_of_the_trace(options):
    network = load("mazur", ["train_biases=true"])
    scope = traced(network)[1]
    root = ElementTree.fromstring(svg(graph(network, scope, **options)))
    numbers = [e for e in root.iter() if "number" in e.get("class", "").split()]
    assert numbers
    for element in numbers:
        assert element.text == Format(5)(scope[element.get("data-key")]), element.get("data-key")
    keys = {element.get("data-key") for element in numbers}
    if not options:
        assert {"dE_dw1", "delta_h1", "dE_dout_o1", "dE_dout_h1_via_o2", "dE_dout_h1"} <= keys
        assert {"w5", "net_h1", "out_h2", "E_o1", "E_total", "t_o1", "dE_db1"} <= keys


def test_a_long_sum_is_folded_and_that_is_said():
    network = network_with(40, 12, 9)
    drawing = drawn_graph(network)
    assert len(drawing.left_out) == 1
    assert "sums of more than 6 terms are folded" in drawing.left_out[0]
    text = " ".join(text_of(words.pieces) for words in drawing.words())
    assert "⋮ 35 more" in text
    assert drawing.left_out[0] in text
    assert len(drawing.scene.nodes) < 400
    assert drawn_graph(network_with(3, 3, 2)).left_out == ()


def test_what_is_left_out_counts_in_the_sum():
    """The node for the terms left out has their sum, so that what is drawn adds up."""
    scene = drawn_graph(network_with(40, 1), unit="o1", form=Format(12)).scene
    (end,) = [e.target for e in scene.edges if scene.nodes[e.source].role == "more"]
    terms = [float(e.lines[0][-1].text) for e in scene.edges if e.target == end]
    (after,) = [e for e in scene.edges if e.source == end]
    assert len(terms) == 7
    assert sum(terms) == pytest.approx(float(after.lines[0][-1].text))


@pytest.mark.parametrize("width", [40, 60, 80, 160])
def test_a_terminal_gets_a_list(width):
    drawing = drawn_graph(load("softmax"))
    lines = [text_of(line) for line in text_lines(drawing.scene, width)]
    assert max(map(breadth, lines)) <= width
    text = "\n".join(lines)
    for edge in drawing.scene.edges:
        for line in edge.lines:
            assert line[-1].text in text


def test_graphviz_and_latex_take_it(tmp_path):
    needed(shutil.which("dot") is not None, "there is no Graphviz here")
    needed(shutil.which("pdflatex") is not None, "there is no pdflatex here")
    drawing = drawn_graph(load("softmax"), expanded=True)
    text = "".join(writer("dot")(drawing))
    result = subprocess.run(["dot", "-Tjson0"], input=text, capture_output=True, encoding="utf-8")
    assert (result.returncode, result.stderr) == (0, "")
    assert len(json.loads(result.stdout)["edges"]) == len(drawing.scene.edges)
    (tmp_path / "g.tex").write_text("".join(writer("tikz", True)(drawing)), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "g.tex"]
    result = subprocess.run(
        command, cwd=tmp_path, capture_output=True, encoding="utf-8", errors="replace"
    )
    assert result.returncode == 0, result.stdout[-2000:]
    assert "Overfull" not in result.stdout
    assert "(1 page" in result.stdout
    assert "U+" not in "".join(writer("tikz")(drawing))


def test_what_the_gradients_are_of_is_said():
    network = load("mazur")
    assert drawn_graph(network, unit="h1").scene.notes[0] == (
        "Computation graph of out_h1; gradients are ∂E_total/∂ of what stands on the edge."
    )
    assert "∂E_o1/∂ of" in drawn_graph(network, output="o1").scene.notes[0]
    sequential = drawn_graph(load("mazur", ['update="sequential"'])).scene.notes
    assert any("old weights" in note for note in sequential)
    assert not any("old weights" in note for note in drawn_graph(network).scene.notes)


def test_an_operation_has_its_numbers_at_their_side():
    scene = drawn_graph(load("mazur"), unit="h1", expanded=True).scene
    signs = [node.lines[0][0].text for node in scene.nodes.values() if node.role == "operation"]
    assert signs == ["×", "×", "+", "× (−1)", "eˣ", "+ 1", "1 / x"]


def test_the_value_stands_above_the_edge_and_the_gradient_below():
    labels = [words for words in drawn_graph(load("mazur")).words() if words.on_edge]
    for above, below in zip(labels[::2], labels[1::2], strict=True):
        assert (above.pieces[-1].role, below.pieces[-1].role) == (FORWARD, GRADIENT)
        assert (above.x, above.y < below.y) == (below.x, True)
