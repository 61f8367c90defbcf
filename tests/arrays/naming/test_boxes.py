"""Containers: what is in one of gradients is a gradient, and of which layer or unit it is."""

import pytest
from namespaces import array, left_out, network, read, things

from backprop_cli.arrays.naming.boxes import Boxes, Text, is_of_unit

NAMES = "fc1.weight fc1.bias fc2.weight"
GRADIENTS = ["dE_dW@1", "dE_db@1", "dE_dW@2"]


def texts(path, *others):
    return Boxes((path, *others)).texts(path)


@pytest.mark.parametrize(
    "box",
    [
        "grads",
        "grad",
        "gradients",
        "gradient",
        "d",
        "dparams",
        "d_params",
        "param_grads",
        "grads_dict",
        "Grads",
        "derivatives",
    ],
)
def test_what_is_in_a_container_of_gradients_is_one(box):
    assert list(read({box: things(NAMES), "x": array()})[1].values())[:3] == GRADIENTS
    flat = read({box: things("W1 b1 W2"), "Z1": array()})[1]
    assert [flat[f'{box}["{name}"]'] for name in ("W1", "b1", "W2")] == GRADIENTS
    inside = read({"state": {box: things(NAMES)}, "x": array()})[1]
    assert list(inside.values())[:3] == GRADIENTS


@pytest.mark.parametrize("box", ["params", "weights_by_name", "before", "graded", "data"])
def test_what_is_in_another_container_is_not(box):
    said = list(read({box: things(NAMES), "x": array()})[1].values())[:3]
    assert [means.split()[0] for means in said] == ["W@1", "b@1", "W@2"]


def test_weights_and_their_gradients_in_one_container_are_told_apart():
    said = read({"grads": things("W1 dW1"), "Z1": array()})[1]
    assert said['grads["W1"]'] == "W@1 W@1_new"
    assert said['grads["dW1"]'] == "dE_dW@1"


def test_a_short_name_tells_a_container_of_parameters_alone():
    said = read({"d": things("Z1 A1 W1")})[1]
    assert said == {'d["Z1"]': "net@1", 'd["A1"]': "out@1", 'd["W1"]': "W@1 W@1_new"}


def test_nothing_of_the_forward_pass_is_found_among_gradients():
    assert texts(("grads", "A1"))[0] == Text("grads.A1", backward=True)
    assert all(text.backward for text in texts(("grads", "A1")))
    said = read({"grads": things("A1 dense1 dZ1"), **things("Z1 dense1.weight")})[1]
    assert 'grads["A1"]' not in said or said['grads["A1"]'].startswith("dE_dout")
    assert said['grads["dense1"]'] == "delta@1"
    assert said['grads["dZ1"]'] == "delta@1"


def test_a_list_of_gradients_is_said_by_its_name():
    assert Boxes([("coef_grads", 0)]).inner(("coef_grads", 0)) is None
    assert Boxes([("grads", 0, "W")]).inner(("grads", 0, "W")) == (0, "W")


def test_the_modules_of_each_container_are_counted_by_themselves():
    several = {"run": {"before": things(NAMES), "after": things(NAMES)}, "grads": things(NAMES)}
    said = [means.split()[0] for means in read(several)[1].values()]
    assert said == ["W@1", "b@1", "W@2"] * 2 + GRADIENTS
    deep = {"model": things("encoder.fc.weight decoder.fc.weight"),
            "grads": things("encoder.fc.weight decoder.fc.weight")}  # fmt: skip
    assert list(read(deep)[1].values())[2:] == ["dE_dW@1", "dE_dW@2"]


def test_entries_of_a_list_of_modules_are_not_the_numbers_of_a_sequential():
    linear = [{"weight": array(), "bias": array()} for _ in range(2)]
    model = dict(things("0.weight 0.bias 2.weight 2.bias"))
    program = {"lin": linear, "model": model, "acts": dict(things("0 1 2 3"))}
    said = read(program)[1]
    assert [said[f'acts["{n}"]'] for n in range(4)] == ["net@1", "out@1", "net@2", "out@2"]


def test_what_belongs_to_a_unit_is_no_array_of_its_layer():
    assert is_of_unit(("layers", 0, "neurons", 3, "b", "grad"))
    assert is_of_unit(("network", 0, 1, "weights"))
    assert not is_of_unit(("layers", 0, "b"))
    assert not is_of_unit(("caches", 0, 0, 1))
    unit = {"w": array(), "b": array(1, 1)}
    program = {"layers": [{"neurons": [unit, unit]}, {"neurons": [unit]}], "W1": array()}
    assert read(program)[1] == {"W1": "W@1 W@1_new"}


def test_the_number_of_the_layer_may_stand_at_the_container():
    assert [text.text for text in texts(("model", "layers", 0, "W"))] == [
        "model.layers[0].W", "W0", "layers[0].W", "W"
    ]  # fmt: skip


def test_a_list_with_the_name_of_a_matrix_is_a_list_of_layers():
    ragged = [array(2, 2), array(2, 3)]
    said = read({"W0": ragged, "b_old": [array(), array()], **things("Z1 A1 dW1")})[1]
    assert (said["W0[0]"], said["W0[1]"], said["b_old[1]"]) == ("W@1", "W@2", "b@2")
    assert list(left_out({"A0": ragged, **things("Z1 A1 dW1")}, network())) == ["A0"]
