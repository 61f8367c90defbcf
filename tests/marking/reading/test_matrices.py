"""Matrix answers: read as those of their entries, whatever their form; a wrong shape is told."""

import json

import pytest

from backprop_cli.errors import Place
from backprop_cli.marking.reading.keys import Keys
from backprop_cli.marking.reading.matrices import of_entries, rows_of
from backprop_cli.marking.reading.rows import Item
from backprop_cli.marking.sheet import sheet_of


@pytest.fixture
def entries():
    def read(name, key, value, said=None, settings=()):
        from backprop_cli import load

        keys = Keys(sheet_of(load(name, settings)))
        return list(of_entries([Item(key, value, said or {}, Place("a.toml", 1))], keys))

    return read


def found(items):
    return [(item.key, dict(item.said), item.value) for item in items]


def test_a_matrix_is_its_entries(entries):
    assert found(entries("mazur", "dE_dW2", [[1, 2], [3, 4]])) == [
        ("dE_dw5", {}, 1), ("dE_dw6", {}, 2), ("dE_dw7", {}, 3), ("dE_dw8", {}, 4)
    ]  # fmt: skip


def test_rows_for_samples_turn_weights_around(entries):
    items = entries("mazur", "dE_dW2", [[1, 2], [3, 4]], settings=["notation.samples='rows'"])
    assert [item.key for item in items] == ["dE_dw5", "dE_dw7", "dE_dw6", "dE_dw8"]


def test_a_column_of_a_batch_is_a_sample(entries):
    assert found(entries("batch", "net_1", [[1, 2], [3, ""]])) == [
        ("net_h1", {"sample": 1}, 1), ("net_h1", {"sample": 2}, 2),
        ("net_h2", {"sample": 1}, 3), ("net_h2", {"sample": 2}, ""),
    ]  # fmt: skip
    assert found(entries("batch", "L_total", [0.1, 0.2])) == [
        ("L_total", {"sample": 1}, 0.1), ("L_total", {"sample": 2}, 0.2)
    ]  # fmt: skip
    assert found(entries("batch", "sample2.net_1", [5, 6])) == [
        ("net_h1", {"sample": 2}, 5), ("net_h2", {"sample": 2}, 6)
    ]  # fmt: skip
    assert [item.said for item in entries("batch", "dL_dW1", [[1, 2], [3, 4]])] == [{}] * 4


def test_mini_batches_say_which(entries):
    mini = ["learning='mini-batch'", "batch_size=3"]
    items = entries("xor", "batch2.net_2", [[0.5]], settings=mini)
    assert found(items) == [("net_o1", {"batch": 2, "sample": 4}, 0.5)]
    items = entries("xor", "batch2.X", [[1], [0]], settings=mini)  # a given is of its sample
    assert found(items) == [("i1", {"sample": 4}, 1), ("i2", {"sample": 4}, 0)]
    (item,) = entries("xor", "net_2", [[0.5, 1, 2]], settings=mini)
    assert item.problem.what == "which batch's net_2 is this?"
    (item,) = entries("xor", "batch3.net_2", [[0.5]], settings=mini)
    assert item.problem.what == "there is no batch 3"
    (item,) = entries("xor", "net_1", [1, 2])
    assert item.problem.what == "which sample's net_h1 is this?"
    items = entries("xor", "sample3.W1_new", [[1, 2], [3, 4]])
    assert found(items)[3] == ("w4_new", {"sample": 3}, 4)


@pytest.mark.parametrize(
    "key", ["dE_dW1", "∂E/∂W⁽¹⁾", "dE/dW1", "de_dw1", "dE_dW^(1)", "dE_dW_1", "∂E/∂W(1)"]
)
def test_a_key_may_be_written_in_several_ways(entries, key):
    assert len(entries("mazur", key, [[1, 2], [3, 4]])) == 4


def test_usual_letters_are_understood_beside_those_of_the_book(entries):
    settings = ["notation.net='z'", "notation.out='a'", "notation.error='L'"]
    for key in ("z_1", "net_1", "net⁽¹⁾", "z⁽¹⁾"):
        assert [item.key for item in entries("mazur", key, [1, 2], settings=settings)] == [
            "z_h1", "z_h2"
        ]  # fmt: skip


def test_numbers_are_left_as_they_are(entries):
    for key, value in (("net_h1", 0.3), ("w5_new", "[0.3]x"), ("E_total", 0.2), ("nope", 1)):
        assert found(entries("mazur", key, value)) == [(key, {}, value)]
    assert found(entries("mazur", "w5", [1, 2])) == [("w5", {}, [1, 2])]
    problem = Item("net_1", [1], {}, Place("a"), problem=object())
    assert list(of_entries([problem], Keys(sheet_of(load_mazur())))) == [problem]


def load_mazur():
    from backprop_cli import load

    return load("mazur")


def test_a_blank_or_a_single_number_under_the_key_of_a_matrix(entries):
    assert [value for *_, value in found(entries("mazur", "delta_1", ""))] == ["", ""]
    assert [value for *_, value in found(entries("mazur", "delta_1", None))] == ["", ""]
    assert [value for *_, value in found(entries("xor", "sample1.delta_2", 0.5))] == [0.5]
    item, _ = entries("mazur", "delta_1", 0.5)
    assert item.problem.what == "this is 1×1, but delta_1 is 2×1"


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ([[1, 2]], "this is 1×2, but net_1 is 2×1: it is transposed"),
        ([[1], [2], [3]], "this is 3×1, but net_1 is 2×1"),
        ([[1], [2, 3]], "row 2 of net_1 has 2 numbers, but row 1 has 1"),
        ([[1, 2], [2]], "row 2 of net_1 has 1 number, but row 1 has 2"),
        ([], "this is 0×0, but net_1 is 2×1"),
        ("[]", "this is 1×1, but net_1 is 2×1"),
    ],
)
def test_a_wrong_shape_is_told_once(entries, value, what):
    item, other = entries("mazur", "net_1", value)
    assert (item.key, other.key) == ("net_h1", "net_h2")
    assert (other.value, other.problem) == ("", None)
    assert item.problem.what == what
    if "row 2" not in what:
        hint = "it has a row for each unit, a column for each sample"
        assert item.problem.hint == hint


def test_hints_say_how_weights_lie(entries):
    item, *_ = entries("softmax", "W1_new", [[1, 2, 3], [4, 5, 6]])
    assert item.problem.what == "this is 2×3, but W1_new is 3×2: it is transposed"
    assert item.problem.hint == (
        "it has a row for each unit that it leads to, a column for each that it comes from"
    )
    item, *_ = entries("softmax", "W1_new", [[1], [2]], settings=["notation.samples='rows'"])
    assert item.problem.what == "this is 2×1, but W1_new is 2×3"
    assert item.problem.hint == (
        "it has a row for each that it comes from, a column for each unit that it leads to"
    )


def test_unknown_matrices_have_a_near_one(entries):
    (item,) = entries("mazur", "dE_dW7", [[1]])
    assert item.problem.what == "there is no such matrix"
    assert item.problem.hint in ("did you mean 'dE_dW1'?", "did you mean 'dE_dW2'?")
    (item,) = entries("mazur", "qqqqq", [[1]])
    assert item.problem.hint.startswith("matrices are called ")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("[0.1 0.2; 0.3 0.4]", [["0.1", "0.2"], ["0.3", "0.4"]]),
        ("[0.1, 0.2; 0.3, 0.4]", [["0.1", "0.2"], ["0.3", "0.4"]]),
        ("[[0.1,0.2],[0.3,0.4]]", [["0.1", "0.2"], ["0.3", "0.4"]]),
        (" [[0.1 0.2]\n [0.3 0.4]] ", [["0.1", "0.2"], ["0.3", "0.4"]]),
        ("[0,1 0,2; 0,3 0,4]", [["0,1", "0,2"], ["0,3", "0,4"]]),
        ("[_ 0.2; 1/3 _]", [["", "0.2"], ["1/3", ""]]),
    ],
)
def test_a_text_is_read_as_people_write_matrices(text, rows):
    assert rows_of(text, (2, 2)) == rows


def test_lists_alone_are_the_one_row_or_column():
    assert rows_of([1, 2], (1, 2)) == [[1, 2]]
    assert rows_of([1, 2], (2, 1)) == [[1], [2]]
    assert rows_of([1, 2], (2, 2)) == [[1, 2]]
    assert rows_of([5], (1, 1)) == [[5]]
    assert rows_of("[1, 2]", (2, 1)) == [["1"], ["2"]]
    assert rows_of("[0,1 0,2]", (2, 1)) == [["0,1"], ["0,2"]]
    assert rows_of("[[1 2]]", (2, 1)) == [["1", "2"]]


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
@pytest.mark.parametrize(
    "args",
    [("mazur",), ("batch",), ("xor",), ("xor", "--set", "learning='mini-batch'", "--set",
     "batch_size=3"), ("softmax", "--set", "notation.samples='rows'")],
    ids=" ".join,
)  # fmt: skip
def test_a_trace_in_matrices_is_all_right(backprop, args, form, tmp_path):
    text = backprop("trace", *args, "--form", "matrix", "--format", form).out
    path = tmp_path / f"a.{form}"
    path.write_text(text, encoding="utf-8")
    result = backprop("verify", args[0], str(path), *args[1:])
    assert (result.code, result.err) == (0, "")
    if form == "json":
        values = [step["value"] for step in json.loads(text)["steps"]]
        count = sum(sum(map(len, v)) if isinstance(v, list) else 1 for v in values)
        assert f"Score: {count} of {count}" in result.out


def test_a_wrong_entry_is_found_and_named(backprop, tmp_path):
    path = tmp_path / "a.toml"
    path.write_text("net_1 = [0.3775, 0.3925]\ndE_dW2 = [[0.0821670406, 0.0826676278],\n"
                    "  [0.0226025405, -0.0227402422]]\n")  # fmt: skip
    result = backprop("verify", "mazur", str(path))
    assert result.code == 1
    assert "First wrong line: dE_dw7 = 0.0226025405" in result.out
    assert "Score: 5 of 6" in result.out


def test_all_that_is_wrong_with_a_file_is_told(backprop, tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"net_1": [[1, 2]],\n "W1_new": [[null, 2], ["x", 3]],\n "nope": [[1]]}')
    result = backprop("verify", "mazur", str(path))
    assert result.code == 2
    assert "a.json:1: error: this is 1×2, but net_1 is 2×1: it is transposed" in result.err
    assert "a.json:2: error: expected a number, got the text 'x'" in result.err
    assert "a.json:3: error: there is no such matrix" in result.err


def test_a_jacobian_has_the_outputs_down_and_the_net_inputs_across(entries):
    for settings in ([], ["notation.samples='rows'"]):
        items = entries("softmax", "J_2", [[1, 2, 3], [4, 5, 6], [7, 8, 9]], settings=settings)
        assert [item.key for item in items][:4] == [
            "dout_o1_dnet_o1", "dout_o1_dnet_o2", "dout_o1_dnet_o3", "dout_o2_dnet_o1",
        ]  # fmt: skip
