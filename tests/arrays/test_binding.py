"""Arrays bound to quantities: which of several meanings, wrong shapes, what is left out."""

from types import SimpleNamespace

import numpy as np
import pytest
from by_hand import Hand

from backprop_cli import check, network
from backprop_cli.arrays.checking import checked

HAND = Hand((3, 4, 2), 5, ("tanh", "logistic"))
NET = network(**HAND.arguments)
ENTROPY = Hand((3, 4, 2), 5, ("tanh", "softmax"), error="cross-entropy")


def ng(arrays, **others):
    """The arrays under the names of Andrew Ng."""
    names = {"net_": "Z", "out_": "A", "delta_": "dZ", "dE_dW": "dW", "dE_db": "db"}
    said = {
        f"{new}{number}": arrays[f"{old}{number}"]
        for old, new in names.items()
        for number in (1, 2)
    }
    return {"X": arrays["X"], "Y": arrays["T"], **said, **others}


def test_what_a_torch_model_returns_may_be_its_net_input():
    arrays = ENTROPY.run()
    model = SimpleNamespace(
        fc1=SimpleNamespace(weight=arrays["W1"], bias=arrays["b1"]),
        fc2=SimpleNamespace(weight=arrays["W2"], bias=arrays["b2"]),
    )
    acts = {"fc1": arrays["net_1"].T, "fc2": arrays["net_2"].T}
    net = network(**ENTROPY.arguments)
    for name in ("out", "outputs", "pred", "y_hat", "scores", "logits"):
        for key in ("net_2", "out_2"):
            program = {"model": model, "acts": acts, "X": arrays["X"].T, name: arrays[key].T}
            found = checked(net, program)
            assert {one.item.name: one.key for one in found.judged}[name] == key
            assert {one.status for one in found.judged} == {"correct"}


def test_for_another_author_it_may_not():
    """An activation that was forgotten gives outputs that are the net input."""
    arrays = HAND.run()
    program = {"X": arrays["X"], "y": arrays["T"], "z": arrays["net_1"], "h": arrays["out_1"],
               "o": arrays["net_2"], "y_hat": arrays["net_2"], "dJ_do": arrays["delta_2"],
               "dJ_dh": arrays["dE_dout_1"], "dJ_dz": arrays["delta_1"]}  # fmt: skip
    assert check(NET, {**program, "y_hat": arrays["out_2"]}).ok
    assert check(NET, program).first_wrong == "y_hat"


def test_a_gradient_of_a_wrong_shape_is_wrong_though_another_array_fits():
    arrays = HAND.run()
    rows = {"X": arrays["X"].T, "hidden_layer": arrays["out_1"].T, "scores": arrays["net_2"].T,
            "dscores": arrays["delta_2"].T / 5, "dW": arrays["dE_dW1"].T,
            "dW2": arrays["dE_dW2"].T, "db": arrays["dE_db1"].T}  # fmt: skip
    right = check(NET, {**rows, "db2": arrays["dE_db2"].T})
    assert right.ok
    wrong = check(NET, {**rows, "db2": arrays["dE_db2"].sum()})
    assert wrong.first_wrong == "db2"
    assert wrong.left_out == {}
    assert "summed-over-everything" in str(wrong)


def test_a_letter_that_only_others_use_is_left_out_where_it_is_wrong():
    arrays = HAND.run()
    found = check(NET, ng(arrays, h=np.ones((4, 5))))
    assert found.ok
    assert found.left_out == {"h": "only others call out_1 so, and it has other numbers"}
    assert [line.name for line in check(NET, ng(arrays, h=arrays["out_1"])).lines].count("h") == 1
    assert check(NET, {**ng(arrays), "Z1": arrays["net_1"] + 1}).first_wrong == "Z1"
    longer = check(NET, ng(arrays, dlogits=arrays["delta_2"] + 1))
    assert longer.first_wrong == "dlogits"


def test_the_letter_is_judged_where_it_is_the_convention_s_own():
    arrays = HAND.run()
    program = {"x": arrays["X"], "o": arrays["net_2"], "z": arrays["net_1"],
               "h": arrays["out_1"] + 1, "dJ_do": arrays["delta_2"]}  # fmt: skip
    found = check(NET, program)
    assert found.first_wrong == "h"


@pytest.mark.parametrize(
    ("name", "thing"),
    [
        ("labels", np.arange(5) % 2),
        ("x_train", np.ones((3, 5))),
        ("predictions", np.ones((2, 5), dtype=int)),
        ("pred", np.ones((2, 5), dtype=bool)),
        ("mse", np.float64(0.25)),
        ("layer_2_error", np.float64(12.5)),
    ],
)
def test_what_others_have_under_a_usual_name_is_left_out(name, thing):
    found = check(NET, ng(HAND.run(), **{name: thing}))
    assert found.ok
    assert list(found.left_out) == [name]


def test_outputs_of_fractions_and_the_only_targets_are_judged():
    arrays = HAND.run()
    assert check(NET, ng(arrays, predictions=arrays["out_2"] + 1)).first_wrong == "predictions"
    assert check(NET, {**ng(arrays), "A2": np.ones((2, 5), dtype=int)}).first_wrong == "A2"
    assert check(NET, {**ng(arrays), "Y": arrays["T"] + 1}).first_wrong == "Y"
    assert check(NET, ng(arrays, loss=np.float64(99))).first_wrong == "loss"


def test_words_for_the_layer_do_not_make_names_alike():
    """Outputs are no net inputs because two names beside them, which may be either, are."""
    arrays = {key: value.T for key, value in HAND.run().items()}
    program = {"inputs": arrays["X"], "hidden_activation": arrays["net_1"],
               "output_activation": arrays["net_2"], "prediction": arrays["out_2"]}  # fmt: skip
    found = checked(NET, program)
    assert [one.key for one in found.judged] == ["X", "net_1", "net_2", "out_2"]
    assert {one.status for one in found.judged} == {"correct"}


def test_weights_that_have_the_biases_in_them_are_left_out():
    arrays = HAND.run()
    ones = np.ones((1, 5))
    wide = {"Theta1": np.hstack([arrays["b1"], arrays["W1"]]), "a1": np.vstack([ones, arrays["X"]]),
            "a2": np.vstack([ones, arrays["out_1"]]), "Theta1_grad": np.ones((4, 4))}  # fmt: skip
    narrow = {"X": arrays["X"], "z2": arrays["net_1"], "z3": arrays["net_2"], "a3": arrays["out_2"]}
    for turn in (np.asarray, np.transpose):
        given = {**{name: turn(array) for name, array in narrow.items()},
                 **{name: turn(wide[name]) for name in ("a1", "a2")},
                 **{name: wide[name] for name in ("Theta1", "Theta1_grad")}}  # fmt: skip
        found = check(NET, given)
        assert found.ok
        assert set(found.left_out) == set(wide)
        for name in ("a2", "Theta1", "Theta1_grad"):
            assert "the 1 of the bias" in found.left_out[name]


def test_an_array_that_is_too_wide_for_another_reason_is_wrong():
    arrays = HAND.run()
    wide = np.vstack([arrays["out_1"], arrays["net_2"][:1]])
    assert check(NET, {**ng(arrays), "A1": wide}).first_wrong == "A1"
    assert check(NET, {**ng(arrays), "dW1": np.ones((4, 4))}).first_wrong == "dW1"
    last = np.vstack([arrays["out_1"], np.ones((1, 5))])
    assert "A1" in check(NET, {**ng(arrays), "A1": last}).left_out
