"""What the names of each author mean, written down from the authors' own programs."""

import re

import pytest
from namespaces import array, left_out, network, read, things

from backprop_cli.arrays.naming.conventions import CONVENTIONS
from backprop_cli.arrays.naming.names import named
from backprop_cli.arrays.naming.words import compiled

COST = "E_mean@0 E_total@0 E_epoch@0"
W1, W2, B1, B2 = "W@1 W@1_new", "W@2 W@2_new", "b@1 b@1_new", "b@2 b@2_new"

# A network of two layers; the names in the order in which the program makes them.
FLAT = {
    "ng": {
        "X": "input@0", "Y": "target@2", "W1": W1, "b1": B1, "W2": W2, "b2": B2,
        "Z1": "net@1", "A1": "out@1", "Z2": "net@2", "A2": "out@2", "cost": COST,
        "dZ2": "delta@2", "dW2": "dE_dW@2", "db2": "dE_db@2", "dA1": "dE_dout@1",
        "dZ1": "delta@1", "dW1": "dE_dW@1", "db1": "dE_db@1", "dAL": "dE_dout@2",
    },
    "cs231n": {
        "X": "input@0", "y": "target@2", "W": "W@1 W@1_new W@2 W@2_new",
        "b": "b@1 b@1_new b@2 b@2_new", "W2": W2, "b2": B2,
        "hidden_layer": "out@1", "scores": "net@2", "probs": "out@2", "data_loss": COST,
        "loss": COST, "dscores": "delta@2", "dW2": "dE_dW@2", "db2": "dE_db@2",
        "dhidden": "delta@1 dE_dout@1", "dW": "dE_dW@1 dE_dW@2", "db": "dE_db@1 dE_db@2",
    },
    "nielsen": {
        "x": "input@0", "y": "target@2", "activation": "out@2 out@1", "z": "net@1 net@2",
        "delta": "delta@1 delta@2", "sp": "slope@1 slope@2",
        "w1": W1, "b1": B1, "z1": "net@1", "a1": "out@1", "delta1": "delta@1", "C": COST,
    },
    "trask": {
        "X": "input@0", "y": "target@2", "syn0": W1, "syn1": W2, "l0": "input@0", "l1": "out@1",
        "l2": "out@2", "l2_error": "dE_dout@2 err@2", "l2_delta": "delta@2",
        "l1_error": "dE_dout@1", "l1_delta": "delta@1",
    },
    "karpathy": {
        "Xb": "input@0", "Yb": "target@2", "W1": W1, "b1": B1, "W2": W2, "b2": B2,
        "hpreact": "net@1", "h": "out@1", "logits": "net@2", "probs": "out@2", "loss": COST,
        "dlogits": "delta@2", "dh": "dE_dout@1 delta@1", "dW2": "dE_dW@2", "db2": "dE_db@2",
        "dhpreact": "delta@1", "dW1": "dE_dW@1", "db1": "dE_db@1",
    },
    "pytorch": {
        "x": "input@0", "targets": "target@2", "fc1.weight": W1, "fc1.bias": B1,
        "fc2.weight": W2, "fc2.bias": B2, "fc1.weight.grad": "dE_dW@1", "fc1.bias.grad": "dE_db@1",
        "fc1": "net@1", "relu1": "out@1", "fc2": "net@2", "softmax": "out@2", "loss": COST,
        "fc1.grad": "delta@1", "relu1.grad": "dE_dout@1", "fc2.in": "out@1", "fc1.out": "net@1",
        "fc1.in": "input@0",
    },
    "bishop": {
        "x": "input@0", "t": "target@2", "w1": W1, "b1": B1, "w2": W2, "a1": "net@1",
        "z1": "out@1", "a2": "net@2", "y": "out@2", "delta2": "delta@2", "delta1": "delta@1",
        "grad_w1": "dE_dW@1", "grad_b1": "dE_db@1", "E": "E_epoch@0 E_total@0 E_mean@0",
    },
    "d2l": {
        "X": "input@0", "y": "target@2", "W1": W1, "b1": B1, "W2": W2, "b2": B2,
        "z": "net@1", "h": "out@1", "H": "out@1", "o": "net@2 out@2", "O": "net@2 out@2",
        "y_hat": "out@2 net@2", "l": "E_total@0 E_mean@0 E_epoch@0", "J": COST,
        "dJ_do": "delta@2 dE_dout@2", "dJ_dh": "dE_dout@1", "dJ_dz": "delta@1",
        "dJ_dW1": "dE_dW@1", "dJ_dW2": "dE_dW@2", "dJ_db1": "dE_db@1",
    },
    "haykin": {
        "x": "input@0", "d": "target@2", "w1": W1, "b1": B1, "w2": W2, "b2": B2, "v1": "net@1",
        "y1": "out@1", "v2": "net@2", "y2": "out@2", "o": "out@2", "e": "dE_dout@2 err@2",
        "delta2": "delta@2", "delta1": "delta@1", "dw2": "change_W@2 dE_dW@2",
        "dw1": "change_W@1 dE_dW@1", "y": "out@2", "phi_prime1": "slope@1",
    },
    "johnson": {
        "x": "input@0", "y": "target@2", "w1": W1, "w2": W2, "h": "net@1 out@1", "h_relu": "out@1",
        "y_pred": "out@2", "loss": COST, "grad_y_pred": "dE_dout@2 delta@2", "grad_w2": "dE_dW@2",
        "grad_h_relu": "dE_dout@1", "grad_h": "delta@1 dE_dout@1", "grad_w1": "dE_dW@1",
    },
    "rashid": {
        "inputs": "input@0", "targets": "target@2", "wih": W1, "who": W2, "hidden_inputs": "net@1",
        "hidden_outputs": "out@1", "final_inputs": "net@2", "final_outputs": "out@2",
        "output_errors": "dE_dout@2 err@2", "hidden_errors": "dE_dout@1",
    },
    "xor": {
        "inputs": "input@0", "expected_output": "target@2", "hidden_weights": W1,
        "hidden_bias": B1, "output_weights": W2, "output_bias": B2,
        "hidden_layer_activation": "net@1 out@1", "hidden_layer_output": "out@1",
        "output_layer_activation": "net@2 out@2", "predicted_output": "out@2",
        "error": "dE_dout@2 err@2", "d_predicted_output": "delta@2",
        "error_hidden_layer": "dE_dout@1", "d_hidden_layer": "delta@1",
    },
    "welch": {
        "X": "input@0", "y": "target@2", "W1": W1, "W2": W2, "z2": "net@1", "a2": "out@1",
        "z3": "net@2", "yHat": "out@2", "J": "E_epoch@0 E_total@0 E_mean@0", "delta3": "delta@2",
        "dJdW2": "dE_dW@2", "delta2": "delta@1", "dJdW1": "dE_dW@1",
    },
    "own": {
        "X": "input@0", "T": "target@2", "W1": "W@1", "b1": B1, "net_1": "net@1", "out_1": "out@1",
        "net_2": "net@2", "out_2": "out@2", "E_out": "E@2", "dE_dout_2": "dE_dout@2",
        "dout_dnet_2": "slope@2", "delta_2": "delta@2", "delta_1": "delta@1",
        "dE_dW1": "dE_dW@1", "dE_db2": "dE_db@2", "change_W1": "change_W@1", "err": "err@2",
        "W1_new": "W@1_new", "net_1_new": "net@1_new",
    },
}  # fmt: skip


@pytest.mark.parametrize("id_", FLAT)
def test_the_names_of_a_program(id_):
    found, said = read(things(" ".join(FLAT[id_])))
    assert said == FLAT[id_]
    assert found == id_


def test_nielsen_keeps_lists_of_layers():
    class Network:
        def __init__(self):
            self.sizes = [2, 2, 2]
            self.weights = [array(), array()]
            self.biases = [array(2, 1), array(2, 1)]

    program = {
        "self": Network(), "x": array(), "y": array(), "activations": [array() for _ in range(3)],
        "zs": [array(), array()], "nabla_w": [array(), array()], "nabla_b": [array(), array()],
        "delta": array(),
    }  # fmt: skip
    assert read(program) == ("nielsen", {
        "self.weights[0]": W1, "self.weights[1]": W2, "self.biases[0]": B1, "self.biases[1]": B2,
        "x": "input@0", "y": "target@2",
        "activations[0]": "input@0", "activations[1]": "out@1", "activations[2]": "out@2",
        "zs[0]": "net@1", "zs[1]": "net@2", "nabla_w[0]": "dE_dW@1", "nabla_w[1]": "dE_dW@2",
        "nabla_b[0]": "dE_db@1", "nabla_b[1]": "dE_db@2", "delta": "delta@1 delta@2",
    })  # fmt: skip


class Kept:
    """An object with these attributes."""

    def __init__(self, names="", **parts):
        for name in names.split():
            setattr(self, name, array())
        for name, part in parts.items():
            setattr(self, name, part)


def test_nnfs_keeps_objects():
    layer = "inputs output dinputs weights biases dweights dbiases"
    program = {
        "X": array(), "y": np_labels(), "dense1": Kept(layer, regularizer=0.0),
        "activation1": Kept("inputs output dinputs"), "dense2": Kept(layer),
        "loss_activation": Kept("output dinputs", activation=Kept("inputs output")), "loss": 0.4,
        "optimizer": Kept(learning_rate=1.0, iterations=1),
    }  # fmt: skip
    found, said = read(program)
    assert found == "nnfs"
    assert said == {
        "X": "input@0", "y": "target@2",
        "dense1.inputs": "input@0", "dense1.output": "net@1", "dense1.weights": W1,
        "dense1.biases": B1, "dense1.dweights": "dE_dW@1", "dense1.dbiases": "dE_db@1",
        "activation1.inputs": "net@1", "activation1.output": "out@1",
        "activation1.dinputs": "delta@1 dE_dout@1",
        "dense2.inputs": "out@1", "dense2.output": "net@2", "dense2.dinputs": "dE_dout@1",
        "dense2.weights": W2, "dense2.biases": B2, "dense2.dweights": "dE_dW@2",
        "dense2.dbiases": "dE_db@2", "loss_activation.output": "out@2",
        "loss_activation.dinputs": "delta@2 dE_dout@2",
        "loss_activation.activation.inputs": "net@2",
        "loss_activation.activation.output": "out@2", "loss": COST,
    }  # fmt: skip


def np_labels():
    """The class of each sample."""
    return array(1, 3)[0].astype(int)


def test_scikit_learn_keeps_attributes_with_an_underscore():
    fitted = Kept(coefs_=[array(), array()], intercepts_=[array(1, 2)[0], array(1, 2)[0]])
    program = {"mlp": fitted, "deltas": [array(), array()], "coef_grads": [array(), array()],
               "activations": [array(), array(), array()]}  # fmt: skip
    found, said = read(program)
    assert found == "sklearn"
    assert said == {
        "mlp.coefs_[0]": W1, "mlp.coefs_[1]": W2, "mlp.intercepts_[0]": B1,
        "mlp.intercepts_[1]": B2, "deltas[0]": "delta@1", "deltas[1]": "delta@2",
        "coef_grads[0]": "dE_dW@1", "coef_grads[1]": "dE_dW@2", "activations[0]": "input@0",
        "activations[1]": "out@1", "activations[2]": "out@2",
    }  # fmt: skip


def test_ng_keeps_dicts_and_caches():
    program = {
        "parameters": {"W1": array(), "b1": array()},
        "caches": [((array(), array(), array()), array()), ((array(), array(), array()), array())],
        "grads": {"dA0": array(), "dW1": array(), "dA1": array()},
        "AL": array(), "v": {"dW1": array()},
    }  # fmt: skip
    net = network(optimizer='{ name = "momentum", beta = 0.9 }')
    found, said = read(program, net)
    assert found == "ng"
    assert said == {
        'parameters["W1"]': W1, 'parameters["b1"]': B1,
        "caches[0][0][0]": "input@0", "caches[0][0][1]": "W@1", "caches[0][0][2]": "b@1",
        "caches[0][1]": "net@1", "caches[1][0][0]": "out@1", "caches[1][0][1]": "W@2",
        "caches[1][0][2]": "b@2", "caches[1][1]": "net@2", 'grads["dW1"]': "dE_dW@1",
        'grads["dA1"]': "dE_dout@1", "AL": "out@2", 'v["dW1"]': "v_W@1_new",
    }  # fmt: skip


def test_the_letters_of_ng_for_adam_are_not_those_of_the_paper():
    moments = {name: {"dW1": array(), "db2": array()} for name in ("v", "s", "v_corrected",
                                                                  "s_corrected")}  # fmt: skip
    program = {**moments, **things("Z1 A1 dW1")}
    said = read(program, network(optimizer='{ name = "adam" }'))[1]
    assert said['v["dW1"]'] == "m_W@1_new"
    assert said['v_corrected["db2"]'] == "mhat_b@2"
    assert said['s["dW1"]'] == "v_W@1_new"
    assert said['s_corrected["db2"]'] == "vhat_b@2"
    rmsprop = read(program, network(optimizer='{ name = "rmsprop" }'))[1]
    assert rmsprop['s["dW1"]'] == "v_W@1_new"
    assert "v_corrected" not in str(rmsprop)


def test_the_error_that_scikit_learn_keeps_is_of_other_weights():
    fitted = Kept(coefs_=[array(), array()], loss_=0.3, loss_curve_=[0.5, 0.3])
    assert list(left_out({"clf": fitted, **things("X y")})) == ["clf.loss_curve_"]
    assert "loss" not in str(read({"clf": fitted, **things("X y")})[1])
    kept = named({**things("coefs_ X y"), "loss_": array(1, 1), "loss": array(1, 1)}, network())
    assert "loss" in kept.meanings
    assert kept.left_out["loss_"].startswith("it is the error before the last update")


def test_the_dicts_of_cs231n_tell_parameters_and_gradients_of_one_name_apart():
    program = {"params": {"W1": array(), "b1": array()}, "scores": array(),
               "grads": {"W1": array(), "b1": array()}, "dscores": array()}  # fmt: skip
    found, said = read(program)
    assert found == "cs231n"
    assert said['params["W1"]'] == W1
    assert said['grads["W1"]'] == "dE_dW@1"
    assert said['grads["b1"]'] == "dE_db@1"


def test_grokking_deep_learning_names_weights_by_both_layers():
    names = "layer_0 layer_1 layer_2 weights_0_1 weights_1_2 layer_2_delta layer_1_delta"
    assert read(things(names)) == ("trask", {
        "layer_0": "input@0", "layer_1": "out@1", "layer_2": "out@2", "weights_0_1": W1,
        "weights_1_2": W2, "layer_2_delta": "delta@2", "layer_1_delta": "delta@1",
    })  # fmt: skip


def test_the_numbers_of_a_sequential_count_activations_too():
    program = {f"{n}.{kind}": array() for n in (0, 2) for kind in ("weight", "bias")}
    program["captured"] = {"0": array(), "1": array(), "2": array(), "3": array()}
    assert read(program) == ("pytorch", {
        "0.weight": W1, "0.bias": B1, "2.weight": W2, "2.bias": B2,
        'captured["0"]': "net@1", 'captured["1"]': "out@1", 'captured["2"]': "net@2",
        'captured["3"]': "out@2",
    })  # fmt: skip


def test_frameworks_number_modules_in_their_own_ways():
    flax = {"params": {"Dense_0": {"kernel": array(), "bias": array()},
                       "Dense_1": {"kernel": array(), "bias": array()}}}  # fmt: skip
    haiku = {"params": {"linear": things("w b"), "linear_1": things("w b")}}
    keras = things("dense/kernel:0 dense/bias:0 dense_1/kernel:0 dense_1/bias:0")
    for program in (flax, haiku, keras):
        assert list(read({**program, "X": array()})[1].values())[:4] == [W1, B1, W2, B2]
    gradients = {**haiku, "grads": {"linear": things("w b"), "linear_1": things("w b")}}
    assert list(read({**gradients, "X": array()})[1].values())[4:8] == [
        "dE_dW@1", "dE_db@1", "dE_dW@2", "dE_db@2"
    ]  # fmt: skip


def test_hooks_may_write_the_side_into_the_name():
    sides = things("fc1_in fc1_out fc2_in fc2_out")
    layers = ["input@0", "net@1", "out@1", "net@2"]
    assert list(read({"acts": sides})[1].values()) == layers
    model = things("fc1.weight fc2.weight")
    assert list(read({"acts": sides, "model": model})[1].values())[:4] == layers
    back = {"grad_outputs": things("fc1 relu1 fc2"), "grad_inputs": things("fc2 relu1")}
    assert list(read({**back, "model": model})[1].values())[:5] == [
        "delta@1", "dE_dout@1", "delta@2", "dE_dout@1", "delta@1"
    ]  # fmt: skip


def test_the_inputs_of_a_whole_network_are_no_net_inputs_of_a_layer():
    for name in ("nn", "self", "model"):
        program = {name: Kept(input=array(), weights1=array(), output=array(), layer1=array())}
        said = read(program)[1]
        assert said[f"{name}.input"] == "input@0"
        assert said[f"{name}.output"].split()[0] == "out@2"


def test_the_velocities_of_cs231n_are_no_weights():
    program = {"velocity": things("W1 b2"), **things("scores dscores hidden_layer")}
    said = read(program, network(optimizer='{ name = "momentum", beta = 0.9 }'))[1]
    assert said['velocity["W1"]'] == "v_W@1_new"
    assert said['velocity["b2"]'] == "v_b@2_new"


def test_modules_are_counted_as_they_come_whatever_they_are_called():
    program = {"encoder.weight": array(), "encoder.bias": array(), "head.weight": array()}
    assert read(program)[1] == {"encoder.weight": W1, "encoder.bias": B1, "head.weight": W2}
    several = {"first": dict(things("fc1.weight fc2.weight")),
               "last": dict(things("fc1.weight fc2.weight"))}  # fmt: skip
    assert list(read(several)[1].values()) == [W1, W2, W1, W2]


def test_what_hooks_capture_is_counted_in_each_dict_by_itself():
    once = things("fc1 relu fc2 softmax")
    program = {"before": once, "after": things("fc1 relu fc2 softmax")}
    layers = ["net@1", "out@1", "net@2", "out@2"]
    assert list(read(program, names="pytorch")[1].values()) == layers * 2
    assert list(read(once, names="pytorch")[1].values()) == layers
    assert read({**things("a.weight b.weight"), "out": things("a tanh b sigmoid")})[1] == {
        "a.weight": W1, "b.weight": W2, 'out["a"]': "net@1", 'out["tanh"]': "out@1",
        'out["b"]': "net@2", 'out["sigmoid"]': "out@2",
    }  # fmt: skip


# The table itself.


@pytest.mark.parametrize("row", CONVENTIONS.values(), ids=lambda row: row.id)
def test_the_example_of_a_row_is_of_its_convention(row):
    owners = things("dense1.weights fc1.weight")  # by these a module is known to have weights
    found = named({**owners, **things(row.example)}, network(), row.id)
    assert set(row.example.split()) <= set(found.meanings)
    assert read(things(row.example))[0] == row.id


@pytest.mark.parametrize("row", CONVENTIONS.values(), ids=lambda row: row.id)
def test_a_row_is_complete(row):
    assert CONVENTIONS[row.id] is row
    assert row.layout in ("", "columns", "rows")
    assert row.weights in ("", "to", "from")
    assert row.mean_at in ("", "gradient", "delta", "update", "never")
    assert row.id == "own" or re.search(r"\((1|2)\d{3}\)", row.source)
    letters = dict.fromkeys(("net", "out", "error", "delta"), "q")
    for word in compiled(row.words, letters):
        for part in word.parts:
            numbered = word.pattern.groupindex
            assert numbered or not part.where.startswith("l"), f"{row.id}: {word.pattern.pattern}"


def test_what_is_descent_and_where_the_mean_is_taken_is_that_of_the_sources():
    rows = CONVENTIONS.values()
    assert {row.id for row in rows if row.descent} == {
        "trask", "haykin", "rashid", "xor"
    }  # fmt: skip
    assert {row.id: row.mean_at for row in rows} == {
        "ng": "gradient", "cs231n": "delta", "nielsen": "update", "nnfs": "delta",
        "trask": "never", "karpathy": "delta", "pytorch": "delta", "bishop": "never", "d2l": "",
        "haykin": "never", "rashid": "never", "xor": "never", "welch": "never", "johnson": "",
        "sklearn": "gradient", "own": "",
    }  # fmt: skip
    assert {row.id for row in rows if row.layout == "columns"} == {
        "ng", "nielsen", "rashid", "own"
    }  # fmt: skip
    assert {row.id for row in rows if row.weights == "from"} == {
        "cs231n", "nnfs", "trask", "karpathy", "johnson", "xor", "welch", "sklearn"
    }  # fmt: skip
