"""Which convention is meant, what is spelt otherwise, how layers are counted, what is left out."""

import sys

import numpy as np
import pytest
from namespaces import array, left_out, network, read, things

from backprop_cli.api import load
from backprop_cli.arrays.naming.conventions import CONVENTIONS
from backprop_cli.arrays.naming.names import OF_ONE_UNIT, UNKNOWN, named
from backprop_cli.errors import UsageError

W1, W2 = "W@1 W@1_new", "W@2 W@2_new"


def said(names, **settings):
    """What these names mean, by name."""
    return read(things(names), network(**settings))[1]


# A name that several conventions use.


def test_z_is_a_net_input_or_an_output_by_what_stands_beside_it():
    assert said("Z1 A1 z1 a1 dW1")["z1"] == "net@1"
    assert said("zs z1 a1 delta1 w1 b1 nabla_w1 x y")["z1"] == "net@1"
    bishop = said("x t y a1 z1 delta1 w1")
    assert (bishop["a1"], bishop["z1"], bishop["y"]) == ("net@1", "out@1", "out@2")


def test_y_is_the_target_or_an_output():
    assert said("x y z1 a1 w1")["y"] == "target@2"
    assert said("x y d v1 y1 w1 e")["y"] == "out@2"
    assert said("x t y a1 z1 w1 delta1")["y"] == "out@2"


def test_a_is_a_net_input_or_an_output():
    assert said("a1 z1 W1 b1 dW1 db1")["a1"] == "out@1"
    assert said("a1 z1 t y w1")["a1"] == "net@1"


def test_where_nothing_decides_the_other_convention_is_told():
    result = named(things("a1 z1 delta1"), network())
    assert result.convention is CONVENTIONS["nielsen"]  # before bishop in the table
    assert result.rivals == (CONVENTIONS["bishop"],)
    assert said("a1 z1 delta1") == {"a1": "out@1", "z1": "net@1", "delta1": "delta@1"}
    assert named(things("a1 z1 delta1 t"), network()).rivals == ()


def test_outputs_without_a_net_input_speak_against_a_convention():
    """Bishop's outputs are y: there is no z2, which a reader of Nielsen would have."""
    assert said("x y a1 z1 a2 w1")["z1"] == "out@1"
    assert said("x y a1 z1 a2 z2 w1")["z1"] == "net@1"
    assert said("a1 a2 w1")["a1"] == "out@1"  # whoever gives no net inputs lacks none


def test_of_conventions_that_know_as_many_names_the_one_with_the_rarer_ones_is_taken():
    """v1 is of Haykin alone; z1 is known to four others, of whom ng stands first in the table."""
    assert read(things("b1 z1 v1"))[0] == "haykin"
    assert read(things("b1 z1"))[0] == "ng"


def test_names_of_a_second_convention_are_understood_beside_the_first():
    convention, meant = read(things("X Y W1 b1 W2 b2 Z1 A1 Z2 A2 dZ2 dW2 dlogits dhpreact"))
    assert convention == "ng"
    assert meant["dlogits"] == "delta@2"
    assert meant["dhpreact"] == "delta@1"


def test_the_rest_is_settled_by_what_the_most_of_it_says():
    """Beside a PyTorch model, t and y make Bishop's of what would be Ng's alone."""
    model = "fc1.weight fc1.bias fc2.weight fc2.bias fc1.weight.grad fc1.bias.grad fc2.weight.grad"
    assert said(f"{model} a1 z1 delta1 t")["z1"] == "out@1"
    assert said(f"{model} a1 z1 dW1 dZ1")["z1"] == "net@1"


def test_a_convention_is_told_only_where_most_names_are_of_it():
    names = "hidden_in hidden_out output_in output_out w_input_hidden who grad_w1"
    assert read(things(names))[0] is None
    assert read(things("foo bar"))[0] is None
    assert read(things("Z1 A1 dL_dz1 hidden_delta"))[0] == "ng"  # of half of them


def test_the_letters_of_the_network_are_those_of_its_keys():
    net = network(notation='{ net = "z", out = "a", error = "L", delta = "d" }')
    convention, meant = read(things("z_1 a_1 dL_da_2 da_dz_1 d_2 dL_dW1 L_out"), net)
    assert convention == "own"
    assert list(meant.values()) == [
        "net@1", "out@1", "dE_dout@2", "slope@1", "delta@2", "dE_dW@1", "E@2"
    ]  # fmt: skip
    bishop = network(notation='{ net = "a", out = "z" }')
    assert read(things("a_1 z_1 a_2 z_2"), bishop)[1]["a_1"].split()[0] == "net@1"


# Other spellings.

SPELT = {
    "W@1": "W1_old old_W1 W1_init W1_before prev_W1",
    W1: "w1 W_1 weights1 weight_1 W[1] theta1 Theta_1 θ1 wih W_ih w_input_hidden W_xh "
    "weights_input_hidden w_hidden hidden_weights wh weights_hidden hidden_layer_weights",
    W2: "W2 who W_hidden_output w_out wo output_weights weights_output",
    "b@1 b@1_new": "b_1 bias1 biases_1 bh hidden_bias b_hidden",
    "b@2 b@2_new": "bout output_bias b_o bias_output",
    "W@1_new": "W1_new new_W1 W1_updated updated_w1 weights1_new",
    "b@2_new": "b2_new new_b2",
    "dE_dW@1": "dW_1 d_W1 grad_W1 gW1 W1_grad w1_gradient dL_dW1 dl_dw1 dloss_dW1 dE_dW1 dJ_dw1 "
    "dC_dw1 dCost_dW1 dcost_dW1 gradient_w1 dLdW1 d_weights_1 dW_hidden",
    "dE_db@2": "db_2 d_b2 grad_b2 b2_grad dL_db2 db_out",
    "net@1": "z_1 net1 hidden_in hidden_net preact1 z_hidden net_h weighted_sum_1",
    "out@1": "a_1 act1 hidden_out hidden_output hidden_layer_output a_hidden layer1_out h1 H_1",
    "net@2": "output_in z_out logits scores final_inputs ZL output_layer_input",
    "delta@1": "delta_1 d1 hidden_delta delta_hidden dL_dz1 dloss_dz1 dE_dnet1 grad_z1 δ1 "
    "layer_1_delta delta_h",
    "delta@2": "output_delta delta_output dL_dz2 delta_o d_logits dZL",
    "dE_dout@2": "dAL",
    "slope@1": "da1_dz1 dh1_dz1 dA1_dZ1 dout_h_dnet_h slope_hidden_layer",
    "input@0": "inputs X_batch x_train features a0 A_0 l_0 input_layer",
    "target@2": "targets labels y_true Y_onehot t y_batch expected_output desired",
}


@pytest.mark.parametrize(
    ("name", "meaning"), [(name, means) for means, names in SPELT.items() for name in names.split()]
)
def test_a_name_is_understood_by_itself(name, meaning):
    meant = said(name)
    if name == "dCost_dW1":
        assert meant == {}  # no spelling of those that are known, as a witness of the test
    else:
        assert meant[name].startswith(meaning)


@pytest.mark.parametrize("name", ["y_hat", "yhat", "Y_hat", "y_pred", "pred", "output", "o", "AL"])
def test_the_last_layer_has_many_names(name):
    assert "out@2" in said(name)[name]


@pytest.mark.parametrize("name", ["cost", "loss", "J", "L", "E", "C", "mse", "total_loss"])
def test_a_number_that_is_called_an_error_may_be_each_of_them(name):
    meant = read({name: 0.31})[1][name].split()
    assert sorted(meant) == ["E_epoch@0", "E_mean@0", "E_total@0"]
    one = read({name: 0.31}, network(samples=1))[1][name].split()
    assert sorted(one) == ["E_epoch@0", "E_total@0"]


def test_the_programs_of_two_layers_that_everybody_copies():
    """Names of layers in words: of Tariq Rashid's book, and of a much read article."""
    rashid = said("hidden_inputs hidden_outputs final_inputs final_outputs output_errors wih who")
    assert [means.split()[0] for means in rashid.values()] == [
        "net@1", "out@1", "net@2", "out@2", "dE_dout@2", "W@1", "W@2"
    ]  # fmt: skip
    article = said(
        "wh bh wout bout hidden_layer_input hidden_layer_activations output_layer_input output "
        "slope_output_layer slope_hidden_layer d_output Error_at_hidden_layer d_hiddenlayer"
    )
    assert [means.split()[0] for means in article.values()] == [
        "W@1", "b@1", "W@2", "b@2", "net@1", "out@1", "net@2", "out@2", "slope@2", "slope@1",
        "dE_dout@2", "dE_dout@1", "delta@1",
    ]  # fmt: skip
    assert "delta@2" in article["d_output"]


def test_hidden_is_any_hidden_layer_where_there_are_several():
    assert said("dhidden", layers=3)["dhidden"] == "delta@1 delta@2 dE_dout@1 dE_dout@2"
    assert said("output_delta", layers=3)["output_delta"] == "delta@3"


# Counting layers.


@pytest.mark.parametrize(
    ("names", "meant"),
    [
        ("W0 W1", [W1, W2]),
        ("W1 W2", [W1, W2]),
        ("w0 b0 w1 b1", [W1, "b@1 b@1_new", W2, "b@2 b@2_new"]),
        ("W0 W1 dW1 dW2", [W1, W2, "dE_dW@1", "dE_dW@2"]),
        ("z0 a0 z1 a1", ["net@1", "out@1", "net@2", "out@2"]),
        ("a0 z1 a1 z2 a2", ["input@0", "net@1", "out@1", "net@2", "out@2"]),
        ("a1 z2 a2 z3 a3", ["input@0", "net@1", "out@1", "net@2", "out@2"]),
        ("z2 a2 z3 a3", ["net@1", "out@1", "net@2", "out@2"]),
        ("z1 a1 z2 a2 delta3 delta2", ["net@1", "out@1", "net@2", "out@2", "delta@2", "delta@1"]),
        ("z0 z1 a0 a1 a2 dW1", ["net@1", "net@2", "input@0", "out@1", "out@2", "dE_dW@1"]),
        ("W2 W3", [W1, W2]),
        ("syn0 syn1 l1 l2", [W1, W2, "out@1", "out@2"]),
        ("w12 w23", [W1, W2]),
        ("w01 w12", [W1, W2]),
    ],
)
def test_layers_are_counted_as_the_names_that_are_there_count_them(names, meant):
    assert list(said(names).values()) == meant


def test_a_layer_that_the_network_does_not_have_is_left_out():
    assert left_out(things("Z1 A1 Z2 A2 Z3 A3")) == {
        "Z3": "the network has 2 layers, and no layer 3",
        "A3": "the network has 2 layers, and no layer 3",
    }
    assert said("Z1 A1 Z2 A2 Z3 A3")["A1"] == "out@1"
    assert left_out(things("W1 W2 Z7"), network(1)) == {
        "W2": "the network has 1 layer, and no layer 2",
        "Z7": "the network has 1 layer, and no layer 7",
    }
    assert left_out(things("Z3")) == {"Z3": "the network has 2 layers, and no layer 3"}
    assert left_out(things("hpreact"), network(1)) == {"hpreact": "the network has no hidden layer"}
    assert "have no such quantity" in left_out(things("Z1 A1 dZ1 dA1 dA0"))["dA0"]


@pytest.mark.parametrize("where", [0, 1])
def test_lists_are_counted_with_or_without_the_inputs(where):
    activations = [array() for _ in range(3)][where:]
    meant = read({"activations": activations})[1]
    assert list(meant.values()) == ["input@0", "out@1", "out@2"][where:]
    meant = read({"zs": [None, array(), array()]})[1]
    assert meant == {"zs[1]": "net@1", "zs[2]": "net@2"}
    by_number = read({"W": {1: array(), 2: array()}, "b": {1: array(), 2: array()}})[1]
    assert by_number["W[2]"] == W2


def test_the_weights_between_layers_that_are_no_neighbours_are_none():
    assert left_out(things("w13")) == {"w13": "the network has 2 layers, and no layer 13"}


# What is no array, or of no use.


def test_a_namespace_has_much_that_nobody_means():
    program = {
        "np": np, "sys": sys, "sigmoid": np.tanh, "f": lambda z: z, "Layer": type, "m": 3, "h": 2,
        "epochs": 10, "name": "xor", "learning_rate": 0.5, "lr": 0.1, "i": 7, "nothing": None,
        "layer_sizes": [2, 2, 2], "__name__": "__main__", "_": array(), "_3": array(),
        "_ih": ["", "1"], "In": ["", "1"], "Out": {3: array()}, "net": network(), "e": ValueError(),
        "Z1": array(), "flag": True,
    }  # fmt: skip
    result = named(program, network())
    assert list(result.meanings) == ["Z1"]
    assert result.left_out == {}


def test_an_array_that_nobody_knows_is_left_out_with_the_reason():
    assert left_out(things("Z1 mask Zl")) == {"mask": UNKNOWN, "Zl": UNKNOWN}
    assert left_out({"zs": [array(), array()], "masks": [array(), array()]}) == {"masks": UNKNOWN}
    assert left_out({"exp_scores": array(), "scores": array()})["exp_scores"].startswith("it is a")
    assert left_out({"costs": [0.1, 0.2], "Z1": array()}) == {"costs": UNKNOWN}


def test_what_the_network_does_not_have_is_left_out():
    plain = load("mazur")  # one sample; its biases are not trained
    assert left_out(things("dW1 db1 b1"), plain) == {
        "db1": "the biases of the network are not trained"
    }
    assert read(things("b1"), plain)[1] == {"b1": "b@1"}
    assert "has no v" in left_out(things("v_W1_new"))["v_W1_new"]
    momentum = network(optimizer='{ name = "momentum", beta = 0.9 }')
    assert read(things("v_W1_new v_b2"), momentum)[1] == {"v_W1_new": "v_W@1_new", "v_b2": "v_b@2"}
    assert "Jacobian" not in left_out(things("J_2"))["J_2"]
    assert "slope for each unit" in left_out(things("J_2"))["J_2"]
    assert left_out(things("net_h1"), plain) == {"net_h1": OF_ONE_UNIT}


def test_data_of_which_the_batch_is_a_part_are_no_inputs():
    program = {"X": array(2, 100), "Xb": array(), "y": array(1, 100), "Yb": array(), "W1": array()}
    result = named(program, network())
    assert list(result.meanings) == ["Xb", "Yb", "W1"]
    assert result.left_out["X"] == "the shape (2, 100) is not that of the inputs of the network"
    assert "targets" in result.left_out["y"]
    assert "error" in left_out({"C": array(27, 10), "h": array()})["C"]
    labels = named({"y": np.array([0, 1, 1]), "X": array()}, network())
    assert list(labels.meanings) == ["y", "X"]


def test_a_wrong_shape_is_bound_where_it_may_be_what_is_wrong():
    assert read({"Z1": array(3, 3), "W1": array(5, 7)})[1] == {"Z1": "net@1", "W1": W1}


def test_a_number_stands_for_an_array_of_one_entry():
    one = "inputs=[[0.1]]", "targets=[[0.2]]", "train_biases=true"
    layer = '{ activation = "logistic", weights = [[0.5]], biases = [0.1] }'
    net = load("mazur", [*one, f"layers=[{layer}, {layer}]"])
    program = {"x": 1, "y": 0, "w1": 0.5, "z1": 0.6, "a1": 0.7, "delta1": 0.01, "h": 1, "w2": 0.5}
    assert list(read(program, net)[1]) == ["x", "y", "w1", "z1", "a1", "delta1", "w2"]
    assert read({"w1": 0.5, "Z1": array()})[1] == {"Z1": "net@1"}  # here it is none
    assert read({"db1": np.sum(array())})[1] == {"db1": "dE_db@1"}  # a sum over everything


def test_an_array_of_the_convention_that_cannot_be_read_is_an_error():
    with pytest.raises(UsageError, match="Z1: has complex numbers"):
        named({**things("X Y W1 b1 A1 dZ1 dW1"), "Z1": array() * 1j}, network())
    found = left_out({**things("X Y W1 b1 A1 dZ1 dW1"), "dhpreact": array() * 1j})
    assert found == {"dhpreact": "has complex numbers"}


def test_arrays_that_come_in_something_else_than_a_dict():
    with pytest.raises(UsageError, match=r"given by name, not as a list.*\n.*locals\(\)"):
        named([array()], network())


def test_names_that_the_convention_does_not_know_are_told():
    found = named(things("X Y W1 b1 Z1 A1 dZ1 dW1 h dlogits"), network())
    assert found.foreign == {"h", "dlogits"}
    assert named(things("X Z1 A1 h"), network(), {"h": "out_1"}).foreign == set()
    assert named(things("foo z_hidden"), network()).foreign == set()  # of no convention


def test_a_single_number_called_the_error_of_a_layer_is_one_of_samples():
    program = things("layer_0 layer_1 layer_2 layer_2_delta layer_1_delta")
    one = read({**program, "layer_2_error": np.float64(3)})[1]["layer_2_error"]
    assert one == "E_total@0 E_epoch@0 E_mean@0"
    several = read({**program, "layer_2_error": array()})[1]["layer_2_error"]
    assert several.split()[:2] == ["dE_dout@2", "err@2"]


def test_a_bias_may_be_called_theta():
    said = read(things("v1 y1 e theta1 dtheta2 w1 yd"))[1]
    assert "b@1" in said["theta1"]
    assert "change_b@2" in said["dtheta2"]
    assert said["yd"] == "target@2"


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("∂E/∂W₁", "dE_dW@1"), ("∂L_∂z2", "delta@2"), ("∇W¹", "dE_dW@1"), ("dE/dW2", "dE_dW@2"),
        ("δ₂", "delta@2"), ("W₁", W1), ("∂W1", "dE_dW@1"),
    ],
)  # fmt: skip
def test_names_may_be_written_as_in_a_book(name, meaning):
    assert said(f"{name} X")[name] == meaning


def test_names_without_a_layer_may_be_of_before_and_after_the_update():
    layer = 'layers=[{ activation = "linear", weights = [[0.5]], biases = [0.1] }]'
    one = load("mazur", ["inputs=[[0.1]]", "targets=[[0.2]]", "train_biases=true", layer])
    program = {"w": 0.5, "w_new": 0.6, "new_b": 0.2, "w_old": 0.5, "b_prev": 0.1, "updated_w": 0.6}
    meant = read(program, one)[1]
    assert meant["w_new"] == meant["updated_w"] == "W@1_new"
    assert (meant["new_b"], meant["w_old"], meant["b_prev"]) == ("b@1_new", "W@1", "b@1")


# One array under two names, and new values.


def test_an_array_that_the_backward_pass_writes_into_is_its():
    probs = array()
    program = {"scores": array(), "probs": probs, "dscores": probs, "dhidden": array()}
    assert read(program)[1]["probs"] == "delta@2 out@2"
    assert read(program)[1]["dscores"] == "delta@2"
    assert read({**program, "dscores": array()})[1]["probs"] == "out@2"


def test_a_forgotten_activation_gets_no_second_meaning():
    z1 = array()
    assert read({"Z1": z1, "A1": z1, "W1": array()})[1]["A1"] == "out@1"
    dz1 = array()
    assert read({"dA1": dz1, "dZ1": dz1, "W1": array()})[1]["dZ1"] == "delta@1"


def test_a_variable_of_a_loop_that_is_another_array_is_passed_over():
    b2 = array(2, 1)
    program = {"W1": array(), "b2": b2, "parameter": b2, "p": b2, "other": array()}
    assert left_out(program) == {"other": UNKNOWN}


def test_a_variable_of_a_loop_over_layers_is_that_of_its_layer():
    zs, nabla_b = [array(), array()], [array(2, 1), array(2, 1)]
    program = {"zs": zs, "z": zs[1], "nabla_b": nabla_b, "delta": nabla_b[0], "sp": array()}
    meant = read(program)[1]
    assert meant["z"] == "net@2"
    assert meant["delta"] == "delta@1 delta@2"
    assert meant["sp"] == "slope@1 slope@2"


def test_new_values_with_a_name_of_their_own():
    assert said("W1 W1_new W2") == {"W1": "W@1", "W1_new": "W@1_new", "W2": W2}
    in_place = array()
    assert read({"W1": in_place, "W1_new": in_place})[1]["W1"] == W1


# Conventions and names that are asked for.


def test_a_convention_that_is_asked_for_is_followed_alone():
    names = things("a1 z1 delta1 t")
    assert read(names, names="bishop") == ("bishop", {
        "a1": "net@1", "z1": "out@1", "delta1": "delta@1", "t": "target@2"
    })  # fmt: skip
    assert read(names, names="ng")[1]["z1"] == "net@1"
    assert left_out(things("Z1 dlogits"), names="ng") == {}  # the common spellings know it
    assert left_out(things("Z1 dhpreact"), names="ng") == {"dhpreact": UNKNOWN}


def test_a_convention_that_there_is_not():
    with pytest.raises(
        UsageError, match=r"no convention of names 'nielson'\n.*'nielsen'.*auto, ng"
    ):
        named(things("zs"), network(), "nielson")
    with pytest.raises(UsageError, match="known are auto, ng"):
        named(things("zs"), network(), 3)


def test_names_of_ones_own_go_before_all_others():
    found = things("foo Z1 bar W1 z")
    names = {"foo": "net_1", "Z1": "out_2", "bar": "dZ1", "W1": "W1_new"}
    assert read(found, names=names)[1] == {
        "foo": "net@1", "Z1": "out@2", "bar": "delta@1", "W1": "W@1_new", "z": "net@1 net@2"
    }  # fmt: skip


def test_a_name_of_ones_own_may_be_a_number_or_in_a_dict_or_a_whole_list():
    program = {"mean": 0.25, "kept": {"pre": array(), "post": array()}, "acts": [array()] * 3,
               "both": [array(), array()]}  # fmt: skip
    names = {"mean": "E_mean", 'kept["pre"]': "net_1", "kept.post": "out_1", "acts": "activations",
             "both": "weights"}  # fmt: skip
    result = named(program, network(), names)
    assert read(program, names=names)[1] == {
        "mean": "E_mean@0", 'kept["pre"]': "net@1", 'kept["post"]': "out@1",
        "acts[0]": "input@0", "acts[1]": "out@1", "acts[2]": "out@2", "both[0]": W1, "both[1]": W2,
    }  # fmt: skip
    assert result.left_out == {}


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"hiden": "net_1"}, r"no array 'hiden' among those given\n.*did you mean 'hidden'\?"),
        ({"hidden": "net_7"}, r"hidden is to mean 'net_7', which .* not have\n.*'net_"),
        ({"hidden": "gradient of all"}, r"its keys are X, T, E_out, .*net_1, .* and so on"),
        ({"hidden": "J_1"}, "which this network does not have"),
        ({"hidden": 3}, "both have to be texts"),
    ],
)
def test_a_name_or_a_key_that_there_is_not(names, message):
    with pytest.raises(UsageError, match=message):
        named(things("hidden other"), network(), names)


def test_an_array_with_a_name_of_ones_own_has_to_be_one():
    with pytest.raises(UsageError, match="foo: has complex numbers"):
        named({"foo": array() * 1j}, network(), {"foo": "net_1"})
