"""backprop diagram: what is asked for is drawn, or it is said why not."""

import pytest


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
