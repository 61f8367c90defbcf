"""With decimal commas a text is the same but for its points, and a title stays as it is."""

import re

import pytest

from backprop_cli.show.commas import commas, with_commas
from backprop_cli.show.document import Document, Heading, Paragraph, Points, Records

OF_STEPS = [
    *(("trace", name) for name in ("mazur", "softmax", "xor", "adam", "batch")),
    *(("trace", name, "--form", "matrix") for name in ("mazur", "batch")),
    ("trace", "relu", "--exact"),
    ("trace", "mazur", "--set", "layers.0.activation=leaky-relu"),
    ("explain", "mazur", "w5_new"),
    ("explain", "mazur", "W2_new", "--form", "matrix"),
    ("verify", "mazur", "answers.txt"),
    ("trace", "named.toml"),
]
OF_BLANKS = [("worksheet", "mazur", "--key"), ("worksheet", "mazur", "--key", "--form", "matrix")]
OUTPUTS = [(*one, "--format", form) for one in OF_STEPS for form in ("table", "plain", "markdown")]
OUTPUTS += [(*one, "--format", "markdown") for one in OF_BLANKS]
SOURCE = re.compile("Release|page 2.7|https:")
ANSWERS = "net_h1 = 0.3775\nout_h1 = 0.61\ndelta_o1 = 0.14\nW2 = [0.4 0.45; 0.5 0.55]\n"


@pytest.mark.parametrize("arguments", OUTPUTS, ids=" ".join)
def test_every_point_of_a_number_is_a_comma(backprop, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "answers.txt").write_text(ANSWERS)
    (tmp_path / "named.toml").write_text(
        'title = "Release 1.5"\nsource = "page 2.7"\ninputs = [0.5]\ntargets = [1.0]\neta = 0.5\n'
        '[[layers]]\nactivation = "tanh"\nweights = [[0.25]]\nbiases = [0.125]\n'
    )
    with_points = backprop(*arguments)
    found = backprop(*arguments, "--decimal-comma")
    assert (found.code, found.err) == (with_points.code, with_points.err)
    lines = with_points.out.splitlines()
    expected = [
        line if SOURCE.search(line) else re.sub(r"(?<=\d)\.(?=\d)", ",", line) for line in lines
    ]
    assert found.out.splitlines() == expected
    assert expected != lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w5 = 0.4, and 12.50", "w5 = 0,4, and 12,50"),
        ("[0.1 0.2; -3.5 4]", "[0,1 0,2; -3,5 4]"),
        ("1.5e-9 in sample 2.", "1,5e-9 in sample 2."),
        ("version 1.2.3, net_h1.5", "version 1.2.3, net_h1,5"),
        ("...5, .5, 5.", "...5, .5, 5."),
    ],
)
def test_what_is_no_decimal_keeps_its_points(text, expected):
    assert commas(text) == expected


def test_what_somebody_wrote_stays_and_what_is_said_of_it_does_not():
    blocks = [
        Heading("Release 1.5", 1), Heading("Epoch 1, η = 0.5"), Paragraph("page 2.7", "source"),
        Paragraph("E = 0.5", "result"), Points(("a = 0.5", "b = 1.5"), "At 0.25"),
        Records(("a", "b"), [("0.5", 7), ("1.5", None)], right=True),
    ]  # fmt: skip
    *shown, records = with_commas(Document(blocks)).blocks
    assert shown == [
        Heading("Release 1.5", 1), Heading("Epoch 1, η = 0,5"), Paragraph("page 2.7", "source"),
        Paragraph("E = 0,5", "result"), Points(("a = 0,5", "b = 1,5"), "At 0,25"),
    ]  # fmt: skip
    assert list(records.rows) == [("0,5", 7), ("1,5", None)]
    assert records.columns == ("a", "b")
    assert records.right
