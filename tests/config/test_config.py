"""Every way a config can be wrong is told with file, line, path and hint, and exit code 2."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import wrong_configs
from limits import at_most_a_minute
from wrong_configs import BASE, HEAD, WEIGHTS, changed, without

from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document
from backprop_cli.config.parameters import MAX_PARAMETERS
from backprop_cli.errors import ConfigError, shortened

KINDS = ("SYNTAX", "KEYS", "TYPES", "CHOICES", "SHAPES", "MEANING", "NOTATION")


def cases():
    for kind in KINDS:
        for number, case in enumerate(getattr(wrong_configs, kind), start=1):
            yield pytest.param(case[0], case[1:], id=f"{kind.lower()}-{number}")


def refused(backprop, *arguments: str) -> str:
    """What is told of a config that is refused, and not after hours."""
    with at_most_a_minute():
        result = backprop("trace", *arguments)
    assert (result.code, result.out) == (2, "")
    assert "Traceback" not in result.err
    assert "mistake of the program" not in result.err
    return result.err


def told(err: str, file: str, text: str) -> list[str]:
    """Line and words of each problem, and the hints; the lines of the source are checked here."""
    found = []
    for shown in err.splitlines():
        if shown.startswith("    hint: "):
            found.append(shown.strip())
        elif shown.startswith("    "):
            line = text.splitlines()[int(found[-1].split()[0]) - 1]
            assert shown.strip() == shortened(line.strip())
        else:
            place, _, words = shown.partition(": error: ")
            name, _, line = place.partition(":")
            assert name == file
            found.append(f"{line or '-'} {words}")
    return found


@pytest.mark.parametrize(("text", "expected"), list(cases()))
def test_a_wrong_config_is_refused_in_words(
    backprop, tmp_path, monkeypatch, text, expected
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.toml").write_text(text, "utf-8")
    found = told(refused(backprop, "net.toml", "-o", "out.txt"), "net.toml", text)
    assert len(found) == len(expected), found
    for said, wanted in zip(found, expected, strict=True):
        assert said.startswith(wanted.removesuffix("…")), found
        assert said == wanted or wanted.endswith("…") or " (" in said, found
    assert os.listdir() == ["net.toml"]


def test_what_is_right_is_not_refused(backprop, tmp_path) -> None:
    file = tmp_path / "net.toml"
    file.write_text(BASE, "utf-8")
    assert backprop("trace", str(file)).code == 0


# --- what a problem looks like ----------------------------------------------------------------


def test_a_problem_has_file_line_path_source_and_hint(backprop, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.toml").write_text(changed(WEIGHTS, "weights = [[0.15, 0.20],\n  [0.25]]"), "utf-8")
    assert refused(backprop, "net.toml") == (
        "net.toml:8: error: layers[0].weights: row 2 has 1 number, but 2 units feed this layer\n"
        "    [0.25]]\n"
        "    hint: give each neuron one weight per incoming unit\n"
    )


def test_several_problems_are_told_at_once_in_the_order_of_the_lines(backprop, tmp_path) -> None:
    text = BASE.replace("0.5\n", "-1\n").replace("bias = 0.60", "biases = [1, 2, 3]\nfoo = 1")
    text = text.replace('"logistic"', '"logsitic"', 1) + '[optimizer]\nname = "adma"\n'
    file = tmp_path / "net.toml"
    file.write_text(text, "utf-8")
    lines = [said.split()[0] for said in told(refused(backprop, str(file)), str(file), text)]
    assert [line for line in lines if line != "hint:"] == ["1", "6", "13", "14", "16"]


def test_of_very_many_problems_the_first_are_told_and_the_others_counted(
    backprop, tmp_path
) -> None:
    file = tmp_path / "net.toml"
    file.write_text(BASE + "\n".join(f"key{n} = 1" for n in range(50_000)), "utf-8")
    err = refused(backprop, str(file))
    assert err.count("there is no such key") == 20
    assert err.endswith(f"{file}: error: and 49980 more that are wrong\n")


def test_a_value_that_was_set_besides_is_told_as_the_option(backprop) -> None:
    assert refused(backprop, "mazur", "--set", "eta=0", "--set", "layers.1.bias=x") == (
        "--set eta=0: error: eta: must be greater than 0, not 0\n"
        '--set layers.1.bias=x: error: layers[1].bias: expected a number, got the text "x"\n'
        '    hint: numbers stand without quotes; a fraction is written "1/3"\n'
    )


# --- files ------------------------------------------------------------------------------------


def test_a_missing_file_a_directory_and_a_misspelt_example(backprop, tmp_path) -> None:
    assert refused(backprop, "mazu") == (
        "mazu: error: there is no such file, and no example of that name\n"
        "    hint: did you mean 'mazur'?\n"
    )
    missing = refused(backprop, str(tmp_path / "no.toml"))
    assert missing.startswith(f"{tmp_path}/no.toml: error: there is no such file")
    directory = refused(backprop, str(tmp_path))
    assert directory == f"{tmp_path}: error: this is a directory, not a file\n"


def test_a_file_that_may_not_be_read(backprop, tmp_path, monkeypatch) -> None:
    file = tmp_path / "net.toml"
    file.write_text(BASE, "utf-8")
    file.chmod(0)
    if os.access(file, os.R_OK):  # nothing is forbidden to the superuser

        def forbidden(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("builtins.open", forbidden)
    assert refused(backprop, str(file)) == f"{file}: error: no permission to read this file\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"eta = 0.5\nx = '\xe9'\n", ":2: error: not UTF-8: byte 0xe9 at position 6 of the line"),
        ("eta = 0.5".encode("utf-16"), ": error: this text is UTF-16, not UTF-8"),
        (b"\x7fELF\x00\x01", ":1: error: this is not a text file: it contains a zero byte"),
        (b"\x89PNG\r\n\x1a\n", ":1: error: not UTF-8: byte 0x89 at position 1 of the line"),
        (b"eta = 0.5\x1b[2J\n", ":1: error: "),
    ],
)
def test_a_file_that_is_no_text(backprop, tmp_path, content, expected) -> None:
    file = tmp_path / "net.toml"
    file.write_bytes(content)
    err = refused(backprop, str(file))
    assert err.startswith(f"{file}{expected}")
    assert err.replace("\n", "").isprintable()


def test_a_file_of_200_megabytes(backprop, tmp_path) -> None:
    file = tmp_path / "net.toml"
    file.touch()
    os.truncate(file, 200 * 1024**2)
    assert refused(backprop, str(file)) == f"{file}: error: larger than 16 MiB, too large here\n"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000 + "]" * 5000,
        "[" * 5000,
        "{a = " * 5000 + "1" + "}" * 5000,
        "[{a = " * 5000,
        "1" + "0" * 100_000,
        "0x" + "f" * 100_000,
        "1e" + "9" * 1000,
        "0." + "1" * 100_000,
        "a" + ".a" * 100_000,
    ],
    ids=lambda text: text[:8],
)
def test_what_would_break_a_parser(backprop, tmp_path, text) -> None:
    file = tmp_path / "net.toml"
    file.write_text(f"eta = {text}\n" + without(wrong_configs.ETA), "utf-8")
    assert refused(backprop, str(file)).startswith(f"{file}:1: error: ")


def rows(count: int, size: int, number: str = "1") -> str:
    row = "[" + ",".join([number] * size) + "]"
    return f"weights = [{','.join([row] * count)}]"


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            changed(WEIGHTS, "units = 5_000_000"),
            ":7: error: layers[0].units: the network has more than 1,000,000 weights",
        ),
        (
            changed(WEIGHTS, "units = 1000\n[[layers]]\nactivation = 'relu'\nunits = 10_000"),
            ":10: error: layers[1].units: the network has more than 1,000,000 weights",
        ),
        (changed(WEIGHTS, rows(5_000_000, 2)), ": error: larger than 16 MiB"),
        (changed(WEIGHTS, rows(2, 600_000)), ":7: error: more than 1,000,000 values"),
        (changed(WEIGHTS, rows(0, 0) + "[]," * 510_000), ":7: error: more than 1,000,000 value"),
        (BASE + "[[layers]]\n" * 501_000, ": error: more than 1,000,000 values"),
    ],
    ids=["units", "layers", "file", "columns", "rows", "headers"],
)
def test_ten_million_weights(backprop, tmp_path, text, expected) -> None:
    file = tmp_path / "net.toml"
    file.write_text(text, "utf-8")
    err = refused(backprop, str(file))
    assert expected in err.splitlines()[0]
    assert all(len(line) < 250 for line in err.splitlines())


@pytest.mark.thorough
def test_ten_million_inputs_that_are_not_numbers_take_bounded_time(backprop, tmp_path) -> None:
    file = tmp_path / "net.toml"
    file.write_text(changed(WEIGHTS, rows(2, 50_000, "nan")), "utf-8")
    err = refused(backprop, str(file))
    assert err.count("this is not a number to compute with") == 20
    assert "and 99980 more that are wrong" in err


@pytest.mark.thorough
def test_a_network_of_the_largest_size_is_not_refused() -> None:
    text = "eta = 1\ninputs = [1]\ntargets = [1]\n[[layers]]\nactivation = 'relu'\nunits = {}\n"
    text += "[[layers]]\nactivation = 'relu'\nunits = 1\n"
    half = MAX_PARAMETERS // 2
    assert network_of(parse_document(text.format(1000), "")).shape == (1, 1000, 1)
    with pytest.raises(ConfigError, match="too many to show"):
        network_of(parse_document(text.format(half + 1), ""))


# --- data -------------------------------------------------------------------------------------

DATA = BASE.replace(HEAD, 'eta = 1\ndata = "d.csv"\ninputs = ["a", "b"]\ntargets = ["c", "d"]\n')


@pytest.mark.parametrize(
    ("content", "text", "expected"),
    [
        (None, DATA, ["2 data: d.csv: there is no such file"]),
        (b"a,b,c,d\n1,2,3\n", DATA, "d.csv:2: error: the row has 3 cells, but the header 4"),
        (b"a,b,c,d\n1,x,0,1\n", DATA, "d.csv:2: error: column b: expected a number, got 'x'"),
        (b"a,b,c,d\n1,,0,1\n", DATA, "d.csv:2: error: column b: the cell is empty"),
        (b"a,b,c,d\n1,nan,0,1\n", DATA, "d.csv:2: error: column b: expected a number, got 'nan'"),
        (b"a,b,c,d\n", DATA, "d.csv:1: error: there are no rows below the header"),
        (b"", DATA, "d.csv:1: error: the file is empty"),
        (b"a,a,c,d\n1,2,3,4\n", DATA, "d.csv:1: error: a name stands twice in the header row"),
        (b"\xff", DATA, ["2 data: d.csv: not UTF-8: byte 0xff at position 1 of the line"]),
        (b"a,b,c,dd\n1,2,3,4\n", DATA, ["4 targets[1]: the data has no column d"]),
        (
            b"a,b,c,d\n1,2,3,4\n",
            DATA.replace('["a", "b"]', '["a", 2]'),
            ["3 inputs[1]: expected the name of a column of the data"],
        ),
        (
            b"a,b,c,d\n1,2,3,4\n",
            DATA.replace('["c", "d"]', '["c"]'),
            ["4 targets: there is 1 target, but 2 outputs"],
        ),
        (
            b"a,b,c,d\n1,2,3,4\n",
            DATA.replace('["a", "b"]', '["a"]'),
            ["8 layers[0].weights: each row has 2 numbers, but 1 unit feeds this layer"],
        ),
    ],
)
def test_wrong_data(backprop, tmp_path, monkeypatch, content, text, expected) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.toml").write_text(text, "utf-8")
    if content is not None:
        Path("d.csv").write_bytes(content)
    err = refused(backprop, "net.toml")
    if isinstance(expected, str):
        assert err.splitlines()[0] == expected
    else:
        found = told(err, "net.toml", text)
        assert [said for said in found if not said.startswith("hint: ")] == expected
