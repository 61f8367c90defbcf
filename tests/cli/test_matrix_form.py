"""`--form matrix`: what is printed, at every width and in every format, and what is refused."""

import csv
import json

import pytest

ENTRIES = {
    "mazur": ("delta_1", ["delta_h1", "delta_h2"]),
    "xor": ("net_2", ["net_o1"]),
}


@pytest.mark.parametrize("width", ["40", "60", "80", "160"])
@pytest.mark.parametrize(
    "args",
    [("mazur",), ("xor", "--set", "learning='batch'"), ("softmax", "--stage", "backward")],
    ids=" ".join,
)
def test_tables(backprop, args, width, snapshot):
    result = backprop("trace", *args, "--form", "matrix", columns=width)
    assert (result.code, result.err) == (0, "")
    assert result.out == snapshot
    ours = result.out.splitlines()
    assert max(map(len, (line for line in ours if "https://" not in line))) <= int(width)


@pytest.mark.parametrize(
    "args",
    [
        ("mazur", "--format", "plain"),
        ("mazur", "--format", "markdown", "--stage", "update"),
        ("batch", "--set", "notation.samples='rows'", "--format", "plain"),
        ("xor", "--sample", "2", "--stage", "forward", "--format", "plain"),
        ("relu", "--exact", "--format", "plain"),
        ("adam", "--epochs", "2", "--stage", "update", "--format", "plain"),
        ("mazur", "--only", "∂E/∂W⁽²⁾", "--only", "err", "--decimals", "3", "--format", "plain"),
        ("iris", "--set", "learning='batch'", "--only", "dE_dW1", "--format", "plain"),
    ],
    ids=" ".join,
)
def test_what_is_printed(backprop, args, snapshot):
    result = backprop("trace", *args, "--form", "matrix")
    assert result.code == 0
    assert result.out == snapshot


def test_json_has_shapes_and_every_entry(backprop):
    whole = json.loads(backprop("trace", "mazur", "--form", "matrix", "--format", "json").out)
    units = json.loads(backprop("trace", "mazur", "--format", "json").out)
    values = {step["key"]: step["value"] for step in units["steps"]}
    assert whole["form"] == "matrix"
    assert whole["summary"] == units["summary"]
    steps = {step["key"]: step for step in whole["steps"]}
    delta = steps["delta_1"]
    assert delta["form"], delta["shape"] == ("matrix", [2, 1])
    assert delta["value"] == [[values["delta_h1"]], [values["delta_h2"]]]
    assert steps["dE_dW2"]["value"] == [
        [values["dE_dw5"], values["dE_dw6"]],
        [values["dE_dw7"], values["dE_dw8"]],
    ]
    assert steps["dE_dW2"]["operands"] == ["delta_2", "out_1"]
    assert steps["dE_dW2"]["latex"].endswith(r"\left(\mathrm{out}^{(1)}\right)^{\top}")
    assert steps["net_1"]["law"] == "net⁽ˡ⁾ = W⁽ˡ⁾·out⁽ˡ⁻¹⁾ + b⁽ˡ⁾"


def test_lines_and_tables_of_data_have_whole_matrices(backprop):
    args = ("trace", "iris", "--form", "matrix", "--only", "net_1", "--set", "learning='batch'")
    (line,) = backprop(*args, "--format", "jsonl").out.splitlines()
    assert json.loads(line)["shape"] == [8, 120]
    (row,) = csv.DictReader(backprop(*args, "--format", "csv").out.splitlines())
    assert json.loads(row["value"]) == json.loads(line)["value"]
    assert json.loads(row["shape"]) == [8, 120]
    assert "…" not in line
    table = backprop(*args).out
    assert "…" in table
    assert "columns 4 to 118 of net⁽¹⁾ are not shown" in table
    assert "…" not in backprop(*args, "--all").out


def test_exact_values_are_beside_their_floats(backprop):
    args = ("trace", "relu", "--exact", "--form", "matrix", "--format", "jsonl")
    steps = map(json.loads, backprop(*args, "--only", "W2_new").out.splitlines())
    assert next(steps)["exact"] == [["41/80", "-7/40"]]


def test_a_fraction_stands_once_before_its_decimal(backprop):
    found = backprop("trace", "relu", "--exact", "--form", "matrix", "--only", "dL_db1").out
    assert " ∂L/∂b⁽¹⁾ (2×1) = δ⁽¹⁾ = ⎡-5/8⎤ = ⎡-0.625⎤\n" in found


def test_a_sample_is_shown_where_it_is_an_update_by_itself(backprop):
    found = backprop("trace", "xor", "--form", "matrix", "--sample", "3", "--format", "plain").out
    assert "Sample 3: x = [1; 0]; t = 1; here W⁽¹⁾ = [" in found
    refused = backprop("trace", "batch", "--form", "matrix", "--sample", "1")
    assert refused.code == 2
    assert "a matrix has the samples of an update side by side" in refused.err


def test_keys_are_those_of_matrices(backprop):
    wrong = backprop("trace", "mazur", "--form", "matrix", "--only", "net_h1")
    assert (wrong.code, wrong.out) == (2, "")
    assert "--form steps has net_h1" in wrong.err
    assert backprop("trace", "mazur", "--form", "matrix", "--only", "zzz").err.endswith(
        "keys look like net_1, delta_2, W1_new\n"
    )
    assert backprop("trace", "mazur", "--form", "whole").code == 2


def test_mini_batches_have_their_samples_above_them(backprop):
    args = ("--set", "learning='mini-batch'", "--set", "batch_size=3", "--format", "plain")
    found = backprop("trace", "xor", "--form", "matrix", *args).out
    assert "Samples 1 to 3: X = [0 0 1; 0 1 0]; T = [0 1 1]" in found
    assert "Sample 4: x = [1; 1]; t = 0" in found
    assert "Forward pass, hidden layer (batch 2)" in found


def test_explain_goes_back_through_whole_layers(backprop, snapshot):
    assert backprop("explain", "mazur", "dE_dW1", "--form", "matrix").out == snapshot
    of_epoch = backprop(
        "explain", "batch", "L_epoch", "--form", "matrix", "--depth", "1", "--format", "plain"
    )
    assert of_epoch.out.count("L_total = 1ᵀ·L_o") == 1
    given = backprop("explain", "mazur", "W1", "--form", "matrix")
    assert "W1 is given, as weights" in given.err
    tree = json.loads(
        backprop("explain", "mazur", "net_1", "--form", "matrix", "--format", "json").out
    )["quantity"]
    assert tree["shape"] == [2, 1]
    assert [part["given"] for part in tree["parts"]] == ["weights", "the inputs", "biases"]


def test_only_a_few_words_say_how_samples_lie(backprop):
    wrong = backprop("trace", "--set", "notation.samples='lines'")
    assert wrong.code == 2
    assert "columns" in wrong.err
    assert "rows" in wrong.err


@pytest.mark.parametrize("form", ["toml", "csv", "markdown"])
@pytest.mark.parametrize("config", ["mazur", "softmax", "batch"])
def test_the_key_of_a_worksheet_has_full_marks(backprop, tmp_path, config, form):
    ending = {"toml": ".toml", "csv": ".csv", "markdown": ".md"}[form]
    key = tmp_path / f"key{ending}"
    args = ("worksheet", config, "--form", "matrix", "--key", "--format", form)
    assert backprop(*args, "-o", str(key)).code == 0
    result = backprop("verify", config, str(key))
    assert result.code == 0, result.err
    assert "wrong" not in result.out


BY_NG = {
    "Z1": [["0.378"], ["0.393"]], "A1": [["0.593"], ["0.597"]], "dZ2": [["0.138"], ["-0.0381"]],
    "dW2": [["0.0822", "0.0827"], ["-0.0226", "-0.0227"]],
}  # fmt: skip


def written(matrices, form):
    """Matrices in TOML or JSON, their numbers as they are typed."""
    texts = {name: str(rows).replace("'", "") for name, rows in matrices.items()}
    if form == "json":
        return "{" + ", ".join(f'"{name}": {text}' for name, text in texts.items()) + "}"
    return "".join(f"{name} = {text}\n" for name, text in texts.items())


@pytest.mark.parametrize("form", ["json", "toml"])
def test_matrices_by_hand_may_have_the_names_of_other_authors(backprop, tmp_path, form):
    answers = tmp_path / f"mine.{form}"
    answers.write_text(written(BY_NG, form))
    result = backprop("verify", "mazur", str(answers), "--all")
    assert result.code == 0, result.err
    assert "delta_o2" in result.out
    wrong = BY_NG | {"dW2": [["0.0822", "0.0827"], ["-0.0226", "-0.127"]]}
    answers.write_text(written(wrong, form))
    result = backprop("verify", "mazur", str(answers))
    assert result.code == 1
    assert "dE_dw8" in result.out


def test_the_signs_and_the_layout_of_other_authors_are_taken_over(backprop, tmp_path):
    """Trask's δ is that of descent, and a sample is a row; a blank stays one."""
    answers = tmp_path / "trask.toml"
    answers.write_text(
        'l1 = [["0.593", ""]]\nl2_delta = [["-0.138", "0.0381"]]\nl2 = [[0.751, 0.773]]\n'
    )
    result = backprop("verify", "mazur", str(answers), "--all")
    assert "wrong" not in result.out.replace("0 wrong", "")
    assert result.out.count("blank") >= 1


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (("trace", "mazur", "--only", "delta_1"), "--form matrix has delta_1"),
        (("trace", "mazur", "--form", "matrix", "--only", "delta_h1"), "--form steps has delta_h1"),
        (("explain", "mazur", "dE_dW1"), "--form matrix has dE_dW1"),
    ],
)
def test_a_key_of_the_other_form_is_said_to_be_one(backprop, args, hint):
    result = backprop(*args)
    assert result.code == 2
    assert hint in result.err
