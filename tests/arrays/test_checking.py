"""What is checked, what is left out, and what is said to arguments and arrays that cannot be."""

import math

import numpy as np
import pytest
from by_hand import Hand, plain

from backprop_cli import assert_backprop, check, load, network
from backprop_cli.arrays.checking import checked
from backprop_cli.errors import BackpropError, UsageError

HAND = Hand((3, 4, 2), 5, ("tanh", "logistic"))
NET = network(**HAND.arguments)
MAZUR = {"net_1": [0.3775, 0.3925], "dE_dW2": [[0.08, 0.0], [0.0, 0.0]]}


def first_line(error):
    return str(error.value).removeprefix("error: ").splitlines()[0]


def test_a_network_is_a_config_an_example_or_made_of_arrays(tmp_path):
    arrays = {"net_1": [0.3775, 0.39249999999999996]}
    (tmp_path / "net.toml").write_text("")
    assert check("mazur", arrays).ok
    assert check(load("mazur"), arrays).ok
    with pytest.raises(BackpropError):
        check(tmp_path / "net.toml", arrays)
    with pytest.raises(BackpropError):
        check("mazu", arrays)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layout": "row"}, 'layout is "rows" or "columns", not \'row\''),
        ({"layout": True}, 'layout is "rows" or "columns", not True'),
        ({"weights": "rows"}, 'weights is "to" or "from", not \'rows\''),
        ({"names": "nobody"}, "nobody"),
        ({"names": {"D": "delta_7"}}, "delta_7"),
        ({"names": {"G": "delta_1"}}, "names: there is no array 'G' among those given"),
    ],
)
def test_an_argument_that_cannot_be_is_told(options, message):
    with pytest.raises(UsageError) as caught:
        check(NET, {"D": HAND.run()["delta_1"]}, **options)
    assert message in first_line(caught)


@pytest.mark.parametrize(
    ("arrays", "hint"),
    [
        ({}, "give arrays by name, for example"),
        ({"a_stray_name": 3}, "give arrays by name, for example"),
        ({"pixels": np.ones((7, 9))}, "names={'pixels': \"net_1\"} says what it is"),
        ({"J_2": np.ones((2, 2))}, "says what it is"),
    ],
)
def test_where_nothing_is_recognised_it_is_said(arrays, hint):
    with pytest.raises(UsageError) as caught:
        check(NET, arrays)
    assert hint in str(caught.value)


def test_what_this_network_has_not_is_left_out():
    arrays = HAND.run()
    found = check(NET, {"net_1": arrays["net_1"], "net_3": arrays["net_2"], "other": [[1.0]]})
    assert found.ok
    assert [line.name for line in found.lines] == ["net_1"]
    assert set(found.left_out) == {"net_3", "other"}
    assert all(found.left_out.values())


def test_another_version_of_the_inputs_is_left_out():
    arrays = HAND.run()
    found = check(NET, {**arrays, "x": np.ones(7), "y": 3.0})
    assert found.ok
    alone = checked(NET, {"X": np.ones((2, 7)), "net_1": arrays["net_1"]}, names="own")
    assert alone.left_out == {"X": "its shape (2, 7) is not that of X"}


def test_a_name_whose_shape_another_array_has_is_left_out():
    arrays = HAND.run()
    given = {"Z1": arrays["net_1"], "A1": arrays["out_1"], "z1": np.ones((9, 9))}
    found = check(NET, given, names={"Z1": "net_1", "A1": "out_1", "z1": "net_1"})
    assert found.left_out == {"z1": "its shape (9, 9) is not that of net_1"}
    only = check(NET, {"z1": np.ones((9, 9))}, names={"z1": "net_1"})
    assert only.first_wrong == "z1"


def test_numbers_from_anything_are_the_same():
    arrays = HAND.run()
    kept = [arrays, plain(arrays), {name: [*array] for name, array in arrays.items() if array.ndim}]
    kept[0], kept[1] = ({name: a[name] for name in kept[2]} for a in kept[:2])
    found = [[(line.name, line.key, line.status) for line in check(NET, a).lines] for a in kept]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("kept", [dict, plain], ids=["numpy", "lists"])
@pytest.mark.parametrize(
    "hand",
    [
        Hand((1, 1), 1, ("linear",)), Hand((1, 1, 1), 1, ("tanh", "linear")),
        Hand((2, 1, 1), 1, ("linear", "logistic"), shared=True), Hand((2, 1), 3, ("linear",)),
        Hand((2, 3, 3), 4, ("relu", "softmax"), "cross-entropy", shared=True),
    ],
)  # fmt: skip
def test_layers_of_one_unit_and_sums_that_are_nothing_are_right(hand, kept):
    assert check(network(**hand.arguments), kept(hand.run())).ok


# Bad input.

BAD = [
    ([[1, 2], [3]], "is ragged"), ([[1, 2], 3], "is ragged"),
    (np.array([[1, 2], None], dtype=object), "array of objects"),
    (np.ones((4, 5)) * 1j, "complex numbers"), ([[1j] * 5] * 4, "complex"),
    (np.ones((2, 2, 2, 2)), "4 axes"), (np.ones((0, 5)), "is empty"),
    (np.array([["a"] * 5] * 4), "text"),
    (np.ma.array(np.ones((4, 5)), mask=np.eye(4, 5)), "masked"),
    ([[None] * 5] * 4, "None"),
]  # fmt: skip


@pytest.mark.parametrize(("thing", "message"), BAD, ids=range(len(BAD)))
def test_what_is_no_array_of_numbers_is_one_clear_error(thing, message):
    arrays = {**HAND.run(), "D": thing}
    with pytest.raises(UsageError) as caught:
        check(NET, arrays, names={"D": "delta_1"})
    assert first_line(caught).startswith("D: ")
    assert message in first_line(caught)
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize("thing", ["net", None, {}, [], len, object()])
def test_what_is_not_even_like_an_array_is_not_there(thing):
    with pytest.raises(UsageError) as caught:
        check(NET, {**HAND.run(), "D": thing}, names={"D": "delta_1"})
    assert first_line(caught) == "names: there is no array 'D' among those given"


@pytest.mark.parametrize(("thing", "message"), BAD, ids=range(len(BAD)))
def test_under_a_name_of_ours_it_is_an_error_or_left_out(thing, message):
    arrays = {**HAND.run(), "delta_1": thing}
    said = _said_of(arrays)
    assert "delta_1" in said
    assert message in said


def _said_of(arrays):
    try:
        found = check(NET, arrays)
    except UsageError as error:
        return str(error)
    assert found.ok
    assert "delta_1" not in [line.name for line in found.lines]
    return str(found.left_out)


@pytest.mark.parametrize("shape", [(5,), (4, 4), (4, 5, 2), (1, 4, 6)])
def test_another_shape_is_a_verdict_that_says_both(shape):
    report = check(NET, {**HAND.run(), "delta_1": np.ones(shape)})
    assert report.first_wrong == "delta_1"
    assert f"Its shape is {shape}, and it should be (4, 5)." in str(report)


def test_one_number_is_no_layer():
    report = check(NET, {**HAND.run(), "delta_1": np.ones(())})
    assert report.ok
    assert report.left_out == {"delta_1": "it is one number, and delta_1 has more"}


@pytest.mark.parametrize("kind", ["bool", "uint8", "int64", ">f8", "float16"])
def test_other_types_get_a_verdict(kind):
    report = check(NET, {**HAND.run(), "out_1": HAND.run()["out_1"].astype(kind)})
    lines = {line.name: line.status for line in report.lines}
    assert lines["out_1"] == ("correct" if kind in (">f8", "float16") else "wrong")


def test_nan_everywhere_is_a_verdict():
    for bad in (math.nan, math.inf, -math.inf):
        arrays = {name: np.full_like(array, bad) for name, array in HAND.run().items()}
        report = check(NET, arrays)
        assert report.score < 1
        assert report.first_wrong == "X"
        assert str(report)
        assert report._repr_html_()
        assert report.document()["ok"] is False


def test_numbers_beyond_all_bounds_are_a_verdict():
    for kept in (dict, plain):
        report = check(NET, kept({**HAND.run(), "net_1": np.full((4, 5), 1e308)}))
        assert report.first_wrong == "net_1"
        assert str(report)


def test_tensors_wherever_they_are():
    torch = pytest.importorskip("torch")
    tensors = {name: torch.tensor(np.array(array)) for name, array in HAND.run().items()}
    tensors["W1"].requires_grad_(True)
    assert check(NET, tensors).ok
    with pytest.raises(UsageError) as caught:
        check(NET, {**tensors, "D": torch.ones((4, 5), device="meta")}, names={"D": "delta_1"})
    assert first_line(caught).startswith('D: is a tensor on the device "meta"')
    low = {name: tensor.detach().bfloat16() for name, tensor in tensors.items()
           if name in ("X", "net_1")}  # fmt: skip
    assert check(NET, low).ok


def test_for_a_test_everything_has_to_be_right():
    assert_backprop("mazur", {"net_1": [0.3775, 0.3925]}, rtol=1e-6)
    with pytest.raises(AssertionError) as caught:
        assert_backprop("mazur", MAZUR)
    assert str(caught.value) == str(check("mazur", MAZUR))
    assert "First wrong: dE_dW2" in str(caught.value)
    assert_backprop(NET, {"D": HAND.run()["delta_1"]}, names={"D": "delta_1"}, layout="columns")
