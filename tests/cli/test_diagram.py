"""backprop diagram: what is asked for is drawn, or it is said why not."""

from xml.etree import ElementTree

import pytest

from backprop_cli import trace


def test_the_ending_of_the_file_says_the_format(backprop, tmp_path):
    for ending, begins in [(".svg", "<svg"), (".dot", "digraph"), (".mmd", "---"),
                           (".tex", "% needs"), (".txt", "Matt Mazur")]:  # fmt: skip
        path = tmp_path / f"net{ending}"
        result = backprop("diagram", "mazur", "-o", str(path))
        assert (result.code, result.out, result.err) == (0, "", "")
        assert path.read_text("utf-8").startswith(begins)
    path = tmp_path / "net.png"
    pytest.importorskip("resvg_py")
    assert backprop("diagram", "mazur", "-o", str(path)).code == 0
    assert path.read_bytes().startswith(b"\x89PNG")


def test_sample_and_epoch_are_those_that_are_asked_for(backprop):
    out = backprop("diagram", "xor", "--epoch", "3", "--sample", "2", "--digits", "12").out
    told = backprop("explain", "xor", "epoch3.sample2.net_h1", "--depth", "0", "--digits", "12").out
    assert told.rsplit("= ", 1)[1].strip() in out
    assert "Epoch 3, sample 2 of 4" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sample", "2"], "there is no sample 2: the config has 1"),
        (["--show", "backwards"], "Did you mean|did you mean"),
        (["--graph", "--unit", "h9"], "there is no such unit here: h9"),
        (["--graph", "--unit", "h1", "--error", "o1"], "exclude each other"),
        (["--expand"], "are for --graph"),
        (["-o", "net.pdf"], "net.pdf: there is no format here for .pdf"),
        (["--standalone"], "--standalone is for --format tikz"),
        (["--set", "eta=x"], "eta"),
    ],
)
def test_what_cannot_be_drawn_is_said(backprop, arguments, said):
    result = backprop("diagram", "mazur", *arguments)
    assert result.code == 2
    assert any(part in result.err for part in said.split("|"))
    assert "Traceback" not in result.err


def test_what_is_folded_is_said_on_standard_error(backprop):
    result = backprop("diagram", "iris", "--units", "2")
    assert "note: input: 2 of 4 units are not drawn, between" in result.err
    assert "2 of 4" in result.out


@pytest.mark.parametrize("form", ["table", "plain"])
def test_a_trace_has_the_drawing_above_its_steps(backprop, form):
    out = backprop("trace", "mazur", "--diagram", "--format", form).out
    assert "╭" in out
    assert out.index("╭") < out.index("w1·i1 + w2·i2 + b1")
    assert out.count("Matt Mazur's 2-2-2 network") == 1
    assert backprop("trace", "mazur", "--format", form).out.count("╭") == 0


def test_in_markdown_a_trace_has_the_drawing_in_mermaid(backprop):
    out = backprop("trace", "xor", "--diagram", "--sample", "2", "--format", "markdown").out
    assert "```mermaid\nflowchart LR\n" in out
    assert "```mermaid" not in backprop("trace", "xor", "--format", "markdown").out
    net = backprop("explain", "xor", "sample2.net_h1", "--depth", "0", "--digits", "5").out
    assert f"net {net.rsplit('= ', 1)[1].strip()}<br/>" in out


def test_data_have_no_drawing(backprop):
    for arguments in (["trace", "--format", "json"], ["worksheet", "--format", "csv"]):
        result = backprop(arguments[0], "mazur", "--diagram", *arguments[1:])
        assert result.code == 2
        assert "has no drawing" in result.err


def test_a_worksheet_is_drawn_with_blanks_and_its_key_with_numbers(backprop):
    sheet = backprop("worksheet", "mazur", "--diagram", "--format", "markdown").out
    key = backprop("worksheet", "mazur", "--diagram", "--key", "--format", "markdown").out
    assert "net ____" in sheet
    for number in ("0.3775", "0.59327", "0.27481", "0.0087714", "0.082167"):
        assert number not in sheet
        assert number in key
    assert "____" not in key


def test_a_notebook_shows_the_drawing():
    html = trace("softmax")._repr_html_()
    start, end = html.index("<svg"), html.index("</svg>") + len("</svg>")
    root = ElementTree.fromstring(html[start:end])
    numbers = {e.get("data-key"): e.text for e in root.iter() if e.get("data-key") and e.text}
    assert numbers["dE_dw7"] == "0.13027"
    assert "max-width:100%" in html


@pytest.mark.parametrize("call", ["trace", "worksheet"])
def test_in_latex_the_drawing_is_tikz(backprop, call):
    out = backprop(call, "mazur", "--diagram", "--format", "latex", "--standalone").out
    assert out.count("\\begin{tikzpicture}") == out.count("\\usepackage{tikz}\n") == 1
    assert "tikz" not in backprop(call, "mazur", "--format", "latex").out
