"""Arrays of a program, held against a config on the command line."""

import json

import pytest

np = pytest.importorskip("numpy", reason="arrays of NumPy")


def program(kind="float64", mistake=""):
    """The tutorial's network in matrices, as a program in the manner of lecture notes."""

    def logistic(z):
        return (1 / (1 + np.exp(-z))).astype(kind)

    x, y, w1, b1, w2, b2 = (
        np.array(numbers, kind)
        for numbers in (
            [[0.05], [0.10]], [[0.01], [0.99]], [[0.15, 0.2], [0.25, 0.3]], [[0.35], [0.35]],
            [[0.4, 0.45], [0.5, 0.55]], [[0.6], [0.6]],
        )
    )  # fmt: skip
    z1 = w1 @ x + b1
    a1 = logistic(z1)
    z2 = w2 @ a1 + b2
    a2 = logistic(z2)
    dz2 = (a2 - y) * (a2 if mistake else a2 * (1 - a2))
    dz1 = w2.T @ dz2 * a1 * (1 - a1)
    return {"Z1": z1, "A1": a1, "Z2": z2, "A2": a2, "dZ2": dz2, "dW2": dz2 @ a1.T,
            "dZ1": dz1, "dW1": dz1 @ x.T}  # fmt: skip


def saved(path, arrays):
    """The path, with the arrays written in the form of its ending."""
    lists = {name: array.tolist() for name, array in arrays.items()}
    if path.suffix == ".npz":
        np.savez(path, **arrays)
    elif path.suffix == ".json":
        path.write_text(json.dumps(lists))
    elif path.suffix == ".jsonl":
        rows = ({"key": name, "value": value} for name, value in lists.items())
        path.write_text("\n".join(map(json.dumps, rows)))
    elif path.suffix == ".csv":
        rows = (f'{name},"{value}"' for name, value in lists.items())
        path.write_text("\n".join(["quantity,value", *rows]))
    else:
        path.write_text("\n".join(f"{name} = {value}" for name, value in lists.items()))
    return str(path)


ENDINGS = ["npz", "json", "jsonl", "csv", "toml"]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_a_right_program_is_all_right(backprop, tmp_path, kind, ending):
    found = backprop("verify", "mazur", saved(tmp_path / f"a.{ending}", program(kind)))
    assert "All 8 arrays are correct." in found.out
    assert found.code == 0


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_first_wrong_array_and_its_mistake_are_told(backprop, tmp_path, ending):
    arrays = program(mistake="slope")
    path = saved(tmp_path / f"a.{ending}", arrays)
    found = backprop("verify", "mazur", path)
    assert "First wrong: dZ2" in found.out
    assert "activation-for-slope" in found.out
    assert found.code == 1
    told = json.loads(backprop("verify", "mazur", path, "--format", "json").out)
    assert told["first_wrong"] == "dZ2"
    table = backprop("verify", "mazur", path, "--format", "csv").out
    assert table.splitlines()[0] == "array,quantity,shape,verdict,remark"
    assert len(table.splitlines()) == 9


def test_how_much_is_told(backprop, tmp_path):
    path = saved(tmp_path / "a.npz", program(mistake="slope"))
    brief = backprop("verify", "mazur", path, "--brief").out
    assert brief == (
        "Look at dZ2 first: activation-for-slope. "
        "8 arrays: 4 correct, 3 following from a wrong one, 1 wrong.\n"
    )
    assert "Read as" not in backprop("verify", "mazur", path, "--brief", "--format", "markdown").out
    assert "dW1" in backprop("verify", "mazur", path, "--all").out
    assert "follow-through" in backprop("verify", "mazur", path, "--all", "--format", "plain").out
    assert "| dZ2" in backprop("verify", "mazur", path, "--format", "markdown").out


def test_markdown_has_lists_and_numbers_in_blocks_of_code(backprop, tmp_path):
    path = saved(tmp_path / "a.npz", program(mistake="slope"))
    said = backprop("verify", "mazur", path, "--format", "markdown").out
    assert "\n\n**First wrong: dZ2 (δ⁽²⁾)**\n\n- activation-for-slope: " in said
    assert "\n\n```text\nyours    0.557036\n        -0.167781\nright " in said


def test_a_pipe_has_lines_that_are_not_folded(backprop, tmp_path):
    path = saved(tmp_path / "a.npz", program(mistake="slope"))
    lines = backprop("verify", "mazur", path, "--format", "plain", columns="40").out.splitlines()
    assert lines[2] == "First wrong: dZ2 (δ⁽²⁾)"
    assert lines[-1].startswith("Read as: ")
    assert lines[-1].endswith("of the largest term.")


@pytest.mark.parametrize("columns", ["40", "60", "160"])
def test_the_report_keeps_to_the_width(backprop, tmp_path, columns):
    path = saved(tmp_path / "a.npz", program(mistake="slope"))
    said = backprop("verify", "mazur", path, "--all", columns=columns).out
    assert max(map(len, said.splitlines())) <= int(columns)
    assert "activation-for-slope" in said


def test_numbers_in_columns_are_left_out_where_they_just_do_not_fit(backprop, tmp_path):
    path = saved(tmp_path / "a.npz", program(mistake="slope"))
    beside = "  yours    0.557036"
    for columns, there in ((len(beside), True), (len(beside) - 1, False)):
        said = backprop("verify", "mazur", path, columns=str(columns)).out
        assert (beside in said) == there
        assert ("Farthest off" in said.replace("\n  ", " ")) != there


def test_names_and_layout_may_be_said(backprop, tmp_path):
    path = saved(tmp_path / "a.npz", program())
    assert backprop("verify", "mazur", path, "--names", "ng", "--layout", "columns").code == 0
    wrong = backprop("verify", "mazur", path, "--names", "nobody")
    assert wrong.code == 2
    assert "nobody" in wrong.err


def test_what_is_left_out_of_a_file_is_said(backprop, tmp_path):
    np.savez(tmp_path / "a.npz", label=np.array(["a"]), **program())
    found = backprop("verify", "mazur", str(tmp_path / "a.npz"))
    assert "label is left out: it has entries of type text" in found.err
    assert found.code == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--hints",), "--hints is for numbers that a person wrote"),
        (("--sure",), "--sure is for numbers that a person wrote"),
        (("--accept-conventions",), "--accept-conventions is for numbers that a person wrote"),
        (("--min-digits", "3"), "--min-digits is for numbers that a person wrote"),
    ],
)
def test_options_that_are_not_for_arrays(backprop, tmp_path, options, said):
    found = backprop("verify", "mazur", saved(tmp_path / "a.npz", program()), *options)
    assert found.code == 2
    assert said in found.err


def test_the_layout_of_arrays_is_not_asked_of_what_a_person_wrote(backprop):
    found = backprop("verify", "mazur", "mazur.answers.toml", "--layout", "rows")
    assert found.code == 2
    assert "--layout is for the arrays of a program, not for numbers that a person" in found.err


def test_an_archive_of_no_arrays_is_said_to_be_empty(backprop, tmp_path):
    np.savez(tmp_path / "empty.npz")
    found = backprop("verify", "mazur", str(tmp_path / "empty.npz"))
    assert found.code == 2
    assert "there are no arrays of numbers here: it is empty" in found.err


def test_broken_files_are_errors_and_no_tracebacks(backprop, tmp_path):
    path = tmp_path / "a.npz"
    path.write_bytes(b"PK\x03\x04 and no more")
    found = backprop("verify", "mazur", str(path))
    assert found.code == 2
    assert f"{path}: error: the file is broken" in found.err
    assert backprop("verify", "mazur", str(tmp_path / "none.npz")).code == 2
    assert backprop("verify", "nothing", str(path)).code == 2


def test_numbers_of_a_program_may_be_said_to_be_so(backprop, tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"net_h1": 0.38, "net_h2": 0.3925}')
    assert backprop("verify", "mazur", str(path)).code == 0
    as_machine = backprop("verify", "mazur", str(path), "--machine")
    assert as_machine.code == 1
    assert "The numbers are those of a program (float32)" in as_machine.out.replace("\n", " ")
    told = json.loads(backprop("verify", "mazur", str(path), "--machine", "--format", "json").out)
    assert told["machine"] == "float32"
    path.write_text('{"net_h1": 0.38, "net_h2": 0.39250000000000002}')
    assert backprop("verify", "mazur", str(path)).code == 1
    assert backprop("verify", "mazur", str(path), "--no-machine").code == 0
